import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keepSecretFile, loadKeyEncryptionKeys, replaceKeyFile } from './secret-key.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'carillon-secret-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('a secret file', () => {
  it('is made once, also by processes that start together, and read by our user only', async () => {
    let made = 0;
    const secrets = await Promise.all(
      Array.from({ length: 10 }, () => keepSecretFile(folder, 'key', () => `secret-${++made}`)),
    );
    expect(new Set(secrets).size).toBe(1);
    expect(await keepSecretFile(folder, 'key', () => 'another')).toBe(secrets[0]);
    expect(((await stat(join(folder, 'key'))).mode & 0o777).toString(8)).toBe('600');
    expect(await readdir(folder)).toEqual(['key']);
  });

  it('holds the key-encryption key unless one is configured', async () => {
    const [key, ...others] = await loadKeyEncryptionKeys([], join(folder, 'new'));
    expect(key).toHaveLength(32);
    expect(others).toEqual([]);
    expect(await loadKeyEncryptionKeys([], join(folder, 'new'))).toEqual([key]);
    expect(await loadKeyEncryptionKeys([Buffer.alloc(32)], folder)).toEqual([Buffer.alloc(32)]);
  });

  it('holds two keys while the key is changed, and is replaced whole', async () => {
    const keys = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
    await replaceKeyFile(folder, keys);
    expect(await loadKeyEncryptionKeys([], folder)).toEqual(keys);
    expect(((await stat(join(folder, 'secret-key'))).mode & 0o777).toString(8)).toBe('600');
    expect(await readdir(folder)).toEqual(['secret-key']);
  });

  it('that was damaged is not taken for a key', async () => {
    await writeFile(join(folder, 'secret-key'), 'short');
    await expect(loadKeyEncryptionKeys([], folder)).rejects.toThrow('32 bytes');
  });
});
