import fc from 'fast-check';
import { expect, it } from 'vitest';
import { durationMs, durationWithin, isWritten, momentAfter, rangeOf, spanOf } from './spans.ts';

it.each([
  ['duration', '1h30m', true],
  ['duration', '250ms', true],
  ['duration', '10', false],
  ['duration', '10 m', false],
  ['span', '5s..10m', true],
  ['span', '10m..5s', false],
  ['chance', '3%', true],
  ['chance', '101%', false],
  ['chance', 0.5, true],
  ['chance', 3, false],
  ['moment', '12:00', true],
  ['moment', '24:00', false],
  ['moment', '2026-03-02T12:00:00Z', true],
  ['moment', '2026-13-02T12:00:00Z', false],
  ['count', '95..100', true],
  ['count', '100..95', false],
  ['count', '..5', true],
  ['count', '..', false],
  ['count', 1.5, false],
] as const)('as a %s, %s is known to be right or wrong', (writing, value, isRight) => {
  expect(isWritten(writing, value)).toBe(isRight);
});

it('a duration is the sum of its parts', () => {
  expect(durationMs('1d2h3m4s5ms')).toBe(86_400_000 + 2 * 3_600_000 + 3 * 60_000 + 4000 + 5);
  expect(durationMs('1.5h')).toBe(5_400_000);
});

it('what is drawn from a span stays in it', () => {
  fc.assert(
    fc.property(
      fc.nat(10_000),
      fc.nat(10_000),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (one, more, drawn) => {
        const span = spanOf(`${one}s..${one + more}s`);
        const ms = durationWithin(span, drawn);
        expect(ms).toBeGreaterThanOrEqual(span.fromMs);
        expect(ms).toBeLessThanOrEqual(span.toMs);
      },
    ),
  );
});

it('a time of the day is the next such time in its zone, also on the day when clocks change', () => {
  const from = Temporal.Instant.from('2026-10-24T20:00:00Z').epochMilliseconds;
  const noon = momentAfter('12:00', from, 'Europe/Berlin');
  expect(Temporal.Instant.fromEpochMilliseconds(noon).toString()).toBe('2026-10-25T11:00:00Z');
  expect(momentAfter('20:00', from, 'UTC')).toBe(from);
});

it('a range may be open at either end', () => {
  expect(rangeOf('5..')).toEqual({ atLeast: 5, atMost: Number.POSITIVE_INFINITY });
  expect(rangeOf('..5')).toEqual({ atLeast: 0, atMost: 5 });
  expect(rangeOf('5')).toEqual({ atLeast: 5, atMost: 5 });
});
