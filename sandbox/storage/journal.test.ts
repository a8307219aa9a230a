import { appendFile, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { SandboxClock } from './clock.ts';
import { Journal } from './journal.ts';
import { NumberedLog } from './numbered-log.ts';
import { StateJournal } from './state.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'carillon-journal-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it('keeps the order of concurrent appends, and has a line on disk once its append resolves', async () => {
  const path = join(folder, 'order');
  const journal = await Journal.open(path, { synced: true });
  const appends = Array.from({ length: 500 }, (_, index) =>
    journal.append(`line ${index}`).then(async () => (await readFile(path, 'utf8')).includes(`line ${index}\n`)),
  );
  expect((await Promise.all(appends)).every(Boolean)).toBe(true);
  expect((await readFile(path, 'utf8')).split('\n').slice(0, 500)).toEqual(
    Array.from({ length: 500 }, (_, index) => `line ${index}`),
  );
  await journal.close();
});

it('cuts off a torn last line and goes on behind the last whole one', async () => {
  const path = join(folder, 'torn');
  const log = await NumberedLog.open<{ seq: number; text: string }>(path, { synced: true });
  for (let count = 0; count < 600; count++) void log.append({ text: `é${count}` });
  await log.append({ text: 'last' });
  await log.close();
  await appendFile(path, '{"seq":602,"text":"to');
  const again = await NumberedLog.open<{ seq: number; text: string }>(path, { synced: true });
  expect(again.lastSeq).toBe(601);
  await again.append({ text: 'next' });
  expect(await again.read(599, 10)).toEqual([
    { seq: 600, text: 'é599' },
    { seq: 601, text: 'last' },
    { seq: 602, text: 'next' },
  ]);
  expect((await again.read(255, 3)).map((entry) => entry.seq)).toEqual([256, 257, 258]);
  expect(await again.read(0, 10_000)).toHaveLength(602);
  await again.close();
});

it('runs what is due in order, also when the clock is moved forward', () => {
  const clock = new SandboxClock();
  const done: string[] = [];
  clock.after(3_600_000, () => done.push('an hour'));
  clock.after(60_000, () => done.push('a minute'));
  clock.after(86_400_000 * 40, () => done.push('forty days'));
  clock.after(60_000, () => done.push('a minute, too'));
  clock.advance(60_001);
  expect(done).toEqual(['a minute', 'a minute, too']);
  clock.advance(86_400_000 * 40);
  expect(done).toEqual(['a minute', 'a minute, too', 'an hour', 'forty days']);
  clock.close();
});

it('a state journal that grew is rewritten while changes go on, and loses none', async () => {
  const path = join(folder, 'state');
  const open = async () => {
    const counts = new Map<string, number>();
    const state = new StateJournal(path, 2000);
    state.on<[string, number]>('count', ([name, count]) => counts.set(name, count));
    state.snapshot(() => [...counts].map((entry) => ['count', entry] as const));
    await state.load();
    return { state, counts };
  };
  const first = await open();
  let [rewrites, sizeBytes] = [0, 0];
  for (let count = 1; rewrites < 3; count++) {
    const entry = [`name ${count % 7}`, count] as const;
    first.counts.set(...entry);
    first.state.record('count', entry);
    if (count % 10 !== 0) continue;
    await first.state.flushed();
    const { size } = await stat(path);
    if (size < sizeBytes) rewrites += 1;
    sizeBytes = size;
  }
  await first.state.close();
  const second = await open();
  expect(second.counts).toEqual(first.counts);
  await second.state.close();
});
