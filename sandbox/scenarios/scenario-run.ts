import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { isoInstant } from '#storage/clock.ts';
import { seedFor } from '#storage/random.ts';
import type { World } from '#world.ts';
import { Cast } from './cast.ts';
import { type CheckedExpectation, checkExpectation } from './expectations.ts';
import { type BusinessTarget, type ControlCall, Performer, RefusedDeed } from './performer.ts';
import type { Deed, Plan } from './plan.ts';
import type { Scenario } from './scenario.ts';
import { durationMs } from './spans.ts';
import { Tally } from './tally.ts';
import type { Traffic } from './traffic.ts';

export interface RunDeps {
  world: World;
  control: ControlCall;
  traffic: Traffic;
}

export interface RunOptions {
  id: string;
  scenario: Scenario;
  plan: Plan;
  /** `real` leaves the clock alone; `max` takes it from timer to timer; a number is its speed. */
  speed: 'real' | 'max' | number;
  business: BusinessTarget;
}

type State = 'running' | 'finished' | 'stopped' | 'failed';

/** While the business takes longer than this (of the machine's time), a stepped clock goes on without it. */
const PATIENCE_MS = 15_000;
const RECEIPTS_MS = 10_000;
/** Of the machine's time, before a scenario whose clock runs by itself counts as done. */
const QUIET_MS = 2000;

/** A scenario under way: does what the plan says when the sandbox's clock says so, and lets people and the business
 *  react to what arrives. */
export class ScenarioRun {
  readonly id: string;
  readonly tally = new Tally();
  /** Resolves when the run has ended, however it did. */
  readonly ended: Promise<void>;
  readonly #deps: RunDeps;
  readonly #options: RunOptions;
  readonly #performer: Performer;
  readonly #cast: Cast;
  readonly #stopping = new AbortController();
  readonly #from: { ledger: number; statuses: number; webhooks: number };
  #state: State = 'running';
  #problem: string | null = null;
  #expectations: CheckedExpectation[] = [];
  #endedAtMs: number | null = null;
  /** Deeds that are scheduled and not yet done. */
  #outstanding = 0;
  #rememberedMs = 0;
  #quietSinceMs: number | undefined;
  /** Deeds are done one after the other, in the order in which they became due. */
  #chain: Promise<void> = Promise.resolve();

