import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KeyRing } from '#platform/key-ring.ts';
import { CursorCodec } from '#platform/cursor.ts';
import { type Database, sql, withWorkspace } from '#platform/database.ts';
import { createHttpServer, type HttpServer } from '#platform/http.ts';
import { ManualClock } from '#testing/manual-clock.ts';
import { createTestDatabase, type TestDatabase } from '#testing/test-database.ts';
import { addWorkspace, listAuditEntries, openFirstWorkspace } from './accounts.ts';
import { accountsRoutes } from './accounts-routes.ts';
import { insertApiKey } from './accounts-store.ts';
import { hashOfKey, makeApiKey } from './api-key.ts';
import { findTampering } from './audit-chain.ts';
import { Authenticator } from './authentication.ts';
import { Vault } from './vault.ts';
import { scopes } from './scopes.ts';
import { newId } from '#platform/ids.ts';

const keyEncryptionKey = randomBytes(32);
const firstKey = 'first-key-of-this-test';

let database: TestDatabase;
let worker: Database;
let requests: Database;
let authenticator: Authenticator;
let server: HttpServer;
let workspaceId: string;
let otherWorkspaceId: string;
const otherKey = makeApiKey(newId());

beforeAll(async () => {
  database = await createTestDatabase();
  worker = database.connect({ role: 'carillon_worker' });
  requests = database.connect({ role: 'carillon_request' });
  const opened = await openFirstWorkspace(worker, {
    ring: new KeyRing([keyEncryptionKey]),
    key: { text: firstKey, origin: 'environment' },
  });
  workspaceId = opened.workspaceId;
  otherWorkspaceId = await worker.transaction((tx) => addWorkspace(tx, 'Other', keyEncryptionKey));
  await addKey(otherWorkspaceId, otherKey, {});
  authenticator = new Authenticator(worker);
  server = await createHttpServer({ authenticate: (request) => authenticator.authenticate(request), scopes });
  accountsRoutes(server, {
    db: requests,
    authenticator,
    cursors: new CursorCodec(keyEncryptionKey),
    publicUrl: undefined,
  });
  await server.ready();
});

afterAll(async () => {
  await server?.close();
  await authenticator?.[Symbol.asyncDispose]();
  await database?.close();
});

async function addKey(workspace: string, key: string, more: { scopes?: string[]; expiresAt?: Temporal.Instant }) {
  await insertApiKey(worker, {
    workspaceId: workspace,
    id: newId(),
    name: 'key',
    prefix: 'ck',
    secretHash: hashOfKey(key),
    scopes: more.scopes ?? ['*'],
    origin: 'created',
    expiresAt: more.expiresAt ?? null,
  });
}

function call(
  method: 'GET' | 'POST' | 'DELETE',
  url: string,
  options: { key?: string; body?: object; headers?: Record<string, string> } = {},
) {
  return server.inject({
    method,
    url,
    headers: { ...(options.key === undefined ? {} : { authorization: `Bearer ${options.key}` }), ...options.headers },
    ...(options.body === undefined ? {} : { payload: options.body }),
  });
}

async function newKey(body: object = {}): Promise<{ id: string; key: string }> {
  const response = await call('POST', '/v1/api-keys', {
    key: firstKey,
    body: { name: 'Shop', scopes: ['workspace:read'], ...body },
  });
  expect(response.statusCode).toBe(201);
  return response.json();
}

describe('the first workspace', () => {
  it('is made once, also by servers that start together, and its key opens it', async () => {
    const key = { text: firstKey, origin: 'environment' as const };
    const opened = await Promise.all(
      [1, 2, 3].map(() => openFirstWorkspace(worker, { ring: new KeyRing([keyEncryptionKey]), key })),
    );
    expect(opened).toMatchObject([1, 2, 3].map(() => ({ workspaceId, isKeyUsable: true })));
    const response = await call('GET', '/v1/workspace', { key: firstKey });
    expect(response.json()).toMatchObject({ id: workspaceId, name: 'Main' });
  });

  it('takes a new value of the environment variable in place of the earlier one', async () => {
    await using own = await createTestDatabase();
    const open = (text: string) =>
      openFirstWorkspace(own.db, { ring: new KeyRing([keyEncryptionKey]), key: { text, origin: 'environment' } });
    await open('an-earlier-key-value');
    await open('a-later-key-value');
    await using fresh = new Authenticator(own.db);
    await expect(fresh.authenticateKey('an-earlier-key-value')).rejects.toMatchObject({ code: 'unauthorized' });
    await expect(fresh.authenticateKey('a-later-key-value')).resolves.toMatchObject({ scopes: new Set(['*']) });
    expect((await open('an-earlier-key-value')).isKeyUsable).toBe(false);
  });
});

