import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openFirstWorkspace } from '#accounts/accounts.ts';
import { scopes } from '#accounts/scopes.ts';
import { Vault } from '#accounts/vault.ts';
import { KeyRing } from '#platform/key-ring.ts';
import { CursorCodec } from '#platform/cursor.ts';
import { sql } from '#platform/database.ts';
import { type Caller, createHttpServer, type HttpServer } from '#platform/http.ts';
import { createLog } from '#platform/telemetry.ts';
import { createTestDatabase, type TestDatabase } from '#testing/test-database.ts';
import { addTwilioRoutes } from './add-twilio-routes.ts';
import { ConnectionDirectory } from './connection-directory.ts';
import { connectionsRoutes } from './connections-routes.ts';
import {
  accountSid,
  type Change,
  number,
  refusal,
  sid,
  twilioWith,
} from './providers/twilio/account/fake-twilio.fixture.ts';

let database: TestDatabase;
let directory: ConnectionDirectory;
let server: HttpServer;
let asCaller: Caller;
let change: Change = {};
const { calls, asked } = twilioWith(() => change);

beforeAll(async () => {
  database = await createTestDatabase();
  const keyEncryptionKey = randomBytes(32);
  const worker = database.connect({ role: 'carillon_worker' });
  const request = database.connect({ role: 'carillon_request' });
  const key = { text: 'k'.repeat(40), origin: 'environment' } as const;
  const { workspaceId } = await openFirstWorkspace(worker, { ring: new KeyRing([keyEncryptionKey]), key });
  asCaller = { workspaceId, keyId: 'key', scopes: new Set(['*']) };
  const channels = {
    vault: new Vault(new KeyRing([keyEncryptionKey])),
    calls,
    addressPolicy: {},
    publicUrl: 'https://chat.example.com',
  };
  directory = new ConnectionDirectory({ db: worker, log: createLog({ level: 'silent' }), ...channels });
  await directory.start();
  server = await createHttpServer({ authenticate: () => asCaller, scopes });
  const deps = { db: request, directory, cursors: new CursorCodec(keyEncryptionKey), ...channels };
  connectionsRoutes(server, deps);
  addTwilioRoutes(server, deps);
  await server.ready();
});

beforeEach(async () => {
  change = {};
  asked.length = 0;
  await database.db.query(sql`delete from connection`);
  await directory.refresh();
});

afterAll(async () => {
  await server?.close();
  await directory?.stop();
  await database?.close();
});

const good = { channel: 'sms', account_sid: accountSid, auth_token: 'a'.repeat(32), sender: '+15557122661' };

async function post(path: string, payload: object) {
  const answer = await server.inject({ method: 'POST', url: path, payload });
  return { status: answer.statusCode, body: answer.json() as Record<string, unknown>, text: answer.body };
}
const add = (payload: object = {}) => post('/v1/connections/twilio', { ...good, ...payload });
const problems = async (payload: object) => {
  const { status, body } = await add(payload);
  return [status, ...(body['errors'] as { pointer: string }[]).map(({ pointer }) => pointer)];
};

describe('connecting an account of Twilio', () => {
  it('shows what it is and where its webhooks go, and no secret', async () => {
    const { status, body, text } = await add({ smart_encoding: true });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      provider: 'twilio-sms',
      channel: 'sms',
      official: true,
      name: 'My shop',
      base_url: 'https://api.twilio.com',
      business_account_id: accountSid,
      callback_url: `https://chat.example.com/webhooks/twilio-sms/${String(body['id'])}`,
      senders: [{ external_id: '+15557122661', phone: '+15557122661', channel: 'sms' }],
    });
    expect(text).not.toContain(good.auth_token);
    const connection = directory.connectionById(String(body['id']));
    expect(connection?.settings.options).toEqual({ smart_encoding: 'true' });
  });

  it('lets one number send SMS and WhatsApp, each once', async () => {
    expect((await add()).status).toBe(201);
    expect(await add({ channel: 'whatsapp' })).toMatchObject({
      status: 201,
      body: { provider: 'twilio-whatsapp', channel: 'whatsapp' },
    });
    expect((await add()).status).toBe(409);
    expect((await add({ channel: 'whatsapp' })).status).toBe(409);
  });

  it('takes further numbers of the account', async () => {
    const { body } = await add();
    const path = `/v1/connections/${String(body['id'])}/senders`;
    expect((await post(path, { phone_number_id: '+15550000000' })).status).toBe(422);
    change = { number: { phone_number: '+15550000000' } };
    expect(await post(path, { phone_number_id: '+15550000000' })).toMatchObject({
      status: 201,
      body: { phone: '+15550000000', channel: 'sms' },
    });
  });

  it('calls with an API key, and verifies webhooks with the auth token all the same', async () => {
    const key = { api_key_sid: sid('SK', 1), api_key_secret: 'key-secret' };
    const { status, body } = await add(key);
    expect(status).toBe(201);
    // The token is tried once, at the account; everything else goes with the key.
    const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;
    const [first, ...others] = asked.map((one) => one.authorization);
    expect(first).toBe(basic(`${accountSid}:${good.auth_token}`));
    expect(new Set(others)).toEqual(new Set([basic(`${key.api_key_sid}:key-secret`)]));
    const secrets = directory.connectionById(String(body['id']))?.secrets;
    expect(secrets).toMatchObject({ accessToken: 'key-secret', appSecrets: [good.auth_token] });
  });

  it('saves nothing when something does not work, and points at it', async () => {
    change = { account: refusal(401, 20003) };
    expect(await problems({})).toEqual([422, '/auth_token']);
    change = { account: refusal(404, 20404) };
    expect(await problems({})).toEqual([422, '/account_sid']);
    change = { number: null };
    expect(await problems({})).toEqual([422, '/sender']);
    expect(await problems({ sender: sid('MG', 1) })).toEqual([422, '/sender']);
    change = { messages: refusal(401, 20003) };
    expect(await problems({ api_key_sid: sid('SK', 1), api_key_secret: 'x' })).toEqual([422, '/api_key_sid']);
    change = { number: null };
    expect(directory.connections()).toEqual([]);
    expect((await add({ force: true })).status).toBe(201);
  });

  it('says what is wrong with what it was given, before it calls anybody', async () => {
    expect(await problems({ account_sid: 'AC1' })).toEqual([422, '/account_sid']);
    expect(await problems({ sender: '5557122661' })).toEqual([422, '/sender']);
    expect(await problems({ channel: 'fax' })).toEqual([422, '/channel']);
    expect(await problems({ api_key_sid: sid('SK', 1) })).toEqual([422, '/api_key_secret']);
    expect(await problems({ api_key_secret: 'x' })).toEqual([422, '/api_key_sid']);
    expect(await problems({ channel: 'whatsapp', smart_encoding: true })).toEqual([422, '/smart_encoding']);
    expect(asked).toEqual([]);
  });

  it('has messages to the number sent here', async () => {
    const { body } = await add();
    const subscribed = await post(`/v1/connections/${String(body['id'])}/subscribe`, {});
    expect(subscribed).toMatchObject({ status: 200, body: { callback_url: body['callback_url'] } });
    expect(asked.findLast(({ body: sent }) => sent?.startsWith('SmsUrl'))).toMatchObject({
      url: expect.stringContaining(`/IncomingPhoneNumbers/${number.sid}.json`),
      body: new URLSearchParams({ SmsUrl: String(body['callback_url']), SmsMethod: 'POST' }).toString(),
    });
  });
});
