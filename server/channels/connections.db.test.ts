import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { addWorkspace, openFirstWorkspace } from '#accounts/accounts.ts';
import { scopes } from '#accounts/scopes.ts';
import { Vault } from '#accounts/vault.ts';
import { KeyRing } from '#platform/key-ring.ts';
import { CursorCodec } from '#platform/cursor.ts';
import { type Database, sql } from '#platform/database.ts';
import { type Caller, createHttpServer, type HttpServer } from '#platform/http.ts';
import { OutgoingClient } from '#platform/outgoing.ts';
import { createLog } from '#platform/telemetry.ts';
import { createTestDatabase, type TestDatabase } from '#testing/test-database.ts';
import { ConnectionDirectory } from './connection-directory.ts';
import { connectionsRoutes } from './connections-routes.ts';
import { channelsHealth } from './health.ts';
import { pauseConnection } from './pauses.ts';
import { recordChallengeSeen } from './connections.ts';
import { type FakeGraph, startFakeGraph } from './fake-graph.fixture.ts';
import { learn } from './knowledge.ts';

const keyEncryptionKey = randomBytes(32);
let database: TestDatabase;
let worker: Database;
let requests: Database;
let directory: ConnectionDirectory;
let server: HttpServer;
let graph: FakeGraph;
let calls: OutgoingClient;
let workspaceId: string;
let otherWorkspaceId: string;
let asCaller: Caller;

beforeAll(async () => {
  database = await createTestDatabase();
  worker = database.connect({ role: 'carillon_worker' });
  requests = database.connect({ role: 'carillon_request' });
  const opened = await openFirstWorkspace(worker, {
    ring: new KeyRing([keyEncryptionKey]),
    key: { text: 'k'.repeat(40), origin: 'environment' },
  });
  workspaceId = opened.workspaceId;
  otherWorkspaceId = await worker.transaction((tx) => addWorkspace(tx, 'Other', keyEncryptionKey));
  graph = await startFakeGraph();
  const vault = new Vault(new KeyRing([keyEncryptionKey]));
  const publicUrl = 'https://chat.example.com';
  const addressPolicy = { allowed: [{ host: '127.0.0.1', port: graph.port }] };
  calls = new OutgoingClient(addressPolicy);
  const channels = { vault, calls, addressPolicy, publicUrl };
  directory = new ConnectionDirectory({ db: worker, log: createLog({ level: 'silent' }), ...channels });
  await directory.start();
  server = await createHttpServer({ authenticate: () => asCaller, scopes });
  connectionsRoutes(server, { db: requests, directory, cursors: new CursorCodec(keyEncryptionKey), ...channels });
  await server.ready();
});

beforeEach(async () => {
  asCaller = callerIn(workspaceId);
  graph.reset();
  await database.db.query(sql`delete from connection`);
  await directory.refresh();
});

afterAll(async () => {
  await server?.close();
  await directory?.stop();
  await calls?.[Symbol.asyncDispose]();
  await graph?.close();
  await database?.close();
});

const callerIn = (id: string, ...only: string[]): Caller => ({
  workspaceId: id,
  keyId: 'key',
  scopes: new Set(only.length === 0 ? ['*'] : only),
});

/** The fields that the tests look at, whatever the answer is. */
interface Answer {
  [field: string]: unknown;
  id: string;
  sender_id: string;
  data: unknown[];
  checks: { name: string; ok: boolean }[];
  next_cursor: string | null;
}

async function call(method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', url: string, body?: object) {
  const answer = await server.inject({ method, url, ...(body === undefined ? {} : { payload: body }) });
  return {
    status: answer.statusCode,
    body: answer.body === '' ? null : (answer.json() as Answer),
    text: answer.body,
  };
}

