import { type Database, sql } from '#platform/database.ts';
import { Fault } from '#platform/fault.ts';
import type { Log } from '#platform/telemetry.ts';

const countEveryMs = 10_000;
/** A larger outbox is sampled, so that counting a backlog of millions costs what counting a small one does. */
const countedBlocks = 2_000;
/** A row of the outbox is never smaller: a table below this size for each message of the limit need not be counted. */
const leastRowBytes = 80;

/**
 * How many messages of each workspace wait, roughly: counted every ten seconds, and since then what this process accepted.
 * Exact to some per cent, which is enough for a bound that keeps one workspace from filling everybody's disk.
 */
export class QueueDepth {
  readonly #db: Database;
  readonly #log: Log;
  readonly #limit: number;
  readonly #waiting = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;

  constructor(db: Database, log: Log, limit: number) {
    this.#db = db;
    this.#log = log;
    this.#limit = limit;
  }

  start(): void {
    const look = () =>
      void this.count().catch((error: unknown) => this.#log.warn({ error }, 'what waits could not be counted'));
    look();
    this.#timer = setInterval(look, countEveryMs);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Why a workspace may not queue so many more; undefined when it may. */
  refusal(workspaceId: string, count: number): Fault | undefined {
    if ((this.#waiting.get(workspaceId) ?? 0) + count <= this.#limit) return undefined;
    return new Fault('queue_full', {
      detail: `About ${this.#limit.toLocaleString('en-US')} messages of this workspace wait to be sent, which is as many as may. Send again when some have left; one-time codes are still taken.`,
      retryAfterSeconds: 30,
    });
  }

  /** So many more wait. */
  add(workspaceId: string, count: number): void {
    this.#waiting.set(workspaceId, (this.#waiting.get(workspaceId) ?? 0) + count);
  }

  async count(): Promise<void> {
    const [table] = await this.#db.query<{ bytes: number; blocks: number }>(
      sql`select pg_relation_size('outbox')::float8 as bytes, (pg_relation_size('outbox') / current_setting('block_size')::int)::float8 as blocks`,
    );
    const { bytes = 0, blocks = 0 } = table ?? {};
    if (bytes < this.#limit * leastRowBytes) {
      this.#waiting.clear();
      return;
    }
    const percent = Math.min(100, (countedBlocks / Math.max(1, blocks)) * 100);
    const rows = await this.#db.query<{ workspaceId: string; waiting: number }>(
      sql`select workspace_id as "workspaceId", (count(*) * 100 / ${percent}::float8)::float8 as waiting
          from outbox tablesample system (${percent}::real) group by workspace_id`,
    );
    this.#waiting.clear();
    for (const { workspaceId, waiting } of rows) this.#waiting.set(workspaceId, Math.round(waiting));
  }
}
