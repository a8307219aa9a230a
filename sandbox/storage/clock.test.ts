import { expect, it } from 'vitest';
import { SandboxClock } from './clock.ts';

const START = Date.UTC(2026, 2, 2, 9);

function steppedClock(): SandboxClock {
  const clock = new SandboxClock();
  clock.setStepped(true);
  clock.setTo(START);
  return clock;
}

it('a stepped clock shows the instant of each timer, and stands still between them', () => {
  const clock = steppedClock();
  const shown: number[] = [];
  clock.after(3_600_000, () => shown.push(clock.now()));
  clock.after(60_000.4, () => {
    shown.push(clock.now());
    clock.after(500, () => shown.push(clock.now()));
  });
  expect(clock.now()).toBe(START);
  while (clock.runNext(START + 3_600_000));
  expect(shown).toEqual([START + 60_001, START + 60_501, START + 3_600_000]);
  expect(clock.now()).toBe(START + 3_600_000);
});

it('a step goes no further than it may', () => {
  const clock = steppedClock();
  clock.after(1000, () => undefined);
  expect(clock.runNext(START + 999)).toBe(false);
  expect(clock.now()).toBe(START);
  expect(clock.runNext(START + 1000)).toBe(true);
});

it('what becomes due while the clock is moved forward sees its own instant', () => {
  const clock = steppedClock();
  const shown: number[] = [];
  const again = () => {
    shown.push(clock.now() - START);
    if (shown.length < 3) clock.after(10_000, again);
  };
  clock.after(10_000, again);
  clock.advance(60_000);
  expect(shown).toEqual([10_000, 20_000, 30_000]);
  expect(clock.now()).toBe(START + 60_000);
});

it('the timers of an owner can be forgotten, the others stay in order', () => {
  const clock = steppedClock();
  const owner = {};
  const done: string[] = [];
  clock.after(1, () => done.push('mine'));
  clock.at(START + 2, () => done.push('owned'), owner);
  clock.after(3, () => done.push('mine, too'));
  clock.forget(owner);
  expect(clock.waiting).toBe(2);
  clock.advance(10);
  expect(done).toEqual(['mine', 'mine, too']);
});

it('a fast clock comes to a timer of next week by itself', async () => {
  const clock = steppedClock();
  const due = new Promise<number>((resolve) => clock.after(7 * 86_400_000, () => resolve(clock.now())));
  clock.setStepped(false);
  clock.setSpeed(100_000_000);
  expect(await due).toBeGreaterThanOrEqual(START + 7 * 86_400_000);
  clock.close();
});

it('leaving another speed does not jump, and time goes on', () => {
  const clock = steppedClock();
  clock.setStepped(false);
  expect(clock.speed).toBe(1);
  expect(clock.now()).toBeGreaterThanOrEqual(START);
  expect(clock.now()).toBeLessThan(START + 3_600_000);
  clock.close();
});

it('a clock on which something waits cannot go back', () => {
  const clock = steppedClock();
  clock.after(1, () => undefined);
  expect(() => clock.setTo(START - 1)).toThrow('waiting timers');
});
