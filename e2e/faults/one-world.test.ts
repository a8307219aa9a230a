import { expect, it } from 'vitest';
import { OneWorld } from './one-world.ts';
import type { Scenario } from './scenario.ts';

const scenario: Scenario = { id: 'F00', guarantee: 'Nothing.', run: () => Promise.resolve() };
const held = () => Promise.resolve(new Map([[scenario, null]]));
const broken = () => Promise.resolve(new Map([[scenario, new Error('broken')]]));

/** Worlds that are counted, and what became of them. */
function counted() {
  const told: string[] = [];
  let started = 0;
  const worlds = new OneWorld(() => {
    const n = (started += 1);
    told.push(`start ${n}`);
    return Promise.resolve({
      n,
      [Symbol.asyncDispose]: () => {
        told.push(`stop ${n}`);
        return Promise.resolve();
      },
    });
  });
  return { told, worlds };
}

it('faults share a world while everything holds, and those after a broken one get a new one', async () => {
  const { told, worlds } = counted();
  await worlds.run(held);
  await worlds.run(held);
  await worlds.run(broken);
  await worlds.run(async ({ n }) => {
    told.push(`in ${n}`);
    return held();
  });
  await worlds.leave();
  await worlds.leave();
  expect(told).toEqual(['start 1', 'stop 1', 'start 2', 'in 2', 'stop 2']);
});

it('a run that throws leaves its world, and a world that does not start is tried again', async () => {
  const { told, worlds } = counted();
  await expect(worlds.run(() => Promise.reject(new Error('no end')))).rejects.toThrow('no end');
  await worlds.run(held);
  expect(told).toEqual(['start 1', 'stop 1', 'start 2']);

  let tries = 0;
  const hard = new OneWorld(() => {
    tries += 1;
    return tries === 1
      ? Promise.reject(new Error('no port'))
      : Promise.resolve({ [Symbol.asyncDispose]: () => Promise.resolve() });
  });
  await expect(hard.run(held)).rejects.toThrow('no port');
  await expect(hard.run(held)).resolves.toEqual(new Map([[scenario, null]]));
});

it('a run that was given up on stops no world but its own', async () => {
  const { told, worlds } = counted();
  const late = Promise.withResolvers<Map<Scenario, Error | null>>();
  const givenUp = worlds.run(() => late.promise);
  await worlds.leave();
  await worlds.run(held);
  late.resolve(await broken());
  await givenUp;
  expect(told).toEqual(['start 1', 'stop 1', 'start 2']);
});
