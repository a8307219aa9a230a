import { expect, it } from 'vitest';
import { Faults } from './faults.ts';

it('what is held back after the faults were cleared is let go of at once', () => {
  const faults = new Faults();
  const since = faults.timesCleared;
  let released = 0;
  const forget = faults.hold(() => (released += 1), since);
  expect(released).toBe(0);
  faults.remove();
  expect(released).toBe(1);
  faults.hold(() => (released += 1), since);
  expect(released).toBe(2);
  expect(faults.held).toBe(0);
  forget();
});
