import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { catalogue } from './catalogue.ts';
import { OneWorld } from './one-world.ts';
import { Random } from './random.ts';
import { type Group, runTogether, type Scenario } from './scenario.ts';
import { World } from './world.ts';

// The catalogue of faults against real processes, in its short form: one installation for all as long as everything
// holds, another one beside it for those that mostly wait, and every invariant checked after each fault. `npm run faults` is the long form.

const seed = Number(process.env['CARILLON_FAULTS_SEED'] ?? 20_261_122);
/** Against what hangs. The longest group takes a quarter of it. */
const groupLimitMs = 240_000;

interface Lane {
  worlds: OneWorld<World>;
  random: Random;
}

const main: Lane = { worlds: new OneWorld(() => World.start()), random: new Random(seed) };
/** For groups that mostly wait. */
const beside: Lane = { worlds: new OneWorld(() => World.start()), random: new Random(seed + 1) };

afterAll(async () => {
  await Promise.all([main.worlds.leave(), beside.worlds.leave()]);
}, 120_000);

/** Gives the first failure of each scenario. */
async function runGroup(group: Group, { worlds, random }: Lane): Promise<Map<Scenario, Error | null>> {
  const startedMs = performance.now();
  let last = 'the start of the world';
  const note = (words: string): void => {
    last = words;
    console.log(`${((performance.now() - startedMs) / 1000).toFixed(1)} s  ${words}`);
  };
  note(group.scenarios.map(({ id }) => id).join(', '));
  const end = new AbortController();
  const limit = sleep(groupLimitMs, undefined, { signal: end.signal }).then(() => {
    throw new Error(`It did not come to an end within ${groupLimitMs / 1000} s. The last step: ${last}.`);
  });
  try {
    const running = worlds.run((world) => runTogether(group, { world, random, size: 1, note }));
    // After the limit nobody waits for its end any more.
    running.catch(() => undefined);
    return await Promise.race([running, limit]);
  } catch (error) {
    void worlds.leave().catch(() => undefined);
    const failure = error instanceof Error ? error : new Error(String(error));
    return new Map(group.scenarios.map((scenario) => [scenario, failure]));
  } finally {
    end.abort();
    await limit.catch(() => undefined);
  }
}

/** One test for each scenario; the first of them runs the group, unless `early` does. */
function tell(group: Group, early?: () => Promise<Map<Scenario, Error | null>>): void {
  let outcome: Promise<Map<Scenario, Error | null>> | undefined;
  it.each(group.scenarios)('$id: $guarantee', { timeout: 300_000 }, async (scenario) => {
    outcome ??= early?.() ?? runGroup(group, main);
    const failure = (await outcome).get(scenario);
    if (failure) throw new Error(`Seed ${seed}: ${failure.message}`, { cause: failure });
    expect(failure).toBeNull();
  });
}

describe('under each fault every invariant holds', () => {
  const groups = catalogue
    .map((group) => ({ ...group, scenarios: group.scenarios.filter(({ isLong }) => !isLong) }))
    .filter(({ scenarios }) => scenarios.length > 0);
  const patient = groups.filter(({ isPatient }) => isPatient);
  const outcomes = new Map<Group, Promise<Map<Scenario, Error | null>>>();
  beforeAll(() => {
    // One after the other in their world, while everything else runs in the other one.
    let last: Promise<unknown> = Promise.resolve();
    for (const group of patient) {
      const outcome = last.then(() => runGroup(group, beside));
      outcomes.set(group, outcome);
      last = outcome;
    }
  });
  for (const group of groups) if (!group.isPatient) tell(group);
  for (const group of patient) tell(group, () => outcomes.get(group) ?? runGroup(group, beside));
});
