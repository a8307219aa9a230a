import { describe, expect, it } from 'vitest';
import type { ProviderResponse } from '#channels/provider.ts';
import { readSendAnswer } from './answers.ts';
import { readRetryAfter } from '#channels/providers/payloads/retry-after.ts';

const now = Temporal.Instant.from('2026-11-22T12:00:00Z');
const read = (httpStatus: number, body: unknown, headers: ProviderResponse['headers'] = {}) =>
  readSendAnswer(
    {
      httpStatus,
      headers,
      body: new TextEncoder().encode(typeof body === 'string' ? body : JSON.stringify(body)),
      truncated: false,
    },
    now,
  );
const error = (code: unknown, more: object = {}) => ({
  error: { message: `(#${String(code)}) Title`, type: 'OAuthException', code, ...more },
});
const ids = (...list: unknown[]) => ({
  messaging_product: 'whatsapp',
  contacts: [{ input: '+1', wa_id: '5511' }],
  messages: list.map((id) => ({ id })),
});

describe('yes', () => {
  it('is an answer with a message id, and tells how the provider writes the recipient', () => {
    expect(read(200, ids('wamid.A'))).toEqual({
      outcome: 'accepted',
      providerMessageIds: ['wamid.A'],
      recipientId: '5511',
    });
    expect(read(200, { contacts: [{ input: 'US.1', user_id: 'US.1' }], messages: [{ id: 'w' }] })).toEqual({
      outcome: 'accepted',
      providerMessageIds: ['w'],
      providerUserId: 'US.1',
    });
  });

  it('F36: keeps both ids when the provider sent it twice, and one that is told twice once', () => {
    expect(read(200, ids('wamid.A', 'wamid.B'))).toMatchObject({ providerMessageIds: ['wamid.A', 'wamid.B'] });
    expect(read(200, ids('wamid.A', 'wamid.A'))).toMatchObject({ providerMessageIds: ['wamid.A'] });
  });

  it.each(['held_for_quality_assessment', 'paused'])('is marked as held when the template is %s', (message_status) => {
    expect(read(200, { messages: [{ id: 'w', message_status }] })).toMatchObject({ outcome: 'accepted', held: true });
    expect(read(200, { messages: [{ id: 'w', message_status: 'accepted' }] })).not.toHaveProperty('held');
  });

  it('F30: is read behind a byte order mark', () => {
    expect(read(200, `\ufeff${JSON.stringify(ids('wamid.A'))}`)).toMatchObject({ outcome: 'accepted' });
  });
});

describe('F30: an answer of 200 that says nothing leaves the outcome unknown', () => {
  it.each<[string, unknown]>([
    ['nothing at all', ''],
    ['a page', '<html><body>OK</body></html>'],
    ['half of the JSON', '{"messages":[{"id":"wamid.A'],
    ['no messages', {}],
    ['an empty list', { messages: [] }],
    ['a message without id', { messages: [{}] }],
    ['an id that is a number', ids(5)],
    ['an empty id', ids('')],
    ['an id with NUL', ids('a\0')],
    ['an id of 600 characters', ids('x'.repeat(600))],
    ['a list of null', { messages: [null] }],
    ['null', 'null'],
    ['an error without a code', { error: { message: 'no' } }],
    ['an error that is a text', { error: 'no' }],
  ])('%s', (_name, body) => expect(read(200, body)).toMatchObject({ outcome: 'unknown', httpStatus: 200 }));

  it('an answer that was cut', () => {
    const body = new TextEncoder().encode(JSON.stringify(ids('wamid.A')));
    expect(readSendAnswer({ httpStatus: 200, headers: {}, body, truncated: true }, now)).toMatchObject({
      outcome: 'unknown',
    });
  });
});

