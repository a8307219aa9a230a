import type { Database } from '#platform/database.ts';
import { newId } from '#platform/ids.ts';
import type { Log } from '#platform/telemetry.ts';
import { AccountBreaker } from './breaker.ts';
import * as store from './breakers-store.ts';
import { type ConnectionRow, notifyChanged } from './connections-store.ts';
import type { DirectoryConnection } from './directory-connection.ts';

interface Entry {
  workspaceId: string;
  connectionId: string;
  breaker: AccountBreaker;
  /** Another process said that it is open. */
  isHeard: boolean;
  /** Monotonic milliseconds: until when the others know of it from this process; 0 when they do not. */
  toldUntil: number;
  /** `again`: something changed while it was being written. */
  telling: 'no' | 'yes' | 'again';
}

/** What a holder says holds for so much longer than it needs, so that it may repeat it in time. */
const graceMs = 5_000;

/**
 * The breakers of all accounts, as this process knows them. One that opens here is told to the other processes: they keep
 * the account's messages, and leave the probes to this one, until it says that the provider answers or is silent for some
 * seconds. What cannot be told costs them five failures of their own.
 */
export class Breakers {
  readonly #db: Database;
  readonly #log: Log;
  readonly #holder = newId();
  readonly #entries = new Map<string, Entry>();

  constructor(db: Database, log: Log) {
    this.#db = db;
    this.#log = log;
  }

  /** The account's breaker: the same one as long as the connection is in use. */
  of(workspaceId: string, connectionId: string): AccountBreaker {
    const known = this.#entries.get(connectionId);
    if (known) return known.breaker;
    const breaker = new AccountBreaker();
    const entry: Entry = { workspaceId, connectionId, breaker, isHeard: false, toldUntil: 0, telling: 'no' };
    this.#entries.set(connectionId, entry);
    breaker.onChange(() => void this.#tell(entry));
    return breaker;
  }

  /** The account's breaker as the row of its connection wants it, and what an operator says over it. */
  viewOf(row: ConnectionRow): Pick<DirectoryConnection, 'breaker' | 'forced'> {
    const breaker = this.of(row.workspace_id, row.id);
    const now = performance.now();
    const until = row.breaker_until && now + row.breaker_until.epochMilliseconds - Date.now();
    const state = row.breaker_forced;
    breaker.force(state && { state, until: until ?? Number.POSITIVE_INFINITY }, now);
    return { breaker, forced: state && { state, reason: row.breaker_reason ?? '', until: row.breaker_until } };
  }

  /** Those of connections that are no longer in use are forgotten. */
  keepOnly(connectionIds: ReadonlyMap<string, unknown>): void {
    for (const id of this.#entries.keys()) if (!connectionIds.has(id)) this.#entries.delete(id);
  }

  /** What stands in the database now. */
  hear(rows: readonly store.OpenBreakerRow[], now = performance.now()): void {
    const rowOf = new Map(rows.map((row) => [row.connection_id, row]));
    for (const entry of this.#entries.values()) {
      const row = rowOf.get(entry.connectionId);
      const isForeign = row !== undefined && row.holder !== this.#holder;
      if (isForeign && row.remaining_ms > 0) {
        entry.isHeard = true;
        entry.breaker.hear(row.remaining_ms, now);
      } else if (entry.isHeard) {
        entry.isHeard = false;
        if (row === undefined) entry.breaker.hear('closed', now);
        else entry.breaker.hear('over', now);
      }
    }
  }

  async #tell(entry: Entry): Promise<void> {
    if (entry.telling !== 'no') {
      entry.telling = 'again';
      return;
    }
    try {
      do {
        entry.telling = 'yes';
        await this.#tellOnce(entry);
      } while (this.#isToldAgain(entry));
    } catch (error) {
      this.#log.warn({ connectionId: entry.connectionId, error }, 'other processes could not be told of a breaker');
    } finally {
      entry.telling = 'no';
    }
  }

  #isToldAgain(entry: Entry): boolean {
    return entry.telling === 'again';
  }

  async #tellOnce(entry: Entry): Promise<void> {
    const { workspaceId, connectionId, breaker } = entry;
    const now = performance.now();
    const key = { workspaceId, connectionId, holder: this.#holder };
    const openForMs = breaker.forOthersMs(now);
    if (openForMs === null) {
      if (entry.toldUntil === 0) return;
      await store.deleteOpenBreaker(this.#db, key);
      entry.toldUntil = 0;
    } else {
      if (now + openForMs < entry.toldUntil) return;
      if (!(await store.upsertOpenBreaker(this.#db, key, openForMs + graceMs))) return;
      entry.toldUntil = now + openForMs + graceMs;
    }
    await notifyChanged(this.#db, workspaceId);
  }
}
