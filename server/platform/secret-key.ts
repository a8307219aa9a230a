import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, unlink } from 'node:fs/promises';
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

/** The key-encryption key: as configured, or the one in the data folder, made at the first start. 32 bytes. */
export async function loadKeyEncryptionKey(configured: Buffer | undefined, dataFolder: string): Promise<Buffer> {
  if (configured !== undefined) return configured;
  const text = await keepSecretFile(dataFolder, 'secret-key', () => randomBytes(32).toString('base64'));
  const key = Buffer.from(text, 'base64');
  if (key.length !== 32)
    throw new Error(`The file ${join(dataFolder, 'secret-key')} does not hold 32 bytes in base64.`);
  return key;
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
