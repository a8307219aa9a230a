import fc from 'fast-check';
import { expect, it } from 'vitest';
import twilio from 'twilio';
import { twilioSignature } from './signature.ts';

it('signs as in the published example, whatever the order of the parameters', () => {
  const posted = [
    ['b', '2'],
    ['Body', 'x y'],
    ['a', '1'],
  ] as const;
  expect(twilioSignature('authtoken', 'https://example.com/cb', posted)).toBe('WcO97d4eJxPOQkM+0GFtgUvyNOI=');
});

it('a part of the address behind # is not signed', () => {
  const url = 'https://example.com/cb?m=1';
  expect(twilioSignature('t', `${url}#rc=2&rp=all`, [])).toBe(twilioSignature('t', url, []));
});

it('what it signs is valid for the package of Twilio', () => {
  const name = fc.string({ minLength: 1, unit: 'grapheme' });
  fc.assert(
    fc.property(fc.array(fc.tuple(name, fc.string({ unit: 'grapheme' }))), fc.string(), (posted, token) => {
      const values = new Map<string, string[]>();
      for (const [key, value] of posted) values.set(key, [...(values.get(key) ?? []), value]);
      // A name that objects have from the start is no key that the package could count.
      fc.pre(!values.has('__proto__'));
      const url = 'https://example.com:8443/cb?m=a%20b';
      const signature = twilioSignature(token, url, posted);
      expect(twilio.getExpectedTwilioSignature(token, url, Object.fromEntries(values))).toBe(signature);
      expect(twilio.validateRequest(token, signature, url, Object.fromEntries(values))).toBe(true);
    }),
  );
});
