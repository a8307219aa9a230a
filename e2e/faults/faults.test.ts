import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { catalogue } from './catalogue.ts';
import { Random } from './random.ts';
import { type Group, type Run, runTogether, type Scenario } from './scenario.ts';
import { World } from './world.ts';

// The catalogue of faults against real processes, in its short form: one installation for all, and every invariant checked
// after each. `npm run faults` is the long form.

const seed = Number(process.env['CARILLON_FAULTS_SEED'] ?? 20_261_122);
let world: World;
let run: Run;

beforeAll(async () => {
  world = await World.start();
  run = { world, random: new Random(seed), size: 1, note: () => undefined };
}, 120_000);

afterAll(async () => {
  await world?.[Symbol.asyncDispose]();
}, 120_000);

function tell(group: Group): void {
  let outcome: Promise<Map<Scenario, Error | null>> | undefined;
  it.each(group.scenarios)('$id: $guarantee', { timeout: 300_000 }, async (scenario) => {
    outcome ??= runTogether(group, run);
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
