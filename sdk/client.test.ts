import { describe, expect, it } from 'vitest';
import { CarillonError } from './carillon-error.ts';
import { type ClientOptions, createClient, dataOf, type MessageChange } from './client.ts';

const baseUrl = 'http://carillon.test';
const accepted = {
  id: 'm1',
  status: 'queued',
  created_at: '2026-11-22T14:00:00Z',
  decision: { outcome: 'send', rule: 'allowed', facts: {} },
};
const text = { to: '+15550001111', purpose: 'service', body: 'Hello' } as const;

interface Call {
  method: string;
  path: string;
  headers: Headers;
  body: unknown;
}

/** A client whose server gives these answers, one after the other; the last one again and again. An error stands for a
 *  connection that broke. */
function clientOf(...answers: (() => Response | Error)[]) {
  return clientWith({}, ...answers);
}

function clientWith(options: Partial<ClientOptions>, ...answers: (() => Response | Error)[]) {
  const calls: Call[] = [];
  const waits: number[] = [];
  const client = createClient({
    baseUrl: `${baseUrl}/`,
    apiKey: 'ck_test_0123456789',
    ...options,
    wait: async (ms) => void waits.push(ms),
    fetch: async (request) => {
      const body = await request.text();
      const { pathname, search } = new URL(request.url);
      calls.push({
        method: request.method,
        path: pathname + search,
        headers: request.headers,
        body: body === '' ? undefined : JSON.parse(body),
      });
      const answer = (answers.length > 1 ? answers.shift() : answers[0])?.() ?? new Error('no answer left');
      if (answer instanceof Error) throw answer;
      return answer;
    },
  });
  return { client, calls, waits };
}

const json =
  (body: unknown, status = 200) =>
  () =>
    Response.json(body, { status });
const problem =
  (status: number, code: string, fields: object = {}, headers: Record<string, string> = {}) =>
  () =>
    new Response(
      JSON.stringify({
        type: `/problems/${code}`,
        title: 'No.',
        status,
        code,
        retryable: status === 429,
        request_id: 'r1',
        ...fields,
      }),
      {
        status,
        headers: { 'content-type': 'application/problem+json', ...headers },
      },
    );
const failureOf = (promise: Promise<unknown>): Promise<CarillonError> =>
  promise.then(
    () => Promise.reject(new Error('It succeeded.')),
    (error: CarillonError) => error,
  );

