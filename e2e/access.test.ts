import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { addWorkspace } from '#server/accounts/accounts.ts';
import { insertApiKey } from '#server/accounts/accounts-store.ts';
import { hashOfKey, makeApiKey } from '#server/accounts/api-key.ts';
import { connect, type Database } from '#server/platform/database.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '#server/platform/embedded-postgres.ts';
import { newId } from '#server/platform/ids.ts';
import { newDataFolder, type RunningCarillon, startCarillon } from './carillon.ts';

type Operation = {
  method: string;
  path: string;
  scope: string | undefined;
  isPublic: boolean;
  isStream: boolean;
  takesKey: boolean;
};

const log = { info: () => {}, warn: () => {}, error: () => {}, debug: () => {} };
const strangerKey = makeApiKey(newId());

let folder: string;
let postgres: EmbeddedPostgres;
let carillon: RunningCarillon;
let owner: Database;
let operations: Operation[];
/** An identifier of the first workspace for each list that has one, by the first part of the address. */
const ownIds = new Map<string, string>();

beforeAll(async () => {
  folder = await newDataFolder();
  postgres = await startEmbeddedPostgres({ dataDirectory: folder, settings: { shared_buffers: '32MB' }, log });
  owner = connect({ url: postgres.url, maxConnections: 2 });
  carillon = await startCarillon({ dataFolder: folder, env: { DATABASE_URL: postgres.url } });
  operations = await readOperations();
  await fillFirstWorkspace();
  await owner.transaction(async (tx) => {
    const workspaceId = await addWorkspace(tx, 'Stranger', randomBytes(32));
    await insertApiKey(tx, {
      workspaceId,
      id: newId(),
      name: 'key',
      prefix: 'ck',
      secretHash: hashOfKey(strangerKey),
      scopes: ['*'],
      origin: 'created',
      expiresAt: null,
    });
  });
});

afterAll(async () => {
  await carillon?.stop({ keepData: true });
  await owner?.close();
  await postgres?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function readOperations(): Promise<Operation[]> {
  const response = await fetch(`${carillon.api}/openapi.json`);
  const { paths } = (await response.json()) as {
    paths: Record<string, Record<string, { 'x-scope'?: string; security: unknown[]; parameters?: { name: string }[] }>>;
  };
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path,
      scope: operation['x-scope'],
      isPublic: operation.security.length === 0,
      isStream: path.endsWith('/live'),
      takesKey: operation.parameters?.some(({ name }) => name === 'Idempotency-Key') ?? false,
    })),
  );
}