const good = () => ({
  provider: 'whatsapp-cloud',
  base_url: graph.url,
  business_account_id: graph.wabaId,
  phone_number_id: graph.phoneNumberId,
  access_token: graph.accessToken,
  app_secret: graph.appSecret,
  verify_token: 'my verify token'.replaceAll(' ', '-'),
});

async function add(change: object = {}): Promise<{ id: string; sender_id: string }> {
  const { status, body } = await call('POST', '/v1/connections', { ...good(), ...change });
  expect(body).not.toHaveProperty('detail');
  expect(status).toBe(201);
  if (!body) throw new Error('no answer');
  return body;
}

/** As the dispatcher does when the provider refuses. */
const refuse = (connectionId: string, reason: string, attemptedAt = Temporal.Now.instant()) =>
  worker.transaction((tx) =>
    pauseConnection(tx, { workspaceId, provider: 'whatsapp-cloud', attemptedAt }, connectionId, reason),
  );

describe('adding a connection', () => {
  it('tries every credential, saves, and shows no secret', async () => {
    const { status, body, text } = await call('POST', '/v1/connections', good());
    expect(status).toBe(201);
    expect(body).toMatchObject({
      name: 'Fake Shop',
      app_id: graph.appId,
      status: 'active',
      callback_url: `https://chat.example.com/webhooks/whatsapp-cloud/${body?.id}`,
      webhook_path: `/webhooks/whatsapp-cloud/${body?.id}`,
      senders: [
        {
          external_id: graph.phoneNumberId,
          phone: '+15550783881',
          display_name: 'Fake Shop',
          throughput_per_second: 80,
        },
      ],
    });
    expect(body?.checks.map(({ name }) => name)).toEqual([
      'access_token',
      'phone_number_id',
      'business_account_id',
      'number_of_account',
      'permissions',
      'app_secret',
      'webhooks',
    ]);
    for (const secret of [graph.accessToken, graph.appSecret, 'my-verify-token']) expect(text).not.toContain(secret);
    const [row] = await database.db.query<{ secrets: Buffer }>(sql`select secrets from connection`);
    expect(row?.secrets.includes(graph.appSecret)).toBe(false);
    expect(directory.senderById(body?.sender_id ?? '')).toMatchObject({
      externalId: graph.phoneNumberId,
      paused: null,
      settings: { baseUrl: graph.url, apiVersion: 'v26.0' },
      secrets: { accessToken: graph.accessToken, appSecrets: [graph.appSecret], verifyToken: 'my-verify-token' },
    });
  });

  it.each<[string, object, string, RegExp]>([
    ['a token that does not work', { access_token: 'wrong' }, '/access_token', /system user token/],
    ['a number that cannot be seen', { phone_number_id: '999' }, '/phone_number_id', /phone number id/],
    [
      'an account that cannot be seen',
      { business_account_id: '999' },
      '/business_account_id',
      /business account cannot be seen/,
    ],
    ['a number of another account', { phone_number_id: '777' }, '/business_account_id', /another business account/],
    ['an app secret of another app', { app_secret: 'wrong' }, '/app_secret', /does not fit the app/],
    ['a token without a permission', { access_token: 'limited' }, '/access_token', /whatsapp_business_messaging/],
  ])('says what is wrong with %s, and saves nothing', async (_name, change, pointer, words) => {
    const { status, body } = await call('POST', '/v1/connections', { ...good(), ...change });
    expect(status).toBe(422);
    expect(body?.errors).toContainEqual({ pointer, message: expect.stringMatching(words), code: 'credentials' });
    expect((await call('GET', '/v1/connections')).body?.data).toEqual([]);
  });

  it('says that nobody answers at the base URL, or somebody else', async () => {
    graph.answerAll(503, 'busy');
    expect((await call('POST', '/v1/connections', good())).body?.detail).toMatch(/not the Graph API \(HTTP 503\)/);
    graph.answerAll(302, '');
    expect((await call('POST', '/v1/connections', good())).body?.detail).toMatch(/redirects/);
  });

  it.each([
    'http://169.254.169.254',
    'https://10.0.0.1',
    'ftp://example.com',
    'https://user:pw@example.com',
    'http://127.0.0.1:1',
  ])('refuses the base URL %s', async (base_url) =>
    expect((await call('POST', '/v1/connections', { ...good(), base_url, force: true })).body?.code).toBe(
      'address_refused',
    ),
  );

  it('saves unchecked with force, and shows what is wrong', async () => {
    await add({ access_token: 'wrong', force: true, throughput_per_second: 5 });
    const { body } = await call('GET', '/v1/connections');
    expect(body?.data).toMatchObject([
      {
        health: { state: 'degraded', detail: expect.stringMatching(/system user token/) },
        senders: [{ throughput_per_second: 5 }],
      },
    ]);
  });

  it.each([
    { app_secret: '' },
    { verify_token: '' },
    { access_token: '' },
    { app_secret: undefined },
    { access_token: 'a\nb' },
  ])('B052: a secret that is missing or empty is refused: %o', async (change) =>
    expect((await call('POST', '/v1/connections', { ...good(), ...change, force: true })).status).toBe(422),
  );

  it('says in words what a field must look like', async () => {
    const refusal = async (change: Record<string, string>) =>
      (await call('POST', '/v1/connections', { ...good(), ...change })).body?.['detail'];
    expect(await refusal({ verify_token: 'my verify token' })).toBe(
      '/verify_token: It must have printable ASCII characters only: no spaces, no line breaks, no accents.',
    );
    expect(await refusal({ api_version: '26' })).toBe('/api_version: It must be a version such as v26.0.');
    expect(await refusal({ phone: '0170 123' })).toContain('such as +15550001111');
    expect(await refusal({ phone_number_id: 'a b' })).toContain('letters from A to Z');
  });

  it('refuses a number that the workspace has already, also when both come at once', async () => {
    const answers = await Promise.all([
      call('POST', '/v1/connections', good()),
      call('POST', '/v1/connections', good()),
    ]);
    expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([201, 409]);
    expect((await call('GET', '/v1/senders')).body?.data).toHaveLength(1);
  });
});

