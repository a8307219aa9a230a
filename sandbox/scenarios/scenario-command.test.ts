import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { SandboxUser } from '#testing/sandbox-user.ts';

const COMMAND = join(import.meta.dirname, 'scenario-command.ts');
const MAIN = join(import.meta.dirname, '..', 'main.ts');

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'carillon-scenario-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Ended {
  code: number | null;
  out: string;
  errors: string;
}

function run(script: string, args: string[], environment: Record<string, string> = {}): Promise<Ended> {
  return new Promise((resolve) => {
    const env = {
      ...process.env,
      CARILLON_SANDBOX_PORT: '0',
      CARILLON_SANDBOX_DATA: join(folder, 'data'),
      ...environment,
    };
    const child = execFile(process.execPath, [script, ...args], { env }, (_error, out, errors) =>
      resolve({ code: child.exitCode, out, errors }),
    );
  });
}

async function file(name: string, count: number): Promise<string> {
  const path = join(folder, name);
  await writeFile(
    path,
    `name: Two write
clock: { kind: virtual, start: "09:00", speed: max }
people: [{ group: a, count: 2 }]
timeline: [{ after: 1m, write: { group: a, texts: [Hi] } }]
expect: [{ inbound: { type: text }, count: ${count} }]
`,
  );
  return path;
}

it('the command ends with 0 when the expectations are met and with 1 when they are missed, and says which', async () => {
  await using user = await SandboxUser.start();
  const good = await run(COMMAND, [await file('good.yaml', 2), '--sandbox', user.address, '--seed', '4']);
  expect(good).toMatchObject({ code: 0, errors: '' });
  expect(good.out).toMatch(/09:00:00 {2}Two write, seed 4\n.*09:01:00 {2}2 of a write\n/);
  expect(good.out).toContain('met   inbound with type text: 2\npassed\n');
  const bad = await run(COMMAND, [await file('bad.yaml', 3), '--sandbox', user.address, '--json']);
  expect(bad.code).toBe(1);
  expect(JSON.parse(bad.out)).toMatchObject({
    state: 'finished',
    met: false,
    expectations: [{ actual: 2, met: false }],
  });
  expect(bad.errors).toContain('MISSED  inbound with type text: 2, expected 3\nnot passed');
});

it('wrong files and options end with 2, a sandbox that is not there with 3', async () => {
  const path = join(folder, 'wrong.yaml');
  await writeFile(path, 'name: A\nseed: many\n');
  const wrong = await run(COMMAND, [path]);
  expect(wrong).toMatchObject({ code: 2, out: '' });
  expect(wrong.errors).toContain('line 2, column 7: seed must be a whole number');
  const missing = await run(COMMAND, ['no-such-scenario']);
  expect(missing.code).toBe(2);
  expect(missing.errors).toContain('a-hundred-customers');
  expect((await run(COMMAND, [await file('good.yaml', 2), '--speed', 'fast'])).code).toBe(2);
  expect((await run(COMMAND, [await file('good.yaml', 2), '--business', 'http://127.0.0.1:9'])).code).toBe(2);
  const nobody = await run(COMMAND, [await file('good.yaml', 2), '--sandbox', 'http://127.0.0.1:9']);
  expect(nobody.code).toBe(3);
  expect(nobody.errors).toContain('does not answer');
});

it('a shipped scenario runs by its name in a sandbox of its own', async () => {
  const listed = await run(COMMAND, ['--list']);
  expect(listed.out).toContain('busy-support-hour\n');
  const ended = await run(COMMAND, ['webhooks-lost-and-doubled', '--own']);
  expect(ended).toMatchObject({ code: 0, errors: '' });
  expect(ended.out).toContain('webhooks are lost: over');
});

it('the sandbox can be started with a scenario, and end with it', async () => {
  const good = await run(MAIN, ['--scenario', await file('good.yaml', 2), '--exit']);
  expect(good.code).toBe(0);
  expect(JSON.parse(good.out.split('\n')[0] ?? '')).toMatchObject({ event: 'sandbox_ready' });
  expect(good.errors).toContain('passed');
  expect((await run(MAIN, ['--scenario', await file('bad.yaml', 3), '--exit'])).code).toBe(1);
  const wrong = await run(MAIN, [], { CARILLON_SANDBOX_SCENARIO: 'no-such-scenario' });
  expect(wrong).toMatchObject({ code: 2, out: '' });
  expect(wrong.errors).toContain('There is no file no-such-scenario');
});
