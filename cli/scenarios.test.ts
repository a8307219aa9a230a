import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const MAIN = join(import.meta.dirname, 'main.ts');

function carillon(...args: string[]): Promise<{ code: number | null; out: string; errors: string }> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [MAIN, ...args], (_error, out, errors) =>
      resolve({ code: child.exitCode, out, errors }),
    );
  });
}

it('a scenario is played with its own options, and its end is the end of the command', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'carillon-cli-'));
  const file = join(folder, 'story.yaml');
  await writeFile(file, 'name: A\nexpect: [{ inbound: {}, count: 1 }]\n');
  const ended = await carillon('scenario', file, '--own', '--speed', 'max', '--seed', '3', '--json');
  expect(ended.code).toBe(1);
  expect(JSON.parse(ended.out)).toMatchObject({ name: 'A', seed: 3, state: 'finished', met: false });
  expect(await carillon('scenario', file, '--sideways')).toMatchObject({ code: 2, out: '' });
  expect((await carillon('scenario', '--help')).out).toContain('npm run scenario');
  await rm(folder, { recursive: true, force: true });
});
