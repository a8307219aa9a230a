import { describe, expect, it } from 'vitest';
import type { ProviderResponse } from '#channels/provider.ts';
import { readSendAnswer } from './answers.ts';

const now = Temporal.Instant.from('2026-11-22T12:00:00Z');

function read(body: unknown, httpStatus = 200, more: Partial<ProviderResponse> = {}) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const response = { httpStatus, headers: {}, body: new TextEncoder().encode(text), truncated: false, ...more };
  return readSendAnswer(response, now, { externalId: 'instance1150' });
}

const unpaid =
  'Your instance has been Stopped due to non-payment. you can activate this instance by extending your subscription. Payment information updates every 5 minutes.';

describe('the answer to a send', () => {
  it.each<[string, unknown]>([
    ['as it is observed', { sent: 'true', message: 'ok', id: 44897 }],
    ['with a real yes', { sent: true, message: 'ok', id: 44897 }],
    ['with an id as a text', { sent: 'True', id: '44897', error: null }],
  ])('%s is a yes, with an id that is of this instance', (_name, body) => {
    expect(read(body)).toEqual({ outcome: 'accepted', providerMessageIds: ['instance1150:44897'] });
  });

  it.each<[string, unknown, number?]>([
    ['without an id', { sent: 'true', message: 'ok' }],
    ['that says queued', { sent: 'queued', id: 1 }],
    ['that says yes and no', { sent: 'true', id: 1, error: 'is required' }],
    ['with an error that says nothing', { sent: 'true', id: 1, error: [] }],
    ['that is empty', ''],
    ['that is a list', [{ sent: 'true', id: 1 }]],
    ['that is a page', '<html>ok</html>'],
    ['that is a page with HTTP 403', '<html>', 403],
    ['of a broken gateway', '<html>', 502],
    ['with a yes and HTTP 500', { sent: 'true', id: 1 }, 500],
    ['with a no and HTTP 503', { error: 'Instance not found' }, 503],
    ['with a yes and HTTP 400', { sent: 'true', id: 1 }, 400],
  ])('%s leaves open what was done', (_name, body, status) => {
    expect(read(body, status)).toMatchObject({ outcome: 'unknown', reason: expect.stringMatching(/HTTP \d+/) });
  });

  it.each<[string, unknown, string, string]>([
    [
      'a wrong token',
      { error: 'Wrong token. Please provide token as a GET parameter.' },
      'wrong_token',
      'pause_connection',
    ],
    ['an unknown instance', { error: 'Instance not found' }, 'instance_not_found', 'pause_connection'],
    ['no payment', { error: unpaid }, 'not_paid', 'pause_connection'],
    ['missing fields', { error: [{ to: 'is required' }, { body: 'is required' }] }, 'required', 'fail'],
    ['an error as an object', { error: { to: 'is required' } }, 'required', 'fail'],
    ['a wrong ending', { sent: 'false', message: 'file extension not supported' }, 'extension', 'fail'],
    ['a wrong number', { sent: 'false', message: 'invalid number' }, 'invalid_number', 'fail'],
    ['no file', { sent: 'false', message: 'media not found' }, 'media_not_found', 'fail'],
    ['a file that is too large', { sent: 'false', message: 'file too large' }, 'too_large', 'fail'],
    ['a refusal in new words', { sent: 'false', message: 'computer says no' }, 'unlisted', 'fail'],
    ['a refusal without words', { sent: 'false' }, 'unlisted', 'fail'],
    ['an error in new words', { error: 'something new' }, 'unlisted', 'fail'],
  ])('%s is a no, with its words and what to do', (_name, body, code, reaction) => {
    const outcome = read(body);
    expect(outcome).toMatchObject({ outcome: 'rejected', error: { code }, row: { provider: 'ultramsg', reaction } });
  });

  it('keeps the words of a refusal, all of them', () => {
    expect(read({ error: [{ to: 'is required' }, { body: 'is required' }] })).toHaveProperty(
      'error.details',
      'to is required, body is required',
    );
  });

  it('of HTTP 404 means that there is no such instance, whatever it says', () => {
    expect(read('<html>', 404)).toMatchObject({ outcome: 'rejected', row: { code: 'instance_not_found' } });
  });

  it('of a phone that is away, or of too many calls, slows the sender down and burns no try', () => {
    expect(read({ sent: 'false', message: 'WhatsApp not connected' })).toMatchObject({
      outcome: 'throttled',
      scope: 'sender',
      row: { code: 'not_connected', delaySeconds: 60 },
    });
    expect(read('', 429, { headers: { 'retry-after': '7' } })).toMatchObject({
      outcome: 'throttled',
      retryAfterSeconds: 7,
    });
  });
});
