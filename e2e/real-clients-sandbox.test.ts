import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { cleanEnvironment, newDataFolder } from './carillon.ts';
import { png, type Target } from './real-clients/client-under-test.ts';
import { greatDetail } from './real-clients/great-detail.ts';
import { kapso } from './real-clients/kapso.ts';
import { MetaReceiver } from './real-clients/meta-receiver.ts';
import { whatsappApiJs } from './real-clients/whatsapp-api-js.ts';
import { whatsappBusiness } from './real-clients/whatsapp-business.ts';

// Clients of the Cloud API that others wrote, unmodified: of the sandbox they know its address and its token alone.

let sandbox: ChildProcess;
let folder: string;
let baseUrl: string;
let account: Record<'access_token' | 'phone_number_id' | 'waba_id' | 'app_secret' | 'verify_token', string>;
let receiver: MetaReceiver;

beforeAll(async () => {
  folder = await newDataFolder();
  sandbox = spawn(process.execPath, ['sandbox/main.ts'], {
    cwd: join(import.meta.dirname, '..'),
    env: { ...cleanEnvironment(), CARILLON_SANDBOX_PORT: '0', CARILLON_SANDBOX_DATA: folder },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: sandbox.stdout as NodeJS.ReadableStream });
  const [line] = (await once(lines, 'line')) as [string];
  baseUrl = (JSON.parse(line) as { address: string }).address;
  account = (await (await fetch(`${baseUrl}/_sandbox/credentials`)).json()) as typeof account;
  // One update a webhook: well-known clients read only the first.
  await control('settings', { delay_factor: 0, limits: 'off', webhook_batch: 1 });
  receiver = await MetaReceiver.listen(account.verify_token);
  await control('webhook', { url: receiver.url });
});

afterAll(async () => {
  await receiver?.[Symbol.asyncDispose]();
  if (sandbox?.exitCode === null) {
    sandbox.kill('SIGTERM');
    await once(sandbox, 'exit');
  }
  if (folder) await rm(folder, { recursive: true, force: true });
});

async function control(path: string, body: unknown): Promise<Record<string, unknown>> {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${baseUrl}/_sandbox/${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  expect(answer.ok, await answer.clone().text()).toBe(true);
  return (await answer.json()) as Record<string, unknown>;
}

async function targetFor(person: string): Promise<Target> {
  const said = await control(`people/+${person}/messages`, { type: 'text', text: { body: 'Hello?' } });
  const question = (said['messages'] as { id: string }[])[0]?.id ?? '';
  const { access_token: token, phone_number_id: phoneNumberId, waba_id: businessAccountId } = account;
  return { baseUrl, token, phoneNumberId, businessAccountId, person, question };
}

// In India, since addresses can be asked for there only.
describe.each([
  [kapso, '919876502001'],
  [whatsappApiJs, '919876502002'],
  [greatDetail, '919876502003'],
  [whatsappBusiness, '919876502004'],
] as const)('$name', (client, person) => {
  let target: Target;
  beforeAll(async () => {
    target = await targetFor(person);
  });

  it('sends every kind of message that it can make, and hears of each', async () => {
    const refused: Record<string, unknown> = {};
    const ids = new Map<string, string>();
    for (const [kind, send] of Object.entries(client.sends(target))) {
      const id = await send().catch((error: unknown) => {
        refused[kind] = error;
      });
      if (id) ids.set(id, kind);
    }
    expect(refused).toEqual({});
    expect(ids.size).toBeGreaterThan(10);
    await vi.waitFor(
      async () => {
        const heard = await Promise.all(
          receiver.webhooks.map((webhook) => client.receive(webhook, account.app_secret)),
        );
        const told = heard
          .flatMap(({ statuses }) => statuses)
          .filter(({ id, status }) => ids.has(id) && status !== 'delivered');
        const outcomes = told.map(({ id, status }) => `${ids.get(id) ?? ''} ${status}`);
        expect(outcomes.toSorted()).toEqual([...ids.values()].map((kind) => `${kind} sent`).toSorted());
        expect(heard.flatMap(({ messages }) => messages)).toContainEqual({ id: target.question, type: 'text' });
      },
      { timeout: 20_000, interval: 100 },
    );
  });

  it('marks as read with a typing indicator', async () => {
    expect(await client.read(target)).toBe(true);
  });

  it('uploads a file, and gets the same bytes back', async () => {
    expect((await client.media(target, png)).bytes).toEqual(png);
  });

  it.runIf(client.templates)('lists the templates', async () => {
    expect(await client.templates?.(target)).toContain('hello_world');
  });

  it('understands a refusal', async () => {
    expect(await client.refusal(target, '+15550000029')).toBe(130429);
  });
});

it.each([kapso, whatsappApiJs, greatDetail])('$name refuses a webhook that somebody else signed', async (client) => {
  const [webhook] = receiver.webhooks;
  if (!webhook) throw new Error('No webhook came.');
  await client.receive(webhook, account.app_secret);
  await expect(client.receive(webhook, 'another secret')).rejects.toThrow();
});