describe('an API key', () => {
  it('is shown once and stored as a hash only', async () => {
    const { key, id } = await newKey();
    expect(key).toMatch(/^ck_live_[0-9a-f]{32}_[\w-]{43}$/);
    const [row] = await database.db.query<{ text: string }>(
      sql`select k::text as text from api_key k where id = ${id}`,
    );
    expect(row?.text).not.toContain(key.slice(-43));
    const listed = await call('GET', '/v1/api-keys', { key: firstKey });
    expect(listed.body).not.toContain(key.slice(-43));
    expect(listed.json<{ data: { id: string }[] }>().data.map((entry) => entry.id)).toContain(id);
  });

  it('B208: is refused when it is unknown, cut short, huge, in the query or of another form', async () => {
    const { key } = await newKey();
    for (const wrong of [`${key}x`, key.slice(0, 40), 'x'.repeat(10_000), 'ck_live_', '']) {
      expect((await call('GET', '/v1/workspace', { headers: { authorization: `Bearer ${wrong}` } })).statusCode).toBe(
        401,
      );
    }
    expect((await call('GET', '/v1/workspace', { headers: { authorization: `Basic ${key}` } })).statusCode).toBe(401);
    expect((await call('GET', `/v1/workspace?api_key=${key}`)).statusCode).toBe(401);
    expect((await call('GET', '/v1/workspace')).headers['www-authenticate']).toMatch(/^Bearer/);
  });

  it('B208: does only what its scopes allow', async () => {
    const { key } = await newKey();
    expect((await call('GET', '/v1/workspace', { key })).statusCode).toBe(200);
    const refused = await call('GET', '/v1/api-keys', { key });
    expect([refused.statusCode, refused.json<{ code: string }>().code]).toEqual([403, 'forbidden']);
  });

  it('cannot make a key that may do more than itself', async () => {
    const { key } = await newKey({ scopes: ['api_keys:write'] });
    const response = await call('POST', '/v1/api-keys', { key, body: { name: 'More', scopes: ['*'] } });
    expect([response.statusCode, response.json<{ code: string }>().code]).toEqual([403, 'forbidden']);
  });

  it('B208: ends at once where it is revoked, and stays ended', async () => {
    const { key, id } = await newKey();
    expect((await call('GET', '/v1/workspace', { key })).statusCode).toBe(200);
    expect((await call('DELETE', `/v1/api-keys/${id}`, { key: firstKey })).statusCode).toBe(200);
    expect((await call('GET', '/v1/workspace', { key })).statusCode).toBe(401);
    expect((await call('DELETE', `/v1/api-keys/${id}`, { key: firstKey })).statusCode).toBe(200);
  });

  it('B208: ends when it expires', async () => {
    const key = makeApiKey(newId());
    await addKey(workspaceId, key, { expiresAt: Temporal.Now.instant().subtract({ seconds: 1 }) });
    expect((await call('GET', '/v1/workspace', { key })).statusCode).toBe(401);
  });

  it('ends at its instant, however fresh the verdict on it is', async () => {
    const key = makeApiKey(newId());
    const clock = new ManualClock(Temporal.Now.instant());
    await addKey(workspaceId, key, { expiresAt: clock.now().add({ seconds: 5 }) });
    await using timed = new Authenticator(worker, { clock });
    expect(await timed.authenticateKey(key)).toMatchObject({ workspaceId });
    expect(timed.authenticateKey(key)).not.toBeInstanceOf(Promise);
    clock.advance({ seconds: 5 });
    expect(() => timed.authenticateKey(key)).toThrowError(expect.objectContaining({ code: 'unauthorized' }));
  });

  it('of another workspace is not there', async () => {
    const { id } = await newKey();
    expect((await call('DELETE', `/v1/api-keys/${id}`, { key: otherKey })).statusCode).toBe(404);
    expect((await call('GET', '/v1/api-keys', { key: otherKey })).body).not.toContain(id);
  });

  it('B039: cannot expire in the past or on a day that does not exist', async () => {
    for (const expires_at of [
      '2020-01-01T00:00:00Z',
      '2027-02-30T00:00:00Z',
      'infinity',
      '2027-01-01T24:00:00Z',
      '2027-01-01T00:00:60Z',
      '+294277-01-01T00:00:00Z',
      '2027-01-01T00:00:00',
    ]) {
      const response = await call('POST', '/v1/api-keys', {
        key: firstKey,
        body: { name: 'x', scopes: ['workspace:read'], expires_at },
      });
      expect([expires_at, response.statusCode]).toEqual([expires_at, 422]);
    }
  });

  it('B041: needs a name of more than spaces, and gets it trimmed', async () => {
    const response = await call('POST', '/v1/api-keys', {
      key: firstKey,
      body: { name: ' \u00a0 ', scopes: ['workspace:read'] },
    });
    expect(response.statusCode).toBe(422);
    const { id } = await newKey({ name: '  Cafe\u0301 ' });
    const listed = await call('GET', '/v1/api-keys', { key: firstKey });
    expect(listed.json<{ data: { id: string; name: string }[] }>().data.find((entry) => entry.id === id)?.name).toBe(
      'Café',
    );
  });

  it('has its last use written in a batch', async () => {
    const { key, id } = await newKey();
    await call('GET', '/v1/workspace', { key });
    await authenticator.flush();
    const [row] = await database.db.query<{ used: boolean }>(
      sql`select last_used_at is not null as used from api_key where id = ${id}`,
    );
    expect(row?.used).toBe(true);
  });

  it('is looked up once for requests that come together', async () => {
    let queries = 0;
    const counting: Database = { ...worker, query: (statement) => (queries++, worker.query(statement)) };
    await using fresh = new Authenticator(counting);
    await Promise.all(Array.from({ length: 20 }, async () => fresh.authenticateKey(firstKey)));
    expect(queries).toBe(1);
  });

  it('B029: is listed in pages whose cursors are good for their own workspace only', async () => {
    const first = await call('GET', '/v1/api-keys?limit=1', { key: firstKey });
    const { data, next_cursor } = first.json<{ data: { id: string }[]; next_cursor: string }>();
    const second = await call('GET', `/v1/api-keys?limit=1&after=${next_cursor}`, { key: firstKey });
    expect(second.json<{ data: { id: string }[] }>().data[0]?.id).not.toBe(data[0]?.id);
    const foreign = await call('GET', `/v1/api-keys?limit=1&after=${next_cursor}`, { key: otherKey });
    expect([foreign.statusCode, foreign.json<{ code: string }>().code]).toEqual([400, 'cursor_invalid']);
  });
});

