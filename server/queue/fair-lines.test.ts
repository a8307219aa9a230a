import fc from 'fast-check';
import { expect, it } from 'vitest';
import { FairLines } from './fair-lines.ts';

/** Takes everything, a few at a time; gives the names in the order in which they left. */
function emptied(lines: FairLines<string>, maxWeight = 1): string[] {
  const left: string[] = [];
  while (lines.size > 0) left.push(...lines.take(maxWeight));
  return left;
}

it('one that brings little does not stand behind another that brought much', () => {
  const lines = new FairLines<string>(1_000);
  for (let n = 0; n < 100; n += 1) lines.push('flood', `flood ${n}`, 1);
  for (let n = 0; n < 3; n += 1) lines.push('few', `few ${n}`, 1);
  const left = emptied(lines);
  expect(left.slice(0, 7).filter((name) => name.startsWith('few'))).toHaveLength(3);
  expect(left).toHaveLength(103);
});

it('turns are by weight: a batch of a thousand is paid back with a thousand single ones', () => {
  const lines = new FairLines<string>(100_000);
  for (let n = 0; n < 3; n += 1) lines.push('batches', 'batch', 1_000);
  for (let n = 0; n < 2_000; n += 1) lines.push('single', 'one', 1);
  const left = emptied(lines, 1_000);
  const second = left.indexOf('batch', left.indexOf('batch') + 1);
  expect(left.slice(0, second).filter((name) => name === 'one').length).toBeGreaterThanOrEqual(1_000);
});

it('who has just had more than its share gives way, also when nothing of it waited in between', () => {
  const lines = new FairLines<string>(10_000);
  lines.push('batches', 'batch', 1_000);
  lines.push('single', 'one', 1);
  expect(emptied(lines)).toEqual(['batch', 'one']);
  lines.push('batches', 'batch', 1_000);
  lines.push('single', 'one', 1);
  expect(emptied(lines)).toEqual(['one', 'batch']);
});

it('whoever comes new finds room, however full the others have made it', () => {
  const lines = new FairLines<string>(100);
  const fill = (key: string) => {
    let taken = 0;
    while (lines.push(key, key, 1)) taken += 1;
    return taken;
  };
  expect([fill('a'), fill('b'), fill('c')]).toEqual([50, 25, 13]);
  expect(lines.push('d', 'd', 1)).toBe(true);
});

it('what is larger than all the room waits when nothing else does', () => {
  const lines = new FairLines<string>(10);
  expect(lines.push('a', 'large', 50)).toBe(true);
  expect(lines.push('b', 'small', 1)).toBe(false);
  expect(emptied(lines)).toEqual(['large']);
  expect(lines.push('b', 'small', 1)).toBe(true);
});

it('nothing is lost or doubled, each line keeps its order, and no take is heavier than it may be', () => {
  const step = fc.oneof(
    fc.record({ key: fc.constantFrom('a', 'b', 'c'), weight: fc.integer({ min: 1, max: 12 }) }),
    fc.record({ take: fc.integer({ min: 1, max: 20 }) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const lines = new FairLines<{ key: string; n: number; weight: number }>(60);
      const waiting: Record<string, number[]> = {};
      let n = 0;
      const take = (maxWeight: number) => {
        const taken = lines.take(maxWeight);
        const weight = taken.reduce((sum, entry) => sum + entry.weight, 0);
        expect(taken.length <= 1 || weight <= maxWeight).toBe(true);
        for (const entry of taken) expect(waiting[entry.key]?.shift()).toBe(entry.n);
      };
      for (const one of steps) {
        if ('take' in one) take(one.take);
        else if (lines.push(one.key, { ...one, n }, one.weight)) (waiting[one.key] ??= []).push(n++);
      }
      while (lines.size > 0) take(5);
      expect(Object.values(waiting).flat()).toEqual([]);
    }),
  );
});
