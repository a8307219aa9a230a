import { type Database, sql } from '#platform/database.ts';
import type { Log } from '#platform/telemetry.ts';
import type { DomainEvent } from './log.ts';

type Listener = (topic: string, events: DomainEvent[]) => void;

const pollMs = 300;

/**
 * Shows the newest entries of the log to whoever watches right now, such as open pages. It keeps no offset: what happened
 * while nobody watched is not shown. Asks the database only while somebody does.
 */
export class LogTail {
  readonly #db: Database;
  readonly #log: Log;
  readonly #listeners = new Map<string, Set<Listener>>();
  #place: { xid: string; position: number } | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor(db: Database, log: Log) {
    this.#db = db;
    this.#log = log;
  }

  /** Calls `listener` for entries of the workspace until the returned function is called. */
  watch(workspaceId: string, listener: Listener): () => void {
    const listeners = this.#listeners.get(workspaceId) ?? new Set();
    listeners.add(listener);
    this.#listeners.set(workspaceId, listeners);
    if (!this.#timer) this.#timer = setTimeout(() => void this.#poll(), 0);
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.#listeners.delete(workspaceId);
    };
  }

  stop(): void {
    this.#listeners.clear();
    if (this.#timer) clearTimeout(this.#timer);
  }

  async #poll(): Promise<void> {
    if (this.#listeners.size === 0) {
      this.#timer = null;
      this.#place = null;
      return;
    }
    try {
      await this.#read();
    } catch (error) {
      this.#log.warn({ error }, 'the newest events could not be read');
    }
    this.#timer = setTimeout(() => void this.#poll(), pollMs);
  }

  async #read(): Promise<void> {
    if (!this.#place) {
      const [row] = await this.#db.query<{ xid: string; position: number }>(
        sql`select (select pg_snapshot_xmin(pg_current_snapshot()))::text as xid, -1::bigint as position`,
      );
      this.#place = row ?? null;
      return;
    }
    const rows = await this.#db.query<{
      xid: string;
      position: number;
      workspaceId: string;
      topic: string;
      events: DomainEvent[];
    }>(
      sql`select xid::text, position, workspace_id as "workspaceId", topic, events from log_event
          where (xid, position) > (${this.#place.xid}::xid8, ${this.#place.position}::bigint) and xid < pg_snapshot_xmin(pg_current_snapshot())
          order by log_event.xid, position limit 500`,
    );
    for (const row of rows) {
      for (const listener of this.#listeners.get(row.workspaceId) ?? []) listener(row.topic, row.events);
    }
    const last = rows.at(-1);
    if (last) this.#place = { xid: last.xid, position: last.position };
  }
}
