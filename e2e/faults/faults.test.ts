import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { catalogue } from './catalogue.ts';
import { OneWorld } from './one-world.ts';
import { Random } from './random.ts';
import { type Group, runTogether, type Scenario } from './scenario.ts';
import { World } from './world.ts';

// The catalogue of faults against real processes, in its short form: one installation for all as long as everything
// holds, and every invariant checked after each fault. `npm run faults` is the long form.

const seed = Number(process.env['CARILLON_FAULTS_SEED'] ?? 20_261_122);
const random = new Random(seed);
/** Against what hangs. The longest group takes a quarter of it. */
const groupLimitMs = 240_000;
const worlds = new OneWorld(() => World.start());

afterAll(() => worlds.leave(), 120_000);

/** Gives the first failure of each scenario. */
async function runGroup(group: Group): Promise<Map<Scenario, Error | null>> {
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

function tell(group: Group): void {
  let outcome: Promise<Map<Scenario, Error | null>> | undefined;
  it.each(group.scenarios)('$id: $guarantee', { timeout: 300_000 }, async (scenario) => {
    outcome ??= runGroup(group);
    const failure = (await outcome).get(scenario);
    if (failure) throw new Error(`Seed ${seed}: ${failure.message}`, { cause: failure });
    expect(failure).toBeNull();
  });
}

describe('under each fault every invariant holds', () => {
  const groups = catalogue
    .map((group) => ({ ...group, scenarios: group.scenarios.filter(({ isLong }) => !isLong) }))
    .filter(({ scenarios }) => scenarios.length > 0);
  for (const group of groups) tell(group);
});