describe('an existing connection', () => {
  it('takes a new app secret beside the old one, and then drops the old', async () => {
    const { id } = await add();
    const old = graph.appSecret;
    graph.changeAppSecret('second-secret');
    expect((await call('PUT', `/v1/connections/${id}/secrets`, { app_secret: 'second-secret' })).status).toBe(200);
    expect(directory.connectionById(id)?.secrets.appSecrets).toEqual(['second-secret', old]);
    const { status, body } = await call('PUT', `/v1/connections/${id}/secrets`, { drop_previous_app_secret: true });
    expect([status, body?.checks.every(({ ok }) => ok)]).toEqual([200, true]);
    expect(directory.connectionById(id)?.secrets).toMatchObject({
      appSecrets: ['second-secret'],
      accessToken: graph.accessToken,
    });
  });

  it('keeps its secrets when the new ones do not work', async () => {
    const { id } = await add();
    expect((await call('PUT', `/v1/connections/${id}/secrets`, { access_token: 'wrong' })).status).toBe(422);
    expect(directory.connectionById(id)?.secrets.accessToken).toBe(graph.accessToken);
  });

  it('F34: is paused by a refusal once, and goes on when new credentials work', async () => {
    const { id, sender_id } = await add();
    await Promise.all([1, 2, 3].map(() => refuse(id, 'The access token is expired or invalid')));
    await directory.refresh();
    expect(directory.senderById(sender_id)?.paused).toEqual({
      reason: 'The access token is expired or invalid',
      until: null,
    });
    expect((await call('GET', `/v1/connections/${id}`)).body).toMatchObject({
      status: 'paused',
      health: { state: 'down' },
    });
    expect((await call('POST', `/v1/connections/${id}/check`)).status).toBe(200);
    expect(directory.senderById(sender_id)?.paused).toBeNull();
  });

  it('that a person has paused stays so, whatever the provider says', async () => {
    const { id, sender_id } = await add();
    await call('POST', `/v1/connections/${id}/pause`, { reason: 'moving house' });
    await refuse(id, 'expired');
    await call('POST', `/v1/connections/${id}/check`);
    expect(directory.senderById(sender_id)?.paused?.reason).toBe('moving house');
    expect((await call('POST', `/v1/connections/${id}/resume`)).body).toMatchObject({
      status: 'active',
      paused_reason: null,
    });
  });

  it('that the provider has banned stays paused though its credentials work, until a person resumes it', async () => {
    const { id, sender_id } = await add();
    const value = { stops: true, state: 'DISABLE', reason: 'Banned' };
    const lesson = { about: 'account', what: 'standing', value } as const;
    const at = Temporal.Now.instant().subtract({ minutes: 1 }).toString();
    const told = { workspaceId, provider: 'whatsapp-cloud', businessAccountId: graph.wabaId, at, lesson };
    await worker.transaction((tx) => learn(tx, [told]));
    await call('POST', `/v1/connections/${id}/check`);
    expect(directory.senderById(sender_id)?.paused?.reason).toBe('Banned');
    await call('POST', `/v1/connections/${id}/resume`);
    expect(directory.senderById(sender_id)?.paused).toBeNull();
    await refuse(id, 'expired', Temporal.Now.instant());
    await call('POST', `/v1/connections/${id}/check`);
    expect(directory.senderById(sender_id)?.paused).toBeNull();
  });

  it('that was resumed is not paused by the refusal of an attempt from before', async () => {
    const { id, sender_id } = await add();
    const attemptedAt = Temporal.Now.instant();
    await refuse(id, 'expired', attemptedAt);
    await call('POST', `/v1/connections/${id}/resume`);
    await refuse(id, 'expired', attemptedAt);
    await directory.refresh();
    expect(directory.senderById(sender_id)?.paused).toBeNull();
    await refuse(id, 'expired again', Temporal.Now.instant());
    await directory.refresh();
    expect(directory.senderById(sender_id)?.paused?.reason).toBe('expired again');
  });

  it('is removed softly: its senders are gone, its secrets forgotten, and its number free again', async () => {
    const { id, sender_id } = await add();
    expect((await call('DELETE', `/v1/connections/${id}`)).status).toBe(204);
    expect(directory.connectionById(id)).toBeUndefined();
    expect(directory.senderById(sender_id)).toBeUndefined();
    expect((await call('DELETE', `/v1/connections/${id}`)).status).toBe(404);
    const rows = await database.db.query<{ secrets: Buffer | null }>(
      sql`select secrets from connection where id = ${id}`,
    );
    expect(rows).toEqual([{ secrets: null }]);
    await add();
  });

  it('sends without a messaging account or Direct Send until they are set, and can be changed', async () => {
    const { id, sender_id } = await add();
    const usual = { messaging_account_id: null, direct_send: false };
    expect((await call('GET', `/v1/connections/${id}`)).body).toMatchObject(usual);
    const change = (body: object) => call('PATCH', `/v1/connections/${id}`, body);
    let changes = 0;
    const ignore = directory.onChange(() => (changes += 1));
    const set = await change({ messaging_account_id: '102', direct_send: true });
    expect(set.body).toMatchObject({ messaging_account_id: '102', direct_send: true });
    expect(directory.senderById(sender_id)?.settings).toMatchObject({ messagingAccountId: '102', directSend: true });
    expect((await change({ direct_send: false })).body).toMatchObject({ messaging_account_id: '102' });
    expect((await change({ messaging_account_id: null })).body).toMatchObject(usual);
    expect(changes).toBe(3);
    ignore();
    for (const wrong of [
      {},
      { direct_send: null },
      { messaging_account_id: '' },
      { messaging_account_id: 'a b' },
      { name: 'x' },
    ])
      expect((await change(wrong)).status, JSON.stringify(wrong)).toBe(422);
    expect((await call('GET', `/v1/connections/${id}`)).body).toMatchObject(usual);
  });

  it('of a provider without Direct Send has neither', async () => {
    const { id } = await add();
    await database.db.query(sql`update connection set provider = 'twilio-sms' where id = ${id}`);
    for (const [name, value] of Object.entries({ direct_send: true, messaging_account_id: '102' })) {
      const { status, body } = await call('PATCH', `/v1/connections/${id}`, { [name]: value });
      expect({ status, errors: body?.['errors'] }).toMatchObject({ status: 422, errors: [{ pointer: `/${name}` }] });
    }
  });

  it('is added with its messaging account and Direct Send', async () => {
    const { id } = await add({ messaging_account_id: '102', direct_send: true });
    const told = { messaging_account_id: '102', direct_send: true };
    expect((await call('GET', `/v1/connections/${id}`)).body).toMatchObject(told);
  });

  it('has its webhooks subscribed with its own address', async () => {
    const { id } = await add();
    const { body } = await call('POST', `/v1/connections/${id}/subscribe`);
    expect(body).toEqual({ callback_url: `https://chat.example.com/webhooks/whatsapp-cloud/${id}` });
    expect(graph.subscribedTo).toEqual({
      override_callback_uri: body?.callback_url,
      verify_token: 'my-verify-token',
    });
    graph.answerAll(400, JSON.stringify({ error: { message: '(#2200) Callback verification failed', code: 2200 } }));
    const refused = await call('POST', `/v1/connections/${id}/subscribe`);
    expect(refused).toMatchObject({
      status: 502,
      body: { code: 'upstream_failed', detail: expect.stringContaining('Callback verification failed') },
    });
  });

  it('shows when the challenge and the first webhook were seen', async () => {
    const { id } = await add();
    expect((await call('GET', `/v1/connections/${id}`)).body).toMatchObject({
      challenge_seen_at: null,
      health: { state: 'degraded', detail: expect.stringContaining('Subscribe') },
    });
    await recordChallengeSeen(worker, workspaceId, id);
    directory.sawWebhook(id);
    await expect
      .poll(
        async () => {
          await directory.refresh();
          return directory.connectionById(id)?.lastWebhookAt?.toString();
        },
        { timeout: 5_000 },
      )
      .toBeDefined();
    expect((await call('GET', `/v1/connections/${id}`)).body).toMatchObject({
      challenge_seen_at: expect.any(String),
      first_webhook_at: expect.any(String),
      last_webhook_at: expect.any(String),
      health: { state: 'ok' },
    });
    expect(channelsHealth(directory)).toEqual({ state: 'ok', detail: '1 in use.' });
  });

  it('takes further numbers of the account', async () => {
    const { id } = await add();
    graph.addNumber('555');
    const { status, body } = await call('POST', `/v1/connections/${id}/senders`, { phone_number_id: '555' });
    expect([status, body?.connection_id]).toEqual([201, id]);
    expect(directory.connectionById(id)?.senderId('555')).toBe(body?.id);
    expect(directory.connectionById(id)?.senderId('556')).toBeUndefined();
  });
});

