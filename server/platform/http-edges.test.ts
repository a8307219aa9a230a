import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { Type } from 'typebox';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Fault } from './fault.ts';
import { type Caller, createHttpServer, type HttpServer } from './http.ts';
import { webhookScope } from './webhook-scope.ts';
import { addReferenceRoutes } from './reference-routes.ts';
import { strictObject, uuid } from './schema.ts';

const caller: Caller = { workspaceId: 'w1', keyId: 'k1', scopes: new Set(['notes:write']) };
let server: HttpServer;
let port: number;

beforeAll(async () => {
  server = await createHttpServer({
    authenticate: (request) => {
      if (request.headers.authorization !== 'Bearer right') throw new Fault('unauthorized', { detail: 'No.' });
      return caller;
    },
    rateLimit: { perSecond: 1_000_000, burst: 1_000_000 },
  });
  addReferenceRoutes(server);
  const config = { access: { scope: 'notes:write' }, shed: 'api' } as const;
  server.post(
    '/v1/notes',
    {
      config: { ...config, idempotency: 'required' },
      schema: {
        operationId: 'addNote',
        summary: 'Add',
        body: strictObject({ to: Type.String() }),
        response: { 202: strictObject({ to: Type.String() }) },
      },
    },
    async (request, reply) =>
      reply.code(202).send({ to: request.body.to, secret: 'not in the schema' } as { to: string }),
  );
  server.post(
    '/v1/notes/:id/cancel',
    {
      config,
      schema: { operationId: 'cancelNote', params: strictObject({ id: uuid() }), response: { 200: strictObject({}) } },
    },
    async () => ({}),
  );
  server.get(
    '/v1/broken',
    { config, schema: { operationId: 'getBroken', response: { 200: strictObject({}) } } },
    async () => {
      throw new Error('select secret_hash from api_key at /srv/carillon/server/x.ts');
    },
  );
  server.get(
    '/v1/admin',
    {
      config: { access: { scope: 'admin' }, shed: 'api' },
      schema: { operationId: 'getAdmin', response: { 200: strictObject({}) } },
    },
    async () => ({}),
  );
  await webhookScope(server, 3 * 1024 * 1024, (scope) => {
    scope.post('/webhooks/x', { config: { access: 'public', kind: 'webhook', shed: 'ingress' } }, async (request) => {
      const raw = request.body as Buffer;
      return { sizeBytes: raw.length, hex: raw.subarray(0, 16).toString('hex') };
    });
  });
  await server.listen({ port: 0, host: '127.0.0.1' });
  ({ port } = server.server.address() as AddressInfo);
});
afterAll(() => server.close());

type Call = { method?: string; url?: string; payload?: string | Buffer; headers?: Record<string, string> };

async function call({ method = 'POST', url = '/v1/notes', payload, headers = {} }: Call) {
  const response = await server.inject({
    method: method as 'GET',
    url,
    headers: { authorization: 'Bearer right', 'idempotency-key': 'k', ...headers },
    ...(payload === undefined ? {} : { payload }),
  });
  const isProblem = String(response.headers['content-type']).startsWith('application/problem+json');
  return {
    status: response.statusCode,
    code: isProblem && response.body !== '' ? response.json<{ code: string }>().code : undefined,
    response,
  };
}

/** Sends bytes as they are and gives back all that comes until the server closes, or `limit` answers. */
async function raw(bytes: string | Buffer, answers = 1): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let received = '';
  socket.on('data', (chunk: Buffer) => {
    received += chunk.toString('latin1');
    if (received.split('HTTP/1.1 ').length > answers) socket.end();
  });
  socket.on('error', () => {});
  socket.write(bytes);
  await once(socket, 'close');
  return received;
}

const json = { 'content-type': 'application/json' };
const payload = '{"to":"+1"}';

