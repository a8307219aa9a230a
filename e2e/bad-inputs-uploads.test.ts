import { readdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { deflateRawSync } from 'node:zlib';
import { expect, it, vi } from 'vitest';
import { jpegFile, pngFile } from '#server/testing/files.ts';
import { type Answer, expectProblem, UnderTest } from './under-test.ts';

// Files that somebody uploads to be sent. The scanner and what WhatsApp takes are in uploads.test.ts and
// file-probe.test.ts (B142, B145); files are passed on as they are, with what their makers wrote into them (B135).

const under = await UnderTest.ofFile();

interface Part {
  name: string;
  filename?: string;
  type?: string;
  body: Buffer | string;
}

function form(...parts: Part[]): { body: Buffer; headers: Record<string, string | undefined> } {
  const pieces = parts.flatMap(({ name, filename, type, body }) => [
    Buffer.from(`--edge\r\ncontent-disposition: form-data; name="${name}"`),
    Buffer.from(filename === undefined ? '' : `; filename="${filename}"`),
    Buffer.from(`${type === undefined ? '' : `\r\ncontent-type: ${type}`}\r\n\r\n`),
    Buffer.from(body as string),
    Buffer.from('\r\n'),
  ]);
  return {
    body: Buffer.concat([...pieces, Buffer.from('--edge--\r\n')]),
    headers: { 'content-type': 'multipart/form-data; boundary=edge', 'idempotency-key': undefined },
  };
}

function upload(body: Buffer | string, filename: string, type?: string): Promise<Answer> {
  const part = { name: 'file', filename, body };
  return under.call('POST', '/v1/uploads', form(type === undefined ? part : { ...part, type }));
}

const foldersOfUploads = async () => (await readdir(tmpdir())).filter((name) => name.startsWith('carillon-upload-'));

/** A zip with one file in it, deflated. */
function zipFile(name: string, content: Buffer): Buffer {
  const packed = deflateRawSync(content, { level: 9 });
  const fields = (size: number) => {
    const header = Buffer.alloc(size);
    return { header, at: (offset: number, value: number, bytes: 2 | 4) => header.writeUIntLE(value, offset, bytes) };
  };
  const local = fields(30);
  local.at(0, 0x04034b50, 4);
  local.at(4, 20, 2);
  local.at(8, 8, 2);
  local.at(18, packed.length, 4);
  local.at(22, content.length, 4);
  local.at(26, name.length, 2);
  const central = fields(46);
  central.at(0, 0x02014b50, 4);
  central.at(10, 8, 2);
  central.at(20, packed.length, 4);
  central.at(24, content.length, 4);
  central.at(28, name.length, 2);
  const end = fields(22);
  end.at(0, 0x06054b50, 4);
  end.at(8, 1, 2);
  end.at(10, 1, 2);
  end.at(12, 46 + name.length, 4);
  end.at(16, 30 + name.length + packed.length, 4);
  return Buffer.concat([local.header, Buffer.from(name), packed, central.header, Buffer.from(name), end.header]);
}

it.each([
  ['B127', 'photo.png', 'image/png', '%PDF-1.7\n', 'application/pdf'],
  ['B127', 'terms.pdf', 'application/pdf', pngFile(), 'image/png'],
  [
    'B128',
    'photo.jpg',
    'image/jpeg',
    Buffer.concat([jpegFile(), Buffer.from('<script>alert(1)</script>')]),
    'image/jpeg',
  ],
])('%s: what the bytes are counts, not the name %s nor the type %s', async (_id, filename, type, body, real) => {
  const answer = await upload(body, filename, type);
  expect(answer.status, answer.text).toBe(201);
  expect(answer.json.mime_type).toBe(real);
});

it.each([
  ['B129', 'logo.svg', 'image/svg+xml', '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'],
  [
    'B129',
    'logo.png',
    'image/png',
    '<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]><svg>&a;</svg>',
  ],
  ['B130', 'page.txt', 'text/plain', '<!doctype html><script>alert(1)</script>'],
  ['B130', 'page.txt', 'text/plain', '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"/>'],
  ['B130', 'page.mht', 'text/plain', 'MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n--x'],
  ['B131', 'all.zip', 'application/zip', zipFile('zeros', Buffer.alloc(50 * 1024 * 1024))],
  ['B132', 'all.zip', 'application/pdf', zipFile('../../etc/cron.d/x', Buffer.from('x'))],
])('%s: %s, called %s, is refused in words', async (_id, filename, type, body) => {
  const answer = await upload(body, filename, type);
  expectProblem(answer, 422, 'file_refused');
  expect(answer.json.detail).toMatch(/the file is /);
});

it('B131: a document that would unpack to a thousand times its size is looked at and not unpacked', async () => {
  const bomb = zipFile('[Content_Types].xml', Buffer.alloc(256 * 1024 * 1024));
  const answer = await upload(bomb, 'letter.docx');
  expectProblem(answer, 422, 'file_refused');
  expect((await under.call('GET', '/health/ready')).status).toBe(200);
});

it('B133: a picture of any size is looked at by its header alone', async () => {
  const huge = pngFile();
  huge.writeUInt32BE(50_000, 16);
  huge.writeUInt32BE(50_000, 20);
  const answer = await upload(huge, 'huge.png');
  expect(answer.status, answer.text).toBe(201);
});

it('B134: a byte too much for a picture is refused with both sizes', async () => {
  const large = Buffer.concat([jpegFile(), Buffer.alloc(5 * 1024 * 1024 + 1 - jpegFile().length)]);
  const answer = await upload(large, 'large.jpg');
  expectProblem(answer, 422, 'file_refused');
  expect(answer.json.detail).toBe('An image may have 5242880 bytes; the file has 5242881.');
  expect((await upload(large.subarray(0, -1), 'large.jpg')).status).toBe(201);
});

it.each(['../../etc/passwd', 'CON', 'a'.repeat(300), 'invoice\u202Efdp.exe', 'a;filename=b.png'])(
  'B136: called %j a file is kept under a name that harms nobody, and a key of ours',
  async (filename) => {
    const answer = await upload(pngFile({ width: 7 }), filename);
    expect(answer.status, answer.text).toBe(201);
    expect(answer.json.id).toMatch(/^[0-9a-f-]{36}$/);
    expect(answer.json.filename ?? '').not.toMatch(/[/\\\u202e]/);
    expect((answer.json.filename ?? '').length).toBeLessThanOrEqual(255);
  },
);

it('B140: an upload that breaks off leaves no file behind, and nobody else waits', async () => {
  const before = await foldersOfUploads();
  const { port } = new URL(under.carillon.api);
  const sockets = await Promise.all(
    Array.from({ length: 40 }, async () => {
      const socket = connect(Number(port), '127.0.0.1');
      socket.on('error', () => undefined);
      await once(socket, 'connect');
      socket.write(
        `POST /v1/uploads HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${under.carillon.apiKey}\r\ncontent-type: multipart/form-data; boundary=edge\r\ncontent-length: 100000\r\n\r\n--edge\r\ncontent-disposition: form-data; name="file"; filename="a.txt"\r\n\r\nhello`,
      );
      return socket;
    }),
  );
  await vi.waitFor(async () => expect((await foldersOfUploads()).length).toBeGreaterThan(before.length), 10_000);
  expect((await upload('the next one', 'b.txt')).status).toBe(201);
  for (const socket of sockets) socket.destroy();
  await vi.waitFor(async () => expect(await foldersOfUploads()).toEqual(before), 10_000);
});

it('B141: a thousand parts or fields, a name of a megabyte and empty parts are refused', async () => {
  const file = { name: 'file', filename: 'a.txt', body: 'hello' };
  const many = (part: Part) => Array.from({ length: 1_000 }, () => part);
  for (const body of [
    form(...many(file)),
    form(...many({ name: 'field', body: 'x' }), file),
    form({ ...file, name: 'n'.repeat(1024 * 1024) }),
    form({ name: '', body: '' }, { name: '', body: '' }),
  ]) {
    const answer = await under.call('POST', '/v1/uploads', body);
    expect(answer.status, answer.text).toBeGreaterThanOrEqual(400);
    expect(answer.status, answer.text).toBeLessThan(500);
    expect(answer.json.detail, answer.text).toBeTruthy();
  }
});

it('B143: no part of a request names the place where a file is kept', async () => {
  const placed = { name: 'file', filename: 'private/other/key.png', body: pngFile({ width: 9 }) };
  const answer = await under.call('POST', '/v1/uploads?key=private/x', form(placed));
  expect(answer.status, answer.text).toBe(201);
  expectProblem(await under.call('GET', '/v1/uploads/..%2f..%2fprivate'), 404, 'not_found');
});
