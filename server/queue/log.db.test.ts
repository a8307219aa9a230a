import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { type Database, type Queryable, sql } from '#platform/database.ts';
import { newId } from '#platform/ids.ts';
import { lockTable } from '#testing/locked-table.ts';
import { createTestDatabase, type TestDatabase } from '#testing/test-database.ts';
import { append, consumeOnce, lag, type LogEntry } from './log.ts';

let database: TestDatabase;
let worker: Database;
const workspaceId = newId();

beforeAll(async () => {
  database = await createTestDatabase();
  worker = database.connect({ role: 'carillon_worker', maxConnections: 8 });
});
afterAll(() => database?.close());
beforeEach(async () => {
  await database.db.query(sql`truncate log_event, log_group, log_dead_letter`);
});

/** A group that writes down what it takes, and throws when `refuse` says so. */
function aGroup(options: { topics?: string[]; refuse?: (types: string[]) => boolean } = {}) {
  const taken: string[] = [];
  const take = async (_tx: Queryable, entries: LogEntry[]) => {
    const types = entries.flatMap(({ events }) => events.map(({ type }) => type));
    if (options.refuse?.(types)) throw new Error('poison');
    taken.push(...types);
  };
  return { name: 'group', topics: options.topics ?? ['message'], take, taken };
}

async function say(...types: string[]): Promise<void> {
  for (const type of types) await append(worker, workspaceId, 'message', [{ type }]);
}

/** Reads until nothing is left, as the consumer does; failures are what is being tested. */
async function drain(group: ReturnType<typeof aGroup>): Promise<void> {
  // A transaction of anybody on the server holds the newest rows back for its time, so an empty round is not the end.
  await vi.waitFor(
    async () => {
      await consumeOnce(worker, group).catch(() => undefined);
      expect((await lag(worker))[0]?.entries).toBe(0);
    },
    { timeout: 10_000, interval: 5 },
  );
}

it('a row whose transaction commits late is not skipped, though its position is lower', async () => {
  const group = aGroup();
  const late = await worker.reserve();
  await late.query(sql`begin`);
  await append(late, workspaceId, 'message', [{ type: 'first by position' }]);
  await say('committed before');
  expect(await consumeOnce(worker, group)).toBe(0);
  // What is behind a running transaction waits, or the order would be another one for each reader.
  expect(group.taken).toEqual([]);
  await late.query(sql`commit`);
  late.release();
  await drain(group);
  expect(group.taken).toEqual(['first by position', 'committed before']);
});

it('many writers at once: every row is taken once, in the order of its writer', async () => {
  const group = aGroup();
  const writers = Array.from({ length: 6 }, (_, writer) =>
    (async () => {
      for (let n = 0; n < 20; n += 1) {
        await worker.transaction(async (tx) => {
          await append(tx, workspaceId, 'message', [{ type: `${writer}:${n}` }]);
          if ((n + writer) % 3 === 0) await tx.query(sql`select pg_sleep(0.002)`);
        });
      }
    })(),
  );
  const reading = (async () => {
    while (group.taken.length < 120) {
      const taken = await consumeOnce(worker, group, 7);
      if (taken === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    }
  })();
  await Promise.all([...writers, reading]);
  expect(new Set(group.taken).size).toBe(120);
  for (let writer = 0; writer < 6; writer += 1) {
    const own = group.taken.filter((type) => type.startsWith(`${writer}:`));
    expect(own).toEqual(Array.from({ length: 20 }, (_, n) => `${writer}:${n}`));
  }
});

it('a poisoned row is parked with its error; what stands before and behind it is taken', async () => {
  const group = aGroup({ refuse: (types) => types.includes('poison') });
  await say('before', 'poison', 'behind');
  await drain(group);
  expect(group.taken).toEqual(['before', 'behind']);
  const parked = await database.db.query(sql`select group_name as name, events, error from log_dead_letter`);
  expect(parked).toEqual([{ name: 'group', events: [{ type: 'poison' }], error: 'poison' }]);
  expect(await lag(worker)).toEqual([{ name: 'group', entries: 0, deadLetters: 1 }]);
});

it('rows of other topics are passed by', async () => {
  const group = aGroup({ topics: ['other'] });
  await say('not mine');
  await append(worker, workspaceId, 'other', [{ type: 'mine' }]);
  await drain(group);
  expect(group.taken).toEqual(['mine']);
});

it('an effect that is written with the transaction happens once, also when the group is read by two at once', async () => {
  await database.db.query(sql`create table if not exists effect (type text)`);
  await database.db.query(sql`grant all on effect to carillon_worker`);
  await say('a', 'b', 'c');
  const group = {
    name: 'group',
    topics: ['message'],
    take: async (tx: Queryable, entries: LogEntry[]) => {
      for (const { events } of entries) await tx.query(sql`insert into effect values (${events[0]?.type})`);
    },
  };
  await Promise.all(Array.from({ length: 4 }, () => consumeOnce(worker, group, 2)));
  await vi.waitFor(
    async () => {
      await consumeOnce(worker, group);
      expect((await lag(worker))[0]?.entries).toBe(0);
    },
    { timeout: 10_000, interval: 5 },
  );
  expect(await database.db.query(sql`select type from effect order by 1`)).toEqual([
    { type: 'a' },
    { type: 'b' },
    { type: 'c' },
  ]);
});

it('a failed handler moves nothing: the same rows come again', async () => {
  let isDown = true;
  const group = aGroup({ refuse: () => isDown });
  await say('a', 'b');
  await expect(consumeOnce(worker, group)).rejects.toThrow('poison');
  isDown = false;
  await drain(group);
  expect(group.taken).toEqual(['a', 'b']);
});

it('F18: no row is blamed for a lock that somebody keeps, however often it is met', async () => {
  await database.db.query(sql`create table if not exists kept ()`);
  await database.db.query(sql`grant all on kept to carillon_worker`);
  const group = aGroup();
  const meetsLock = {
    ...group,
    take: async (tx: Queryable, entries: LogEntry[]) => {
      await tx.query(sql`set local lock_timeout = '10ms'`);
      await tx.query(sql`select from kept`);
      await group.take(tx, entries);
    },
  };
  await say('a', 'b');
  {
    await using _locked = await lockTable(database.db, 'kept');
    // As often as would park a row that is to blame, and once more.
    await vi.waitFor(async () => {
      for (let tries = 0; tries < 6; tries += 1) await expect(consumeOnce(worker, meetsLock)).rejects.toThrow(/lock/);
    });
  }
  await drain(meetsLock as ReturnType<typeof aGroup>);
  expect(group.taken).toEqual(['a', 'b']);
  expect(await database.db.query(sql`select 1 from log_dead_letter`)).toEqual([]);
});