describe('a console session', () => {
  const site = { host: 'carillon.test', origin: 'http://carillon.test', 'sec-fetch-site': 'same-origin' };

  async function signIn(key: string): Promise<string> {
    const response = await call('POST', '/v1/session', { body: { api_key: key }, headers: site });
    expect(response.statusCode).toBe(201);
    const cookie = String(response.headers['set-cookie']);
    expect(cookie).toMatch(/^carillon_session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=43200$/);
    return cookie.split(';')[0] ?? '';
  }

  it('has the rights of its key and ends with it', async () => {
    const { key, id } = await newKey();
    const cookie = await signIn(key);
    expect((await call('GET', '/v1/workspace', { headers: { cookie } })).statusCode).toBe(200);
    expect((await call('GET', '/v1/api-keys', { headers: { cookie } })).statusCode).toBe(403);
    await call('DELETE', `/v1/api-keys/${id}`, { key: firstKey });
    expect((await call('GET', '/v1/workspace', { headers: { cookie } })).statusCode).toBe(401);
  });

  it('ends when the person signs out', async () => {
    const cookie = await signIn(firstKey);
    const ended = await call('DELETE', '/v1/session', { headers: { ...site, cookie } });
    expect(ended.statusCode).toBe(204);
    expect(String(ended.headers['set-cookie'])).toContain('Max-Age=0');
    expect((await call('GET', '/v1/session', { headers: { cookie } })).statusCode).toBe(401);
  });

  it('changes nothing at the wish of a page of another site', async () => {
    const cookie = await signIn(firstKey);
    const body = { name: 'x', scopes: ['workspace:read'] };
    const attempts: Record<string, string>[] = [
      { ...site, origin: 'https://evil.test', 'sec-fetch-site': 'cross-site' },
      { host: 'carillon.test', origin: 'https://evil.test' },
      { host: 'carillon.test', origin: 'null' },
      { host: 'carillon.test' },
      { ...site, 'sec-fetch-site': 'same-site' },
    ];
    for (const headers of attempts) {
      const response = await call('POST', '/v1/api-keys', { body, headers: { ...headers, cookie } });
      expect([response.statusCode, response.json<{ code: string }>().code]).toEqual([403, 'cross_site_request']);
    }
    expect((await call('POST', '/v1/api-keys', { body, headers: { ...site, cookie } })).statusCode).toBe(201);
  });

  it('is not started by a page of another site, nor with a wrong key', async () => {
    const planted = await call('POST', '/v1/session', {
      body: { api_key: firstKey },
      headers: { host: 'carillon.test', origin: 'https://evil.test' },
    });
    expect(planted.statusCode).toBe(403);
    expect((await call('POST', '/v1/session', { body: { api_key: 'x'.repeat(20) }, headers: site })).statusCode).toBe(
      401,
    );
  });

  it('is stored as a hash only', async () => {
    const cookie = await signIn(firstKey);
    const rows = await database.db.query<{ text: string }>(sql`select s::text as text from session s`);
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.map((row) => row.text).join()).not.toContain(cookie.slice('carillon_session='.length));
  });
});

