import { randomBytes, randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { expect, vi } from 'vitest';
import { addWorkspace } from '#server/accounts/accounts.ts';
import { insertApiKey } from '#server/accounts/accounts-store.ts';
import { hashOfKey, makeApiKey } from '#server/accounts/api-key.ts';
import { connect } from '#server/platform/database.ts';
import { startEmbeddedPostgres } from '#server/platform/embedded-postgres.ts';
import { newId } from '#server/platform/ids.ts';
import { newDataFolder } from './carillon.ts';
import { MetaReceiver } from './real-clients/meta-receiver.ts';
import { aMessage, UnderTest } from './under-test.ts';

const log = { info: () => {}, warn: () => {}, error: () => {}, debug: () => {} };
const verifyToken = 'a-word';
const patience = { timeout: 30_000, interval: 100 };

/** What the first workspace has, by the id that addresses name it by: one of each kind, and a second one where an
 *  operation uses the first one up. */
export interface Belongings {
  message: string;
  inbound: string;
  waiting: string;
  contact: string;
  conversation: string;
  webhook: string;
  delivery: string;
  file: string;
  lostFile: string;
  upload: string;
  deadLetter: string;
  otherDeadLetter: string;
  sender: string;
  rule: string;
  /** Not the one that messages go through, so that it can be removed. */
  spareConnection: string;
  spareApiKey: string;
}

/** A server with two workspaces. The first has something in every list; the second, the stranger, has a sender of its own
 *  and a message, so that what it is refused is not refused for want of those. */
export class TwoWorkspaces implements AsyncDisposable {
  readonly under: UnderTest;
  readonly strangerKey: string;
  readonly strangerMessage: string;
  readonly own: Belongings;
  readonly #stop: () => Promise<void>;

  private constructor(
    under: UnderTest,
    stranger: { key: string; message: string },
    own: Belongings,
    stop: () => Promise<void>,
  ) {
    this.under = under;
    this.strangerKey = stranger.key;
    this.strangerMessage = stranger.message;
    this.own = own;
    this.#stop = stop;
  }

  static async start(): Promise<TwoWorkspaces> {
    const folder = await newDataFolder();
    const postgres = await startEmbeddedPostgres({ dataDirectory: folder, settings: { shared_buffers: '32MB' }, log });
    const receiver = await MetaReceiver.listen(verifyToken);
    const stopDatabase = async (): Promise<void> => {
      await receiver[Symbol.asyncDispose]();
      await postgres.stop();
      await rm(folder, { recursive: true, force: true });
    };
    try {
      const secretKey = randomBytes(32);
      const env = {
        DATABASE_URL: postgres.url,
        CARILLON_SECRET_KEY: secretKey.toString('base64'),
        CARILLON_ALLOWED_TARGETS: `127.0.0.1:${receiver.port}`,
      };
      const under = await UnderTest.start(env);
      const stop = async (): Promise<void> => {
        await under[Symbol.asyncDispose]();
        await stopDatabase();
      };
      try {
        await post(`${under.carillon.sandbox}/_sandbox/settings`, { delay_factor: 0 });
        const stranger = await addStranger(under, postgres.url, secretKey);
        return new TwoWorkspaces(under, stranger, await fill(under, receiver.url), stop);
      } catch (error) {
        await under[Symbol.asyncDispose]();
        throw new Error(under.carillon.logs.join('\n'), { cause: error });
      }
    } catch (error) {
      await stopDatabase();
      throw error;
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#stop();
  }
}

async function addStranger(
  under: UnderTest,
  databaseUrl: string,
  secretKey: Buffer,
): Promise<{ key: string; message: string }> {
  const key = makeApiKey(newId());
  const owner = connect({ url: databaseUrl, maxConnections: 1 });
  await owner.transaction(async (tx) => {
    const workspaceId = await addWorkspace(tx, 'Stranger', secretKey);
    const secretHash = hashOfKey(key);
    const scopes = ['*'];
    const origin = 'created';
    await insertApiKey(tx, {
      workspaceId,
      id: newId(),
      name: 'key',
      prefix: 'ck',
      secretHash,
      scopes,
      origin,
      expiresAt: null,
    });
  });
  await owner.close();
  const number = await post(`${under.carillon.sandbox}/_sandbox/phone_numbers`, { verified_name: 'Stranger' });
  const { base_url, waba_id, access_token, app_secret, verify_token } = await credentialsOf(under);
  const body = { provider: 'whatsapp-cloud', base_url, business_account_id: waba_id };
  const secrets = { access_token, app_secret, verify_token, phone_number_id: number['phone_number_id'] };
  const connected = await under.call('POST', '/v1/connections', { key, body: { ...body, ...secrets } });
  expect(connected.status, connected.text).toBe(201);
  const sent = await under.call('POST', '/v1/messages', { key, body: aMessage({ to: '+15559990001' }) });
  expect(sent.status, sent.text).toBe(202);
  return { key, message: sent.json.id };
}

async function upload(under: UnderTest): Promise<string> {
  const body = new FormData();
  body.append('file', new Blob(['terms']), 'terms.txt');
  const headers = { authorization: `Bearer ${under.carillon.apiKey}` };
  const response = await fetch(`${under.carillon.api}/v1/uploads`, { method: 'POST', headers, body });
  expect(response.status).toBe(201);
  return ((await response.json()) as { id: string }).id;
}

async function fill(under: UnderTest, receiverUrl: string): Promise<Belongings> {
  const forwarding = { url: receiverUrl, verify_token: verifyToken, app_secret: 'secret' };
  const set = await under.call('PUT', '/v1/forwarding', { body: forwarding });
  expect(set.status, set.text).toBe(200);
  const phone = '+15550001111';
  const people = `${under.carillon.sandbox}/_sandbox/people/${phone}`;
  const message = await send(under, { to: phone });
  await post(`${people}/messages`, { type: 'text', text: { body: 'Hello' } });
  const picture = await fetch(`${people}/media?filename=a.png`, {
    method: 'POST',
    headers: { 'content-type': 'image/png' },
    body: randomBytes(64),
  });
  const { id } = (await picture.json()) as { id: string };
  await post(`${people}/messages`, { type: 'image', image: { id } });

  const at = String(Math.floor(Date.now() / 1000));
  const told = [
    // A file that the provider no longer has, a receipt of a message that nobody knows, and news that are no message.
    under.value({
      contacts: [{ wa_id: '15550002222' }],
      messages: [{ from: '15550002222', id: 'wamid.lost', timestamp: at, type: 'image', image: { id: '404404404' } }],
    }),
    under.value({ statuses: [{ id: 'wamid.orphan', status: 'sent', timestamp: at, recipient_id: '15550003333' }] }),
    {
      object: 'whatsapp_business_account',
      entry: [
        {
          id: under.credentials.waba_id,
          changes: [{ field: 'account_alerts', value: { alert_type: 'OBA_APPROVED' } }],
        },
      ],
    },
  ];
  for (const webhook of told) expect((await under.webhook(webhook)).status).toBe(200);

  // Numbers that end so are not on WhatsApp: the provider takes the message and reports its failure.
  const dead = [await send(under, { to: '+15550010026' }), await send(under, { to: '+15550020026' })] as const;
  const waiting = await send(under, { send_at: Temporal.Now.instant().add({ hours: 24 }).toString() });
  const apiKey = await under.call('POST', '/v1/api-keys', { body: { name: 'Spare', scopes: ['*'] } });

  const find = async (path: string, fits: (entry: Record<string, unknown>) => boolean = () => true): Promise<string> =>
    vi.waitFor(async () => {
      const { json, text } = await under.call('GET', path);
      const found = json.data.find(fits) as { id: string } | undefined;
      expect(found, `${path}: ${text}`).toBeDefined();
      return found?.id ?? '';
    }, patience);
  await vi.waitFor(async () => {
    const { json } = await under.call('GET', '/v1/dead-letters?state=open');
    expect(json.data.map((letter: { message_id: string }) => letter.message_id)).toEqual([...dead].reverse());
  }, patience);
  await find('/v1/provider-notices');
  const own = {
    message,
    inbound: await find(`/v1/messages?direction=inbound&contact=${encodeURIComponent(phone)}&type=text`),
    waiting,
    contact: await find('/v1/contacts', ({ identities }) => JSON.stringify(identities).includes('15550001111')),
    conversation: await find('/v1/conversations'),
    webhook: await find('/v1/webhooks'),
    file: await find('/v1/media?state=stored'),
    lostFile: await find('/v1/media?state=failed'),
    upload: await upload(under),
    deadLetter: dead[0],
    otherDeadLetter: dead[1],
    sender: await find('/v1/senders'),
    rule: await addRule(under, await find('/v1/senders')),
    spareApiKey: apiKey.json.id as string,
  };
  await vi.waitFor(async () => {
    const pending = await fetch(`${under.carillon.sandbox}/_sandbox/pending`);
    expect(await pending.json()).toMatchObject({ updates: 0, deliveries: 0 });
  }, patience);
  await under.settled();
  await vi.waitFor(async () => {
    expect((await under.call('GET', '/v1/forwarding/deliveries?state=pending')).json.data).toEqual([]);
  }, patience);
  const delivery = await find('/v1/forwarding/deliveries');
  const stopped = await under.call('PUT', '/v1/stops/service', { body: { reason: 'A test' } });
  expect(stopped.status, stopped.text).toBe(200);
  // Last, because messages have to name their sender from now on.
  return { ...own, delivery, spareConnection: await addSpareConnection(under) };
}

async function addRule(under: UnderTest, sender: string): Promise<string> {
  const body = { name: 'Codes', when: { purposes: ['authentication'] }, senders: [{ sender_id: sender }] };
  const added = await under.call('POST', '/v1/routing/rules', { body });
  expect(added.status, added.text).toBe(201);
  return added.json.id;
}

async function addSpareConnection(under: UnderTest): Promise<string> {
  const { base_url, access_token, app_secret } = await credentialsOf(under);
  const ids = { business_account_id: '102', phone_number_id: '106', verify_token: 'spare' };
  const body = { provider: 'whatsapp-cloud', base_url, access_token, app_secret, ...ids, force: true };
  const added = await under.call('POST', '/v1/connections', { body });
  expect(added.status, added.text).toBe(201);
  return added.json.id;
}

async function send(under: UnderTest, changes: Record<string, unknown>): Promise<string> {
  const sent = await under.call('POST', '/v1/messages', { body: aMessage(changes) });
  expect(sent.status, sent.text).toBe(202);
  return sent.json.id;
}

async function credentialsOf(under: UnderTest): Promise<Record<string, unknown>> {
  const response = await fetch(`${under.carillon.sandbox}/_sandbox/credentials`);
  return (await response.json()) as Record<string, unknown>;
}

async function post(url: string, body: unknown): Promise<Record<string, unknown>> {
  const headers = { 'content-type': 'application/json', 'idempotency-key': randomUUID() };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  expect(response.ok, await response.clone().text()).toBe(true);
  return (await response.json()) as Record<string, unknown>;
}
