import { randomBytes, randomUUID } from 'node:crypto';
import { Type } from 'typebox';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addWorkspace } from '#accounts/accounts.ts';
import { createTestDatabase, type TestDatabase } from '#testing/test-database.ts';
import { type Database, sql } from './database.ts';
import { Fault } from './fault.ts';
import { createHttpServer, type HttpServer } from './http.ts';
import { KeptAnswers } from './kept-answers.ts';
import { strictObject } from './schema.ts';

let database: TestDatabase;
let worker: Database;
let server: HttpServer;
let workspaceIds: string[];
/** What the routes did, by the word that they were asked with. */
const done: string[] = [];
/** What the next request does before it is answered. */
let meanwhile: (word: string) => Promise<void> | void = () => undefined;

beforeAll(async () => {
  database = await createTestDatabase();
  worker = database.connect({ role: 'carillon_worker' });
  workspaceIds = await worker.transaction(async (tx) => [
    await addWorkspace(tx, 'One', randomBytes(32)),
    await addWorkspace(tx, 'Two', randomBytes(32)),
  ]);
  server = await createHttpServer({
    authenticate: ({ headers }) => {
      const workspaceId = workspaceIds[Number(headers.authorization?.slice(7))];
      if (workspaceId === undefined) throw new Fault('unauthorized');
      return { workspaceId, keyId: 'key', scopes: new Set(['*']) };
    },
    keptAnswers: new KeptAnswers(worker, randomBytes(32)),
  });
  const body = strictObject({ word: Type.String({ minLength: 2 }) });
  const made = { 201: strictObject({ word: Type.String(), times: Type.Integer() }) };
  server.post(
    '/v1/bells',
    { config: { access: { scope: 'bells' }, shed: 'api' }, schema: { operationId: 'ring', body, response: made } },
    async (request, reply) => {
      const { word } = request.body;
      done.push(word);
      await meanwhile(word);
      reply.code(201);
      return { word, times: timesOf(word) };
    },
  );
  server.delete(
    '/v1/bells/:word',
    {
      config: { access: { scope: 'bells' }, shed: 'api' },
      schema: { operationId: 'unhang', params: strictObject({ word: Type.String() }), response: { 204: Type.Null() } },
    },
    async (request, reply) => {
      done.push(request.params.word);
      return reply.code(204).send(null);
    },
  );
  server.post(
    '/v1/keys',
    {
      config: { access: { scope: 'bells' }, secretField: 'key', shed: 'api' },
      schema: {
        operationId: 'makeKey',
        response: { 201: strictObject({ id: Type.String(), key: Type.String() }) },
      },
    },
    async (_request, reply) => {
      reply.code(201);
      return { id: 'key-1', key: 'the-secret' };
    },
  );
  await server.ready();
});
afterAll(async () => {
  await server?.close();
  await database?.close();
});

const timesOf = (word: string) => done.filter((one) => one === word).length;

async function write(
  key: string | undefined,
  word: string,
  options: { method?: 'POST' | 'DELETE'; url?: string; workspace?: number } = {},
) {
  const { method = 'POST', url = '/v1/bells', workspace = 0 } = options;
  const response = await server.inject({
    method,
    url,
    headers: {
      authorization: `Bearer ${workspace}`,
      ...(key === undefined ? {} : { 'idempotency-key': key }),
      ...(url === '/v1/bells' ? { 'content-type': 'application/json' } : {}),
    },
    ...(url === '/v1/bells' ? { payload: { word } } : {}),
  });
  return {
    status: response.statusCode,
    body: response.body === '' ? null : response.json<Record<string, unknown>>(),
    isReplay: response.headers['idempotency-replayed'] === 'true',
  };
}

async function until<T>(run: () => Promise<T>, action: (word: string) => Promise<void> | void): Promise<T> {
  meanwhile = action;
  try {
    return await run();
  } finally {
    meanwhile = () => undefined;
  }
}