describe('no', () => {
  it.each([400, 401, 403, 404, 200])("is an error of Meta's, under HTTP %i", (httpStatus) => {
    expect(read(httpStatus, error(131047))).toMatchObject({
      outcome: 'rejected',
      error: { code: '131047', title: 'Title' },
      row: { reaction: 'fail' },
    });
  });

  it('carries details, subcode and trace', () => {
    const body = error(132000, {
      error_data: { details: 'body: 1 expected' },
      error_subcode: 2494055,
      fbtrace_id: 'Az8',
    });
    expect(read(400, body)).toMatchObject({
      error: { details: 'body: 1 expected', subcode: '2494055', traceId: 'Az8' },
    });
  });

  it('is final also for a code that nobody knows yet', () => {
    expect(read(400, error(999999))).toMatchObject({
      outcome: 'rejected',
      error: { code: '999999' },
      row: { code: 'unlisted', reaction: 'fail' },
    });
  });

  it.each([301, 302, 307, 308])('F32: is a redirect (%i), which stops the connection', (httpStatus) => {
    expect(read(httpStatus, '')).toMatchObject({
      outcome: 'rejected',
      row: { reaction: 'pause_connection', code: 'http_redirect' },
    });
  });

  it.each([
    [190, 'pause_connection'],
    [368, 'pause_connection'],
    [131031, 'pause_connection'],
    [131042, 'pause_connection'],
    [133010, 'pause_sender'],
    [254, 'pause_connection'],
  ])('F34: %i holds the queue (%s)', (code, reaction) =>
    expect(read(401, error(code))).toMatchObject({ outcome: 'rejected', row: { reaction } }),
  );

  it('100 with subcode 33 is a number that cannot be seen, without it a wrong field', () => {
    expect(read(400, error(100, { error_subcode: 33 }))).toMatchObject({ row: { reaction: 'pause_sender' } });
    expect(read(400, error(100, { error_subcode: 34 }))).toMatchObject({ row: { reaction: 'fail' } });
  });
});

describe('not now', () => {
  it.each([
    [130429, 'sender'],
    [131056, 'pair'],
    [4, 'connection'],
    [80007, 'connection'],
  ])('F26: %i slows the %s', (code, scope) => {
    for (const httpStatus of [400, 429])
      expect(read(httpStatus, error(code))).toMatchObject({ outcome: 'throttled', scope });
  });

  it('F26: 429 of a gateway slows the sender', () => {
    expect(read(429, 'Too Many Requests', { 'retry-after': '7' })).toMatchObject({
      outcome: 'throttled',
      scope: 'sender',
      retryAfterSeconds: 7,
    });
  });

  it.each<[string | string[] | undefined, number | undefined]>([
    ['5', 5],
    ['0', 1],
    ['-1', undefined],
    ['1e9', undefined],
    ['1000000000', 900],
    ['99999999999999999999', undefined],
    ['abc', undefined],
    ['', undefined],
    ['2026', 900],
    ['1.5', undefined],
    [undefined, undefined],
    [['5', '6'], undefined],
    ['Sun, 22 Nov 2026 12:00:30 GMT', 30],
    ['Sun, 22 Nov 2026 11:00:00 GMT', 1],
    ['Mon, 23 Nov 2026 12:00:00 GMT', 900],
    ['Sun, 99 Nov 2026 12:00:00 GMT', undefined],
    ['tomorrow', undefined],
  ])('F26: Retry-After %s is %s', (header, seconds) => expect(readRetryAfter(header, now)).toBe(seconds));
});

describe('F25: what Meta leaves open stays unknown', () => {
  it.each([500, 502, 503, 504])('HTTP %i, with and without a body', (httpStatus) => {
    for (const body of ['', '<html>', {}, error(131000), error(1), error(130429), error(999999)]) {
      expect(read(httpStatus, body)).toMatchObject({ outcome: 'unknown', httpStatus });
    }
  });

  it.each([1, 2, 131000, 131016, 133004, 131057])('the error %i under any status', (code) => {
    for (const httpStatus of [200, 400, 500])
      expect(read(httpStatus, error(code))).toMatchObject({ outcome: 'unknown', error: { code: String(code) } });
  });

  it.each([400, 401, 403, 404, 405, 413])(
    "HTTP %i without an error of Meta's, since a proxy may say that after the message passed",
    (httpStatus) => {
      for (const body of ['', '<html>', { error: 'no' }])
        expect(read(httpStatus, body)).toMatchObject({ outcome: 'unknown' });
    },
  );

  it('but errors of the set-up are a no, although they come as 500', () => {
    for (const code of [3, 131045, 133000]) expect(read(500, error(code))).toMatchObject({ outcome: 'rejected' });
  });
});
