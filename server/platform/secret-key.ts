import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';

/** Reads a secret that this installation made for itself, or makes it: a file that only our user can read, written whole
 *  or not at all. Two processes that start at once end up with the same. */
export async function keepSecretFile(folder: string, name: string, make: () => string): Promise<string> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, name);
  const existing = await readIfThere(path);
  if (existing !== undefined) return existing;

  const draft = join(folder, `.${name}.${process.pid}.${randomBytes(6).toString('hex')}`);
  const file = await open(draft, 'wx', 0o600);
  try {
    await file.writeFile(`${make()}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  try {
    // A link fails when the name is taken, where a rename would replace the other process's key.
    await link(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await unlink(draft);
  }
  const kept = await readIfThere(path);
  if (kept === undefined) throw new Error(`The secret file ${path} is empty or vanished.`);
  return kept;
}

const keyFile = 'secret-key';

/** The key-encryption keys: as configured, or those in the data folder, of which one is made at the first start. 32 bytes
 *  each. While the key is changed the file has two lines, the old and the new. */
export async function loadKeyEncryptionKeys(configured: readonly Buffer[], dataFolder: string): Promise<Buffer[]> {
  if (configured.length > 0) return [...configured];
  const text = await keepSecretFile(dataFolder, keyFile, () => randomBytes(32).toString('base64'));
  const keys = text.split(/\s+/).map((line) => Buffer.from(line, 'base64'));
  if (keys.some((key) => key.length !== 32))
    throw new Error(`The file ${join(dataFolder, keyFile)} does not hold 32 bytes in base64 in each line.`);
  return keys;
}

/** Replaces the keys in the data folder, whole or not at all. */
export async function replaceKeyFile(dataFolder: string, keys: readonly Buffer[]): Promise<void> {
  const draft = join(dataFolder, `.${keyFile}.${process.pid}.${randomBytes(6).toString('hex')}`);
  const file = await open(draft, 'wx', 0o600);
  try {
    await file.writeFile(`${keys.map((key) => key.toString('base64')).join('\n')}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(draft, join(dataFolder, keyFile));
  const folder = await open(dataFolder, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    const text = (await readFile(path, 'utf8')).trim();
    return text === '' ? undefined : text;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
