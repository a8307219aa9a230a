import type { Database, Queryable } from '#platform/database.ts';
import type { Log } from '#platform/telemetry.ts';
import { consumeOnce, type LogEntry } from './log.ts';

export interface ConsumerGroup {
  name: string;
  topics: readonly string[];
  /** Effects that are written with `tx` happen once; others at least once. */
  take: (tx: Queryable, entries: LogEntry[]) => Promise<void>;
}

const pollMs = 300;
const pageSize = 200;
const longestPauseMs = 10_000;

/** Reads the log for one group until it is stopped. Several processes may run the same group: one reads at a time. */
export class LogConsumer {
  readonly #db: Database;
  readonly #log: Log;
  readonly #group: ConsumerGroup;
  #timer: NodeJS.Timeout | null = null;
  #running: Promise<void> = Promise.resolve();
  #stopped = false;
  #failures = 0;

  constructor(db: Database, log: Log, group: ConsumerGroup) {
    this.#db = db;
    this.#log = log;
    this.#group = group;
  }

  start(): void {
    this.#timer = setTimeout(() => this.#loop(), 0);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#timer) clearTimeout(this.#timer);
    await this.#running;
  }

  #loop(): void {
    this.#running = this.#drain().then((pauseMs) => {
      if (!this.#stopped) this.#timer = setTimeout(() => this.#loop(), pauseMs);
    });
  }

  async #drain(): Promise<number> {
    try {
      // A short page means that the reader has caught up: pausing then lets the next one be worth its transaction.
      while (!this.#stopped && (await consumeOnce(this.#db, this.#group, pageSize)) === pageSize);
      this.#failures = 0;
      return pollMs;
    } catch (error) {
      this.#failures += 1;
      this.#log.warn({ error, group: this.#group.name }, 'a consumer group could not take its entries');
      return Math.min(longestPauseMs, pollMs * 2 ** this.#failures);
    }
  }
}
