import { describe, expect, it } from 'vitest';
import type { ProviderResponse } from '#channels/provider.ts';
import { readSendAnswer } from './answers.ts';
import { errorTable, reactionTo, readErrorObject } from './errors.ts';
import { readRetryAfter } from './retry-after.ts';

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

describe('the table of errors', () => {
  // Every code that is documented, section by section.
  const documented = [
    0, 3, 10, 190, 200, 299, 131005, 33, 368, 130497, 131031, 131064, 4, 80007, 130429, 131048, 131056, 133016, 613, 1,
    2, 100, 130403, 130472, 131000, 131008, 131009, 131016, 131021, 131026, 131030, 131037, 131042, 131044, 131045,
    131047, 131049, 131050, 131051, 131052, 131053, 131055, 131057, 131059, 131061, 131062, 131063, 133000, 133004,
    133005, 133006, 133008, 133009, 133010, 133015, 134011, 135000, 136024, 137000, 1026, 2040, 2046, 2047, 132000,
    132001, 132005, 132007, 132008, 132012, 132015, 132016, 132018, 132068, 132069, 134100, 134101, 134102, 2388019,
    2388039, 2388040, 2388047, 2388072, 2388073, 2388293, 2388299, 2388001, 2388012, 2388091, 2388093, 2388103, 2494100,
    200005, 200006, 200007, 2593079, 2593085, 2593107, 2593108, 2593109, 139000, 139001, 139002, 139003, 139004, 139006,
    139100, 139101, 139102, 139103, 147001, 147002, 147003, 147004, 147005, 1752041, 2494164, 2494165, 2494166, 2494167,
    2494168, 2494176, 2494177, 2494179, 138000, 138001, 138002, 138003, 138004, 138005, 138006, 138007, 138009, 138012,
    138013, 138014, 138015, 138017, 138018, 138019, 138020, 138021, 138022, 138023, 131020, 131041, 131201, 131202,
    131203, 131204, 131207, 131208, 131209, 131210, 131211, 131212, 131213, 131214, 131215,
  ];

  it.each(documented)('has the code %i', (code) =>
    expect(reactionTo({ code: String(code), title: '' }).code).not.toBe('unlisted'),
  );

  it('has each code once, with words and a date', () => {
    expect(new Set(errorTable.map(({ code }) => code)).size).toBe(errorTable.length);
    for (const row of errorTable) {
      expect(row.title, row.code).toMatch(/^[A-Z].*[^.]$/);
      expect(row.advice, row.code).toMatch(/^.{12,}\.$/);
      expect(row.since, row.code).toMatch(/^202\d-\d\d-\d\d$/);
      expect(Temporal.PlainDate.compare(row.since, '2026-11-22')).toBeLessThanOrEqual(0);
    }
  });

  it('says for everything that is tried again when, and for nothing else', () => {
    for (const row of errorTable) {
      const isRetry = row.reaction.startsWith('retry');
      expect(row.delaySeconds !== undefined && row.backoffFactor !== undefined, row.code).toBe(isRetry);
      if (!isRetry) continue;
      expect(row.delaySeconds).toBeGreaterThanOrEqual(1);
      expect(row.delaySeconds).toBeLessThanOrEqual(6 * 3600);
      expect(row.backoffFactor).toBeGreaterThanOrEqual(2);
    }
    expect(reactionTo({ code: '131056', title: '' })).toMatchObject({
      reaction: 'retry_pair',
      delaySeconds: 1,
      backoffFactor: 4,
    });
  });

  it('never tries again what Meta asks not to', () => {
    for (const code of ['131047', '131026', '131049', '131050', '130472'])
      expect(reactionTo({ code, title: '' }).reaction).toBe('fail');
    expect(reactionTo({ code: '131050', title: '' }).suppress).toBe('marketing_stop');
  });
});

describe('B065: an error object of any shape', () => {
  it.each<[string, unknown, unknown]>([
    [
      'of a webhook',
      { code: 131049, title: 'Withheld', message: 'Withheld', error_data: { details: 'why' } },
      { code: '131049', title: 'Withheld', details: 'why' },
    ],
    ['with a code as text', { code: '131049', title: 'a' }, { code: '131049', title: 'a' }],
    ['with a title that is an object', { code: 1, title: {} }, { code: '1', title: 'No title' }],
    ['with no details', { code: 1, message: 'a', error_data: null }, { code: '1', title: 'a' }],
    ['with a code that is no number', { code: 'x' }, undefined],
    ['with a code that is a fraction', { code: 1.5 }, undefined],
    ['that is null', null, undefined],
    ['that is a text', 'error', undefined],
  ])('%s', (_name, value, expected) => expect(readErrorObject(value)).toEqual(expected));

  it('has texts that fit a screen', () => {
    expect(readErrorObject({ code: 1, title: `\0${'x'.repeat(5000)}` })?.title).toHaveLength(1000);
  });
});
