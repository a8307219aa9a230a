import { createHash } from 'node:crypto';
import fc from 'fast-check';
import twilio from 'twilio';
import { describe, expect, it } from 'vitest';
import { verifyWebhook } from './signature.ts';

const secretsOf = (...appSecrets: string[]) => ({ accessToken: '', appSecrets, verifyToken: '' });
const bytes = (text: string) => new TextEncoder().encode(text);
const verify = (
  url: string,
  body: string | Uint8Array,
  signature: string | string[] | undefined,
  token = 'authtoken',
) =>
  verifyWebhook(
    { body: typeof body === 'string' ? bytes(body) : body, headers: { 'x-twilio-signature': signature }, url },
    secretsOf('other', token),
  );
const signatureOf = (url: string, fields: Record<string, string | string[]>, token = 'authtoken') =>
  twilio.getExpectedTwilioSignature(token, url, fields);

function formOf(fields: Record<string, string | string[]>): string {
  const form = new URLSearchParams();
  for (const [name, values] of Object.entries(fields)) for (const value of [values].flat()) form.append(name, value);
  return form.toString();
}

describe('the signature of a webhook', () => {
  it('is that of the documentation', () => {
    expect(verify('https://example.com/cb', 'a=1&Body=x+y&b=2', 'WcO97d4eJxPOQkM+0GFtgUvyNOI=')).toBe(true);
    expect(verify('https://example.com/cb', 'a=1&Body=x+z&b=2', 'WcO97d4eJxPOQkM+0GFtgUvyNOI=')).toBe(false);
    expect(verify('https://example.com/ca', 'a=1&Body=x+y&b=2', 'WcO97d4eJxPOQkM+0GFtgUvyNOI=')).toBe(false);
  });

  it('is the one that the package of Twilio makes, whatever the fields are, in any order and more than once', () => {
    const value = fc.string({ unit: 'grapheme', maxLength: 20 }).filter((text) => text.isWellFormed());
    const fields = fc.dictionary(
      fc.string({ minLength: 1, maxLength: 10 }).filter((name) => name !== '__proto__'),
      fc.oneof(value, fc.array(value, { minLength: 2, maxLength: 4 })),
      { maxKeys: 8 },
    );
    fc.assert(
      fc.property(fields, fc.constantFrom('?m=a1:x', '', '?m=a1%3Ax&s=1'), (said, query) => {
        const url = `https://shop.example/webhooks/1${query}`;
        expect(verify(url, formOf(said), signatureOf(url, said))).toBe(true);
      }),
    );
  });

  it('holds with and without the usual port, and with no other', () => {
    for (const [scheme, port] of [
      ['https', 443],
      ['http', 80],
    ] as const) {
      const [bare, usual] = [`${scheme}://shop.example/cb?m=1`, `${scheme}://shop.example:${port}/cb?m=1`];
      for (const told of [bare, usual])
        for (const signed of [bare, usual]) expect(verify(told, 'a=1', signatureOf(signed, { a: '1' }))).toBe(true);
      expect(verify(bare, 'a=1', signatureOf(`${scheme}://shop.example:8443/cb?m=1`, { a: '1' }))).toBe(false);
    }
    const own = 'http://127.0.0.1:4000/cb';
    expect(verify(own, 'a=1', signatureOf(own, { a: '1' }))).toBe(true);
    expect(verify(own, 'a=1', signatureOf('http://127.0.0.1/cb', { a: '1' }))).toBe(false);
  });

  it('covers a body that is no form by its hash in the address', () => {
    const body = '{"a":1}';
    const hash = createHash('sha256').update(body).digest('hex');
    const url = `https://shop.example/cb?bodySHA256=${hash}`;
    expect(twilio.validateRequestWithBody('authtoken', signatureOf(url, {}), url, body)).toBe(true);
    expect(verify(url, body, signatureOf(url, {}))).toBe(true);
    expect(verify(url, `${body} `, signatureOf(url, {}))).toBe(false);
    const broken = 'https://shop.example/cb?bodySHA256=no';
    expect(verify(broken, body, signatureOf(broken, {}))).toBe(false);
  });

  it('is none without a header, in another form, or twice', () => {
    const right = signatureOf('https://shop.example/cb', {});
    expect(verify('https://shop.example/cb', '', right)).toBe(true);
    for (const wrong of [undefined, '', 'x', right.slice(0, -1), `${right}=`, [right], [right, right], ` ${right}`])
      expect(verify('https://shop.example/cb', '', wrong)).toBe(false);
  });

  it('of nobody is valid without a secret', () => {
    const url = 'https://shop.example/cb';
    const headers = { 'x-twilio-signature': signatureOf(url, {}, '') };
    for (const secrets of [secretsOf(), secretsOf('')])
      expect(verifyWebhook({ body: bytes(''), headers, url }, secrets)).toBe(false);
  });

  it('no bytes and no address whatever make the check throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.string(), (body, url) => {
        expect(verify(url, body, 'WcO97d4eJxPOQkM+0GFtgUvyNOI=')).toBe(false);
      }),
    );
  });
});
