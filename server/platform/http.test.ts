import { Type } from 'typebox';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Fault } from './fault.ts';
import { type Caller, callerOf, createHttpServer, type HttpServer } from './http.ts';
import { webhookScope } from './webhook-scope.ts';
import { oneOf, pageLimit, strictObject, taggedUnion, uuid } from './schema.ts';

const caller: Caller = { workspaceId: 'w1', keyId: 'k1', scopes: new Set(['notes:write', 'notes:read']) };

async function aServer(): Promise<HttpServer> {
  const server = await createHttpServer({
    authenticate: (request) => {
      if (request.headers.authorization !== 'Bearer right') throw new Fault('unauthorized');
      return caller;
    },
  });
  server.post(
    '/v1/notes',
    {
      config: { access: { scope: 'notes:write' }, idempotency: 'required', shed: 'api' },
      schema: {
        operationId: 'addNote',
        tags: ['notes'],
        body: strictObject({
          to: Type.String({ minLength: 1, maxLength: 20 }),
          purpose: Type.Optional(oneOf(['service', 'marketing'])),
          size: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 })),
          content: Type.Optional(
            taggedUnion('type', [
              strictObject({ type: Type.Literal('text'), text: strictObject({ body: Type.String() }) }),
              strictObject({ type: Type.Literal('image'), image: strictObject({ link: Type.String() }) }),
            ]),
          ),
          metadata: Type.Optional(Type.Record(Type.String({ maxLength: 40 }), Type.String(), { maxProperties: 50 })),
        }),
        response: { 202: strictObject({ id: Type.String(), key: Type.String() }) },
      },
    },
    async (request, reply) => {
      reply.code(202);
      return { id: request.body.to + callerOf(request).workspaceId, key: request.idempotencyKey ?? '', secret: 'x' };
    },
  );
  server.get(
    '/v1/notes',
    {
      config: { access: { scope: 'notes:read' }, shed: 'api' },
      schema: {
        operationId: 'listNotes',
        querystring: strictObject({
          limit: pageLimit(),
          open: Type.Optional(Type.Boolean()),
          text: Type.Optional(Type.String()),
        }),
        response: { 200: strictObject({ limit: Type.Integer(), open: Type.Optional(Type.Boolean()) }) },
      },
    },
    async (request) => request.query,
  );
  server.get(
    '/v1/notes/:id',
    {
      config: { access: { scope: 'notes:read' }, shed: 'api' },
      schema: {
        operationId: 'getNote',
        params: strictObject({ id: uuid() }),
        response: { 200: strictObject({ id: Type.String() }) },
      },
    },
    async (request) => ({ id: request.params.id }),
  );
  server.get(
    '/v1/note-kinds/:kind',
    {
      config: { access: { scope: 'notes:read' }, shed: 'api' },
      schema: {
        operationId: 'getNoteKind',
        params: strictObject({ kind: oneOf(['short', 'long']) }),
        response: { 200: strictObject({ kind: Type.String() }) },
      },
    },
    async (request) => ({ kind: request.params.kind }),
  );
  server.post(
    '/v1/notes/:id/break',
    {
      config: { access: { scope: 'notes:write' }, shed: 'api' },
      schema: { operationId: 'breakNote', response: { 200: strictObject({}) } },
    },
    async () => {
      throw new Error('select * from secret_table');
    },
  );
  await webhookScope(server, 3 * 1024 * 1024, (scope) => {
    scope.post('/webhooks/x', { config: { access: 'public', kind: 'webhook', shed: 'ingress' } }, async (request) => {
      const raw = request.body as Buffer;
      return { size: raw.length, isBuffer: Buffer.isBuffer(raw) };
    });
  });
  await server.ready();
  return server;
}

let server: HttpServer;
beforeAll(async () => {
  server = await aServer();
});
afterAll(() => server.close());

const headers = { authorization: 'Bearer right', 'content-type': 'application/json', 'idempotency-key': 'k-1' };
const post = (payload: string | Buffer, more: Record<string, string> = {}) =>
  server.inject({ method: 'POST', url: '/v1/notes', payload, headers: { ...headers, ...more } });

async function refusal(payload: string | Buffer, more: Record<string, string> = {}) {
  const response = await post(payload, more);
  const problem = response.json<{ code: string; status: number; errors?: { pointer: string }[] }>();
  expect(response.headers['content-type']).toBe('application/problem+json');
  expect(problem.status).toBe(response.statusCode);
  return [response.statusCode, problem.code, problem.errors?.[0]?.pointer];
}

