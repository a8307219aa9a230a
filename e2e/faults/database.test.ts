import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import {
  connect,
  type ConnectOptions,
  type Database,
  DatabaseBusy,
  isBrokenConnection,
  isDatabaseUnavailable,
  sql,
} from '#server/platform/database.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '#server/platform/embedded-postgres.ts';
import { ChaosProxy } from './chaos-proxy.ts';

// What a pool of ours does when the database or the way to it fails. The same faults under the whole product are beside.

let folder: string;
let postgres: EmbeddedPostgres;
let proxy: ChaosProxy;
let pools: Database[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), `carillon-test-${process.pid}-`));
  await chmod(folder, 0o755);
  const log = { info: () => undefined, warn: () => undefined };
  postgres = await startEmbeddedPostgres({ dataDirectory: folder, settings: { shared_buffers: '32MB' }, log });
});

afterAll(async () => {
  await postgres?.stop();
  await rm(folder, { recursive: true, force: true });
});

beforeEach(async () => {
  pools = [];
  proxy = await ChaosProxy.start({ port: postgres.port });
  await openPool().query(sql`create table if not exists kept (id int constraint kept_pk primary key)`);
  await openPool().query(sql`truncate kept`);
});

afterEach(async () => {
  await Promise.all(pools.map((pool) => pool.close()));
  await proxy[Symbol.asyncDispose]();
});

function openPool(options: Partial<ConnectOptions> = {}): Database {
  const pool = connect({ url: postgres.url, maxConnections: 4, ...options });
  pools.push(pool);
  return pool;
}

/** Writes one row after the other and returns those whose insert was answered, until `enough` says so. */
async function writeUntil(
  db: Database,
  enough: (errors: number) => boolean,
): Promise<{ acknowledged: number[]; errors: unknown[] }> {
  const acknowledged: number[] = [];
  const errors: unknown[] = [];
  for (let id = 1; !enough(errors.length) || acknowledged.length === 0; id++) {
    try {
      await db.query(sql`insert into kept values (${id})`);
      acknowledged.push(id);
    } catch (error) {
      errors.push(error);
    }
  }
  return { acknowledged, errors };
}

async function idsIn(db: Database): Promise<number[]> {
  return (await db.query<{ id: number }>(sql`select id from kept order by id`)).map(({ id }) => id);
}

it.each([
  ['F11: after a fast restart under load', 'SIGINT'],
  ['F12: after a kill of the server under load', 'SIGKILL'],
] as const)('%s the pool reconnects and every acknowledged row is there', async (_, signal) => {
  const db = openPool();
  await db.query(sql`insert into kept values (0)`);
  const before = postgres.pid;
  const writing = writeUntil(db, (errors) => errors > 0 && postgres.pid !== before && postgres.state === 'running');
  await vi.waitFor(async () => expect((await idsIn(openPool())).length).toBeGreaterThan(20));
  process.kill(before, signal);
  const { acknowledged, errors } = await writing;
  expect(errors.filter((error) => !isDatabaseUnavailable(error))).toEqual([]);
  expect(await idsIn(openPool())).toEqual(expect.arrayContaining(acknowledged));
});

it('F13: one killed backend fails the statements of that moment only', async () => {
  const db = openPool();
  const [backend] = await db.query<{ pid: number }>(sql`select pg_backend_pid() as pid`);
  const server = postgres.pid;
  const writing = writeUntil(db, (errors) => errors > 0);
  process.kill(backend?.pid ?? 0, 'SIGKILL');
  const { acknowledged } = await writing;
  await vi.waitFor(async () => expect(await idsIn(db)).toEqual(expect.arrayContaining(acknowledged)), {
    timeout: 10_000,
  });
  expect(postgres.pid).toBe(server);
});

it('F15: a COMMIT whose answer is lost is an unknown outcome, and the row is found by its key', async () => {
  const db = openPool({ url: proxy.through(postgres.url) });
  const cut = proxy.loseAnswerToCommit();
  const failure = await db
    .transaction((tx) => tx.query(sql`insert into kept values (15)`))
    .catch((error: unknown) => error);
  await cut.happened;
  expect(isBrokenConnection(failure)).toBe(true);
  await vi.waitFor(async () => expect(await idsIn(db)).toEqual([15]));
});

it('F16: a connection that swallows everything is given up and replaced', async () => {
  const db = openPool({ url: proxy.through(postgres.url), statementTimeoutMs: 200, maxConnections: 1 });
  await db.query(sql`insert into kept values (1)`);
  proxy.set({ isBlackhole: true });
  const failure = await db.query(sql`insert into kept values (2)`).catch((error: unknown) => error);
  expect(isDatabaseUnavailable(failure)).toBe(true);
  proxy.set({ isBlackhole: false });
  await db.query(sql`insert into kept values (3)`);
  expect(await idsIn(db)).toEqual(expect.arrayContaining([1, 3]));
  expect(proxy.connections.accepted).toBeGreaterThan(1);
});

it('F17: a slow database makes callers wait in a short line, and turns the rest away at once', async () => {
  const db = openPool({ url: proxy.through(postgres.url), maxConnections: 2, poolQueueLimit: 4, poolWaitMs: 10_000 });
  await Promise.all([db.query(sql`select 1`), db.query(sql`select 1`)]);
  proxy.set({ latencyMs: 50 });
  const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => db.query(sql`select 1`)));
  const refused = outcomes.filter((outcome) => outcome.status === 'rejected').map(({ reason }) => reason as unknown);
  expect(refused.every((reason) => reason instanceof DatabaseBusy)).toBe(true);
  // At most two are served and four wait.
  expect(refused.length).toBeGreaterThanOrEqual(14);
  expect(refused.length).toBeLessThan(20);
});
