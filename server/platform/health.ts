import { statfs } from 'node:fs/promises';
import { Type } from 'typebox';
import { type Database, sql, sqlState } from './database.ts';
import type { HttpServer } from './http.ts';
import { oneOf, strictObject } from './schema.ts';

const states = ['ok', 'degraded', 'down'] as const;
export type HealthState = (typeof states)[number];

/** How one part is, with a sentence for people. It is public: no secrets, no names or numbers of people. */
export type PartHealth = { state: HealthState; detail: string };

export type HealthCheck = () => PartHealth | Promise<PartHealth>;

export type HealthReport = { status: HealthState; parts: Record<string, PartHealth> };

const checkLimitMs = 2_500;
const keptMs = 1_000;

type Part = {
  check: HealthCheck;
  isNeeded: boolean;
  latest: { atMs: number; health: Promise<PartHealth> } | undefined;
};

/** What the server consists of and how each part is. */
export class Health {
  readonly #parts = new Map<string, Part>();
  #closing: string | undefined;

  /** Adds a part. One that is `needed` makes the server not ready while it is down; a provider never is: its outage must
   *  not take us out of service. */
  add(name: string, check: HealthCheck, options: { isNeeded?: boolean } = {}): void {
    this.#parts.set(name, { check, isNeeded: options.isNeeded ?? false, latest: undefined });
  }

  remove(name: string): void {
    this.#parts.delete(name);
  }

  /** From now on the server is not ready, so that nobody sends it more work. */
  close(reason: string): void {
    this.#closing = reason;
  }

  /** All parts, or only the needed ones. Answers are kept for a second, so that asking often costs nothing. */
  async report(which: 'all' | 'needed' = 'all'): Promise<HealthReport> {
    const parts = [...this.#parts].filter(([, part]) => which === 'all' || part.isNeeded);
    const answers = await Promise.all(
      parts.map(async ([name, part]) => [name, await latest(part), part.isNeeded] as const),
    );
    const isDown =
      this.#closing !== undefined || answers.some(([, { state }, isNeeded]) => isNeeded && state === 'down');
    const isDegraded = answers.some(([, { state }]) => state !== 'ok');
    const shown = Object.fromEntries(answers.map(([name, health]) => [name, health]));
    if (this.#closing !== undefined) shown['server'] = { state: 'down', detail: this.#closing };
    return { status: isDown ? 'down' : isDegraded ? 'degraded' : 'ok', parts: shown };
  }
}

function latest(part: Part): Promise<PartHealth> {
  const nowMs = performance.now();
  if (part.latest === undefined || nowMs - part.latest.atMs > keptMs) {
    part.latest = { atMs: nowMs, health: checkInTime(part.check) };
  }
  return part.latest.health;
}

async function checkInTime(check: HealthCheck): Promise<PartHealth> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<PartHealth>((resolve) => {
    timer = setTimeout(() => resolve({ state: 'down', detail: 'It did not answer in time.' }), checkLimitMs);
  });
  try {
    return await Promise.race([check(), tooLate]);
  } catch {
    // The reason is in the log of whoever uses the part; here it could carry an address or a name.
    return { state: 'down', detail: 'The check failed.' };
  } finally {
    clearTimeout(timer);
  }
}

/** The database takes a write, has room on its disk, wherever that is, and its clock agrees with ours: leases and windows use
 *  the database's clock. `others` are further pools of the same database. */
export function databaseCheck(db: Database, ...others: Database[]): HealthCheck {
  let hadRoomAtMs = 0;
  return async () => {
    const before = Temporal.Now.instant();
    // A message in the write-ahead log: as durable as a row, and there is nothing to clean up.
    const [row] = await db.query<{ now: Temporal.Instant; is_read_only: boolean }>(
      sql`select clock_timestamp() as now, current_setting('transaction_read_only') = 'on' as is_read_only
        from pg_logical_emit_message(true, 'carillon', 'health')`,
    );
    const after = Temporal.Now.instant();
    if (row === undefined) return { state: 'down', detail: 'The database gave no answer.' };
    if (row.is_read_only) return { state: 'down', detail: 'The database is read only.' };
    // The log may have room where tables have none: what failed for want of it is asked about until it would not fail again.
    if ([db, ...others].some((pool) => (pool.diskFullAtMs() ?? -1) >= hadRoomAtMs)) {
      const startedMs = performance.now();
      if (!(await hasRoom(db))) return { state: 'down', detail: 'The disk of the database is full.' };
      hadRoomAtMs = startedMs;
    }
    return clockHealth(before, after, row.now);
  };
}

/** Has the database write a file of some hundred kilobytes, which is gone with the statement. */
async function hasRoom(db: Database): Promise<boolean> {
  try {
    await db.transaction(async (tx) => {
      await tx.query(sql`set local work_mem = '64kB'`);
      await tx.query(sql`select n from generate_series(1, 40000) as n order by -n offset 39999`);
    });
    return true;
  } catch (error) {
    if (sqlState(error) === '53100') return false;
    throw error;
  }
}

/** Compares a clock that was read somewhere between two readings of ours. */
export function clockHealth(before: Temporal.Instant, after: Temporal.Instant, theirs: Temporal.Instant): PartHealth {
  const early = theirs.until(before).total('milliseconds');
  const late = after.until(theirs).total('milliseconds');
  const skewMs = Math.max(0, early, late);
  const skew = `The clocks of the database and of this server differ by ${(skewMs / 1_000).toFixed(1)} s.`;
  if (skewMs > 30_000) return { state: 'down', detail: skew };
  if (skewMs > 2_000) return { state: 'degraded', detail: skew };
  return { state: 'ok', detail: 'It takes writes.' };
}

/** There is room on the disk of a folder: more than 5 %, better more than 10 %. */
export function diskCheck(folder: string): HealthCheck {
  return async () => {
    const { bavail, blocks } = await statfs(folder);
    const percent = Math.floor((bavail / Math.max(1, blocks)) * 100);
    const detail = `${percent} % of the disk are free.`;
    if (percent <= 5) return { state: 'down', detail };
    return { state: percent <= 10 ? 'degraded' : 'ok', detail };
  };
}

const partSchema = strictObject({ state: oneOf(states), detail: Type.String() });
const reportSchema = strictObject({ status: oneOf(states), parts: Type.Record(Type.String(), partSchema) });

/** `/health/live`: the event loop turns. `/health/ready`: send work here. `/health`: each part in words. */
export function healthRoutes(server: HttpServer, health: Health): void {
  const config = { access: 'public', shed: 'never' } as const;
  server.get(
    '/health/live',
    {
      config,
      schema: {
        operationId: 'getLiveness',
        summary: 'Whether the process answers',
        tags: ['health'],
        response: { 200: strictObject({ status: oneOf(['ok']) }) },
      },
    },
    async () => ({ status: 'ok' as const }),
  );
  server.get(
    '/health/ready',
    {
      config,
      schema: {
        operationId: 'getReadiness',
        summary: 'Whether everything that is needed to serve is there',
        tags: ['health'],
        response: { 200: reportSchema, 503: reportSchema },
      },
    },
    async (_request, reply) => {
      const report = await health.report('needed');
      return reply.code(report.status === 'down' ? 503 : 200).send(report);
    },
  );
  server.get(
    '/health',
    {
      config,
      schema: {
        operationId: 'getHealth',
        summary: 'How each part is, in words',
        tags: ['health'],
        response: { 200: reportSchema },
      },
    },
    async () => health.report(),
  );
}
