import { expect, it } from 'vitest';
import { GroupCommit } from './group-commit.ts';

/** Holds every flush until it is let go, and keeps what each one took. */
function gated(options: { maxBatch: number; maxWaiting?: number; weigh?: (item: number) => number }) {
  const batches: number[][] = [];
  let open: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  const commits = new GroupCommit<number, number>({
    maxWaiting: 100,
    ...options,
    onFull: () => new Error('full'),
    flush: async (items) => {
      batches.push(items);
      await gate;
      return items.map((item) => item * 10);
    },
  });
  return { commits, batches, open };
}

it('what arrives while a flush is under way goes together with the next one, and each caller gets its own result', async () => {
  const { commits, batches, open } = gated({ maxBatch: 10 });
  const first = commits.add(1);
  await new Promise((resolve) => setImmediate(resolve));
  const others = [commits.add(2), commits.add(3)];
  expect(commits.isBusy).toBe(true);
  open();
  expect(await Promise.all([first, ...others])).toEqual([10, 20, 30]);
  expect(batches).toEqual([[1], [2, 3]]);
  await commits.drain();
  expect(commits.isBusy).toBe(false);
});

it('a flush takes no more than its limit by weight, and one item that weighs more goes alone', async () => {
  const { commits, batches, open } = gated({ maxBatch: 10, weigh: (item) => item });
  const results = [4, 6, 1, 25, 3].map((item) => commits.add(item));
  open();
  await Promise.all(results);
  expect(batches).toEqual([[4, 6], [1], [25], [3]]);
});

it('what waits is bounded by weight, and whoever comes beyond that is told at once', async () => {
  const { commits, open } = gated({ maxBatch: 1, maxWaiting: 10, weigh: (item) => item });
  const waiting = [9, 1].map((item) => commits.add(item));
  await expect(commits.add(1)).rejects.toThrow('full');
  open();
  expect(await Promise.all(waiting)).toEqual([90, 10]);
  expect(await commits.add(50)).toBe(500);
});
