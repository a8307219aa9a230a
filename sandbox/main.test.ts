import { type ChildProcess, fork } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { SandboxUser, eventually, idOf } from '#testing/sandbox-user.ts';

const MAIN = join(import.meta.dirname, 'main.ts');

interface Running {
  child: ChildProcess;
  address: string;
  stdout: () => string;
}

async function run(folder: string): Promise<Running> {
  const child = fork(MAIN, [], {
    env: { ...process.env, CARILLON_SANDBOX_PORT: '0', CARILLON_SANDBOX_DATA: folder },
    silent: true,
    execArgv: [],
  });
  let stdout = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  const line = await eventually(() => (stdout.includes('\n') ? stdout.split('\n')[0] : undefined));
  const ready = JSON.parse(line) as { event: string; address: string; phone: string };
  expect(ready).toMatchObject({ event: 'sandbox_ready', phone: `${ready.address}/` });
  return { child, address: ready.address, stdout: () => stdout };
}

const ended = (child: ChildProcess) =>
  child.exitCode !== null || child.signalCode !== null
    ? Promise.resolve(child.exitCode)
    : new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));

it('F23: kill -9 loses no answered request of the ledger, and the people, ids and chats stay', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'carillon-sandbox-'));
  const first = await run(folder);
  const user = await SandboxUser.meet(first.address, folder);
  await user.request('POST', '/_sandbox/settings', { limits: 'off', delay_factor: 0 });
  await user.write('+15557770000', { type: 'text', text: { body: 'Hi' } });
  const answered: string[] = [];
  const sends = Array.from({ length: 40 }, async (_, sender) => {
    for (let count = 0; count < 50; count++) {
      const answer = await user.sendHello({ biz_opaque_callback_data: `a1:${sender}-${count}` });
      answered.push(idOf(answer));
    }
  });
  await eventually(() => (answered.length > 300 ? true : undefined));
  first.child.kill('SIGKILL');
  await Promise.allSettled(sends);
  await ended(first.child);
  await user.stop();
  expect(answered.length).toBeLessThan(2000);

  const second = await run(folder);
  const again = await SandboxUser.meet(second.address, folder);
  expect(again.account).toMatchObject({
    access_token: user.account.access_token,
    phone_number_id: user.account.phone_number_id,
  });
  const entries = await again.ledger();
  expect(entries.map((entry) => entry.seq)).toEqual(entries.map((_, index) => index + 1));
  const ids = new Set(entries.map((entry) => entry.provider_message_id));
  expect(answered.filter((id) => !ids.has(id))).toEqual([]);
  // What the ledger has as accepted is delivered, whether or not the killed run could store it.
  await eventually(async () => {
    const { data } = (await again.request('GET', '/_sandbox/statuses?limit=10000')).read<{
      data: { wamid: string; status: string }[];
    }>();
    const delivered = new Set(data.filter((fact) => fact.status === 'delivered').map((fact) => fact.wamid));
    return [...ids].every((id) => delivered.has(id ?? '')) ? true : undefined;
  });
  expect((await again.request('GET', '/_sandbox/people/+15557770000')).status).toBe(200);
  await again.stop();
  second.child.kill('SIGTERM');
  expect(await ended(second.child)).toBe(0);
  await rm(folder, { recursive: true, force: true });
});

it('ends when its parent is gone', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'carillon-sandbox-'));
  const { child } = await run(folder);
  child.disconnect();
  expect(await ended(child)).toBe(0);
  await rm(folder, { recursive: true, force: true });
});

/** Later than the exit: all that it wrote has come. */
const closed = (child: ChildProcess) =>
  new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)));

it.each(['--help', '-h'])('%s says how the sandbox is started, and starts none', async (word) => {
  const child = fork(MAIN, [word], { silent: true, execArgv: [] });
  let text = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  expect(await closed(child)).toBe(0);
  for (const name of ['--scenario', '--seed', '--speed', '--start', '--when-connected', '--exit']) {
    expect(text).toContain(name);
  }
  expect(text).toContain('CARILLON_SANDBOX_PORT');
  expect(text).not.toContain('sandbox_ready');
});

it('an option that it does not know ends with a hint', async () => {
  const child = fork(MAIN, ['--port=1'], { silent: true, execArgv: [] });
  let text = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  expect(await closed(child)).toBe(2);
  expect(text).toContain('--help');
});