describe('the type of a body', () => {
  it.each([
    'application/json',
    'APPLICATION/JSON',
    'application/json; charset=utf-8',
    'application/json;charset="UTF-8"',
    ' application/json ',
    'application/json\t',
  ])('B022: %j gets the same validation as any other', async (type) => {
    expect((await call({ payload, headers: { 'content-type': type } })).status).toBe(202);
    expect(await call({ payload: '{"to":1}', headers: { 'content-type': type } })).toMatchObject({
      status: 422,
      code: 'invalid_request',
    });
  });

  it.each([
    ['B020', 'application/json; charset=utf-16'],
    ['B022', 'application/json\ta'],
    ['B022', 'application/json; charset=utf-8; x=y'],
    ['B022', 'application/jsonx'],
    ['B022', 'application/json, text/plain'],
    ['B023', 'text/plain'],
    ['B023', 'application/x-www-form-urlencoded'],
    ['B023', ''],
    ['B024', 'multipart/form-data; boundary=x'],
    ['B023', 'nonsense'],
  ])('%s: %j is refused', async (_id, type) => {
    expect(await call({ payload, headers: { 'content-type': type } })).toMatchObject({
      status: 415,
      code: 'unsupported_media_type',
    });
  });

  it('B023: is needed', async () => {
    const answer = await raw(
      `POST /v1/notes HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer right\r\nIdempotency-Key: k\r\nContent-Length: ${payload.length}\r\n\r\n${payload}`,
    );
    expect(answer).toMatch(/^HTTP\/1.1 415 /);
  });

  it('B020: a body in UTF-16 is refused', async () => {
    const utf16 = Buffer.from(`\ufeff${payload}`, 'utf16le');
    expect((await call({ payload: utf16, headers: json })).status).toBe(400);
  });

  it.each(['gzip', 'br', 'zstd', 'deflate', 'gzip, identity'])('B025: nothing is unpacked (%s)', async (encoding) => {
    expect(await call({ payload, headers: { ...json, 'content-encoding': encoding } })).toMatchObject({ status: 415 });
  });

  it('an address that takes no body takes none, but forgives an empty one', async () => {
    const url = '/v1/notes/0198c0de-7a11-7000-8000-000000000001/cancel';
    expect((await call({ url })).status).toBe(200);
    expect((await call({ url, payload: '{}', headers: json })).status).toBe(200);
    expect((await call({ url, payload: '', headers: json })).status).toBe(200);
    expect(await call({ url, payload: '{"a":1}', headers: json })).toMatchObject({ status: 422 });
    expect(await call({ url, payload: 'null', headers: json })).toMatchObject({ status: 422 });
  });
});

describe('an address', () => {
  it.each(['/%', '/%zz', '/v1/%', '/v1/notes/%zz/cancel', '/v1/notes/%c0%af/cancel'])(
    'B031: %s that cannot be decoded is refused, under /v1 only to callers we know',
    async (url) => {
      const known = await call({ method: 'POST', url });
      expect([known.status, known.code]).toEqual([400, 'malformed_url']);
      const stranger = await call({ method: 'POST', url, headers: { authorization: 'Bearer wrong' } });
      expect(stranger.status).toBe(url.startsWith('/v1') ? 401 : 400);
    },
  );

  it.each(['../x', '%2e%2e%2f', '%00', 'a'.repeat(400), "'", 'abc', '1', '0198c0de7a1170008000000000000001'])(
    'B030: with the identifier %s leads nowhere',
    async (id) => {
      const answer = await call({ url: `/v1/notes/${id}/cancel` });
      expect([404, 400]).toContain(answer.status);
    },
  );

  it('B030: of ten thousand characters leads nowhere', async () => {
    expect((await call({ url: `/v1/notes/${'a'.repeat(10_000)}/cancel` })).status).toBe(404);
  });

  it('that does not exist tells strangers nothing under /v1', async () => {
    expect(await call({ method: 'GET', url: '/v1/nothing' })).toMatchObject({ status: 404, code: 'not_found' });
    expect(await call({ method: 'GET', url: '/v1/nothing', headers: { authorization: '' } })).toMatchObject({
      status: 401,
    });
    expect(await call({ method: 'GET', url: '/nothing', headers: { authorization: '' } })).toMatchObject({
      status: 404,
    });
  });

  it('names its methods when another one is used', async () => {
    const answer = await call({ method: 'PUT', payload, headers: json });
    expect([answer.status, answer.code, answer.response.headers['allow']]).toEqual([
      405,
      'method_not_allowed',
      'OPTIONS, POST',
    ]);
    expect((await call({ method: 'OPTIONS' })).response.headers['allow']).toBe('OPTIONS, POST');
    expect((await call({ method: 'HEAD', url: '/v1/admin' })).status).toBe(403);
  });

  it('B027: ignores what pretends to be another method', async () => {
    const headers = { ...json, 'x-http-method-override': 'DELETE', 'x-method-override': 'DELETE' };
    expect((await call({ payload, headers })).status).toBe(202);
  });

  it('B028: takes no parameters that it does not know', async () => {
    expect(await call({ url: '/v1/notes?workspace_id=other', payload, headers: json })).toMatchObject({ status: 422 });
  });
});

