import { expect, it } from 'vitest';
import { ManualClock } from './manual-clock.ts';

it('time passes on both clocks, and a correction changes only the one that tells the date', () => {
  const clock = new ManualClock('2026-03-01T00:00:00Z');
  clock.advance({ minutes: 1, milliseconds: 5 });
  expect(clock.now().toString()).toBe('2026-03-01T00:01:00.005Z');
  clock.set('2026-02-01T00:00:00Z');
  expect(clock.now().toString()).toBe('2026-02-01T00:00:00Z');
  expect(clock.monotonicMs()).toBe(60_005);
});