describe('senders', () => {
  it('are paused and resumed, and a pause with an end ends by itself', async () => {
    const { sender_id: id } = await add();
    const paused = await call('POST', `/v1/senders/${id}/pause`, { reason: 'stock-taking' });
    expect(paused.body).toMatchObject({ status: 'paused', paused_reason: 'stock-taking', health: { state: 'down' } });
    expect((await call('POST', `/v1/senders/${id}/resume`)).body).toMatchObject({ status: 'active' });
    const until = Temporal.Now.instant().add({ milliseconds: 700 }).toString();
    await call('POST', `/v1/senders/${id}/pause`, { reason: 'short', until });
    expect(directory.senderById(id)?.paused?.reason).toBe('short');
    await expect.poll(() => directory.senderById(id)?.paused, { timeout: 5_000 }).toBeNull();
  });

  it('have a stop button for each lane; the first reason stands', async () => {
    const { sender_id: id } = await add();
    await call('POST', `/v1/senders/${id}/lanes/marketing/stop`, { reason: 'complaint' });
    const { body } = await call('POST', `/v1/senders/${id}/lanes/marketing/stop`, { reason: 'another' });
    expect(body?.stopped_lanes).toMatchObject([{ lane: 'marketing', reason: 'complaint', stopped_by: 'api_key:key' }]);
    expect(directory.senderById(id)?.stoppedLanes.get('marketing')?.reason).toBe('complaint');
    expect((await call('POST', `/v1/senders/${id}/lanes/marketing/resume`)).body).toMatchObject({ stopped_lanes: [] });
    expect((await call('POST', `/v1/senders/${id}/lanes/nonsense/stop`, { reason: 'x' })).status).toBe(404);
  });
});

