import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson, fingerprint, parseIdempotencyKey } from './idempotency.ts';

describe('an Idempotency-Key', () => {
  it('B033: means the same quoted and bare', () => {
    expect(parseIdempotencyKey('"abc-1"')).toBe(parseIdempotencyKey('abc-1'));
    expect(parseIdempotencyKey(String.raw`"a\"b"`)).toBe('a"b');
    expect(parseIdempotencyKey('x'.repeat(255))).toHaveLength(255);
  });

  it.each([['""'], [''], ['   '], ['x'.repeat(256)], ['a\u0001b'], ['käse'], ['a\tb']])(
    'B033: %j is refused',
    (header) => {
      expect(() => parseIdempotencyKey(header)).toThrowError(
        expect.objectContaining({ code: 'idempotency_key_invalid' }),
      );
    },
  );

  it('B032: is asked for with a word on what it is when it is missing', () => {
    expect(() => parseIdempotencyKey(undefined)).toThrowError(
      expect.objectContaining({
        code: 'idempotency_key_missing',
        detail: expect.stringContaining('/problems/idempotency_key_missing'),
      }),
    );
  });
});

describe('the fingerprint of a request', () => {
  it('B036: does not depend on the order of keys', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const shuffled = Object.fromEntries(Object.entries(value).toReversed());
        expect(fingerprint(shuffled).equals(fingerprint(value))).toBe(true);
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('keeps a member that is named as the prototype is', () => {
    const value: unknown = JSON.parse('{"b":1,"__proto__":{"a":[{"__proto__":false}]}}');
    expect(canonicalJson(value)).toBe('{"__proto__":{"a":[{"__proto__":false}]},"b":1}');
    expect(fingerprint(value).equals(fingerprint({ b: 1 }))).toBe(false);
  });

  it('B034: differs when anything else does', () => {
    const values = [{ to: '+1' }, { to: '+2' }, { to: ['+1'] }, { to: '+1', a: null }, {}, [], null, '+1'];
    expect(new Set(values.map((value) => fingerprint(value).toString('hex'))).size).toBe(values.length);
  });
});
