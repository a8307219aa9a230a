import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type BlobStore, openBlobStore } from './blob-store.ts';
import { readConfig } from './config.ts';

const objects = new Map<string, Buffer>();
const credentials: string[] = [];
let isBroken = false;
let s3: Server;
let folder: string;

/** As much of S3 as the store asks for: put, get and delete of one object, by path, and its error for what is not there. */
async function startS3(): Promise<Server> {
  const handle = async (request: IncomingMessage, answer: ServerResponse): Promise<void> => {
    const path = new URL(request.url ?? '', 'http://localhost').pathname;
    credentials.push(String(request.headers.authorization));
    const body = await buffer(request);
    if (isBroken) return void answer.writeHead(503).end();
    if (request.method === 'PUT') {
      objects.set(path, body);
      return void answer.end();
    }
    if (request.method === 'DELETE') {
      objects.delete(path);
      return void answer.writeHead(204).end();
    }
    const found = objects.get(path);
    if (found) return void answer.end(found);
    answer.writeHead(404, { 'content-type': 'application/xml' });
    answer.end('<?xml version="1.0"?><Error><Code>NoSuchKey</Code><Message>There is none.</Message></Error>');
  };
  const server = createServer((request, answer) => void handle(request, answer));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'carillon-blobs-'));
  s3 = await startS3();
});
afterEach(() => {
  isBroken = false;
});
afterAll(async () => {
  s3?.closeAllConnections();
  s3?.close();
  await rm(folder, { recursive: true, force: true });
});

const open = (where: string): Promise<BlobStore> => openBlobStore(readConfig({ CARILLON_MEDIA: where }).media);
const openS3 = () =>
  open(`s3://AKID:secret@pictures/shop/a?endpoint=http://127.0.0.1:${(s3.address() as AddressInfo).port}&region=eu-1`);

async function* chunks(...parts: (Buffer | Error)[]): AsyncGenerator<Buffer> {
  for (const part of parts) {
    if (part instanceof Error) throw part;
    yield part;
  }
}

async function contentOf(store: BlobStore, key: string): Promise<Buffer | undefined> {
  const found = await store.get(key);
  if (!found) return undefined;
  const bytes = await buffer(found.body);
  expect(found.sizeBytes).toBe(bytes.length);
  return bytes;
}

describe.each([
  ['a folder', () => open(folder)],
  ['a bucket of S3', openS3],
])('files in %s', (_where, openIt) => {
  it('come back as they were put, and are gone when they are deleted', async () => {
    const store = await openIt();
    const [head, tail] = [Buffer.from('head'), Buffer.alloc(300_000, 7)];
    expect(await store.put('workspace/file-1', chunks(head, tail))).toBe(300_004);
    expect((await contentOf(store, 'workspace/file-1'))?.equals(Buffer.concat([head, tail]))).toBe(true);
    await store.delete('workspace/file-1');
    expect(await store.get('workspace/file-1')).toBeUndefined();
    // A second time is not wrong: whoever was interrupted comes again.
    await store.delete('workspace/file-1');
  });

  it('are kept whole or not at all', async () => {
    const store = await openIt();
    await expect(store.put('workspace/cut', chunks(Buffer.from('half'), new Error('cut off')))).rejects.toThrow(
      'cut off',
    );
    expect(await store.get('workspace/cut')).toBeUndefined();
  });
});

it('a folder keeps no drafts, and takes no key that leads out of it', async () => {
  const store = await open(folder);
  await store.put('kept', chunks(Buffer.from('x')));
  expect(await readdir(folder)).toContain('kept');
  expect((await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.part'))).toEqual([]);
  for (const key of ['../out', '/etc/passwd', 'a//b', '']) {
    await expect(store.put(key, chunks(Buffer.from('x')))).rejects.toThrow('letters, digits');
  }
});

it('a bucket is asked with signed requests under its prefix, and what it refuses is not kept', async () => {
  const store = await openS3();
  await store.put('one', chunks(Buffer.from('1')));
  expect([...objects.keys()]).toEqual(['/pictures/shop/a/one']);
  expect(credentials.at(-1)).toMatch(/^AWS4-HMAC-SHA256 Credential=AKID\/\d{8}\/eu-1\/s3\/aws4_request,/);
  isBroken = true;
  await expect(store.put('two', chunks(Buffer.from('2')))).rejects.toThrow();
  await expect(store.get('one')).rejects.toThrow();
  expect([...objects.keys()]).toEqual(['/pictures/shop/a/one']);
});