describe('another workspace', () => {
  it('sees nothing and changes nothing', async () => {
    const { id, sender_id } = await add();
    asCaller = callerIn(otherWorkspaceId);
    expect((await call('GET', '/v1/connections')).body?.data).toEqual([]);
    expect((await call('GET', '/v1/senders')).body?.data).toEqual([]);
    const tries: [Parameters<typeof call>[0], string, object?][] = [
      ['GET', `/v1/connections/${id}`],
      ['POST', `/v1/connections/${id}/check`],
      ['POST', `/v1/connections/${id}/subscribe`],
      ['POST', `/v1/connections/${id}/pause`, { reason: 'x' }],
      ['POST', `/v1/connections/${id}/resume`],
      ['POST', `/v1/connections/${id}/breaker`, { state: 'forced_open', reason: 'x' }],
      ['POST', `/v1/connections/${id}/senders`, { phone_number_id: '555' }],
      ['PUT', `/v1/connections/${id}/secrets`, { access_token: 'x' }],
      ['PATCH', `/v1/connections/${id}`, { direct_send: true }],
      ['DELETE', `/v1/connections/${id}`],
      ['GET', `/v1/senders/${sender_id}`],
      ['POST', `/v1/senders/${sender_id}/pause`, { reason: 'x' }],
      ['POST', `/v1/senders/${sender_id}/resume`],
      ['POST', `/v1/senders/${sender_id}/lanes/marketing/stop`, { reason: 'x' }],
      ['POST', `/v1/senders/${sender_id}/lanes/marketing/resume`],
    ];
    for (const [method, url, body] of tries)
      expect((await call(method, url, body)).status, `${method} ${url}`).toBe(404);
    expect(directory.senderById(sender_id)).toMatchObject({ paused: null });
    // The same number in another workspace is another connection.
    await add();
  });

  it('and a key without the scope get nothing', async () => {
    asCaller = callerIn(workspaceId, 'connections:read');
    expect((await call('POST', '/v1/connections', good())).status).toBe(403);
    asCaller = callerIn(workspaceId, 'messages:send');
    expect((await call('GET', '/v1/connections')).status).toBe(403);
  });
});

