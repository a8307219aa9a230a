import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { sendRaw } from './raw-http.ts';
import { aMessage, type Answer, expectNoInside, expectProblem, UnderTest } from './under-test.ts';

// The part of the bad inputs that every API call can bring. Provider webhooks, and what people put into messages and
// files, are beside. B069 to B072 are about providers that are not connected yet (Twilio, UltraMsg).

const under = await UnderTest.ofFile();

const post = (body: unknown, headers: Record<string, string | undefined> = {}): Promise<Answer> =>
  under.call('POST', '/v1/messages', { body, headers });
const good = () => JSON.stringify(aMessage());
const withField = (name: string, json: string) => good().replace(/\}$/, `,"${name}":${json}}`);

type Refusal = [name: string, body: string | Buffer, status: number, code: string];

describe('a body', () => {
  it.each<Refusal>([
    ['B001: that is empty', '', 400, 'invalid_json'],
    ['B002: with a trailing comma', '{"to":"+15550001111",}', 400, 'invalid_json'],
    ['B002: with a comment', '{/* hi */"to":"+15550001111"}', 400, 'invalid_json'],
    ['B002: in single quotes', "{'to':'+15550001111'}", 400, 'invalid_json'],
    ['B002: with NaN', '{"to":NaN}', 400, 'invalid_json'],
    ['B002: with Infinity', '{"to":-Infinity}', 400, 'invalid_json'],
    ['B003: that is null', 'null', 422, 'invalid_request'],
    ['B003: that is a list', '[]', 422, 'invalid_request'],
    ['B003: that is a text', '"x"', 422, 'invalid_request'],
    ['B003: that is a number', '42', 422, 'invalid_request'],
    ['B003: that is true', 'true', 422, 'invalid_request'],
    ['B008: with __proto__', '{"__proto__":{"to":"+15550001111"}}', 400, 'forbidden_key'],
    ['B008: with constructor.prototype', '{"constructor":{"prototype":{"admin":true}}}', 400, 'forbidden_key'],
    ['B009: with a key that stands twice', '{"to":"+15550001111","to":"+15550002222"}', 400, 'duplicate_key'],
    ['B013: nested 33 deep', `${'['.repeat(33)}${']'.repeat(33)}`, 400, 'too_deep'],
    ['B013: nested 10,000 deep', `{"a":${'['.repeat(10_000)}${']'.repeat(10_000)}}`, 400, 'too_deep'],
    ['B013: nested 500,000 deep', '['.repeat(500_000), 400, 'too_deep'],
    ['B014: of one byte more than 1 MiB', `"${'x'.repeat(1024 * 1024 - 1)}"`, 413, 'body_too_large'],
    ['B019: with bytes that are not UTF-8', Buffer.from([0x22, 0xc3, 0x28, 0x22]), 400, 'invalid_encoding'],
    ['B021: with a byte order mark', Buffer.from(`\ufeff{}`), 400, 'invalid_json'],
  ])('%s is refused', async (_, body, status, code) => {
    expectProblem(await post(body), status, code);
  });

  it.each([
    ['B023: with no type', undefined],
    ['B023: as plain text', 'text/plain'],
    ['B023: as a form', 'application/x-www-form-urlencoded'],
    ['B024: in several parts', 'multipart/form-data; boundary=x'],
    ['B020: labelled UTF-16', 'application/json; charset=utf-16'],
    ['B022: with a type that has a tab in it', 'application/json\ta'],
    ['B022: with a type that only begins like JSON', 'application/jsonp'],
  ])('%s is refused', async (_, type) => {
    // A library would put a type of its own in the place of none.
    const answer = await rawPost(good(), type === undefined ? '' : `content-type: ${type}\r\n`);
    expectProblem(answer, 415, 'unsupported_media_type');
  });

  it.each(['APPLICATION/JSON', 'application/json;charset=UTF-8', ' application/json ; charset="utf-8"'])(
    'B022: of the type %j obeys the same rules as any JSON',
    async (type) => {
      expectProblem(await rawPost('{"a":1,"a":2}', `content-type: ${type}\r\n`), 400, 'duplicate_key');
      expect((await rawPost(good(), `content-type: ${type}\r\n`)).status).toBe(202);
    },
  );

  it('B020: in UTF-16 is refused', async () => {
    const answer = await post(Buffer.from(good(), 'utf16le'));
    expect([400, 415]).toContain(answer.status);
    expectProblem(answer, answer.status);
  });

  it.each(['gzip', 'br', 'zstd', 'deflate'])('B025: that is packed with %s is not unpacked', async (encoding) => {
    expectProblem(await post(good(), { 'content-encoding': encoding }), 415, 'unsupported_media_type');
  });
});

