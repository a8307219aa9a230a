import { describe, expect, it } from 'vitest';
import type { ProviderResponse } from '#channels/provider.ts';
import { twilioSms, twilioWhatsapp } from '#channels/providers/twilio/twilio.ts';

const now = Temporal.Instant.from('2026-11-22T12:00:00Z');
const read = (httpStatus: number, body: unknown, headers: ProviderResponse['headers'] = {}, provider = twilioSms) =>
  provider.readSendAnswer(
    {
      httpStatus,
      headers,
      body: new TextEncoder().encode(typeof body === 'string' ? body : JSON.stringify(body)),
      truncated: false,
    },
    now,
    { externalId: '+15550001111' },
  );
const error = (code: number, status = 400) => ({ code, message: 'Words', more_info: 'https://www.twilio.com', status });
const sid = `SM${'0a'.repeat(16)}`;

describe('yes', () => {
  it.each(['queued', 'accepted', 'scheduled', 'sending', 'sent'])('is a message with its SID that is %s', (status) => {
    expect(read(201, { sid, status })).toEqual({ outcome: 'accepted', providerMessageIds: [sid] });
  });

  it.each(['', 'SM1', 5, null, `SM${'x'.repeat(32)}`])('is not an answer whose SID is %j', (given) => {
    expect(read(201, { sid: given, status: 'queued' })).toMatchObject({ outcome: 'unknown', httpStatus: 201 });
  });

  it('is not a message that has failed by now, of which no callback tells', () => {
    expect(read(201, { sid, status: 'failed', error_code: 30_005, error_message: 'Unknown' })).toMatchObject({
      outcome: 'rejected',
      error: { code: '30005', title: 'Unknown' },
      row: { reaction: 'fail' },
    });
    expect(read(201, { sid, status: 'undelivered', error_code: null })).toMatchObject({
      outcome: 'rejected',
      row: { code: 'unlisted' },
    });
  });
});

describe('no', () => {
  it.each([
    [400, 21211, 'fail'],
    [401, 20003, 'pause_connection'],
    [404, 20404, 'pause_connection'],
    [400, 21606, 'pause_sender'],
    [400, 21705, 'pause_sender'],
    [400, 30001, 'retry'],
  ])('is an error of Twilio: HTTP %i with %i is %s', (status, code, reaction) => {
    expect(read(status, error(code, status))).toMatchObject({
      outcome: 'rejected',
      error: { code: String(code), title: 'Words' },
      row: { reaction },
    });
  });

  it('of a person who wrote STOP keeps others from writing to them', () => {
    expect(read(400, error(21610))).toMatchObject({ outcome: 'rejected', row: { suppress: 'stop' } });
  });

  it('is final also for a code that nobody knows yet', () => {
    expect(read(400, error(99_999))).toMatchObject({
      outcome: 'rejected',
      error: { code: '99999' },
      row: { code: 'unlisted', reaction: 'fail' },
    });
  });

  it.each([301, 302, 307, 308])('is a redirect (%i), which stops the connection', (httpStatus) => {
    expect(read(httpStatus, '')).toMatchObject({ outcome: 'rejected', row: { reaction: 'pause_connection' } });
  });

  it('names its own provider', () => {
    expect(read(400, error(21211), {}, twilioWhatsapp)).toMatchObject({ row: { provider: 'twilio-whatsapp' } });
  });
});

describe('not now', () => {
  it.each([
    [429, 20429],
    [429, 21611],
    [400, 21611],
    [429, 99_999],
  ])('HTTP %i with %i slows the sender', (status, code) => {
    expect(read(status, error(code, status), { 'retry-after': '7' })).toMatchObject({
      outcome: 'throttled',
      scope: 'sender',
      retryAfterSeconds: 7,
      error: { code: String(code) },
    });
  });

  it('429 of a gateway slows the sender', () => {
    expect(read(429, 'Too Many Requests')).toMatchObject({ outcome: 'throttled', row: { code: 'http_429' } });
  });
});

describe('what Twilio leaves open stays unknown', () => {
  it.each([500, 502, 503, 504])('HTTP %i, with and without a body', (httpStatus) => {
    for (const body of ['', '<html>', {}, error(20500, 500), error(21211, 500), error(99_999, 500)])
      expect(read(httpStatus, body)).toMatchObject({ outcome: 'unknown', httpStatus });
  });

  it.each([400, 401, 403, 404, 413])('HTTP %i without an error of Twilio, since a proxy may say that', (httpStatus) => {
    for (const body of ['', '<html>', { error: 'no' }, { code: 'x', message: 'a' }, { code: 5 }])
      expect(read(httpStatus, body)).toMatchObject({ outcome: 'unknown' });
  });

  it('an error under a status of success is no refusal', () => {
    expect(read(200, error(21211))).toMatchObject({ outcome: 'unknown' });
  });
});
