import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { MediaSettings, S3Settings } from './config.ts';
import { newId } from './ids.ts';

export interface Blob {
  sizeBytes: number;
  body: Readable;
}

/** Where files are kept. Keys are chosen by us, never by a caller: letters, digits, dashes and slashes. */
export interface BlobStore {
  /** Keeps the whole of `body` under `key`, or nothing. Gives the size in bytes. */
  put(key: string, body: AsyncIterable<Buffer>): Promise<number>;
  /** Undefined when there is no such file. */
  get(key: string): Promise<Blob | undefined>;
  delete(key: string): Promise<void>;
}

/** The store that the configuration names. The S3 client is loaded only when it is used: it is large. */
export async function openBlobStore(settings: MediaSettings): Promise<BlobStore> {
  return settings.kind === 'folder' ? folderStore(settings.folder) : s3Store(settings);
}

function folderStore(folder: string): BlobStore {
  return {
    async put(key, body) {
      const path = pathOf(folder, key);
      const draft = `${path}.${newId()}.part`;
      await mkdir(dirname(path), { recursive: true });
      try {
        await writeDraft(draft, body);
        const { size } = await stat(draft);
        await rename(draft, path);
        return size;
      } finally {
        await rm(draft, { force: true });
      }
    },
    async get(key) {
      const path = pathOf(folder, key);
      const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return undefined;
        throw error;
      });
      return found ? { sizeBytes: found.size, body: createReadStream(path) } : undefined;
    },
    delete: (key) => rm(pathOf(folder, key), { force: true }),
  };
}

async function s3Store(settings: S3Settings): Promise<BlobStore> {
  const { S3Client, PutObjectCommand, GetObjectCommand, DeleteObjectCommand, NoSuchKey } = await import(
    '@aws-sdk/client-s3'
  );
  // What goes wrong is thrown, and told by whoever asked; the client would tell it to the console as well.
  const silent = () => undefined;
  const client = new S3Client({
    region: settings.region,
    logger: { debug: silent, info: silent, warn: silent, error: silent },
    ...(settings.endpoint === undefined ? {} : { endpoint: settings.endpoint, forcePathStyle: true }),
    credentials: { accessKeyId: settings.accessKeyId, secretAccessKey: settings.secretAccessKey.reveal() },
    // Older S3 lookalikes do not know the newer checksums.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
  const nameOf = (key: string) => (settings.prefix === '' ? key : `${settings.prefix}/${key}`);
  return {
    async put(key, body) {
      // S3 wants to know the length before the first byte, and a file may have a hundred megabytes: it goes by the disk.
      const draft = join(tmpdir(), `carillon-${newId()}.part`);
      try {
        await writeDraft(draft, body);
        const { size } = await stat(draft);
        await client.send(
          new PutObjectCommand({
            Bucket: settings.bucket,
            Key: nameOf(key),
            Body: createReadStream(draft),
            ContentLength: size,
          }),
        );
        return size;
      } finally {
        await rm(draft, { force: true });
      }
    },
    async get(key) {
      try {
        const found = await client.send(new GetObjectCommand({ Bucket: settings.bucket, Key: nameOf(key) }));
        if (!(found.Body instanceof Readable)) return undefined;
        return { sizeBytes: found.ContentLength ?? 0, body: found.Body };
      } catch (error) {
        if (error instanceof NoSuchKey) return undefined;
        throw error;
      }
    },
    async delete(key) {
      await client.send(new DeleteObjectCommand({ Bucket: settings.bucket, Key: nameOf(key) }));
    },
  };
}

/** Throws what the body throws. The file is there from the first moment, so that a failure finds it to take it away: a stream
 *  opens its file in its own time, which may be after it was given up. */
async function writeDraft(path: string, body: AsyncIterable<Buffer>): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  await pipeline(body, file.createWriteStream({ flush: true }));
}

function pathOf(folder: string, key: string): string {
  if (!/^[\w-]+(\/[\w-]+)*$/.test(key))
    throw new Error('A key of the blob store has letters, digits, dashes and slashes only.');
  return join(folder, ...key.split('/'));
}
