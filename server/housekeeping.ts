import { forgetDeliveries } from '#forwarding/forwarding.ts';
import { keepHouse } from '#messages/maintenance.ts';
import { dropOldMonths, type RetentionDeps } from '#messages/retention.ts';

const everyMs = 12 * 3_600_000;
const advisoryLock = 0x6361_7274;

/** What is done twice a day, by one process at a time: partitions ahead, and the end of what was kept long enough. */
export class Housekeeping {
  readonly #deps: RetentionDeps;
  readonly #stopping = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;

  constructor(deps: RetentionDeps) {
    this.#deps = deps;
  }

  /** Resolves when there is room for what comes. What is old goes behind it: it may take long, and nobody waits for it. */
  async start(): Promise<void> {
    await keepHouse(this.#deps.owner);
    this.#run(() => this.#dropOld());
    this.#timer = setInterval(
      () =>
        this.#run(async () => {
          await keepHouse(this.#deps.owner);
          await this.#dropOld();
        }),
      everyMs,
    );
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#stopping.abort();
    await this.#running;
  }

  #run(work: () => Promise<void>): void {
    this.#running ??= work()
      .catch((error: unknown) => this.#deps.log.error({ error }, 'the house was not kept'))
      .finally(() => {
        this.#running = undefined;
      });
  }

  async #dropOld(): Promise<void> {
    const { owner } = this.#deps;
    const session = await owner.reserve();
    try {
      const { rows } = await session.client.query<{ ours: boolean }>('select pg_try_advisory_lock($1) as ours', [
        advisoryLock,
      ]);
      if (!rows[0]?.ours) return;
      await dropOldMonths(this.#deps, this.#stopping.signal);
      await forgetDeliveries(owner);
    } finally {
      // Closing the session frees the lock.
      session.release(true);
    }
  }
}
