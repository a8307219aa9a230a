import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');

it('the command line and the benchmark start the server with the limits that npm start gives it', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: { start: string } };
  const flags = scripts.start.split(' ').filter((word) => word.startsWith('--'));
  expect(flags).not.toEqual([]);
  for (const path of ['cli/server-process.ts', 'bench/subject.ts']) {
    expect(read(path), path).toContain(flags.map((flag) => `'${flag}'`).join(', '));
  }
});
