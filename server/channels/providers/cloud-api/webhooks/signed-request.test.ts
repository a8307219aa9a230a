import fc from 'fast-check';
import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readDeletionRequest } from './signed-request.ts';

const secrets = { accessToken: 't', appSecrets: ['current', 'previous'], verifyToken: 'v' };
const issuedAt = 1_795_000_000;
const good = { algorithm: 'HMAC-SHA256', issued_at: issuedAt, expires: issuedAt + 3600, user_id: '218471' };

const payloadOf = (value: unknown) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
const sign = (payload: string, secret = 'current', algorithm = 'sha256') =>
  createHmac(algorithm, secret).update(payload).digest('base64url');
const formOf = (signedRequest: string) => `signed_request=${encodeURIComponent(signedRequest)}`;
const signed = (value: unknown, secret?: string) => formOf(`${sign(payloadOf(value), secret)}.${payloadOf(value)}`);
const read = (body: string) => readDeletionRequest(Buffer.from(body), secrets);

describe('B077: a signed request for deletion', () => {
  it('is read when the present or the previous secret of the app signed it', () => {
    const expected = { userId: '218471', issuedAt: Temporal.Instant.fromEpochMilliseconds(issuedAt * 1000) };
    expect(read(signed(good))).toEqual(expected);
    expect(read(signed(good, 'previous'))).toEqual(expected);
    expect(read(signed({ ...good, user_id: 218471 }))).toEqual(expected);
    expect(read(`other=1&${signed(good)}`)).toEqual(expected);
  });

  it.each([
    ['another app signed it', signed(good, 'another')],
    ['the secret is empty', signed(good, '')],
    ['nobody signed it', formOf(`.${payloadOf(good)}`)],
    ['there is no dot', formOf(sign(payloadOf(good)) + payloadOf(good))],
    ['there are two dots', formOf(`${sign(payloadOf(good))}.${payloadOf(good)}.x`)],
    ['there is no payload', formOf(`${sign('')}.`)],
    ['the algorithm is none', signed({ ...good, algorithm: 'none' })],
    ['there is no algorithm', signed({ ...good, algorithm: undefined })],
    ['the signature is SHA-1', formOf(`${sign(payloadOf(good), 'current', 'sha1')}.${payloadOf(good)}`)],
    ['the payload was changed', formOf(`${sign(payloadOf(good))}.${payloadOf({ ...good, user_id: '1' })}`)],
    ['it is no JSON', signed('{"user_id":')],
    ['it is a list', signed([good])],
    ['nobody is named', signed({ ...good, user_id: undefined })],
    ['nobody is named but by an object', signed({ ...good, user_id: {} })],
    ['the instant is none', signed({ ...good, issued_at: 'now' })],
    ['the instant is absurd', signed({ ...good, issued_at: 1e300 })],
    ['it comes twice', `${signed(good)}&${signed(good)}`],
    ['it is too long', signed({ ...good, more: 'x'.repeat(10_000) })],
    ['it is JSON instead of a form', JSON.stringify({ signed_request: 'a.b' })],
    ['it is empty', ''],
  ])('is none when %s', (_name, body) => expect(read(body)).toBeNull());

  it('is none without a secret', () => {
    for (const appSecrets of [[], ['']])
      expect(readDeletionRequest(Buffer.from(signed(good, '')), { ...secrets, appSecrets })).toBeNull();
  });

  it('of any bytes never throws', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array(),
          fc.json().map((json) => Buffer.from(signed(json))),
        ),
        (bytes) => {
          expect(() => readDeletionRequest(bytes, secrets)).not.toThrow();
        },
      ),
    );
  });
});
