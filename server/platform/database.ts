import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

/** A statement with its parameters. `name` makes the server keep its plan (a prepared statement). */
export interface Sql {
  readonly text: string;
  readonly values: readonly unknown[];
  readonly name?: string;
}

/** Whatever runs a statement: a pool, or one transaction. */
export interface Queryable {
  query<Row extends object>(statement: Sql): Promise<Row[]>;
}

export interface Database extends Queryable {
  /** Runs `work` in one transaction; rolls back when it throws. Open it in operations, never in stores. After a deadlock or a
   *  serialization failure `work` runs again from its beginning: what it does besides `tx` must bear that. */
  transaction<T>(work: (tx: Queryable) => Promise<T>): Promise<T>;
  /** Keeps one connection for the caller (advisory locks, LISTEN). The caller releases it. */
  reserve(): Promise<ReservedConnection>;
  readonly stats: () => { total: number; idle: number; waiting: number };
  /** When a statement last failed because the server's disk is full, in milliseconds of `performance.now()`. */
  readonly diskFullAtMs: () => number | undefined;
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

export interface ReservedConnection extends Queryable {
  readonly client: pg.PoolClient;
  release(broken?: boolean): void;
}

export interface ConnectOptions {
  url: string;
  /** The role that every connection takes on: row level security is written for `carillon_request` and `carillon_worker`. */
  role?: 'carillon_request' | 'carillon_worker';
  maxConnections?: number;
  applicationName?: string;
  statementTimeoutMs?: number;
  /** How long a caller waits for a free connection, and how many may wait, before it is refused. */
  poolWaitMs?: number;
  poolQueueLimit?: number;
  onError?: (error: Error) => void;
  /**
   * For the message path: its plans are made once, often while tables are still empty, and a plan that reads a whole table
   * then would stay. So tables are read by an index, and stores write look-ups as arrays of keys or as lateral subqueries.
   */
  indexPlans?: boolean;
}

/** The pool refused the caller: every connection is busy and the waiting line is full. Callers answer 503. */
export class DatabaseBusy extends Error {
  override readonly name = 'DatabaseBusy';
}

// Times are read as Temporal.Instant. The session's time zone is UTC, so the text has the offset "+00".
// Rows of one statement often share one instant, so the last one is kept.
let lastText = '';
let lastInstant: Temporal.Instant;
pg.types.setTypeParser(pg.types.builtins.TIMESTAMPTZ, (text) => {
  if (text !== lastText) {
    lastInstant = Temporal.Instant.from(text);
    lastText = text;
  }
  return lastInstant;
});
// Counts and positions of ours stay far below 2^53; identifiers of others never travel as int8.
pg.types.setTypeParser(pg.types.builtins.INT8, Number);

const indexPlans = ' -c plan_cache_mode=force_generic_plan -c enable_seqscan=off -c enable_mergejoin=off -c jit=off';

/** A statement from a template. Values become parameters; a nested statement is spliced in. JSON must be stringified. */
export function sql(strings: TemplateStringsArray, ...parts: unknown[]): Sql {
  let text = strings[0] ?? '';
  const values: unknown[] = [];
  parts.forEach((part, index) => {
    if (isSql(part)) {
      text += part.text.replaceAll(/\$(\d+)/g, (_, n: string) => `$${Number(n) + values.length}`);
      values.push(...part.values);
    } else {
      values.push(part instanceof Temporal.Instant ? part.toString() : part);
      text += `$${values.length}`;
    }
    text += strings[index + 1] ?? '';
  });
  return { text, values };
}

/** A hot statement with one fixed text: parsed and planned once for each connection. */
export function prepared(name: string, statement: Sql): Sql {
  return { ...statement, name };
}

function isSql(part: unknown): part is Sql {
  return typeof part === 'object' && part !== null && 'text' in part && 'values' in part;
}

export function connect(options: ConnectOptions): Database {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.maxConnections ?? 8,
    application_name: options.applicationName ?? 'carillon',
    connectionTimeoutMillis: options.poolWaitMs ?? 2_000,
    idleTimeoutMillis: 30_000,
    statement_timeout: options.statementTimeoutMs ?? 10_000,
    // The server's own limit cannot fire when the network swallows the packets; this one can.
    query_timeout: (options.statementTimeoutMs ?? 10_000) + 2_000,
    lock_timeout: 5_000,
    idle_in_transaction_session_timeout: 15_000,
    keepAlive: true,
    options: `-c timezone=UTC${options.role ? ` -c role=${options.role}` : ''}${options.indexPlans ? indexPlans : ''}`,
  });
  // Without a listener a lost idle connection would end the process.
  pool.on('error', (error) => options.onError?.(error));
  // So would one that is lost while somebody holds it between two statements. Who holds it learns from its next one.
  pool.on('connect', (client) => client.on('error', () => undefined));
  const queueLimit = options.poolQueueLimit ?? 200;
  let diskFullAtMs: number | undefined;
  const note = (error: unknown): void => {
    if (sqlState(error) === diskFull) diskFullAtMs = performance.now();
  };

  async function acquire(): Promise<pg.PoolClient> {
    if (pool.waitingCount >= queueLimit) throw new DatabaseBusy('Too many callers wait for a database connection.');
    try {
      return await pool.connect();
    } catch (error) {
      if (error instanceof Error && error.message.includes('timeout exceeded when trying to connect')) {
        throw new DatabaseBusy('No database connection became free in time.', { cause: error });
      }
      throw error;
    }
  }

  async function queryOnce<Row extends object>(statement: Sql): Promise<Row[]> {
    const client = await acquire();
    try {
      const rows = await run<Row>(client, statement);
      client.release();
      return rows;
    } catch (error) {
      note(error);
      client.release(isBrokenConnection(error));
      throw error;
    }
  }

  async function transactOnce<T>(work: (tx: Queryable) => Promise<T>): Promise<T> {
    const client = await acquire();
    // What `work` throws of its own, a refusal for one, says nothing about the connection.
    let isBroken = false;
    const watched = <Row extends object>(statement: Sql): Promise<Row[]> =>
      run<Row>(client, statement).catch((error: unknown) => {
        isBroken ||= isBrokenConnection(error);
        throw error;
      });
    try {
      await watched({ text: 'begin', values: [] });
      const result = await work({ query: watched });
      await watched({ text: 'commit', values: [] });
      client.release();
      return result;
    } catch (error) {
      note(error);
      client.release(!(await rollBack(client, isBroken)));
      throw error;
    }
  }

  return {
    query: <Row extends object>(statement: Sql) => repeatConflicts(() => queryOnce<Row>(statement)),
    transaction: <T>(work: (tx: Queryable) => Promise<T>) => repeatConflicts(() => transactOnce(work)),
    async reserve(): Promise<ReservedConnection> {
      const client = await acquire();
      client.on('error', (error) => options.onError?.(error));
      return { client, query: (statement) => run(client, statement), release: (broken) => client.release(broken) };
    },
    stats: () => ({ total: pool.totalCount, idle: pool.idleCount, waiting: pool.waitingCount }),
    diskFullAtMs: () => diskFullAtMs,
    close: () => pool.end(),
    [Symbol.asyncDispose]: () => pool.end(),
  };
}