describe('the body of a request', () => {
  it('is taken when it is right', async () => {
    const response = await post('{"to":"+1"}');
    expect(response.statusCode).toBe(202);
    expect(response.json()).toEqual({ id: '+1w1', key: 'k-1' });
  });

  it.each([
    ['B001', '', 400, 'invalid_json', undefined],
    ['B002', '{"to":"+1",}', 400, 'invalid_json', undefined],
    ['B002', "{'to':'+1'}", 400, 'invalid_json', undefined],
    ['B002', '{"to":NaN}', 400, 'invalid_json', undefined],
    ['B002', '{"to":"+1"} // comment', 400, 'invalid_json', undefined],
    ['B003', 'null', 422, 'invalid_request', ''],
    ['B003', '[]', 422, 'invalid_request', ''],
    ['B003', '"x"', 422, 'invalid_request', ''],
    ['B003', '42', 422, 'invalid_request', ''],
    ['B003', 'true', 422, 'invalid_request', ''],
    ['B004', '{"to":919876543210}', 422, 'invalid_request', '/to'],
    ['B005', '{"to":["+91"]}', 422, 'invalid_request', '/to'],
    ['B006', '{"to":null}', 422, 'invalid_request', '/to'],
    ['B007', '{"to":"+1","teamplate":1}', 422, 'invalid_request', '/teamplate'],
    ['B008', '{"to":"+1","__proto__":{}}', 400, 'forbidden_key', '/__proto__'],
    ['B008', '{"to":"+1","constructor":{"prototype":{}}}', 400, 'forbidden_key', '/constructor'],
    ['B009', '{"to":"+A","to":"+B"}', 400, 'duplicate_key', '/to'],
    ['B009', '{"to":"+A","metadata":{"a":"1","\\u0061":"2"}}', 400, 'duplicate_key', '/metadata/a'],
    ['B010', '{"to":12345678901234567890}', 422, 'invalid_request', '/to'],
    ['B011', '{"to":1e400}', 422, 'invalid_request', '/to'],
    ['B012', '{"to":1e131073}', 422, 'invalid_request', '/to'],
    ['B013', '['.repeat(33) + ']'.repeat(33), 400, 'too_deep', undefined],
    ['B013', '{"a":'.repeat(10_000), 400, 'too_deep', undefined],
    ['B013', '['.repeat(1_000_000), 400, 'too_deep', undefined],
    ['B014', `"${'a'.repeat(1024 * 1024 - 1)}"`, 413, 'body_too_large', undefined],
    ['B017', '{"to":"a\\u0000b"}', 422, 'invalid_request', '/to'],
    ['B018', '{"to":"\\ud800"}', 422, 'invalid_request', '/to'],
    ['B021', '\ufeff{"to":"+1"}', 400, 'invalid_json', undefined],
    ['B037', '{"to":"+1","workspace_id":"other"}', 422, 'invalid_request', '/workspace_id'],
    ['B038', '{"to":"+1","created_at":"2020-01-01"}', 422, 'invalid_request', '/created_at'],
    ['B040', '{"to":"+1","size":0}', 422, 'invalid_request', '/size'],
    ['B040', '{"to":"+1","size":-0}', 422, 'invalid_request', '/size'],
    ['B040', '{"to":"+1","size":2147483648}', 422, 'invalid_request', '/size'],
    ['B040', '{"to":"+1","size":1.5}', 422, 'invalid_request', '/size'],
  ])('%s: %s is refused in words', async (_id, payload, status, code, pointer) => {
    expect(await refusal(payload)).toEqual([status, code, pointer]);
  });

  it('B019: bytes that are not UTF-8 are refused', async () => {
    expect(await refusal(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]))).toEqual([400, 'invalid_encoding', undefined]);
  });

  it('points at the kind of content that was meant', async () => {
    expect(await refusal('{"to":"+1","content":{"type":"text","text":{}}}')).toEqual([
      422,
      'invalid_request',
      '/content/text/body',
    ]);
    expect(await refusal('{"to":"+1","content":{"type":"fax"}}')).toEqual([422, 'invalid_request', '/content/type']);
  });
});

describe('the path of a request', () => {
  const get = (url: string) => server.inject({ method: 'GET', url, headers: { authorization: 'Bearer right' } });

  it('with an id that none of ours can be is not found', async () => {
    const answer = await get('/v1/notes/7');
    expect([answer.statusCode, answer.json().code, answer.json().errors]).toEqual([404, 'not_found', undefined]);
  });

  it('with a word that is not on its list is not found, and says which are', async () => {
    const answer = await get('/v1/note-kinds/medium');
    expect(answer.statusCode).toBe(404);
    expect(answer.json()).toMatchObject({
      code: 'not_found',
      detail: '/kind: It must be one of: short, long.',
      errors: [{ pointer: '/kind', message: 'It must be one of: short, long.' }],
    });
  });
});