describe('the headers of a request', () => {
  it('B032, B033: need an Idempotency-Key where something is made', async () => {
    expect(await call({ payload, headers: { ...json, 'idempotency-key': '' } })).toMatchObject({
      status: 400,
      code: 'idempotency_key_invalid',
    });
    const answer = await raw(
      `POST /v1/notes HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer right\r\nContent-Type: application/json\r\nContent-Length: ${payload.length}\r\n\r\n${payload}`,
    );
    expect(answer).toContain('idempotency_key_missing');
  });

  it('B042: are bounded in size and number', async () => {
    const large = await raw(`GET /v1/admin HTTP/1.1\r\nHost: x\r\nX-Large: ${'a'.repeat(65_536)}\r\n\r\n`);
    expect(large).toMatch(/^HTTP\/1.1 431 /);
    const many = Array.from({ length: 500 }, (_, index) => `X-${index}: 1\r\n`).join('');
    expect(await raw(`GET /v1/admin HTTP/1.1\r\nHost: x\r\n${many}\r\n`)).toMatch(/^HTTP\/1.1 431 /);
  });

  it('B042: with stray control characters are no request', async () => {
    expect(await raw('GET /v1/admin HTTP/1.1\r\nHost: x\r\nX-A: a\rb\r\n\r\n')).toMatch(
      /^HTTP\/1.1 400 [^]*problem\+json/,
    );
    expect(await raw('GET /v1/admin HTTP/1.1\r\nHost: x\r\nX-A: a\u0000b\r\n\r\n')).toMatch(/^HTTP\/1.1 400 /);
  });

  it.each([
    ['*/*', 404],
    ['application/json', 404],
    ['application/*;q=0.5', 404],
    ['text/html, */*;q=0.1', 404],
    ['application/xml', 406],
    ['garbage', 406],
  ])('B044: Accept: %s', async (accept, expected) => {
    const answer = await call({ url: '/v1/notes/x/cancel', headers: { accept } });
    expect(answer.status).toBe(expected);
  });

  it('carry the trace on', async () => {
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    const { response } = await call({ payload, headers: { ...json, traceparent } });
    expect(response.headers['traceparent']).toMatch(
      /^00-4bf92f3577b34da6a3ce929d0e0e4736-(?!00f067aa0ba902b7)[0-9a-f]{16}-01$/,
    );
    expect((await call({ payload, headers: json })).response.headers['traceparent']).toMatch(
      /^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/,
    );
  });
});

describe('the framing of a request', () => {
  const head =
    'POST /v1/notes HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer right\r\nIdempotency-Key: k\r\nContent-Type: application/json\r\n';

  it.each([
    ['two lengths', `${head}Content-Length: 11\r\nContent-Length: 12\r\n\r\n${payload}`],
    [
      'a length and chunks',
      `${head}Content-Length: 11\r\nTransfer-Encoding: chunked\r\n\r\nb\r\n${payload}\r\n0\r\n\r\n`,
    ],
    ['a bad chunk', `${head}Transfer-Encoding: chunked\r\n\r\nzz\r\n${payload}\r\n0\r\n\r\n`],
    ['a negative length', `${head}Content-Length: -1\r\n\r\n${payload}`],
    ['no request at all', '\u0016\u0003\u0001\u0002\r\n\r\n'],
  ])('B026: with %s is refused, and the connection closed', async (_name, bytes) => {
    const answer = await raw(bytes, 2);
    expect(answer).toMatch(/^HTTP\/1.1 400 /);
    expect(answer).toMatch(/connection: close/i);
  });

  it('B026: a body longer than its length is not taken for a request', async () => {
    const answer = await raw(`${head}Content-Length: 5\r\n\r\n${payload}`, 3);
    expect(answer).not.toMatch(/HTTP\/1.1 2/);
  });

  it('B043: a thousand requests in one go are answered in order', async () => {
    const request = (index: number) =>
      `GET /v1/notes-${index} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer right\r\n\r\n`;
    const answer = await raw(Array.from({ length: 1_000 }, (_, index) => request(index)).join(''), 1_000);
    expect(answer.split('HTTP/1.1 404').length - 1).toBe(1_000);
  });
});