  constructor(deps: RunDeps, options: RunOptions) {
    this.id = options.id;
    this.#deps = deps;
    this.#options = options;
    const { ledger, facts, webhooks } = deps.world;
    this.#performer = new Performer(
      { world: deps.world, control: deps.control },
      options.business,
      options.scenario.settings ?? {},
    );
    const { chats, clock } = deps.world;
    this.#cast = new Cast({
      chats,
      seed: options.plan.seed,
      businessRules: options.scenario.business?.answers ?? [],
      schedule: (afterMs, deed) => this.#schedule(clock.now() + afterMs, deed),
    });
    this.#from = { ledger: ledger.lastSeq, statuses: facts.lastSeq, webhooks: webhooks.deliveries.lastSeq };
    this.ended = this.#run();
  }

  get state(): State {
    return this.#state;
  }

  /** Ends it now; what it did stays done, its faults and settings go. */
  async stop(): Promise<void> {
    if (this.#state === 'running') this.#state = 'stopped';
    this.#stopping.abort();
    await this.ended;
  }

  view(after = 0) {
    const { clock } = this.#deps.world;
    const { plan, scenario, speed } = this.#options;
    const now = this.#endedAtMs ?? clock.now();
    const isRunning = this.#state === 'running';
    return {
      id: this.id,
      name: scenario.name,
      state: this.#state,
      met: this.#state === 'finished' ? this.#expectations.every((each) => each.met) : null,
      seed: plan.seed,
      speed,
      started_at: isoInstant(plan.startsAtMs),
      now: isoInstant(now),
      ends_at: plan.endsAtMs === null ? null : isoInstant(plan.endsAtMs),
      people: this.#cast.size,
      counts: this.tally.counts,
      done: this.tally.entries(after),
      due: (isRunning ? plan.steps : [])
        .filter((step) => step.atMs > now)
        .toSorted((one, other) => one.atMs - other.atMs)
        .slice(0, 20)
        .map((step) => ({ at: isoInstant(step.atMs), text: step.text })),
      expectations: this.#expectations,
      problem: this.#problem,
    };
  }

  async #run(): Promise<void> {
    const { clock, changes } = this.#deps.world;
    try {
      await this.#prepare();
      changes.on('status', this.#cast.onStatus);
      await this.#drive();
      await this.#chain;
      if (this.#state === 'running') {
        const happened = await this.#happened();
        this.#expectations = (this.#options.scenario.expect ?? []).map((each) => checkExpectation(each, happened));
        const met = this.#expectations.filter((each) => each.met).length;
        this.tally.note(clock.now(), `finished: ${met} of ${this.#expectations.length} expectations met`);
        this.#state = 'finished';
      }
    } catch (error) {
      this.#fail(error);
    } finally {
      changes.off('status', this.#cast.onStatus);
      clock.forget(this);
      this.#endedAtMs = clock.now();
      if (this.#options.speed !== 'real') clock.setStepped(false);
      this.#rememberedMs = 0;
      this.#rememberClock();
      // At the end of a sandbox there is nothing left to put in order.
      await this.#performer.leave().catch((error: unknown) => this.#fail(error));
    }
  }

  async #prepare(): Promise<void> {
    const { clock, random, limits } = this.#deps.world;
    const { plan, scenario, speed } = this.#options;
    random.reseed(seedFor(plan.seed, 'sandbox'));
    limits.reset();
    this.tally.note(clock.now(), `${scenario.name}, seed ${plan.seed}`);
    await this.#performer.changeSettings(scenario.settings ?? {});
    for (const planned of plan.people) {
      if (this.#state !== 'running') return;
      this.#cast.add(planned, await this.#performer.meet(planned));
    }
    for (const step of plan.steps) this.#at(step.atMs, async () => this.tally.note(step.atMs, step.text));
    for (const action of plan.actions) this.#schedule(action.atMs, action.deed);
    if (typeof speed !== 'number') return;
    clock.setStepped(false);
    clock.setSpeed(speed);
  }

  /** Lets time pass until the end. */
  async #drive(): Promise<void> {
    const { clock } = this.#deps.world;
    const { plan, speed } = this.#options;
    while (this.#state === 'running') {
      await this.#settled();
      if (this.#isOver()) return;
      if (speed !== 'max') {
        await this.#wait(20);
      } else if (!clock.runNext(plan.endsAtMs ?? Number.POSITIVE_INFINITY)) {
        if (plan.endsAtMs !== null) clock.moveTo(plan.endsAtMs);
        return;
      }
      this.#rememberClock();
    }
  }

  #isOver(): boolean {
    const { clock, settings } = this.#deps.world;
    const { plan, speed } = this.#options;
    if (plan.endsAtMs !== null) return clock.now() >= plan.endsAtMs && speed !== 'max';
    // Receipts come within seconds. What is due later, such as the next try of a callback that does not answer or the
    // end of a message that waits for its phone, could take days.
    const soonMs = clock.now() + RECEIPTS_MS * Math.max(1, settings.delay_factor);
    const isQuiet = this.#outstanding === 0 && (clock.nextAtMs ?? Number.POSITIVE_INFINITY) > soonMs;
    this.#quietSinceMs = isQuiet ? (this.#quietSinceMs ?? performance.now()) : undefined;
    // A stepped clock has waited for the business already; else it may have something on its way.
    const quietMs = speed === 'max' ? 0 : QUIET_MS;
    return this.#quietSinceMs !== undefined && performance.now() - this.#quietSinceMs >= quietMs;
  }

  /** Waits until everybody has done what the present instant makes them do: deeds, webhooks, calls of the business. */
  async #settled(): Promise<void> {
    const { webhooks, faults } = this.#deps.world;
    const { traffic } = this.#deps;
    const settleMs = this.#options.speed === 'max' ? durationMs(this.#options.scenario.clock?.settle ?? '0s') : 0;
    const until = performance.now() + PATIENCE_MS;
    let seen = -1;
    for (let turn = 0; this.#state === 'running' && performance.now() < until; turn++) {
      await this.#chain;
      await (turn < 100 ? nextTurn() : this.#wait(1));
      if (traffic.underWay - faults.held > 0 || webhooks.deliveries.inFlight > 0) continue;
      if (settleMs === 0 || seen === traffic.seen) return;
      seen = traffic.seen;
      await this.#wait(settleMs);
    }
  }

  /** For so long by the machine's clock, or until the scenario is stopped. */
  async #wait(ms: number): Promise<void> {
    await sleep(ms, undefined, { ref: false, signal: this.#stopping.signal }).catch(() => undefined);
  }

  #schedule(atMs: number, deed: Deed): void {
    this.#at(atMs, async () => {
      const performed = await this.#performer.perform(deed);
      this.tally.count(deed.kind, performed.outcome);
      if (performed.paid !== undefined && 'person' in deed) this.#cast.onPaid(deed.person, performed.paid);
      if (performed.messageId !== undefined && 'person' in deed) this.#cast.onWritten(deed.person, performed.messageId);
    });
  }

  #at(atMs: number, act: () => Promise<void>): void {
    this.#outstanding++;
    this.#deps.world.clock.at(
      atMs,
      () => {
        this.#chain = this.#chain.then(async () => {
          try {
            if (this.#state === 'running') await act();
          } catch (error) {
            this.#fail(error);
          } finally {
            this.#outstanding--;
          }
        });
      },
      this,
    );
  }

  async #happened() {
    const { ledger, facts, webhooks } = this.#deps.world;
    const from = this.#from;
    return {
      ledger: await ledger.read(from.ledger, Number.MAX_SAFE_INTEGER),
      statuses: await facts.read(from.statuses, Number.MAX_SAFE_INTEGER),
      inbound: this.#cast.inbound,
      people: this.#cast.people,
      webhooks: webhooks.deliveries.views(from.webhooks, Number.MAX_SAFE_INTEGER),
    };
  }

  #fail(error: unknown): void {
    if (this.#state === 'failed' || this.#state === 'stopped') return;
    this.#state = 'failed';
    this.#problem = error instanceof Error ? error.message : String(error);
    this.tally.note(this.#deps.world.clock.now(), `failed: ${this.#problem}`);
    if (!(error instanceof RefusedDeed))
      process.stderr.write(`${error instanceof Error ? error.stack : this.#problem}\n`);
  }

  /** So that a sandbox that is started again does not go back behind what it has told. */
  #rememberClock(): void {
    const { clock, state } = this.#deps.world;
    const now = clock.now();
    if (this.#options.speed === 'real' || now - this.#rememberedMs < 1000) return;
    this.#rememberedMs = now;
    state.record('clock', { advanced_ms: clock.advancedMs });
  }
}