describe('writes', () => {
  it('carry the API key and an idempotency key of their own', async () => {
    const { client, calls } = clientOf(json(accepted, 202));
    await client.sendText(text);
    await client.sendText(text);
    const keys = calls.map(({ headers }) => headers.get('idempotency-key'));
    expect(keys.every((key) => /^[0-9a-f-]{36}$/.test(key ?? ''))).toBe(true);
    expect(new Set(keys).size).toBe(2);
    expect(calls[0]?.headers.get('authorization')).toBe('Bearer ck_test_0123456789');
    expect(calls[0]?.body).toEqual({
      to: '+15550001111',
      purpose: 'service',
      content: { type: 'text', text: { body: 'Hello' } },
    });
  });

  it('of a text say what it is billed as', async () => {
    const { client, calls } = clientOf(json(accepted, 202));
    const direct_send = { category: 'utility', ttl_seconds: 60 } as const;
    await client.sendText({ ...text, direct_send });
    expect(calls[0]?.body).toMatchObject({ direct_send, content: { type: 'text', text: { body: 'Hello' } } });
  });

  it("keep the caller's idempotency key", async () => {
    const { client, calls } = clientOf(json(accepted, 202));
    await client.sendTemplate(
      { to: '+15550001111', purpose: 'transactional', name: 'hello_world', language: 'en_US' },
      { idempotencyKey: 'order-7' },
    );
    expect(calls[0]?.headers.get('idempotency-key')).toBe('order-7');
    expect(calls[0]?.body).toMatchObject({
      content: { type: 'template', template: { name: 'hello_world', language: { code: 'en_US' } } },
    });
  });

  it('are repeated with the same key and body after 429, 503 and a lost connection', async () => {
    const { client, calls, waits } = clientOf(
      problem(429, 'too_many_requests', {}, { 'retry-after': '2' }),
      () => new Response('busy', { status: 503 }),
      () => new TypeError('fetch failed'),
      json(accepted, 202),
    );
    expect(await client.sendText(text)).toEqual(accepted);
    expect(calls).toHaveLength(4);
    expect(new Set(calls.map(({ headers }) => headers.get('idempotency-key'))).size).toBe(1);
    expect(new Set(calls.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect(waits[0]).toBeGreaterThanOrEqual(2_000);
  });

  it('wait for a first try that is still under way', async () => {
    const { client, calls } = clientOf(problem(409, 'idempotency_in_progress'), json(accepted, 202));
    expect(await client.sendText(text)).toEqual(accepted);
    expect(calls).toHaveLength(2);
  });

  it('whose key the server does not keep are not repeated blindly', async () => {
    const { client, calls } = clientOf(() => new TypeError('fetch failed'));
    const create = client.api.POST('/v1/api-keys', { body: { name: 'n', scopes: ['*'] } });
    expect(await failureOf(create)).toMatchObject({ code: 'unreachable', status: 0, isRetryable: true });
    expect(calls).toHaveLength(1);
  });
});

describe('retries', () => {
  it('end: a server that stays busy is reported', async () => {
    const { client, calls } = clientOf(problem(429, 'too_many_requests'));
    expect(await failureOf(client.getMessage('m1'))).toMatchObject({ code: 'too_many_requests', status: 429 });
    expect(calls).toHaveLength(4);
  });

  it('do not wait longer than allowed', async () => {
    const { client, calls } = clientOf(problem(429, 'too_many_requests', {}, { 'retry-after': '3600' }));
    await failureOf(client.getMessage('m1'));
    expect(calls).toHaveLength(1);
  });

  it.each([400, 404, 409, 422, 500])('do not repeat a %i', async (status) => {
    const { client, calls } = clientOf(problem(status, 'invalid_request'));
    await failureOf(client.sendText(text));
    expect(calls).toHaveLength(1);
  });

  it('stop when the caller gives up', async () => {
    const giveUp = new AbortController();
    const { client, calls } = clientOf(() => {
      giveUp.abort(new Error('enough'));
      return new TypeError('fetch failed');
    });
    const { signal } = giveUp;
    await expect(client.api.GET('/v1/workspace', { signal })).rejects.toThrow('enough');
    expect(calls).toHaveLength(1);
  });
});

describe('a failure', () => {
  it('has the code, the detail, the fields and the request id of the problem', async () => {
    const errors = [{ pointer: '/to', message: 'It must be a string.', code: 'type' }];
    const { client } = clientOf(problem(422, 'invalid_request', { detail: '/to: It must be a string.', errors }));
    const error = await failureOf(client.sendText(text));
    expect(error).toBeInstanceOf(CarillonError);
    expect(error).toMatchObject({
      code: 'invalid_request',
      status: 422,
      detail: '/to: It must be a string.',
      errors,
      requestId: 'r1',
      isRetryable: false,
    });
    expect(error.message).toContain('/to: It must be a string.');
  });

  it('says when something else than Carillon answered', async () => {
    const { client } = clientOf(
      () => new Response('<html>nginx</html>', { status: 404, headers: { 'content-type': 'text/html' } }),
    );
    expect(await failureOf(client.getMessage('m1'))).toMatchObject({ code: 'unexpected_answer', status: 404 });
  });

  it('says why there was no answer', async () => {
    const { client } = clientOf(
      () => new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED 127.0.0.1:4000') }),
    );
    expect((await failureOf(client.getMessage('m1'))).message).toContain('ECONNREFUSED 127.0.0.1:4000');
  });
});

describe('lists', () => {
  it('are read page after page, with the same filters', async () => {
    const { client, calls } = clientOf(
      json({ data: [{ id: '1' }, { id: '2' }], next_cursor: 'c2' }),
      json({ data: [{ id: '3' }], next_cursor: null }),
    );
    const ids: string[] = [];
    for await (const { id } of client.messages({ status: 'failed', limit: 2 })) ids.push(id);
    expect(ids).toEqual(['1', '2', '3']);
    expect(calls.map(({ path }) => path)).toEqual([
      '/v1/messages?status=failed&limit=2',
      '/v1/messages?status=failed&limit=2&after=c2',
    ]);
  });

  it('are read no further than wanted', async () => {
    const { client, calls } = clientOf(json({ data: [{ id: '1' }, { id: '2' }], next_cursor: 'c2' }));
    for await (const _ of client.messages()) break;
    expect(calls).toHaveLength(1);
  });

  it('and single answers come as data', async () => {
    const { client } = clientOf(json({ id: 'w', name: 'W', created_at: '' }));
    expect((await dataOf(client.api.GET('/v1/workspace'))).name).toBe('W');
  });
});

describe('watching messages', () => {
  const stream =
    (...chunks: string[]) =>
    () =>
      new Response(new Blob(chunks).stream(), { headers: { 'content-type': 'text/event-stream' } });

  it('gives each change, and says when the connection was lost and is there again', async () => {
    const { client, calls } = clientOf(
      stream(
        'event: ready\ndata: {}\n\n',
        ': heartbeat\n\nevent: mess',
        'age\ndata: {"id":"m1","type":"sent",\ndata: "status":"sent"}\n\n',
      ),
      () => new TypeError('fetch failed'),
      stream('event: ready\r\ndata: {}\r\n\r\n'),
    );
    const seen: MessageChange[] = [];
    for await (const change of client.watchMessages()) {
      seen.push(change);
      if (seen.length === 5) break;
    }
    expect(seen).toEqual([
      { kind: 'ready' },
      { kind: 'message', id: 'm1', type: 'sent', status: 'sent' },
      { kind: 'lost' },
      { kind: 'lost' },
      { kind: 'ready' },
    ]);
    expect(calls[0]?.headers.get('authorization')).toBe('Bearer ck_test_0123456789');
  });

  it('gives a stream up that has died without a word', async () => {
    const ready = new TextEncoder().encode('event: ready\ndata: {}\n\n');
    let isGivenUp = false;
    const dead = () =>
      new Response(
        new ReadableStream({
          start: (controller) => controller.enqueue(ready),
          cancel: () => void (isGivenUp = true),
        }),
      );
    const { client } = clientWith({ silenceSeconds: 0.05 }, dead, stream('event: ready\ndata: {}\n\n'));
    const seen: string[] = [];
    for await (const { kind } of client.watchMessages()) {
      seen.push(kind);
      if (seen.length === 3) break;
    }
    expect(seen).toEqual(['ready', 'lost', 'ready']);
    expect(isGivenUp).toBe(true);
  });

  it('ends with an error that will not pass', async () => {
    const { client, calls } = clientOf(problem(401, 'unauthorized'));
    expect(await failureOf(client.watchMessages().next())).toMatchObject({ code: 'unauthorized' });
    expect(calls).toHaveLength(1);
  });

  it('ends in silence when it is told to', async () => {
    const { client } = clientOf(stream('event: ready\ndata: {}\n\n'));
    const stop = new AbortController();
    const seen: string[] = [];
    for await (const { kind } of client.watchMessages({ signal: stop.signal })) {
      seen.push(kind);
      stop.abort();
    }
    expect(seen).toEqual(['ready']);
  });
});
