import { inspect } from 'node:util';
import { OneWorld } from './one-world.ts';
import { Random } from './random.ts';
import type { Result } from './report.ts';
import { type Check, type Group, runTogether } from './scenario.ts';
import { World } from './world.ts';

export type Note = (words: string) => void;

export interface RoundOptions {
  groups: readonly Group[];
  seed: number;
  size: number;
  note: Note;
  /** After it nothing new is begun. */
  isTimeUp: () => boolean;
}

/** Runs groups in one world as long as everything holds, and those that mostly wait in a world beside it. */
export async function runRound(options: RoundOptions): Promise<{ results: Result[]; notRun: string[] }> {
  const { groups, seed, note, isTimeUp } = options;
  const results: Result[] = [];
  const notRun: string[] = [];
  const runLane = async (lane: readonly Group[], random: Random) => {
    await using worlds = new OneWorld(() => World.start());
    for (const group of lane) {
      if (isTimeUp()) {
        notRun.push(...group.scenarios.map(({ id }) => id));
        continue;
      }
      const result = await runGroup(group, worlds, { ...options, random });
      results.push(result);
      for (const [{ id, guarantee }, failure] of result.outcome)
        note(failure === null ? `held   ${id}: ${guarantee}` : `BROKEN ${id}: ${guarantee}\n${inspect(failure)}`);
    }
  };
  await Promise.all([
    runLane(
      groups.filter(({ isPatient }) => !isPatient),
      new Random(seed),
    ),
    runLane(
      groups.filter(({ isPatient }) => isPatient),
      new Random(seed + 1),
    ),
  ]);
  return { results, notRun };
}

/** Random faults of the catalogue, one after the other in one world, until the time is up or one of them is broken. */
export async function soak(options: RoundOptions): Promise<Result[]> {
  const { groups, seed, note, isTimeUp } = options;
  const random = new Random(seed);
  const results: Result[] = [];
  await using worlds = new OneWorld(() => World.start());
  while (!isTimeUp()) {
    const group = random.pick(groups);
    const result = await runGroup(group, worlds, { ...options, random });
    results.push(result);
    const failures = [...result.outcome].filter(([, failure]) => failure !== null);
    for (const [{ id, guarantee }, failure] of failures) note(`BROKEN ${id}: ${guarantee}\n${inspect(failure)}`);
    // What a broken world does afterwards says nothing.
    if (failures.length > 0) break;
  }
  return results;
}

async function runGroup(
  group: Group,
  worlds: OneWorld<World>,
  { random, seed, size, note }: RoundOptions & { random: Random },
): Promise<Result> {
  const { scenarios, isTampered = false } = group;
  const ids = [...new Set(scenarios.map(({ id }) => id))].join(', ');
  note(ids);
  const checks: Check[] = [];
  // Two worlds tell their steps side by side.
  const told = (words: string) => note(`${ids.slice(0, 12).padEnd(12)}  ${words}`);
  const outcome = await worlds
    .run((world) => runTogether(group, { world, random, size, note: told, record: (check) => void checks.push(check) }))
    .catch((error: unknown) => {
      const failure = error instanceof Error ? error : new Error(String(error));
      return new Map(scenarios.map((scenario) => [scenario, failure]));
    });
  return { scenarios, outcome, checks, seed, isTampered };
}
