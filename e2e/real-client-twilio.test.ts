import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { cleanEnvironment, newDataFolder } from './carillon.ts';

// The package of Twilio, unmodified but for the host that its requests go to.

const here = import.meta.dirname;
let sandbox: ChildProcess;
let folder: string;
let address: string;

beforeAll(async () => {
  folder = await newDataFolder();
  sandbox = spawn(process.execPath, ['sandbox/main.ts'], {
    cwd: join(here, '..'),
    env: { ...cleanEnvironment(), CARILLON_SANDBOX_PORT: '0', CARILLON_SANDBOX_DATA: folder },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: sandbox.stdout as NodeJS.ReadableStream });
  const [line] = (await once(lines, 'line')) as [string];
  address = (JSON.parse(line) as { address: string }).address;
  await control('settings', { delay_factor: 0 });
});

afterAll(async () => {
  if (sandbox?.exitCode === null) {
    sandbox.kill('SIGTERM');
    await once(sandbox, 'exit');
  }
  if (folder) await rm(folder, { recursive: true, force: true });
});

async function control(path: string, body: unknown): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${address}/_sandbox/${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  expect(answer.ok, await answer.text()).toBe(true);
}

it('the package of Twilio sends, reads, lists, changes and takes refusals', async () => {
  const { twilio } = (await (await fetch(`${address}/_sandbox/credentials`)).json()) as {
    twilio: Record<'base_url' | 'account_sid' | 'auth_token' | 'api_key_sid' | 'api_key_secret', string>;
  };
  // The package repeats what was refused for its rate, if it is told to.
  const match = { provider: 'twilio', to: '+15550007777', times: 1 };
  await control('faults', { rules: [{ match, action: { kind: 'error', code: 20429 } }] });
  const calls = join(here, 'real-clients', 'twilio-calls.ts');
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--import', join(here, 'real-clients', 'twilio-host.ts'), calls],
    {
      env: {
        ...cleanEnvironment(),
        TWILIO_TWIN: twilio.base_url,
        TWILIO_SID: twilio.account_sid,
        TWILIO_TOKEN: twilio.auth_token,
        TWILIO_KEY: twilio.api_key_sid,
        TWILIO_SECRET: twilio.api_key_secret,
      },
    },
  );
  const info = (code: number) => `https://www.twilio.com/docs/errors/${code}`;
  expect(JSON.parse(stdout)).toEqual({
    account: [true, 'active', 'Full'],
    numbers: [true, true],
    listening: 'https://example.com/in',
    sent: ['queued', '1', true, null],
    delivered: [true, null, 'outbound-api'],
    media: ['image/jpeg', 'image/jpeg'],
    listed: [1, 0],
    redacted: '',
    isRemoved: true,
    pool: 2,
    scheduled: 'scheduled',
    canceled: 'canceled',
    sender: ['ONLINE', true, 'https://example.com/wa'],
    content: ['order_update', 'approved'],
    template: 'Hello Bo, your order 77 is on its way.',
    place: 'queued',
    feedback: 'confirmed',
    byKey: 2,
    again: 'queued',
    refusals: {
      stopped: `400 21610 ${info(21610)}`,
      noRecipient: `400 21211 ${info(21211)}`,
      wrongToken: `401 20003 ${info(20003)}`,
      unknown: `404 20404 ${info(20404)}`,
    },
  });
  const ledger = (await (await fetch(`${address}/_sandbox/ledger`)).json()) as {
    data: { provider: string; to: string; outcome: string }[];
  };
  expect(ledger.data.every(({ provider }) => provider === 'twilio')).toBe(true);
  const again = ledger.data.filter(({ to }) => to === '+15550007777').map(({ outcome }) => outcome);
  expect(again).toEqual(['rejected:20429', 'accepted']);
});
