import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { callApi } from './calls.ts';
import { type RunningCarillon, startCarillon } from './carillon.ts';

// The key that stored credentials are encrypted with, changed while the server runs.

const root = join(import.meta.dirname, '..');
const to = '+15550001111';
let carillon: RunningCarillon;

beforeAll(async () => {
  carillon = await startCarillon();
});
afterAll(() => carillon?.stop({ keepData: false }));

const rotate = (env: Record<string, string> = {}) =>
  promisify(execFile)(process.execPath, ['server/main.ts', 'rotate-secret-key'], {
    cwd: root,
    env: { ...process.env, CARILLON_DATA: carillon.dataFolder, CARILLON_LOG: 'warn', ...env },
  });

const call = (method: string, path: string, body?: unknown) => callApi(carillon, method, path, body);

async function sendAndSee(): Promise<void> {
  const content = { type: 'template', template: { name: 'hello_world', language: { code: 'en_US' } } };
  const { status, json } = await call('POST', '/v1/messages', { to, purpose: 'transactional', content });
  expect(status).toBe(202);
  await vi.waitFor(async () => {
    expect((await call('GET', `/v1/messages/${json.id}`)).json.status).toMatch(/sent|delivered|read/);
  }, 20_000);
}

it('F65: a running server goes on while its key is changed, and starts again with the new one alone', async () => {
  const file = join(carillon.dataFolder, 'secret-key');
  const old = await readFile(file, 'utf8');
  await sendAndSee();
  expect((await rotate()).stdout).toMatch(/^The keys of 1 workspaces are wrapped with the new key\./);
  const made = await readFile(file, 'utf8');
  expect(made.trim().split('\n')).toHaveLength(1);
  expect(made).not.toBe(old);

  // The connection's credentials are sealed anew, with the workspace's key that only the new key opens.
  const [connection] = (await call('GET', '/v1/connections')).json.data ?? [];
  expect((await call('POST', `/v1/connections/${connection?.id}/check`, {})).status).toBe(200);
  await sendAndSee();

  const { dataFolder } = carillon;
  await carillon.stop({ keepData: true });
  await writeFile(file, old);
  await expect(startCarillon({ dataFolder })).rejects.toThrow(/secret key is not the one/);
  await writeFile(file, made);
  carillon = await startCarillon({ dataFolder });
  await sendAndSee();
});

it('a key of the environment is changed only to one that the servers know', async () => {
  const CARILLON_SECRET_KEY = randomBytes(32).toString('base64');
  await expect(rotate({ CARILLON_SECRET_KEY })).rejects.toMatchObject({
    stderr: expect.stringContaining('CARILLON_SECRET_KEY_NEXT first'),
  });
  const next = { CARILLON_SECRET_KEY, CARILLON_SECRET_KEY_NEXT: randomBytes(32).toString('base64') };
  await expect(rotate(next)).rejects.toMatchObject({
    stderr: expect.stringContaining('secret key is not the one that the stored credentials were encrypted with'),
  });
});