async function rawPost(body: string, headers: string): Promise<Answer> {
  const [answer] = await sendRaw(
    under.carillon.api,
    `POST /v1/messages HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${under.carillon.apiKey}\r\nidempotency-key: ${randomUUID()}\r\n${headers}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
  if (!answer) throw new Error('There was no answer.');
  return { status: answer.status, headers: new Headers(), text: answer.body, json: undefined };
}

describe('a field', () => {
  it.each<[name: string, body: string, pointer: string]>([
    ['B004: a number for a phone number', good().replace('"+15550001111"', '919876543210'), '/to'],
    ['B005: a list for a phone number', good().replace('"+15550001111"', '["+15550001111"]'), '/to'],
    ['B006: null for a phone number', good().replace('"+15550001111"', 'null'), '/to'],
    ['B007: a misspelt name', withField('teamplate', '"x"'), '/teamplate'],
    ['B010: a number too large to be exact', withField('reply_to', '12345678901234567890'), '/reply_to'],
    ['B011: a number that is infinite', withField('reply_to', '1e400'), '/reply_to'],
    ['B012: a number that no database holds', withField('reply_to', '1e131073'), '/reply_to'],
    ['B015: 10,000 keys in metadata', withField('metadata', keys(10_000)), '/metadata'],
    ['B016: a key of 5,000 characters', withField('metadata', `{"${'k'.repeat(5_000)}":"v"}`), '/metadata'],
    ['B016: an empty key', withField('metadata', '{"":"v"}'), '/metadata'],
    ['B016: a key with NUL', withField('metadata', '{"a\\u0000b":"v"}'), '/metadata'],
    ['B016: a key with a dollar sign', withField('metadata', '{"$where":"v"}'), '/metadata'],
    ['B017: NUL in a text', withField('tags', '["a\\u0000b"]'), '/tags/0'],
    ['B018: half of a surrogate pair', withField('tags', '["\\ud800"]'), '/tags/0'],
    ['B037: the workspace', withField('workspace_id', `"${randomUUID()}"`), '/workspace_id'],
    ['B038: an id of the caller’s choice', withField('id', `"${randomUUID()}"`), '/id'],
    ['B038: the time of its making', withField('created_at', '"2020-01-01T00:00:00Z"'), '/created_at'],
    ['B038: a status', withField('status', '"delivered"'), '/status'],
    ['B040: a number for a text', withField('tags', '[1.5]'), '/tags/0'],
    ['B041: an empty tag', withField('tags', '[""]'), '/tags/0'],
  ])('%s is refused, and the pointer tells which', async (_, body, pointer) => {
    const answer = await post(body);
    expectProblem(answer, 422, 'invalid_request');
    expect(answer.json.errors[0].pointer).toMatch(new RegExp(`^${pointer}`));
    // The value is never told back: it may be a secret that was put into the wrong field.
    expect(answer.text).not.toContain('12345678901234567890');
  });

  it.each([
    ['in the past', '2020-01-01T00:00:00Z'],
    ['in the year 294277', '+294277-01-01T00:00:00Z'],
    ['infinite', 'infinity'],
    ['without an offset', '2027-01-01T00:00:00'],
    ['on 30 February', '2027-02-30T00:00:00Z'],
    ['at 24:00', '2027-01-01T24:00:00Z'],
    ['at second 60', '2027-01-01T00:00:60Z'],
    ['more than a year ahead', '2099-01-01T00:00:00Z'],
    ['in a week date', '2027-W01-1'],
    ['that is a number', '1767225600'],
  ])('B039: a schedule %s is refused', async (_, at) => {
    const answer = await post(aMessage({ send_at: at }));
    expectProblem(answer, 422, 'invalid_request');
    expect(answer.json.errors[0].pointer).toBe('/send_at');
  });

  it('B041: a name of nothing but spaces is refused, and spaces around one are taken off', async () => {
    const make = (name: string) => under.call('POST', '/v1/api-keys', { body: { name, scopes: ['messages:read'] } });
    expectProblem(await make(' \t \u00a0 '), 422, 'invalid_request');
    const made = await make('  Re\u0301sume\u0301 🧑‍👩‍👧  ');
    expect(made.json.name).toBe('Résumé 🧑‍👩‍👧');
  });

  it('B045: wrong everywhere is answered in words, without anything of our inside', async () => {
    const wrong = {
      to: {},
      recipient: 7,
      contact_id: [],
      sender_id: true,
      purpose: 0,
      content: 'x',
      tags: {},
      metadata: [],
    };
    for (const body of [
      wrong,
      { ...aMessage(), content: { type: 'text', text: [] } },
      { messages: [wrong, null, 7] },
    ]) {
      for (const path of [
        '/v1/messages',
        '/v1/messages/batch',
        '/v1/messages/explain',
        '/v1/api-keys',
        '/v1/connections',
      ]) {
        const answer = await under.call('POST', path, { body });
        expect(answer.status, answer.text).toBeGreaterThanOrEqual(400);
        expect(answer.status, answer.text).toBeLessThan(500);
        expectNoInside(answer.text);
      }
    }
  });
});

function keys(count: number): string {
  return JSON.stringify(Object.fromEntries(Array.from({ length: count }, (_, n) => [`k${n}`, 'v'])));
}

describe('the framing of a request', () => {
  const head = 'POST /v1/messages HTTP/1.1\r\nhost: x\r\n';
  it.each([
    ['two lengths', `${head}content-length: 2\r\ncontent-length: 3\r\n\r\n{}`],
    ['a length and chunks', `${head}content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n`],
    ['a bad chunk', `${head}transfer-encoding: chunked\r\ncontent-type: application/json\r\n\r\nzz\r\n{}\r\n`],
    ['a header with a bare line break', `${head}x-a: b\nc\r\n\r\n`],
    ['a header name with a space', `${head}x a: b\r\n\r\n`],
    ['no HTTP at all', 'hello\r\n\r\n'],
  ])('B026: with %s is refused, and the connection is closed', async (_, bytes) => {
    // With a key, or the refusal for want of one would come before the body is looked at.
    const keyed = bytes.replace('host: x', `host: x\r\nauthorization: Bearer ${under.carillon.apiKey}`);
    const [answer] = await sendRaw(under.carillon.api, keyed);
    expect(answer?.status).toBeGreaterThanOrEqual(400);
    expect(answer?.status).toBeLessThan(500);
    expect(answer?.headers.get('connection')).toBe('close');
    expectNoInside(answer?.body ?? '');
  });

  it('B027: a header that pretends to be another method is ignored', async () => {
    const id = under.accepted[0] ?? '';
    for (const name of ['x-http-method-override', 'x-method-override', 'x-http-method']) {
      const answer = await under.call('GET', `/v1/messages/${id}`, { headers: { [name]: 'DELETE' } });
      expect(answer.status).toBe(200);
    }
  });

  it('B042: a header of 64 kB, or 500 headers, are too many', async () => {
    const one = `${head}x-long: ${'x'.repeat(64 * 1024)}\r\n\r\n`;
    const many = `${head}${Array.from({ length: 500 }, (_, n) => `x-${n}: y`).join('\r\n')}\r\n\r\n`;
    for (const bytes of [one, many]) expect((await sendRaw(under.carillon.api, bytes))[0]?.status).toBe(431);
  });

  it('B043: 300 requests in one go on one connection are each answered, in order and with their own', async () => {
    const ids = Array.from({ length: 300 }, () => randomUUID());
    const bytes = ids.map(
      (id) =>
        `GET /v1/messages/${id} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${under.carillon.apiKey}\r\ntraceparent: 00-${id.replaceAll('-', '')}-00f067aa0ba902b7-01\r\n\r\n`,
    );
    const answers = await sendRaw(under.carillon.api, bytes.join(''), { answers: ids.length });
    expect(answers).toHaveLength(ids.length);
    // What is too much at once is turned away, not served later.
    for (const { status } of answers) expect([404, 503]).toContain(status);
    expect(answers[0]?.status).toBe(404);
    const traces = answers.map(({ headers }) => headers.get('traceparent')?.split('-')[1]);
    expect(traces).toEqual(ids.map((id) => id.replaceAll('-', '')));
  });

  it.each([
    ['*/*', 200],
    ['application/json', 200],
    ['application/xml', 406],
    ['garbage;;;', 406],
  ])('B044: an Accept of %j is answered with %i', async (accept, status) => {
    const answer = await under.call('GET', '/v1/messages', { headers: { accept } });
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toMatch(/^application\/(problem\+)?json/);
  });
});

describe('an address', () => {
  it.each([
    ['limit=-1', '?limit'],
    ['limit=0', '?limit'],
    ['limit=1e9', '?limit'],
    ['limit=1000000', '?limit'],
    ['limit=abc', '?limit'],
    ['limit=1.5', '?limit'],
    ['limit=1&limit=2', '?limit'],
    ['limit[]=1', '?limit'],
    ['status=%00', '?status'],
    ['status=nothing', '?status'],
    ['workspace_id=1', '?workspace_id'],
    ['a[__proto__][x]=1', '?a'],
  ])('B028, B037, B040, B201: with ?%s is refused', async (query, pointer) => {
    const answer = await under.call('GET', `/v1/messages?${query}`);
    expectProblem(answer, 422, 'invalid_request');
    expect(answer.json.errors[0].pointer.startsWith(pointer)).toBe(true);
  });

  it('B029: with a cursor that was changed, made up, or is of another list is refused', async () => {
    await under.stillWorks();
    const page = await under.call('GET', '/v1/messages?limit=1');
    const cursor: string = page.json.next_cursor;
    expect(cursor).toEqual(expect.any(String));
    const changed = (cursor.startsWith('A') ? 'B' : 'A') + cursor.slice(1);
    for (const path of [
      `/v1/messages?limit=1&after=${changed}`,
      `/v1/messages?limit=1&after=${cursor.slice(0, -2)}`,
      `/v1/messages?after=eyJpZCI6MX0`,
      `/v1/messages?limit=1&direction=inbound&after=${cursor}`,
      `/v1/contacts?limit=1&after=${cursor}`,
    ]) {
      expectProblem(await under.call('GET', path), 400, 'cursor_invalid');
    }
  });

  it.each(['../x', '%2e%2e%2f', '%00', "'", '1', 'x'.repeat(400), '01J00000000000000000000000', '%F0%9F%98%80', '0'])(
    'B030, B200: with %j for an id leads nowhere',
    async (id) => {
      for (const path of [`/v1/messages/${id}`, `/v1/messages/${id}/trace`, `/v1/webhooks/${id}`]) {
        const answer = await under.call('GET', path);
        expect([400, 404]).toContain(answer.status);
        expectNoInside(answer.text);
      }
    },
  );

  it('B030: of ten thousand characters leads nowhere', async () => {
    const [answer] = await sendRaw(
      under.carillon.api,
      `GET /v1/messages/${'x'.repeat(10_000)} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${under.carillon.apiKey}\r\n\r\n`,
    );
    expect([404, 414]).toContain(answer?.status);
  });

  it.each(['/%', '/%zz', '/v1/%', '/v1/messages/%zz'])(
    'B031: %s cannot be decoded, and is no way around the key',
    async (path) => {
      const raw = async (authorization: string) =>
        (await sendRaw(under.carillon.api, `GET ${path} HTTP/1.1\r\nhost: x\r\n${authorization}\r\n`))[0];
      const known = await raw(`authorization: Bearer ${under.carillon.apiKey}\r\n`);
      expect(known?.status).toBe(400);
      expectNoInside(known?.body ?? '');
      if (path.startsWith('/v1')) expect((await raw(''))?.status).toBe(401);
    },
  );
});

describe('an Idempotency-Key', () => {
  const send = (key: string | undefined, body: unknown = aMessage(), path = '/v1/messages') =>
    under.call('POST', path, { body, headers: { 'idempotency-key': key } });

  it('B032: must be there, and the refusal tells where to read on', async () => {
    const answer = await send(undefined);
    expectProblem(answer, 400, 'idempotency_key_missing');
    expect(
      (await under.call('GET', answer.json.type, { headers: { accept: 'text/html, application/json' } })).status,
    ).toBe(200);
  });

  it.each([
    ['empty', ''],
    ['nothing but spaces in quotes', '"   "'],
    ['256 characters', 'k'.repeat(256)],
    ['a control character', 'a\x01b'],
    ['letters beyond ASCII', 'cl\u00e9'],
  ])('B033: that is %s is refused', async (_, key) => {
    const [answer] = await sendRaw(
      under.carillon.api,
      Buffer.from(
        `POST /v1/messages HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${under.carillon.apiKey}\r\ncontent-type: application/json\r\nidempotency-key: ${key}\r\ncontent-length: ${good().length}\r\n\r\n${good()}`,
        'latin1',
      ),
    );
    expect(answer?.status).toBe(400);
    expectNoInside(answer?.body ?? '');
  });

  it('B033: is the same quoted and bare', async () => {
    const key = randomUUID();
    const [bare, quoted] = [await send(key), await send(`"${key}"`)];
    expect(quoted.json.id).toBe(bare.json.id);
    expect(quoted.headers.get('idempotency-replayed')).toBe('true');
  });

  it('B034: with another body or at another address is refused', async () => {
    const key = randomUUID();
    expect((await send(key)).status).toBe(202);
    expectProblem(await send(key, aMessage({ tags: ['other'] })), 422, 'idempotency_key_reused');
    expectProblem(await send(key, { messages: [aMessage()] }, '/v1/messages/batch'), 422, 'idempotency_key_reused');
  });

  it('B034, B035: of any other write has the same meaning: one effect, one answer, one request', async () => {
    const [key, path] = [randomUUID(), '/v1/api-keys'];
    const wanted = { name: 'Made once', scopes: ['messages:read'] };
    const answers = await Promise.all(Array.from({ length: 5 }, () => send(key, wanted, path)));
    const [made, ...others] = answers.filter(({ status }) => status === 201);
    expect(others).toEqual([]);
    expect(made?.json.key).toEqual(expect.any(String));
    const repeated = await send(key, wanted, path);
    expectProblem(repeated, 409, 'answer_not_kept');
    expect(repeated.json.answer.id).toBe(made?.json.id);
    expect(repeated.text).not.toContain(made?.json.key);
    expectProblem(await send(key, { ...wanted, name: 'Another' }, path), 422, 'idempotency_key_reused');

    const [sender] = (await under.call('GET', '/v1/senders')).json.data;
    const [stop, lane] = [randomUUID(), `/v1/senders/${sender.id}/lanes/marketing`];
    const stopped = await send(stop, { reason: 'A test' }, `${lane}/stop`);
    expect((await under.call('POST', `${lane}/resume`)).status).toBe(200);
    const again = await send(stop, { reason: 'A test' }, `${lane}/stop`);
    expect([again.json, again.headers.get('idempotency-replayed')]).toEqual([stopped.json, 'true']);
    expect((await under.call('GET', `/v1/senders/${sender.id}`)).json.stopped_lanes).toEqual([]);
  });

  it('B035: in twenty requests at once leads to one message', async () => {
    const key = randomUUID();
    const answers = await Promise.all(Array.from({ length: 20 }, () => send(key)));
    const taken = answers.filter(({ status }) => status === 202);
    for (const answer of answers) expect([202, 409]).toContain(answer.status);
    expect(new Set(taken.map(({ json }) => json.id)).size).toBe(1);
  });

  it('B036: stands for what was asked, not for how it was written', async () => {
    const key = randomUUID();
    const first = await send(key, aMessage());
    const { to, ...rest } = aMessage();
    const again = await send(key, `  ${JSON.stringify({ ...rest, to }, null, 3)}\n`);
    expect(again.json.id).toBe(first.json.id);
  });
});