describe('the second wall', () => {
  it('shows a request nothing of another workspace, and nothing at all without one', async () => {
    for (const table of ['api_key', 'session', 'audit_entry', 'workspace_key']) {
      const count = { text: `select count(*) as count from ${table} where workspace_id <> $1`, values: [workspaceId] };
      const [own] = await withWorkspace(requests, workspaceId, (tx) => tx.query<{ count: number }>(count));
      expect([table, own?.count]).toEqual([table, 0]);
      const [none] = await requests.query<{ count: number }>({
        text: `select count(*) as count from ${table}`,
        values: [],
      });
      expect([table, none?.count]).toEqual([table, 0]);
    }
  });

  it('lets a request write into its own workspace only', async () => {
    const write = withWorkspace(requests, workspaceId, (tx) =>
      insertApiKey(tx, {
        workspaceId: otherWorkspaceId,
        id: newId(),
        name: 'x',
        prefix: 'x',
        secretHash: randomBytes(32),
        scopes: ['*'],
        origin: 'created',
        expiresAt: null,
      }),
    );
    await expect(write).rejects.toThrow(/row-level security/);
  });
});

describe('the audit trail', () => {
  it('names who made and revoked a key, in an unbroken chain', async () => {
    const { id } = await newKey();
    await Promise.all([newKey(), newKey(), newKey()]);
    await call('DELETE', `/v1/api-keys/${id}`, { key: firstKey });
    const entries = await listAuditEntries(worker, workspaceId, 0, 1_000);
    expect(findTampering(entries)).toBeUndefined();
    const about = entries.filter((entry) => entry.subject === `api_key:${id}`);
    expect(about.map((entry) => entry.action)).toEqual(['api_key.create', 'api_key.revoke']);
    expect(about[0]?.actor).toMatch(/^api_key:/);
  });

  it('shows a changed, a removed and a moved entry', async () => {
    const entries = await listAuditEntries(worker, workspaceId, 0, 1_000);
    expect(entries.length).toBeGreaterThan(3);
    expect(findTampering(entries.map((entry, index) => (index === 1 ? { ...entry, action: 'other' } : entry)))).toBe(2);
    expect(findTampering(entries.filter((_, index) => index !== 1))).toBe(2);
    expect(findTampering([...entries.slice(0, 1), ...entries.slice(2, 3), ...entries.slice(1, 2)])).toBe(2);
  });

  it('cannot be changed by the roles that the server runs under', async () => {
    await expect(worker.query(sql`update audit_entry set action = 'other'`)).rejects.toThrow(/permission denied/);
    await expect(worker.query(sql`delete from audit_entry`)).rejects.toThrow(/permission denied/);
    await expect(worker.query(sql`truncate audit_entry`)).rejects.toThrow(/permission denied/);
  });
});

describe('the vault', () => {
  it('opens what it sealed, for the same place of the same workspace only', async () => {
    const vault = new Vault(new KeyRing([keyEncryptionKey]));
    const place = { workspaceId, table: 'connection', column: 'access_token', rowId: newId() };
    const sealed = await vault.seal(worker, 'token-1', place);
    expect(sealed.toString('latin1')).not.toContain('token-1');
    expect((await new Vault(new KeyRing([keyEncryptionKey])).open(worker, sealed, place)).toString()).toBe('token-1');
    await expect(vault.open(worker, sealed, { ...place, workspaceId: otherWorkspaceId })).rejects.toThrow(
      'cannot be decrypted',
    );
    await expect(new Vault(new KeyRing([randomBytes(32)])).open(worker, sealed, place)).rejects.toThrow(
      'cannot be decrypted',
    );
  });
});
