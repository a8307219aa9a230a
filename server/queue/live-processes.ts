import { setTimeout as sleep } from 'node:timers/promises';
import { type Database, prepared, sql } from '#platform/database.ts';
import { Fault } from '#platform/fault.ts';
import type { Log } from '#platform/telemetry.ts';
import { acquireLeases, releaseLeases } from './lease.ts';

const beatMs = 500;
/** What was seen this long ago is no longer taken for true. */
const validMs = 1_500;
const leaseSeconds = 5;
const announcingMs = 50;
/** Whoever has not looked at a lease of this age is not certain of being alone any more. */
const noticedMs = validMs + beatMs;
const patienceMs = 3_000;
const longestMemory = '1 hour';

/**
 * Knows whether this is the only process that works on the database. Each announces itself by a lease, and one that comes
 * while others run waits until every one of them has either seen it or lost its certainty of being alone. So does one that
 * comes back after its lease was over: it stood still, or was cut off from the database.
 */
export class LiveProcesses {
  readonly #db: Database;
  readonly #log: Log;
  readonly #instanceId: string;
  #others = Number.POSITIVE_INFINITY;
  /** Of the others, those that may still take themselves for alone if they have not looked since. */
  #certain = 0;
  #seenAt = Number.NEGATIVE_INFINITY;
  /** Since when its lease holds without a gap, and until when no other process takes itself for alone. */
  #leasedSince = Number.POSITIVE_INFINITY;
  #leasedUntil = Number.NEGATIVE_INFINITY;
  #knownUntil = Number.NEGATIVE_INFINITY;
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
    await this.#look();
    while (!this.#isKnown) {
      await sleep(announcingMs);
      await this.#look();
    }
    this.#timer = setInterval(() => this.#beat(), beatMs);
  }

  /** Resolves when no other process takes itself for the only one. What was accepted before that could be overtaken by what
   *  another one accepts later. Throws `overloaded` when that takes too long. */
  async whenKnown(): Promise<void> {
    const until = performance.now() + patienceMs;
    while (!this.#isKnown) {
      if (performance.now() > until) {
        const detail = 'This server was away for a while, and the others do not know yet that it is back.';
        throw new Fault('overloaded', { detail, retryAfterSeconds: 1 });
      }
      this.#beat();
      await sleep(announcingMs);
    }
  }

  async stop(): Promise<void> {
    if (this.#timer) clearInterval(this.#timer);
    await this.#beating;
    await releaseLeases(this.#db, this.#instanceId, [this.#name]).catch(() => undefined);
  }

  get #isKnown(): boolean {
    return performance.now() < this.#knownUntil;
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
    if (performance.now() >= this.#leasedUntil) this.#leasedSince = performance.now();
    this.#leasedUntil = startedAt + leaseSeconds * 1000;
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
    if (this.#certain === 0 || startedAt - this.#leasedSince >= noticedMs) this.#knownUntil = this.#leasedUntil;
  }
}
