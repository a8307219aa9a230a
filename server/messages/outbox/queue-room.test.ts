import { expect, it } from 'vitest';
import { QueueRoom } from './queue-room.ts';

function aRoom(answers: (number | 'off' | Error)[]) {
  let looked = () => undefined as void;
  const asked: number[] = [];
  const room = new QueueRoom(
    9,
    () => {
      const waiting = answers.shift() ?? 0;
      asked.push(asked.length);
      return waiting instanceof Error
        ? Promise.reject(waiting)
        : Promise.resolve({ ready: waiting !== 'off', reason: '', waiting: waiting === 'off' ? null : waiting });
    },
    () => looked(),
  );
  const next = () => new Promise<void>((resolve) => (looked = resolve));
  return { room, asked, next };
}

it('nothing is handed over before the provider has told how many wait', async () => {
  const { room, next } = aRoom([7]);
  const told = next();
  expect(room.available(0)).toBe(0);
  await told;
  expect(room.available(0)).toBe(2);
});

it('no more wait at the provider than its queue may hold, however many are accepted', async () => {
  const { room, asked, next } = aRoom([0, 9]);
  let told = next();
  room.available(0);
  await told;
  room.take(9);
  expect(room.available(1e9)).toBe(0);
  for (let index = 0; index < 9; index += 1) room.end(true);
  expect(asked).toHaveLength(1);
  told = next();
  expect(room.available(1e9)).toBe(0);
  await told;
  expect(room.available(0)).toBe(0);
  expect(asked).toHaveLength(2);
});

it('what was surely not taken leaves its place', async () => {
  const { room, next } = aRoom([8]);
  const told = next();
  room.available(0);
  await told;
  room.take(1);
  room.end(false);
  expect(room.available(0)).toBe(1);
});

it('an account that is not ready, or does not answer, gets nothing and is asked again later', async () => {
  for (const answer of ['off', new Error('no answer')]) {
    const { room, asked, next } = aRoom([answer as 'off', 0]);
    let told = next();
    room.available(0);
    await told;
    expect(room.available(performance.now())).toBe(0);
    expect(room.waitMs(performance.now())).toBeGreaterThan(1_000);
    expect(asked).toHaveLength(1);
    told = next();
    room.available(performance.now() + 60_000);
    await told;
    expect(room.available(0)).toBe(9);
  }
});