describe('the directory', () => {
  it('learns of changes made by another process, and tells it once', async () => {
    await using other = new ConnectionDirectory({
      db: worker,
      vault: new Vault(new KeyRing([keyEncryptionKey])),
      log: createLog({ level: 'silent' }),
      addressPolicy: {},
      publicUrl: undefined,
    });
    await other.start();
    let changes = 0;
    other.onChange(() => changes++);
    const { sender_id } = await add();
    await expect.poll(() => other.senderById(sender_id)?.externalId, { timeout: 3_000 }).toBe(graph.phoneNumberId);
    await other.refresh();
    expect(changes).toBe(1);
    await call('POST', `/v1/senders/${sender_id}/lanes/marketing/stop`, { reason: 'x' });
    await expect.poll(() => other.senderById(sender_id)?.stoppedLanes.size, { timeout: 3_000 }).toBe(1);
  });

  it('keeps the connections to a provider over changes that do not concern them', async () => {
    const { id, sender_id } = await add();
    const { http } = directory.connectionById(id) ?? {};
    await call('POST', `/v1/senders/${sender_id}/pause`, { reason: 'x' });
    expect(directory.connectionById(id)?.http).toBe(http);
  });

  it('sends only where connections may lead', async () => {
    const { id } = await add();
    const request = {
      method: 'POST',
      path: '/v26.0/1/messages',
      headers: { authorization: 'Bearer x' },
      body: '{}',
    } as const;
    expect(await directory.connectionById(id)?.http.send(request)).toMatchObject({
      kind: 'answer',
      response: { httpStatus: 401 },
    });
    await using strict = new ConnectionDirectory({
      db: worker,
      vault: new Vault(new KeyRing([keyEncryptionKey])),
      log: createLog({ level: 'silent' }),
      addressPolicy: {},
      publicUrl: undefined,
    });
    await strict.start();
    expect(await strict.connectionById(id)?.http.send(request)).toMatchObject({
      kind: 'not_written',
      reason: expect.stringContaining('public internet'),
    });
  });

  it('listens again after its database connection was lost', async () => {
    await using other = new ConnectionDirectory({
      db: worker,
      vault: new Vault(new KeyRing([keyEncryptionKey])),
      log: createLog({ level: 'silent' }),
      addressPolicy: {},
      publicUrl: undefined,
      refreshMs: 600_000,
    });
    await other.start();
    const before = worker.stats();
    await database.db.query(sql`
      select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and query like 'listen %'`);
    const { sender_id } = await add();
    await expect.poll(() => other.senderById(sender_id)?.senderId, { timeout: 5_000 }).toBe(sender_id);
    expect(worker.stats().total).toBeLessThanOrEqual(before.total + 1);
  });

  it('F65: with another secret key holds what it cannot open, and says so', async () => {
    const { sender_id } = await add();
    await using other = new ConnectionDirectory({
      db: worker,
      vault: new Vault(new KeyRing([randomBytes(32)])),
      log: createLog({ level: 'silent' }),
      addressPolicy: {},
      publicUrl: undefined,
    });
    await other.start();
    expect(other.senderById(sender_id)?.paused?.reason).toMatch(/secret key/);
    expect(other.senderById(sender_id)?.secrets.accessToken).toBe('');
  });

  it('has pages', async () => {
    const { id } = await add();
    for (const number of ['551', '552']) {
      graph.addNumber(number);
      await call('POST', `/v1/connections/${id}/senders`, { phone_number_id: number });
    }
    const first = await call('GET', '/v1/senders?limit=2');
    const second = await call('GET', `/v1/senders?limit=2&after=${first.body?.next_cursor}`);
    expect([first.body?.data.length, second.body?.data.length, second.body?.next_cursor]).toEqual([2, 1, null]);
  });

  it('lists every change in the audit trail, without secrets', async () => {
    const { id, sender_id } = await add();
    await call('PUT', `/v1/connections/${id}/secrets`, { verify_token: 'changed-token' });
    await call('POST', `/v1/senders/${sender_id}/pause`, { reason: 'x' });
    const rows = await database.db.query<{ action: string; details: object }>(
      sql`select action, details from audit_entry where workspace_id = ${workspaceId} order by seq desc limit 3`,
    );
    expect(rows.map(({ action }) => action)).toEqual(['sender.pause', 'connection.rotate_secrets', 'connection.add']);
    expect(JSON.stringify(rows)).not.toContain('changed-token');
  });
});