describe('the body of a webhook', () => {
  it('B051: arrives as the bytes that were sent, whatever their type', async () => {
    const bytes = Buffer.from([0xff, 0x00, 0xef, 0xbb, 0xbf, 0x7b]);
    for (const type of ['application/json', 'text/plain', 'application/x-www-form-urlencoded']) {
      const { response } = await call({
        url: '/webhooks/x?any=1&any=2',
        payload: bytes,
        headers: { 'content-type': type },
      });
      expect(response.json()).toEqual({ sizeBytes: 6, hex: bytes.toString('hex') });
    }
  });

  it('B073: may have three megabytes and not a byte more', async () => {
    const limit = 3 * 1024 * 1024;
    expect((await call({ url: '/webhooks/x', payload: Buffer.alloc(limit), headers: json })).status).toBe(200);
    expect(await call({ url: '/webhooks/x', payload: Buffer.alloc(limit + 1), headers: json })).toMatchObject({
      status: 413,
      code: 'body_too_large',
    });
  });
});

describe('an answer', () => {
  it('B045: to a request that hits a bug tells nothing but its id', async () => {
    const { status, response } = await call({ method: 'GET', url: '/v1/broken' });
    expect(status).toBe(500);
    expect(response.body).not.toMatch(/select|secret|srv|\.ts|Error/);
    expect(response.json()).toMatchObject({ code: 'internal', request_id: response.headers['x-request-id'] });
  });

  it('has only what its schema says', async () => {
    expect((await call({ payload, headers: json })).response.json()).toEqual({ to: '+1' });
  });

  it('is kept by nobody and shown in no frame', async () => {
    for (const { response } of [
      await call({ payload, headers: json }),
      await call({ url: '/v1/nothing' }),
      await call({ url: '/%' }),
    ]) {
      expect(response.headers).toMatchObject({
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
        'x-request-id': expect.any(String),
      });
      expect(response.headers['server']).toBeUndefined();
      expect(response.headers['x-powered-by']).toBeUndefined();
    }
  });

  it('tells the limit and what is left of it', async () => {
    const { response } = await call({ payload, headers: json });
    expect(response.headers['ratelimit-policy']).toBe('"requests";q=1000000;w=1');
    expect(response.headers['ratelimit']).toMatch(/^"requests";r=\d+;t=1$/);
  });
});

describe('the OpenAPI document', () => {
  it('describes every address with its scope, its key and its problems', async () => {
    const { response } = await call({ method: 'GET', url: '/openapi.json' });
    const document = response.json<{
      openapi: string;
      paths: Record<string, Record<string, Record<string, unknown>>>;
      components: object;
    }>();
    expect(document.openapi).toBe('3.1.0');
    expect(Object.keys(document.paths)).toEqual(['/v1/notes', '/v1/notes/{id}/cancel', '/v1/broken', '/v1/admin']);
    const add = document.paths['/v1/notes']?.['post'];
    expect(add).toMatchObject({
      operationId: 'addNote',
      'x-scope': 'notes:write',
      security: [{ api_key: [] }, { session: [] }],
    });
    expect(add?.['parameters']).toMatchObject([{ in: 'header', name: 'Idempotency-Key', required: true }]);
    expect(add?.['responses']).toMatchObject({ 202: {}, default: { content: { 'application/problem+json': {} } } });
    expect(document.components).toHaveProperty('schemas.Problem');
  });

  it('explains each problem at the address that its type names', async () => {
    expect((await call({ method: 'GET', url: '/problems/invalid_request' })).response.json()).toMatchObject({
      code: 'invalid_request',
      status: 422,
    });
    expect((await call({ method: 'GET', url: '/problems/toString' })).status).toBe(404);
  });
});