/** Request-scoped work: the workspace of the credential is set for row level security, for this transaction only. */
export function withWorkspace<T>(db: Database, workspaceId: string, work: (tx: Queryable) => Promise<T>): Promise<T> {
  return db.transaction(async (tx) => {
    await tx.query(prepared('set-workspace', sql`select set_config('carillon.workspace_id', ${workspaceId}, true)`));
    return work(tx);
  });
}

/** False when the connection is of no use any more. */
async function rollBack(client: pg.PoolClient, isBroken: boolean): Promise<boolean> {
  if (isBroken) return false;
  try {
    await client.query('rollback');
    return true;
  } catch {
    return false;
  }
}

async function run<Row extends object>(client: pg.PoolClient, statement: Sql): Promise<Row[]> {
  const result = await client.query<Row>({
    text: statement.text,
    values: statement.values as unknown[],
    ...(statement.name ? { name: statement.name } : {}),
  });
  return result.rows;
}

/** The violated constraint's name, or undefined when the error is another one. Stores turn it into a Fault. */
export function violatedConstraint(error: unknown): string | undefined {
  return error instanceof pg.DatabaseError && error.code?.startsWith('23') ? error.constraint : undefined;
}

const diskFull = '53100';
const lockNotAvailable = '55P03';
/** A serialization failure, and a deadlock. */
const conflicts = ['40001', '40P01'];

const mostTries = 5;
const firstPauseMs = 20;

// The server took everything back before it said so, which makes this the one failure that may be repeated blindly. The
// pauses are random, or those that were in each other's way would meet again.
async function repeatConflicts<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      if (tries === mostTries || !conflicts.includes(sqlState(error) ?? '')) throw error;
      await sleep(Math.random() * firstPauseMs * 2 ** tries);
    }
  }
}

/** The SQLSTATE of a server error. */
export function sqlState(error: unknown): string | undefined {
  return error instanceof pg.DatabaseError ? error.code : undefined;
}

/** True when the statement did not run to an answer: its effect is not known, so never repeat a write blindly. */
export function isBrokenConnection(error: unknown): boolean {
  if (error instanceof pg.DatabaseError) {
    // 57P01-57P03 and class 08: the server ended the session; 25P03: it ended an idle transaction.
    return (
      error.code === undefined || error.code.startsWith('57P') || error.code.startsWith('08') || error.code === '25P03'
    );
  }
  return true;
}

/** True when others are in the way: all connections are busy, a lock was not given in time, or conflicts went on and on. */
export function isDatabaseBusy(error: unknown): boolean {
  return error instanceof DatabaseBusy || [lockNotAvailable, ...conflicts].includes(sqlState(error) ?? '');
}

/** True when the database cannot serve now, whatever was asked: gone, starting, read only, full or busy. Nothing was
 *  wrong with what was asked, and it may be asked again later. */
export function isDatabaseUnavailable(error: unknown): boolean {
  if (isDatabaseBusy(error)) return true;
  if (error instanceof pg.DatabaseError) {
    return (
      isBrokenConnection(error) || [diskFull, '53200', '53300', '53400', '25006', '57014'].includes(error.code ?? '')
    );
  }
  if (!(error instanceof Error)) return false;
  const code = (error as NodeJS.ErrnoException).code ?? '';
  return (
    ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOENT', 'EHOSTUNREACH'].includes(code) ||
    /Connection terminated|connection timeout|Query read timeout|Client has encountered a connection error/i.test(
      error.message,
    )
  );
}
