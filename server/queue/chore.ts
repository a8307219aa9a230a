import type { Database } from '#platform/database.ts';
import type { Log } from '#platform/telemetry.ts';
import { acquireLeases, releaseLeases } from './lease.ts';

export interface ChoreOptions {
  db: Database;
  log: Log;
  instanceId: string;
  /** Also of its lease. */
  name: string;
  everyMs: number;
  run: () => Promise<void>;
}

/** Something that one process at a time does again and again. A round that takes longer than the pause delays the next. */
export class Chore {
  readonly #options: ChoreOptions;
  #timer: NodeJS.Timeout | null = null;
  #running: Promise<void> | null = null;

  constructor(options: ChoreOptions) {
    this.#options = options;
  }

  start(): void {
    this.#timer = setInterval(() => this.run(), this.#options.everyMs);
  }

  /** Waits for the round under way. */
  async stop(): Promise<void> {
    if (this.#timer) clearInterval(this.#timer);
    await this.#running;
    const { db, instanceId, name } = this.#options;
    await releaseLeases(db, instanceId, [name]).catch(() => undefined);
  }

  run(): void {
    this.#running ??= this.#once()
      .catch((error: unknown) => this.#options.log.warn({ error, chore: this.#options.name }, 'a chore did not finish'))
      .finally(() => {
        this.#running = null;
      });
  }

  async #once(): Promise<void> {
    const { db, instanceId, name, everyMs, run } = this.#options;
    const [lease] = await acquireLeases(db, instanceId, [name], (everyMs * 5) / 1000);
    if (lease) await run();
  }
}