/** Sends a message and lets a person write, so that every list has something to show. */
async function fillFirstWorkspace(): Promise<void> {
  const template = { type: 'template', template: { name: 'hello_world', language: { code: 'en_US' } } };
  const sent = await call('POST', '/v1/messages', carillon.apiKey, {
    to: '+15550001111',
    purpose: 'transactional',
    content: template,
  });
  expect(sent.status, carillon.logs.join('\n')).toBe(202);
  await fetch(`${carillon.sandbox}/_sandbox/people/15550001111/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ type: 'text', text: { body: 'Hello' } }),
  });
  for (const list of ['messages', 'contacts', 'conversations', 'webhooks', 'connections', 'senders', 'api-keys']) {
    await vi.waitUntil(
      async () => {
        const { data } = (await (await call('GET', `/v1/${list}`, carillon.apiKey)).json()) as {
          data: { id: string }[];
        };
        if (data[0] !== undefined) ownIds.set(list, data[0].id);
        return data.length > 0;
      },
      { timeout: 20_000, interval: 100 },
    );
  }
}

function call(method: string, path: string, key: string | undefined, body?: unknown): Promise<Response> {
  return fetch(carillon.api + path, {
    method,
    headers: {
      'idempotency-key': newId(),
      ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    signal: AbortSignal.timeout(20_000),
  });
}

/** The address with identifiers of the first workspace in it. */
function filled(path: string, id?: string): string {
  const list = path.split('/')[2] ?? '';
  return path
    .replace('{lane}', 'service')
    .replace('{kind}', 'block')
    .replaceAll(/\{\w+\}/g, id ?? ownIds.get(list) ?? newId());
}

async function statusOf(response: Response): Promise<number> {
  await response.body?.cancel();
  return response.status;
}

describe('every address of the API', () => {
  it('asks for a credential', async () => {
    const closed = operations.filter(({ isPublic }) => !isPublic);
    expect(closed.length).toBeGreaterThan(20);
    for (const { method, path } of closed) {
      for (const key of [undefined, 'ck_live_unknown_key_of_nobody']) {
        expect([method, path, await statusOf(await call(method, filled(path), key))]).toEqual([method, path, 401]);
      }
    }
  });

  it('that changes something takes an Idempotency-Key', () => {
    const writes = operations.filter(({ method }) => method !== 'GET');
    expect(writes.length).toBeGreaterThan(20);
    const without = writes.filter(({ takesKey }) => !takesKey).map(({ method, path }) => `${method} ${path}`);
    // Explaining changes nothing, and nobody is signed in or out twice.
    expect(without.sort()).toEqual(['DELETE /v1/session', 'POST /v1/messages/explain', 'POST /v1/session']);
  });

  it('that is open to all is one of the few that were meant to be', () => {
    const open = operations.filter(({ isPublic }) => isPublic).map(({ method, path }) => `${method} ${path}`);
    expect(open.toSorted()).toEqual(['GET /health', 'GET /health/live', 'GET /health/ready', 'POST /v1/session']);
  });

  it('asks for its scope', async () => {
    const scopes = [...new Set(operations.flatMap(({ scope }) => scope ?? []))];
    expect(scopes.length).toBeGreaterThan(5);
    const keys = new Map<string, string>();
    for (const lacking of scopes) {
      const others = scopes.filter((scope) => scope !== lacking);
      const made = await call('POST', '/v1/api-keys', carillon.apiKey, { name: `all but ${lacking}`, scopes: others });
      keys.set(lacking, ((await made.json()) as { key: string }).key);
    }
    for (const { method, path, scope } of operations) {
      if (scope === undefined) continue;
      const status = await statusOf(await call(method, filled(path), keys.get(scope)));
      expect([method, path, status]).toEqual([method, path, 403]);
    }
  });

  it('B037: finds nothing of another workspace, neither by its identifiers nor in its lists', async () => {
    const byId = operations.filter(({ path, isPublic }) => path.includes('{') && !isPublic);
    expect(byId.length).toBeGreaterThan(10);
    for (const { method, path } of byId) {
      const body = method === 'GET' || method === 'DELETE' ? undefined : {};
      const status = await statusOf(await call(method, filled(path), strangerKey, body));
      // A body that is refused before anything is looked up says nothing about what there is.
      expect([404, 422], `${method} ${path} answered ${status}`).toContain(status);
    }
    for (const { path, isStream } of operations.filter(
      ({ method, path: address }) => method === 'GET' && !address.includes('{'),
    )) {
      if (isStream) continue;
      const text = await (await call('GET', path, strangerKey)).text();
      for (const id of ownIds.values()) expect(text, path).not.toContain(id);
    }
    expect((await call('GET', `/v1/messages/${ownIds.get('messages')}`, carillon.apiKey)).status).toBe(200);
  });
});

describe('bad input', () => {
  const identifiers = ['x', '%00', "'", '..%2f..', '%zz', 'a'.repeat(600), '%F0%9F%98%80', newId()];
  const queries = [
    '?limit=-1',
    '?limit=0',
    '?limit=1e9',
    '?limit=1&limit=2',
    '?after=zzz',
    '?x=1',
    '?status=%00',
    '?contact=%27',
    '?direction=%ff',
  ];
  const bodies = [
    '',
    'null',
    '[]',
    '"x"',
    '42',
    '{}',
    '{"a":1}',
    '{"__proto__":{}}',
    '{"a":1,"a":2}',
    '{"to":"\\u0000"}',
    '{"to":"\\ud800"}',
    '{"to":1e400}',
    '[[[[',
    '{"messages":[]}',
    '{"messages":[null,1,{}]}',
    '{"reason":"\\u0007"}',
    JSON.stringify({
      to: 'x'.repeat(100_000),
      purpose: 'transactional',
      content: { type: 'text', text: { body: 'x' } },
    }),
  ];

  it('B001-B045: is answered by a problem with a code, and never by a 500, wherever it is sent', async () => {
    let sent = 0;
    for (const { method, path, isStream } of operations) {
      if (isStream) continue;
      const addresses = path.includes('{') ? identifiers.map((id) => filled(path, id)) : [path];
      const attempts =
        method === 'GET'
          ? [...addresses, ...queries.map((query) => filled(path) + query)].map((url) => [url, undefined] as const)
          : addresses.flatMap((url) => bodies.map((body) => [url, body] as const));
      for (const [url, body] of attempts) {
        const response = await call(method, url, carillon.apiKey, method === 'DELETE' ? undefined : body);
        const text = await response.text();
        sent++;
        expect(response.status, `${method} ${url} ${body?.slice(0, 60)}: ${text.slice(0, 300)}`).toBeLessThan(500);
        if (response.status < 400) continue;
        expect(response.headers.get('content-type')).toBe('application/problem+json');
        expect(JSON.parse(text)).toMatchObject({
          code: expect.any(String),
          status: response.status,
          request_id: expect.any(String),
        });
      }
    }
    expect(sent).toBeGreaterThan(500);
    expect(carillon.logs.filter((line) => line.includes('a request failed on our side'))).toEqual([]);
  });
});
