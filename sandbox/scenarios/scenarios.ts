import { Refusal } from '#control/refusal.ts';
import { isoInstant } from '#storage/clock.ts';
import type { World } from '#world.ts';
import type { BusinessTarget } from './performer.ts';
import { planScenario } from './plan.ts';
import { type ScenarioProblem, describeProblems, readScenario } from './read-scenario.ts';
import type { Scenario } from './scenario.ts';
import { type RunDeps, ScenarioRun } from './scenario-run.ts';
import { momentAfter } from './spans.ts';

export interface NewRun {
  /** The scenario, as YAML or JSON. */
  text: string;
  seed?: number | undefined;
  speed?: number | 'max' | undefined;
  start?: string | undefined;
  /** Who sends what the business says; the sandbox's own account unless told. */
  business?: Partial<BusinessTarget> | undefined;
}

/** A scenario that cannot be read. */
export class ScenarioRefusal extends Refusal {
  readonly problems: ScenarioProblem[];

  constructor(problems: ScenarioProblem[]) {
    super(describeProblems(problems), 'text');
    this.problems = problems;
  }
}

const KEPT_RUNS = 20;

/** The scenarios of a sandbox: one at a time, because each has the clock for itself. */
export class Scenarios {
  readonly #deps: RunDeps & { address: () => string };
  #runs: ScenarioRun[] = [];
  #lastId = 0;

  constructor(deps: RunDeps & { address: () => string }) {
    this.#deps = deps;
  }

  list(): ScenarioRun[] {
    return this.#runs;
  }

  find(id: string): ScenarioRun | undefined {
    return this.#runs.find((run) => run.id === id);
  }

  /** Begins; throws a `Refusal` for a text that is no scenario, or while another one runs. */
  start(wanted: NewRun): ScenarioRun {
    const read = readScenario(wanted.text);
    if (!read.scenario) throw new ScenarioRefusal(read.problems);
    const running = this.#runs.find((run) => run.state === 'running');
    if (running) throw new Refusal(`The scenario ${running.id} is running: stop it first`, null, 409);
    const { scenario } = read;
    const { world } = this.#deps;
    const { credentials } = world;
    const business = {
      base_url: this.#deps.address(),
      access_token: credentials.access_token,
      phone_number_id: credentials.phone_numbers[0]?.phone_number_id ?? '',
      ...wanted.business,
    };
    const speed = wanted.speed ?? (scenario.clock?.kind === 'virtual' ? (scenario.clock.speed ?? 'max') : 'real');
    const startsAtMs = takeTheClock(world, scenario, wanted.start ?? scenario.clock?.start, speed);
    const plan = planScenario(scenario, wanted.seed ?? scenario.seed ?? 1, startsAtMs);
    const run = new ScenarioRun(this.#deps, { id: `scenario_${++this.#lastId}`, scenario, plan, speed, business });
    this.#runs = [...this.#runs, run].slice(-KEPT_RUNS);
    return run;
  }

  async close(): Promise<void> {
    await Promise.all(this.#runs.map((run) => run.stop()));
  }
}

/** Stops a virtual clock at the start of the scenario, and gives that instant. */
function takeTheClock(
  world: World,
  scenario: Scenario,
  start: string | undefined,
  speed: 'real' | 'max' | number,
): number {
  const { clock } = world;
  if (speed === 'real') return clock.now();
  const now = clock.now();
  const startMs = start === undefined ? now : momentAfter(start, now, scenario.clock?.zone ?? 'UTC');
  if (startMs < now && !isUnused(world)) {
    throw new Refusal(
      `The sandbox's clock shows ${isoInstant(now)} and does not go back after it was used: give start as a time of the day such as "09:00", leave it out, or take a sandbox with an empty data folder`,
      'start',
      409,
    );
  }
  clock.setStepped(true);
  if (startMs < now) clock.setTo(startMs);
  else clock.advance(startMs - clock.now());
  return clock.now();
}

function isUnused({ clock, ledger, facts, webhooks, people, chats }: World): boolean {
  return (
    clock.waiting === 0 &&
    ledger.lastSeq === 0 &&
    facts.lastSeq === 0 &&
    webhooks.pending.updates === 0 &&
    people
      .list(undefined, Number.MAX_SAFE_INTEGER)
      .every((person) => [...chats.chatsOf(person.id)].every((chat) => chat.messages.length === 0))
  );
}