describe('a server', () => {
  it('does not start with a route that lacks what every route must have', async () => {
    const incomplete = await createHttpServer({ authenticate: () => caller, scopes: ['notes:write'] });
    incomplete.get('/v1/a', async () => 'x');
    incomplete.post(
      '/v1/b',
      {
        config: { access: { scope: 'nots:write' }, shed: 'api' },
        schema: {
          operationId: 'b',
          body: Type.Object({ a: Type.Array(Type.Object({ b: Type.String({ pattern: '^x$' }) })) }),
          response: { 200: strictObject({}) },
        },
      },
      async () => ({}),
    );
    const message = await incomplete.ready().then(
      () => '',
      (error: Error) => error.message,
    );
    expect(message.split('\n').map((line) => line.trim())).toEqual([
      'Routes are incomplete:',
      'GET /v1/a: config.access is missing',
      'GET /v1/a: config.shed is missing: say when it gives way under load',
      'GET /v1/a: schema.operationId is missing',
      'GET /v1/a: schema.response lacks the schema of a success',
      'POST /v1/b: there is no scope nots:write',
      'POST /v1/b: body would let unknown fields through',
      'POST /v1/b: body/a would let unknown fields through',
      'POST /v1/b: body/a/b has a pattern without a sentence in schema.ts',
    ]);
  });

  it('turns away a caller that exceeds the limit, and tells when to come back', async () => {
    await using limited = await createHttpServer({ authenticate: () => caller, rateLimit: { perSecond: 1, burst: 2 } });
    addReferenceRoutes(limited);
    const statuses = [];
    for (let request = 0; request < 3; request++) statuses.push(await limited.inject({ url: '/openapi.json' }));
    expect(statuses.map((response) => response.statusCode)).toEqual([200, 200, 429]);
    expect(statuses[2]?.headers['retry-after']).toBe('1');
  });

  it('the record of a request has no number that could be somebody’s', async () => {
    const records: number[] = [];
    await using told = await createHttpServer({
      authenticate: () => caller,
      onRequestEnd: ({ durationMs }) => void records.push(durationMs),
    });
    await told.listen({ host: '127.0.0.1', port: 0 });
    for (let n = 0; n < 20; n += 1) await (await fetch(told.listeningOrigin)).text();
    await vi.waitFor(() => expect(records).toHaveLength(20));
    for (const durationMs of records) expect(String(durationMs)).toMatch(/^\d+(\.\d{1,3})?$/);
  });

  it('counts what it is working on, also when callers hang up', async () => {
    await using counted = await createHttpServer({ authenticate: () => caller });
    addReferenceRoutes(counted);
    let isWaiting = () => {};
    const waiting = new Promise<void>((resolve) => (isWaiting = resolve));
    counted.get(
      '/v1/wait',
      {
        config: { access: 'authenticated', shed: 'api' },
        schema: { operationId: 'wait', response: { 200: strictObject({}) } },
      },
      () => {
        isWaiting();
        return new Promise(() => {});
      },
    );
    await counted.listen({ port: 0, host: '127.0.0.1' });
    await counted.inject({ url: '/openapi.json' });
    expect(counted.pressure.inFlight).toBe(0);
    const socket = connect((counted.server.address() as AddressInfo).port, '127.0.0.1');
    socket.write('GET /v1/wait HTTP/1.1\r\nHost: x\r\n\r\n');
    await waiting;
    expect(counted.pressure.inFlight).toBe(1);
    socket.destroy();
    await expect.poll(() => counted.pressure.inFlight).toBe(0);
  });

  it('F47: ends a request whose body does not come, while it serves others', async () => {
    await using patient = await createHttpServer({ authenticate: () => caller, requestTimeoutMs: 300 });
    addReferenceRoutes(patient);
    patient.post(
      '/v1/slow',
      {
        config: { access: 'authenticated', shed: 'api' },
        schema: { operationId: 'slow', body: strictObject({}), response: { 200: strictObject({}) } },
      },
      async () => ({}),
    );
    await patient.listen({ port: 0, host: '127.0.0.1' });
    const slow = connect((patient.server.address() as AddressInfo).port, '127.0.0.1');
    let received = '';
    slow.on('data', (chunk: Buffer) => (received += chunk.toString()));
    slow.write('POST /v1/slow HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{');
    expect((await patient.inject({ url: '/openapi.json' })).statusCode).toBe(200);
    await once(slow, 'close');
    expect(received).toMatch(/^HTTP\/1.1 408 [^]*request_timeout/);
  });
});
