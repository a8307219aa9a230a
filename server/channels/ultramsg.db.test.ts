import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { addWorkspace, openFirstWorkspace } from '#accounts/accounts.ts';
import { scopes } from '#accounts/scopes.ts';
import { Vault } from '#accounts/vault.ts';
import { KeyRing } from '#platform/key-ring.ts';
import { CursorCodec } from '#platform/cursor.ts';
import { type Database, sql } from '#platform/database.ts';
import { type Caller, createHttpServer, type HttpServer } from '#platform/http.ts';
import { createLog } from '#platform/telemetry.ts';
import { createTestDatabase, type TestDatabase } from '#testing/test-database.ts';
import { addUltramsgRoutes } from './add-ultramsg-routes.ts';
import { ConnectionDirectory } from './connection-directory.ts';
import { connectionsRoutes } from './connections-routes.ts';
import { startFakeInstance } from './providers/ultramsg/account/fake-instance.fixture.ts';
import { ultramsgRoutes } from './ultramsg-routes.ts';

const keyEncryptionKey = randomBytes(32);
let database: TestDatabase;
let worker: Database;
let directory: ConnectionDirectory;
let server: HttpServer;
let fake: Awaited<ReturnType<typeof startFakeInstance>>;
let workspaceId: string;
let otherWorkspaceId: string;
let asCaller: Caller;

beforeAll(async () => {
  database = await createTestDatabase();
  worker = database.connect({ role: 'carillon_worker' });
  const request = database.connect({ role: 'carillon_request' });
  const key = { text: 'k'.repeat(40), origin: 'environment' } as const;
  ({ workspaceId } = await openFirstWorkspace(worker, { ring: new KeyRing([keyEncryptionKey]), key }));
  otherWorkspaceId = await worker.transaction((tx) => addWorkspace(tx, 'Other', keyEncryptionKey));
  fake = await startFakeInstance();
  const channels = {
    vault: new Vault(new KeyRing([keyEncryptionKey])),
    calls: fake.calls,
    addressPolicy: { allowed: [{ host: '127.0.0.1', port: fake.port }] },
    publicUrl: 'https://chat.example.com',
  };
  directory = new ConnectionDirectory({ db: worker, log: createLog({ level: 'silent' }), ...channels });
  await directory.start();
  server = await createHttpServer({ authenticate: () => asCaller, scopes });
  const deps = { db: request, directory, cursors: new CursorCodec(keyEncryptionKey), ...channels };
  connectionsRoutes(server, deps);
  addUltramsgRoutes(server, deps);
  ultramsgRoutes(server, deps);
  await server.ready();
});

beforeEach(async () => {
  asCaller = callerIn(workspaceId);
  fake.reset();
  await database.db.query(sql`delete from connection`);
  await directory.refresh();
});

afterAll(async () => {
  await server?.close();
  await directory?.stop();
  await fake?.close();
  await database?.close();
});

const callerIn = (id: string, ...only: string[]): Caller => ({
  workspaceId: id,
  keyId: 'key',
  scopes: new Set(only.length === 0 ? ['*'] : only),
});

async function call(method: 'GET' | 'POST' | 'PUT', url: string, body?: object) {
  const answer = await server.inject({ method, url, ...(body === undefined ? {} : { payload: body }) });
  const isJson = answer.headers['content-type']?.toString().includes('json') ?? false;
  return {
    status: answer.statusCode,
    body: isJson ? (answer.json() as Record<string, unknown>) : {},
    text: answer.body,
    type: answer.headers['content-type'],
  };
}

const wanted = (change: object = {}) => ({ base_url: fake.url, instance_id: '1150', token: fake.token, ...change });

async function add(change: object = {}): Promise<{ id: string; text: string; body: Record<string, unknown> }> {
  const { status, body, text } = await call('POST', '/v1/connections/ultramsg', wanted(change));
  expect([status, body['detail']]).toEqual([201, undefined]);
  return { id: body['id'] as string, text, body };
}

