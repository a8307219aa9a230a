import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { SandboxUser } from '#sandbox/testing/sandbox-user.ts';
import { callApi } from './calls.ts';
import { newDataFolder, startCarillon, type RunningCarillon } from './carillon.ts';

// A server that is killed in the middle of a mail, against a mail server that lives on and knows what it got.

interface Account {
  host: string;
  port: number;
  tls: string;
  user: string;
  password: string;
  from: string;
  bounce_address: string;
}

const patience = { timeout: 60_000, interval: 200 };
let sandbox: SandboxUser;
let mail: Account;
let dataFolder: string;
let senderId = '';

beforeAll(async () => {
  sandbox = await SandboxUser.start();
  ({ mail } = (await sandbox.request('GET', '/_sandbox/credentials')).read<{ mail: Account }>());
  dataFolder = await newDataFolder();
  await using carillon = await start();
  const { host, port, tls, user, password, from, bounce_address } = mail;
  const body = { host, port, tls, user, password, from, bounce_address };
  const { status, json } = await callApi(carillon, 'POST', '/v1/connections/smtp', body);
  expect(status, JSON.stringify(json)).toBe(201);
  senderId = String(json['sender_id']);
}, 120_000);
afterAll(async () => {
  await sandbox?.[Symbol.asyncDispose]();
  await rm(dataFolder, { recursive: true, force: true });
});

function start(failpoints?: string): Promise<RunningCarillon> {
  return startCarillon({
    dataFolder,
    env: {
      CARILLON_SANDBOX_PORT: 'off',
      CARILLON_ALLOWED_TARGETS: `127.0.0.1:${mail.port}`,
      ...(failpoints === undefined ? {} : { CARILLON_FAILPOINTS: failpoints }),
    },
  });
}

const send = (carillon: RunningCarillon, to: string) =>
  callApi(carillon, 'POST', '/v1/messages', {
    to_email: to,
    sender_id: senderId,
    purpose: 'transactional',
    content: { type: 'email', email: { subject: 'Once', text: 'Once only' } },
  });

const mailsTo = async (to: string) =>
  (await sandbox.request('GET', `/_sandbox/mail/messages?to=${to}`)).read<{ data: object[] }>().data.length;

it.each([
  ['dispatch.afterFirstByte', 0],
  ['dispatch.afterFullWrite', 0],
  ['dispatch.afterResponse', 1],
] as const)(
  'killed at %s, a mail that may have left is unknown and goes no second time',
  async (point, arrived) => {
    const to = `${point.split('.')[1]}@example.com`;
    const killed = await start(`${point}=kill~${to}`);
    const exited = once(killed.child, 'exit');
    const { status, json } = await send(killed, to);
    expect(status, JSON.stringify(json)).toBe(202);
    await exited;
    expect(await mailsTo(to)).toBe(arrived);

    await using again = await start();
    await vi.waitUntil(
      async () => (await callApi(again, 'GET', `/v1/messages/${String(json['id'])}`)).json['status'] === 'unknown',
      patience,
    );
    // Another one goes its way behind it, so the sender is at work again.
    const after = `after-${to}`;
    expect((await send(again, after)).status).toBe(202);
    await vi.waitUntil(async () => (await mailsTo(after)) === 1, patience);
    expect(await mailsTo(to)).toBe(arrived);
  },
  180_000,
);
