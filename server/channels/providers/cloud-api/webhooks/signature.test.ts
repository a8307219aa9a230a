import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { answerHandshake, verifyWebhook } from './signature.ts';

const secrets = { accessToken: 't', appSecrets: ['current', 'previous'], verifyToken: 'my token' };
const hex = (body: string, secret = 'current', algorithm = 'sha256') =>
  createHmac(algorithm, secret).update(body).digest('hex');
const verify = (body: string, header: string | string[] | undefined, of = secrets) =>
  verifyWebhook(
    { body: Buffer.from(body), headers: header === undefined ? {} : { 'x-hub-signature-256': header } },
    of,
  );

describe('signatures', () => {
  it('of the current and of the previous secret are valid, so that a secret can be changed', () => {
    expect(verify('{}', `sha256=${hex('{}')}`)).toBe(true);
    expect(verify('{}', `sha256=${hex('{}', 'previous')}`)).toBe(true);
  });

  it('B046: are mandatory', () => expect(verify('{}', undefined)).toBe(false));

  it.each([
    ['upper case', `sha256=${hex('{}').toUpperCase()}`],
    ['63 digits', `sha256=${hex('{}').slice(1)}`],
    ['65 digits', `sha256=${hex('{}')}0`],
    ['no hex', `sha256=${'z'.repeat(64)}`],
    ['nothing', ''],
    ['only the prefix', 'sha256='],
    ['no prefix', hex('{}')],
    ['another prefix', `sha1=${hex('{}')}`],
    ['a space', ` sha256=${hex('{}')}`],
    ['a line break', `sha256=${hex('{}')}\n`],
  ])('B047: are refused in another form: %s', (_name, header) => expect(verify('{}', header)).toBe(false));

  it('B048: of the older kind are not enough', () => {
    expect(
      verifyWebhook(
        { body: Buffer.from('{}'), headers: { 'x-hub-signature': `sha1=${hex('{}', 'current', 'sha1')}` } },
        secrets,
      ),
    ).toBe(false);
  });

  it('B049: of another app are refused', () => expect(verify('{}', `sha256=${hex('{}', 'other app')}`)).toBe(false));

  it('B050, B051: are of the bytes and not of their meaning', () => {
    const escaped = '{"a":"\\u00e9","b":"http:\\/\\/x"}';
    expect(verify(escaped, `sha256=${hex(escaped)}`)).toBe(true);
    expect(verify(JSON.stringify(JSON.parse(escaped)), `sha256=${hex(escaped)}`)).toBe(false);
  });

  it('B052: are never valid without a secret', () => {
    expect(verify('{}', `sha256=${hex('{}', '')}`, { ...secrets, appSecrets: [''] })).toBe(false);
    expect(verify('{}', `sha256=${hex('{}', '')}`, { ...secrets, appSecrets: [] })).toBe(false);
  });

  it('that come twice are refused', () =>
    expect(verify('{}', [`sha256=${hex('{}')}`, `sha256=${hex('{}')}`])).toBe(false));
});

describe('B053: the handshake', () => {
  const answer = (query: string, of = secrets) => answerHandshake(new URLSearchParams(query), of);
  const good = 'hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=my%20token';

  it('echoes the challenge', () => expect(answer(good)).toBe('1158201444'));

  it.each([
    ['the token is wrong', good.replace('my', 'your')],
    ['the token has another length', good.replace('my%20token', 'm')],
    ['there is no token', 'hub.mode=subscribe&hub.challenge=1'],
    ['the mode is another one', good.replace('subscribe', 'unsubscribe')],
    ['there is no mode', 'hub.challenge=1&hub.verify_token=my%20token'],
    ['there is no challenge', 'hub.mode=subscribe&hub.verify_token=my%20token'],
    ['the challenge is a list', good.replace('hub.challenge', 'hub.challenge[]')],
    ['the challenge comes twice', `${good}&hub.challenge=2`],
    ['the challenge is HTML', good.replace('1158201444', '%3Cscript%3E')],
    ['the challenge is empty', good.replace('1158201444', '')],
    ['the challenge is too long', good.replace('1158201444', '1'.repeat(129))],
  ])('is refused when %s', (_name, query) => expect(answer(query)).toBeNull());

  it('is refused when no token is configured', () => {
    expect(answer('hub.mode=subscribe&hub.challenge=1&hub.verify_token=', { ...secrets, verifyToken: '' })).toBeNull();
  });
});