describe('connecting an instance of UltraMsg', () => {
  it('tries the token, learns whose phone it is, and says what kind of thing it is', async () => {
    const { body, text } = await add({ base_url: `${fake.url}/instance1150/` });
    expect(body).toMatchObject({
      provider: 'ultramsg',
      channel: 'whatsapp',
      official: false,
      warning: expect.stringMatching(/^Unofficial/),
      name: 'Fake Shop',
      base_url: fake.url,
      business_account_id: 'instance1150',
      senders: [{ external_id: 'instance1150', phone: '+15550001111', throughput_per_second: 1 }],
    });
    expect(text).not.toContain(fake.token);
  });

  it('shows the address for webhooks once, with a key that nobody can guess', async () => {
    const { id, body } = await add();
    const [, key = ''] =
      /^https:\/\/chat\.example\.com\/webhooks\/ultramsg\/[0-9a-f-]{36}\/([\w-]+)$/.exec(
        String(body['callback_url']),
      ) ?? [];
    expect(key.length).toBeGreaterThanOrEqual(32);
    for (const url of ['/v1/connections', `/v1/connections/${id}`, `/v1/connections/${id}/ultramsg/settings`])
      expect((await call('GET', url)).text).not.toContain(key);
  });

  it.each(['guess-me', 'a'.repeat(31), `${'a'.repeat(40)}/x`, `${'a'.repeat(40)}%2f`, `${'a'.repeat(31)}ä`])(
    'takes no key for that address that can be guessed or does not fit into one (%s)',
    async (verifyToken) => {
      const { id } = await add();
      const wrong = await call('PUT', `/v1/connections/${id}/secrets`, { verify_token: verifyToken });
      expect(wrong).toMatchObject({ status: 422, body: { errors: [{ pointer: '/verify_token' }] } });
      const right = await call('PUT', `/v1/connections/${id}/secrets`, { verify_token: 'Ab3_-'.repeat(8) });
      expect(right.status, right.text).toBe(200);
    },
  );

  it('is possible before a phone is linked', async () => {
    fake.answer('GET instance/status', { status: { accountStatus: { status: 'qr', substatus: 'normal' } } });
    const { body } = await add();
    expect(body).toMatchObject({
      name: 'UltraMsg',
      checks: expect.arrayContaining([
        { name: 'phone', ok: false, message: expect.stringMatching(/scan the QR code/) },
      ]),
    });
  });

  it('with a wrong token saves nothing, says which field it is, and repeats no token', async () => {
    const { status, body, text } = await call('POST', '/v1/connections/ultramsg', wanted({ token: 'wrong-one' }));
    expect(status).toBe(422);
    expect(body['errors']).toMatchObject([{ pointer: '/token', message: expect.stringMatching(/Wrong token/) }]);
    expect(text).not.toContain('wrong-one');
    const other = await call('POST', '/v1/connections/ultramsg', wanted({ instance_id: 'instance7' }));
    expect(other.body['errors']).toMatchObject([{ pointer: '/instance_id' }]);
    expect((await call('GET', '/v1/connections')).body['data']).toEqual([]);
  });

  it('a second time is a conflict', async () => {
    await add();
    expect((await call('POST', '/v1/connections/ultramsg', wanted())).status).toBe(409);
  });

  it('subscribes with the whole address and reads it back', async () => {
    const { id, body } = await add();
    expect((await call('POST', `/v1/connections/${id}/subscribe`)).status).toBe(200);
    expect(fake.settings).toMatchObject({ webhook_url: body['callback_url'], webhook_message_ack: 'true' });
    const { body: shown } = await call('GET', `/v1/connections/${id}`);
    expect(shown['checks'], 'what was found before is looked at again').toContainEqual({
      name: 'webhooks',
      ok: true,
      message: 'Webhooks come here.',
    });
    expect((await call('GET', `/v1/connections/${id}/ultramsg/settings`)).body).toMatchObject({
      webhooks_come_here: true,
    });
  });
});

