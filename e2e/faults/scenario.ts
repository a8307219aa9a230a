import { drain, letUnknownEnd } from './drain.ts';
import { type Facts, gatherFacts } from './facts.ts';
import { checkInvariants } from './invariants.ts';
import { type Measure, measure, since } from './measure.ts';
import type { Random } from './random.ts';
import type { World } from './world.ts';

export interface Run {
  world: World;
  random: Random;
  /** Multiplies the load: 1 in the short profile. */
  size: number;
  /** Writes a line into the timeline of faults. */
  note: (words: string) => void;
  /** Gets what each check found. */
  record?: (check: Check) => void;
}

/** What one check found, with what came about since the check before it in the same world. */
export interface Check {
  measure: Measure;
  /** How often the sandbox spoilt something. */
  spoilt: number;
  /** From the beginning of healing until nothing waited any more; null when nothing was healed. */
  recoverySeconds: number | null;
  violations: string[];
}

export interface Scenario {
  /** Of the catalogue of faults. */
  id: string;
  /** What holds in spite of the fault. */
  guarantee: string;
  isLong?: boolean;
  /** It makes a world of its own and checks that. */
  isApart?: boolean;
  /** Injects the fault under load. What it asserts itself goes beyond the invariants, and it may look at the facts after
   *  everything has healed and drained by giving a function. */
  run(run: Run): Promise<undefined | void | ((facts: Facts) => void | Promise<void>)>;
}

/** Scenarios that share one load and one check. */
export interface Group {
  scenarios: Scenario[];
  /** One after the other instead of side by side, with one check behind all. */
  isSequential?: boolean;
  /** It mostly waits for limits of time, so the short profile gives it a world beside the others. */
  isPatient?: boolean;
  /** Builds that are broken on purpose: the check is to fail. */
  isTampered?: boolean;
  before?(run: Run): Promise<void>;
  after?(run: Run): Promise<void>;
}

/** Violations that were told before are not told again by the scenarios that share the world after them. */
const told = new WeakMap<World, Set<string>>();
const measured = new WeakMap<World, Measure>();

/** Runs scenarios side by side in one world, then heals, drains and checks. Gives the first failure of each. */
export async function runTogether(group: Group, run: Run): Promise<Map<Scenario, Error | null>> {
  const { scenarios } = group;
  const failures = new Map<Scenario, Error | null>(scenarios.map((scenario) => [scenario, null]));
  const fail = (scenario: Scenario, error: unknown) => {
    if (failures.get(scenario) === null)
      failures.set(scenario, error instanceof Error ? error : new Error(String(error)));
  };
  const looks: [Scenario, (facts: Facts) => void | Promise<void>][] = [];
  try {
    await group.before?.(run);
  } catch (error) {
    for (const scenario of scenarios) fail(scenario, error);
  }
  const inject = async (scenario: Scenario) => {
    try {
      const look = await scenario.run(run);
      if (look) looks.push([scenario, look]);
    } catch (error) {
      fail(scenario, error);
    }
  };
  if (group.isSequential) for (const scenario of scenarios) await inject(scenario);
  else await Promise.all(scenarios.map(inject));
  try {
    await group.after?.(run);
    if (scenarios.every(({ isApart }) => isApart)) return failures;
    const facts = await healAndCheck(run);
    for (const [scenario, look] of looks) {
      try {
        await look(facts);
      } catch (error) {
        fail(scenario, error);
      }
    }
  } catch (error) {
    for (const scenario of scenarios) fail(scenario, error);
  }
  return failures;
}

/** Heal, drain, settle what is unknown, check. Throws with every violation that is new. */
export async function healAndCheck(run: Run): Promise<Facts> {
  const { world } = run;
  const spoilt = await world.sandbox.faultsMet();
  run.note('heal');
  const startedMs = performance.now();
  await world.heal();
  run.note('drain');
  await drain(world);
  const recoverySeconds = (performance.now() - startedMs) / 1000;
  const ends = await letUnknownEnd(world);
  if (ends.size > 0) run.note(`${ends.size} messages had no outcome and were decided`);
  await drain(world);
  const facts = await gatherFacts(world);
  run.note(
    `check: ${facts.receipts.length} receipts, ${facts.messages.size} messages, ${facts.deliveredBodies.length} webhooks`,
  );
  const known = told.get(world) ?? new Set<string>();
  told.set(world, known);
  const violations = checkInvariants(facts).filter((words) => !known.has(words));
  for (const words of violations) known.add(words);
  record(run, facts, { spoilt, recoverySeconds, violations });
  if (violations.length > 0) {
    const shown = violations.slice(0, 20).join('\n  ');
    throw new Error(`${violations.length} violations:\n  ${shown}`);
  }
  return facts;
}

/** Puts on record what the facts say, for a scenario that checks in its own way too. */
export function record(run: Run, facts: Facts, check: Omit<Check, 'measure'>): void {
  const total = measure(facts);
  run.record?.({ ...check, measure: since(measured.get(run.world), total) });
  measured.set(run.world, total);
}
