import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { lockTable } from '#testing/locked-table.ts';
import { createTestDatabase, type TestDatabase } from '#testing/test-database.ts';
import { type Database, isDatabaseUnavailable, sql } from './database.ts';
import { Fault } from './fault.ts';
import { faultOf } from './problems.ts';

// What others who work on the same rows can do to a transaction of ours, on a real database.

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  await database.db.query(
    sql`create table kept (id int constraint kept_pkey primary key, touched int not null default 0)`,
  );
  await database.db.query(sql`create sequence storms`);
});
afterAll(() => database?.close());
beforeEach(async () => {
  await database.db.query(sql`truncate kept`);
  await database.db.query(sql`drop trigger if exists storm on kept`);
  await database.db.query(sql`insert into kept values (1), (2)`);
});

/** From now on so many writes end as the server ends one of those that are in each other's way. */
async function storm(sqlState: '40001' | '40P01', times: number): Promise<void> {
  await database.db.query(sql`alter sequence storms restart`);
  // A sequence remembers what a rollback takes back.
  await database.db.query({
    text: `create or replace function storm() returns trigger language plpgsql as $$ begin
             if nextval('storms') <= ${times} then raise exception 'in each other''s way' using errcode = '${sqlState}'; end if;
             return null; end $$`,
    values: [],
  });
  await database.db.query(sql`create trigger storm before insert on kept for each statement execute function storm()`);
}

async function ids(): Promise<number[]> {
  return (await database.db.query<{ id: number }>(sql`select id from kept order by id`)).map(({ id }) => id);
}

/** A pool of one connection that waits for no lock longer than a moment. */
async function impatient(): Promise<Database> {
  const db = database.connect({ maxConnections: 1 });
  await db.query(sql`set lock_timeout = '50ms'`);
  return db;
}

describe('F19', () => {
  it('two transactions that wait for each other both have their effect, once', async () => {
    const db = database.connect({ maxConnections: 2 });
    let met: (value?: unknown) => void;
    const bothHaveOne = new Promise((resolve) => (met = resolve));
    let holders = 0;
    let runs = 0;
    const touch = (first: number, second: number) =>
      db.transaction(async (tx) => {
        runs += 1;
        await tx.query(sql`update kept set touched = touched + 1 where id = ${first}`);
        if ((holders += 1) === 2) met();
        await bothHaveOne;
        await tx.query(sql`update kept set touched = touched + 1 where id = ${second}`);
      });
    await Promise.all([touch(1, 2), touch(2, 1)]);
    expect(runs).toBeGreaterThan(2);
    expect(await database.db.query(sql`select touched from kept`)).toEqual([{ touched: 2 }, { touched: 2 }]);
  });

  it.each(['40001', '40P01'] as const)(
    'a transaction that ended with %s runs again as a whole, up to five times',
    async (sqlState) => {
      await storm(sqlState, 4);
      let runs = 0;
      await database.db.transaction(async (tx) => {
        runs += 1;
        await tx.query(sql`delete from kept where id = 1`);
        await tx.query(sql`insert into kept values (3)`);
      });
      expect(runs).toBe(5);
      expect(await ids()).toEqual([2, 3]);
    },
  );

  it('so does a statement without a transaction', async () => {
    await storm('40P01', 4);
    await database.db.query(sql`insert into kept values (3)`);
    expect(await ids()).toEqual([1, 2, 3]);
  });

  it('a storm that does not end is given up after five tries, with nothing written, and called a busy server', async () => {
    await storm('40001', 100);
    let runs = 0;
    const failure = await database.db
      .transaction(async (tx) => {
        runs += 1;
        await tx.query(sql`delete from kept where id = 1`);
        await tx.query(sql`insert into kept values (3)`);
      })
      .catch((error: unknown) => error);
    expect(runs).toBe(5);
    expect(await ids()).toEqual([1, 2]);
    expect(isDatabaseUnavailable(failure)).toBe(true);
    expect(faultOf(failure)).toMatchObject({ code: 'overloaded', status: 503, retryAfterSeconds: 1 });
  });

  it('nothing else runs twice', async () => {
    let runs = 0;
    const failure = await database.db
      .transaction(async (tx) => {
        runs += 1;
        await tx.query(sql`insert into kept values (1)`);
      })
      .catch((error: unknown) => error);
    expect(runs).toBe(1);
    expect(faultOf(failure)).toMatchObject({ code: 'internal', status: 500 });
  });
});

it('a refusal in the middle of a transaction takes back what was written and costs no connection', async () => {
  const db = database.connect({ maxConnections: 1 });
  const backend = async () => (await db.query<{ pid: number }>(sql`select pg_backend_pid() as pid`))[0]?.pid;
  const before = await backend();
  const refused = db.transaction(async (tx) => {
    await tx.query(sql`insert into kept values (3)`);
    throw new Fault('not_found');
  });
  await expect(refused).rejects.toThrow(Fault);
  expect(await backend()).toBe(before);
  expect(await ids()).toEqual([1, 2]);
});

describe('F18', () => {
  it('who waits too long for a lock is told to come again, having waited once, and the connection serves on', async () => {
    const db = await impatient();
    let runs = 0;
    {
      await using _locked = await lockTable(database.db, 'kept');
      const failure = await db
        .transaction(async (tx) => {
          runs += 1;
          await tx.query(sql`insert into kept values (3)`);
        })
        .catch((error: unknown) => error);
      expect(isDatabaseUnavailable(failure)).toBe(true);
      expect(faultOf(failure)).toMatchObject({ code: 'overloaded', status: 503, retryAfterSeconds: 1 });
    }
    expect(runs).toBe(1);
    await db.query(sql`insert into kept values (3)`);
    expect(await ids()).toEqual([1, 2, 3]);
  });

  it('every pool of ours has an end to waiting for a lock', async () => {
    const [row] = await database
      .connect()
      .query<{ limit: string }>(sql`select current_setting('lock_timeout') as limit`);
    expect(row?.limit).toBe('5s');
  });
});
