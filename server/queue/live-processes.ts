import { setTimeout as sleep } from 'node:timers/promises';
import { type Database, prepared, sql } from '#platform/database.ts';
import type { Log } from '#platform/telemetry.ts';
import { acquireLeases, releaseLeases } from './lease.ts';

const beatMs = 500;
/** What was seen this long ago is no longer taken for true. */
const validMs = 1_500;
const leaseSeconds = 5;
const announcingMs = 50;
const longestMemory = '1 hour';

/**
 * Knows whether this is the only process that works on the database. Each announces itself by a lease, and one that comes
 * while others run waits until every one of them has either seen it or lost its certainty of being alone.
 */
export class LiveProcesses {
  readonly #db: Database;
  readonly #log: Log;
  readonly #instanceId: string;
  #others = Number.POSITIVE_INFINITY;
  /** Of the others, those that may still take themselves for alone if they have not looked since. */
  #certain = 0;
  #seenAt = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | null = null;
  #beating: Promise<void> | null = null;

  constructor(db: Database, log: Log, instanceId: string) {
    this.#db = db;
    this.#log = log;
    this.#instanceId = instanceId;
  }

  /** No other process runs. False as well when this one could not look for a while. */
  get isAlone(): boolean {
    return this.#others === 0 && performance.now() - this.#seenAt < validMs;
  }

  /** Resolves when the others know of this process. Throws when the database cannot be reached. */
  async announce(): Promise<void> {
    const until = performance.now() + validMs + beatMs;
    await this.#look();
    while (this.#certain > 0 && performance.now() < until) {
      await sleep(announcingMs);
      await this.#look();
    }
    this.#timer = setInterval(() => this.#beat(), beatMs);
  }

  async stop(): Promise<void> {
    if (this.#timer) clearInterval(this.#timer);
    await this.#beating;
    await releaseLeases(this.#db, this.#instanceId, [this.#name]).catch(() => undefined);
  }

  get #name(): string {
    return `process:${this.#instanceId}`;
  }

  #beat(): void {
    this.#beating ??= this.#look()
      .catch((error: unknown) => this.#log.warn({ error }, 'other processes could not be looked for'))
      .finally(() => {
        this.#beating = null;
      });
  }

  // The own lease first, and in a statement of its own: of two that come at once, the one that looks later sees the other.
  async #look(): Promise<void> {
    const startedAt = performance.now();
    await acquireLeases(this.#db, this.#instanceId, [this.#name], leaseSeconds);
    const [row] = await this.#db.query<{ others: number; certain: number }>(
      prepared(
        'live-processes',
        sql`with forgotten as (
              delete from lease where name like 'process:%' and expires_at < now() - ${longestMemory}::interval
            )
            select count(*)::int as others,
                   count(*) filter (where expires_at > now() + make_interval(secs => ${leaseSeconds - validMs / 1000}))::int as certain
            from lease
            where name like 'process:%' and name <> ${this.#name} and expires_at > now()`,
      ),
    );
    this.#others = row?.others ?? 0;
    this.#certain = row?.certain ?? 0;
    this.#seenAt = startedAt;
  }
}
