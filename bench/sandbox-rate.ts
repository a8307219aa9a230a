import { fork } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Pool } from 'undici';
import { Child } from './child.ts';
import { poll } from './clock.ts';
import { connections, contacts, expectClean } from './figures.ts';
import type { LoadResult, SandboxLoad } from './load.ts';

const rushHour = new URL('rush-hour.yaml', import.meta.url);
const peopleOfScenario = 1_000;

interface Credentials {
  access_token: string;
  phone_number_id: string;
  app_secret: string;
}

/** Messages a second. */
export interface SandboxRate {
  /** Nobody does anything with what arrives. */
  alone: number;
  /** A scenario has the people read what arrives, and some of them answer. */
  withPeople: number;
}

/** What the simulated WhatsApp takes from 64 connections, with its limits off, while it delivers the signed receipts of
 *  each message to a receiver. */
export async function sandboxRate(load: Child, count: number): Promise<SandboxRate> {
  const alone = await rateOf(load, count, contacts);
  return { alone, withPeople: await rateOf(load, count, peopleOfScenario, await readFile(rushHour, 'utf8')) };
}

async function rateOf(load: Child, count: number, recipients: number, scenario?: string): Promise<number> {
  const stack = new AsyncDisposableStack();
  try {
    const folder = await mkdtemp(join(tmpdir(), 'carillon-bench-sandbox-'));
    stack.defer(() => rm(folder, { recursive: true, force: true }));
    const child = fork(fileURLToPath(new URL('../sandbox/main.ts', import.meta.url)), [], {
      env: { CARILLON_SANDBOX_PORT: '0', CARILLON_SANDBOX_DATA: folder },
      stdio: ['ignore', 'pipe', 'ignore', 'ipc'],
    });
    const ended = new Promise((resolve) => child.once('exit', resolve));
    stack.defer(async () => {
      child.kill('SIGTERM');
      await ended;
    });
    if (!child.stdout) throw new Error('The sandbox has no output.');
    let origin = '';
    for await (const line of createInterface({ input: child.stdout })) {
      origin = (JSON.parse(line) as { address: string }).address;
      break;
    }
    child.stdout.resume();
    const calls = new Pool(origin, { connections: 1, allowH2: false });
    stack.defer(() => calls.close());
    const call = async <Answer>(method: 'GET' | 'POST', path: string, body?: unknown): Promise<Answer> => {
      const answer = await calls.request({
        method,
        path,
        ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
      });
      const text = await answer.body.text();
      if (answer.statusCode >= 300) throw new Error(`${path}: HTTP ${answer.statusCode} ${text.slice(0, 500)}`);
      return JSON.parse(text) as Answer;
    };
    const credentials = await call<Credentials>('GET', '/_sandbox/credentials');
    await call('POST', '/_sandbox/settings', { limits: 'off', delay_factor: 0, magic_numbers: false });
    const receiver = await Child.start('bare-webhooks.ts');
    stack.defer(() => receiver.stop());
    const receiverOrigin = await receiver.call<string>('listen', credentials.app_secret);
    await call('POST', '/_sandbox/webhook', { url: `${receiverOrigin}/webhooks`, verify: false });
    if (scenario !== undefined) await call('POST', '/_sandbox/scenarios', { text: scenario });
    const options: SandboxLoad = {
      origin,
      phoneNumberId: credentials.phone_number_id,
      accessToken: credentials.access_token,
      count,
      contacts: recipients,
      connections,
    };
    const { perSecond } = expectClean(await load.call<LoadResult>('sandbox', options));
    await poll('All webhooks of the sandbox are delivered', 120_000, 100, async () => {
      const pending = await call<{ updates: number; timers: number }>('GET', '/_sandbox/pending');
      return pending.updates === 0 && pending.timers === 0 ? true : undefined;
    });
    return perSecond;
  } finally {
    await stack.disposeAsync();
  }
}
