import fc from 'fast-check';
import { expect, it } from 'vitest';
import { rateOf } from './sender-rate.ts';

it('nothing told: the rate is what is set', () => expect(rateOf(80, 80, {})).toBe(80));

it('a raised number sends faster, unless somebody chose a lower rate', () => {
  expect(rateOf(80, 80, { throughput: { perSecond: 1000 } })).toBe(1000);
  expect(rateOf(30, 80, { throughput: { perSecond: 1000 } })).toBe(30);
});

it('a lower limit slows it down, and an unlimited one does not', () => {
  expect(rateOf(80, 80, { limit: { perDay: 250 } })).toBe(10);
  expect(rateOf(80, 80, { limit: { perDay: 10_000 } })).toBe(80);
  expect(rateOf(80, 80, { limit: { perDay: null } })).toBe(80);
  expect(rateOf(5, 80, { limit: { perDay: 250 } })).toBe(5);
});

it('a higher limit never makes it slower, and something always goes', () => {
  const limit = fc.integer({ min: 1, max: 200_000 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1000 }), limit, limit, (set, a, b) => {
      const [lower, higher] = [Math.min(a, b), Math.max(a, b)];
      const slow = rateOf(set, 80, { limit: { perDay: lower } });
      return slow >= 1 && slow <= rateOf(set, 80, { limit: { perDay: higher } });
    }),
  );
});
