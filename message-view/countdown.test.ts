import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countdownWords } from './countdown.ts';

const minute = 60_000;

describe('the time that an offer still stands', () => {
  it.each([
    [49 * 60 * minute, 'Ends in 2 days 1 h'],
    [24 * 60 * minute, 'Ends in 1 day 0 h'],
    [125 * minute, 'Ends in 2 h 5 min'],
    [minute + 1500, 'Ends in 1 min 1 s'],
    [1, 'Ends in 0 min 0 s'],
    [0, 'Offer ended'],
    [-5, 'Offer ended'],
    [Number.NaN, 'Offer ended'],
  ])('%d ms are %s', (leftMs, text) => {
    expect(countdownWords(1_000_000_000_000 + leftMs, 1_000_000_000_000).text).toBe(text);
  });

  it('says when its words change, and they change then and not before', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10 * 24 * 60 * minute }), (leftMs) => {
        const { text, changesInMs } = countdownWords(leftMs, 0);
        expect(changesInMs).toBeGreaterThan(0);
        expect(countdownWords(leftMs, changesInMs - 1).text).toBe(text);
        expect(countdownWords(leftMs, changesInMs).text).not.toBe(text);
      }),
      { numRuns: 1000 },
    );
  });
});
