import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eicar, startFakeClamd } from '#testing/fake-clamd.ts';
import { clamdScanner } from './virus-scanner.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'carillon-scan-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function fileOf(bytes: Buffer | string): Promise<string> {
  const path = join(folder, 'file');
  await writeFile(path, bytes);
  return path;
}

it('a clean file of any size passes whole, and a virus is named', async () => {
  await using clamd = await startFakeClamd();
  const scan = clamdScanner(clamd.target);
  for (const size of [0, 1, 65_536, 1_000_000])
    expect(await scan(await fileOf(Buffer.alloc(size, 7)))).toEqual({ infectedWith: null });
  expect(clamd.scanned).toEqual([0, 1, 65_536, 1_000_000]);
  expect(await scan(await fileOf(`${'x'.repeat(200_000)}${eicar}`))).toEqual({ infectedWith: 'Eicar-Test-Signature' });
});

it.each([
  ['INSTREAM size limit exceeded. ERROR', /size limit exceeded/],
  ['', /answered: nothing/],
])('an answer that is no verdict is none: %j', async (answer, words) => {
  await using clamd = await startFakeClamd(answer);
  await expect(clamdScanner(clamd.target)(await fileOf('hello'))).rejects.toThrow(words);
});

it('a scanner that is not there is no verdict', async () => {
  const clamd = await startFakeClamd();
  await clamd[Symbol.asyncDispose]();
  await expect(clamdScanner(clamd.target)(await fileOf('hello'))).rejects.toThrow(/ECONNREFUSED/);
});
