import { describe, expect, it } from 'vitest';
import { isInstant } from './schema.ts';
import { readQuery, splitQuery } from './strict-query.ts';

const schema = {
  properties: { limit: { type: 'integer', default: 50 }, open: { type: 'boolean' }, text: { type: 'string' } },
};
const read = (query: string) => readQuery(splitQuery(query), schema);

describe('a query', () => {
  it('is read as its schema says, with its defaults', () => {
    expect(read('limit=7&open=true&text=a%20b')).toEqual({ limit: 7, open: true, text: 'a b' });
    expect(read('')).toEqual({ limit: 50 });
    expect(read('limit=-1')).toEqual({ limit: -1 });
  });

  it.each(['1e9', '0x10', '+1', ' 1', '01', '1.0', 'abc', '', '١', '9'.repeat(30)])(
    'B028: limit=%s does not become a number',
    (text) => {
      expect(read(`limit=${encodeURIComponent(text)}`)).toEqual({ limit: text });
    },
  );

  it.each([
    'limit=1&limit=2',
    'text=a&text=a',
    'limits=1',
    'text%5B%5D=a',
    'a%5B__proto__%5D%5Bx%5D=1',
    '__proto__=1',
    'constructor=1',
    'text=a%00',
    'text=%ff',
    'text=a%0d%0ab',
  ])('B028, B201: ?%s is refused', (query) => {
    expect(() => read(query)).toThrowError(expect.objectContaining({ code: 'invalid_request' }));
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });
});

describe('an instant', () => {
  it.each(['2026-11-22T14:00:00Z', '2026-11-22t14:00:00.123456789+05:30', '2024-02-29T00:00:00-12:00'])(
    '%s is taken',
    (text) => {
      expect(isInstant(text)).toBe(true);
    },
  );

  it.each([
    '2026-11-22',
    '2026-11-22T14:00:00',
    '2026-02-30T00:00:00Z',
    '2026-11-22T24:00:00Z',
    '2026-11-22T14:00:60Z',
    '+294277-01-01T00:00:00Z',
    '2101-01-01T00:00:00Z',
    '1999-12-31T23:59:59Z',
    'infinity',
    'now',
    '',
    '2026-11-22T14:00:00Z[Europe/Berlin]',
  ])('B039: %s is refused', (text) => {
    expect(isInstant(text)).toBe(false);
  });
});
