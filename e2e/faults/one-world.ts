import type { Scenario } from './scenario.ts';

/** One world for everything that is run, as long as all holds. What a broken world would do to the faults after it says
 *  nothing, so they get a new one. */
export class OneWorld<World extends AsyncDisposable> implements AsyncDisposable {
  readonly #start: () => Promise<World>;
  #world: Promise<World> | undefined;

  constructor(start: () => Promise<World>) {
    this.#start = start;
  }

  /** Runs scenarios in the world, which is started when there is none. It is left when one of them fails, or when `run`
   *  throws. */
  async run(run: (world: World) => Promise<Map<Scenario, Error | null>>): Promise<Map<Scenario, Error | null>> {
    this.#world ??= this.#start();
    const used = this.#world;
    let holds = false;
    try {
      const outcome = await run(await used);
      holds = [...outcome.values()].every((failure) => failure === null);
      return outcome;
    } finally {
      // Who gave up on this run may have left its world, and those after it are in another one.
      if (!holds && this.#world === used) await this.leave();
    }
  }

  /** Stops the world; whatever is run next gets a new one. */
  async leave(): Promise<void> {
    const left = await this.#take()?.catch(() => undefined);
    await left?.[Symbol.asyncDispose]();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.leave();
  }

  #take(): Promise<World> | undefined {
    const world = this.#world;
    this.#world = undefined;
    return world;
  }
}