describe('an instance that is connected', () => {
  it('tells how its phone is and what waits', async () => {
    const { id } = await add();
    expect((await call('GET', `/v1/connections/${id}/ultramsg/status`)).body).toEqual({
      status: 'authenticated',
      substatus: 'connected',
      linked: true,
      detail: 'The phone is linked.',
      phone: '+15550001111',
      display_name: 'Fake Shop',
      messages: { queue: 3, sent: 12, unsent: 1, invalid: 0, expired: 0 },
    });
  });

  it('shows its QR code as a picture while there is one', async () => {
    const { id } = await add();
    expect((await call('GET', `/v1/connections/${id}/ultramsg/qr`)).status).toBe(409);
    fake.answer('GET instance/status', { status: { accountStatus: { status: 'qr' } } });
    expect(await call('GET', `/v1/connections/${id}/ultramsg/qr`)).toMatchObject({ status: 200, type: 'image/png' });
  });

  it('is restarted, unlinked, emptied and set, and each is on record', async () => {
    const { id } = await add();
    fake.settings = { sendDelay: '1', sendDelayMax: 15, webhook_message_ack: 'on' };
    const post = (path: string, body?: object) => call('POST', `/v1/connections/${id}/ultramsg/${path}`, body);
    expect((await post('restart')).status).toBe(204);
    expect((await post('logout')).status).toBe(204);
    expect((await post('clear', { status: 'queue' })).status).toBe(204);
    expect((await post('clear', { status: 'sent' })).status).toBe(422);
    expect((await post('settings', { send_delay_seconds: 5 })).body).toEqual({
      send_delay_seconds: 5,
      send_delay_max_seconds: 15,
      webhook_retries: null,
      webhooks_come_here: false,
    });
    expect(fake.settings).toMatchObject({ sendDelay: '5', sendDelayMax: '15', webhook_message_ack: 'true' });
    const audit = await database.db.query<{ action: string }>(
      sql`select action from audit_entry where subject = ${`connection:${id}`} and action like 'ultramsg.%' order by seq`,
    );
    expect(audit.map(({ action }) => action)).toEqual([
      'ultramsg.restart',
      'ultramsg.logout',
      'ultramsg.clear',
      'ultramsg.change_settings',
    ]);
  });

  it('looks whether a number is on WhatsApp', async () => {
    const { id } = await add();
    const { body } = await call('POST', `/v1/connections/${id}/ultramsg/contact-check`, { phone: '+15550002222' });
    expect(body).toEqual({ phone: '+15550002222', on_whatsapp: true });
  });

  it('passes on what UltraMsg refuses and what it does not answer, as such', async () => {
    const { id } = await add();
    fake.answer('*', { error: 'Your instance has been Stopped due to non-payment.' });
    expect((await call('GET', `/v1/connections/${id}/ultramsg/status`)).body).toMatchObject({
      code: 'provider_refused',
      detail: expect.stringMatching(/non-payment/),
    });
    fake.answer('*', '<html>', 502);
    expect((await call('POST', `/v1/connections/${id}/ultramsg/restart`)).body).toMatchObject({
      code: 'upstream_failed',
      detail: expect.stringMatching(/not known/),
    });
  });

  it('is nobody else’s, and needs the scope', async () => {
    const { id } = await add();
    const urls = ['status', 'qr', 'settings'].map((path) => `/v1/connections/${id}/ultramsg/${path}`);
    asCaller = callerIn(otherWorkspaceId);
    for (const url of urls) expect((await call('GET', url)).status).toBe(404);
    expect((await call('POST', `/v1/connections/${id}/ultramsg/logout`)).status).toBe(404);
    asCaller = callerIn(workspaceId, 'messages:read');
    for (const url of urls) expect((await call('GET', url)).status).toBe(403);
    asCaller = callerIn(workspaceId, 'connections:read');
    // With the QR code one takes over the account, so reading rights are not enough.
    expect((await call('GET', `/v1/connections/${id}/ultramsg/qr`)).status).toBe(403);
    expect(fake.asked.filter(({ call: one }) => one.startsWith('POST'))).toEqual([]);
  });

  it('is not one of another provider', async () => {
    const { id } = await add();
    await database.db.query(sql`update connection set provider = 'whatsapp-cloud' where id = ${id}::uuid`);
    expect((await call('GET', `/v1/connections/${id}/ultramsg/status`)).body).toMatchObject({
      code: 'conflict',
      detail: expect.stringMatching(/whatsapp-cloud/),
    });
  });
});