describe('a write with an Idempotency-Key', () => {
  it('takes effect once, and its repetitions get the first answer', async () => {
    const key = randomUUID();
    const first = await write(key, 'once');
    expect(first).toEqual({ status: 201, body: { word: 'once', times: 1 }, isReplay: false });
    expect(await write(`"${key}"`, 'once')).toEqual({ ...first, isReplay: true });
    expect(timesOf('once')).toBe(1);
  });

  it('that answers without a body is answered so again', async () => {
    const key = randomUUID();
    const options = { method: 'DELETE', url: '/v1/bells/gone' } as const;
    expect(await write(key, '', options)).toEqual({ status: 204, body: null, isReplay: false });
    expect(await write(key, '', options)).toEqual({ status: 204, body: null, isReplay: true });
    expect(timesOf('gone')).toBe(1);
  });

  it('is refused when the key was of another body or address', async () => {
    const key = randomUUID();
    await write(key, 'mine');
    const reused = { status: 422, body: { code: 'idempotency_key_reused' } };
    expect(await write(key, 'other')).toMatchObject(reused);
    expect(await write(key, '', { method: 'DELETE', url: '/v1/bells/mine' })).toMatchObject(reused);
    expect(timesOf('other')).toBe(0);
  });

  it('is nothing to another workspace with the same key', async () => {
    const key = randomUUID();
    await write(key, 'shared');
    expect(await write(key, 'shared', { workspace: 1 })).toMatchObject({ status: 201, isReplay: false });
  });

  it('happens each time without a key', async () => {
    await write(undefined, 'freely');
    expect(await write(undefined, 'freely')).toMatchObject({ body: { times: 2 } });
  });

  it('is worked on by one at a time, of twenty at once', async () => {
    const key = randomUUID();
    const hold = Promise.withResolvers<void>();
    const [answers] = await until(
      async () => {
        const all = Promise.all(Array.from({ length: 20 }, () => write(key, 'crowd')));
        await expect.poll(() => timesOf('crowd')).toBe(1);
        expect(await write(key, 'crowd')).toMatchObject({ status: 409, body: { code: 'idempotency_in_progress' } });
        hold.resolve();
        return [await all];
      },
      () => hold.promise,
    );
    expect(timesOf('crowd')).toBe(1);
    for (const { status } of answers) expect([201, 409]).toContain(status);
    expect(answers.filter(({ status }) => status === 201)).not.toEqual([]);
    expect(await write(key, 'crowd')).toMatchObject({ status: 201, isReplay: true });
  });

  it('keeps a refusal, with the id of each request in it', async () => {
    const key = randomUUID();
    const refuse = () => {
      throw new Fault('conflict', { detail: 'It hangs already.' });
    };
    const first = await until(() => write(key, 'hung'), refuse);
    const second = await write(key, 'hung');
    expect(second).toMatchObject({
      status: 409,
      body: { code: 'conflict', detail: 'It hangs already.' },
      isReplay: true,
    });
    expect(second.body?.['request_id']).not.toBe(first.body?.['request_id']);
  });

  it.each([
    ['our own mistake', () => Promise.reject(new Error('a bug'))],
    ['a refusal for the time being', () => Promise.reject(new Fault('lane_stopped'))],
    ['a refusal of the caller', () => Promise.reject(new Fault('forbidden'))],
  ])('may come again after %s', async (name, fail) => {
    const key = randomUUID();
    expect((await until(() => write(key, name), fail)).status).toBeGreaterThan(400);
    expect(await write(key, name)).toMatchObject({ status: 201, body: { times: 2 }, isReplay: false });
  });

  it('may come again, mended, when it was not valid', async () => {
    const key = randomUUID();
    expect(await write(key, 'x')).toMatchObject({ status: 422, body: { code: 'invalid_request' } });
    expect(await write(key, 'xx')).toMatchObject({ status: 201, isReplay: false });
  });

  it('is worked on again a minute after its process died in the middle of it', async () => {
    const key = randomUUID();
    const age = (seconds: number) =>
      database.db.query(
        sql`update idempotency_key set created_at = now() - make_interval(secs => ${seconds}) where key = ${key}`,
      );
    // As the dead process left it: the handler has begun, and the key is reserved.
    const hold = Promise.withResolvers<void>();
    await until(
      async () => {
        const dead = write(key, 'died');
        await expect.poll(() => timesOf('died')).toBe(1);
        await age(59);
        expect(await write(key, 'died')).toMatchObject({ status: 409 });
        await age(61);
        expect(await write(key, 'another')).toMatchObject({ status: 422 });
        meanwhile = () => undefined;
        expect(await write(key, 'died')).toMatchObject({ status: 201, body: { times: 2 }, isReplay: false });
        // It was not dead but slow: what it answers now is not what the key stands for.
        hold.resolve();
        expect(await dead).toMatchObject({ status: 201 });
      },
      () => hold.promise,
    );
    expect(await write(key, 'died')).toMatchObject({ isReplay: true, body: { times: 2 } });
  });

  it('keeps no secret, and says so to a repetition', async () => {
    const key = randomUUID();
    const options = { url: '/v1/keys' };
    expect(await write(key, '', options)).toMatchObject({ status: 201, body: { id: 'key-1', key: 'the-secret' } });
    expect(await write(key, '', options)).toMatchObject({
      status: 409,
      body: { code: 'answer_not_kept', answer: { id: 'key-1' } },
      isReplay: true,
    });
    const [row] = await database.db.query<{ kept: string }>(
      sql`select k::text as kept from idempotency_key k where key = ${key}`,
    );
    expect(row?.kept).toContain('key-1');
    expect(row?.kept).not.toContain('the-secret');
  });

  it('whose key the message path has is another request', async () => {
    const key = randomUUID();
    await database.db.query(
      sql`insert into idempotency_key (workspace_id, key, route, fingerprint, response_status, response)
          values (${workspaceIds[0]}::uuid, ${key}, 'POST /v1/messages', ${randomBytes(32)}, 202, '{}')`,
    );
    expect(await write(key, 'word')).toMatchObject({ status: 422, body: { code: 'idempotency_key_reused' } });
  });
});
