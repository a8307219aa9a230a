import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Database, sql } from '#platform/database.ts';
import { newId } from '#platform/ids.ts';
import { createTestDatabase, type TestDatabase } from '#testing/test-database.ts';
import { acquireLeases, releaseLeases } from './lease.ts';

let database: TestDatabase;
let worker: Database;

beforeAll(async () => {
  database = await createTestDatabase();
  worker = database.connect({ role: 'carillon_worker' });
});
afterAll(() => database?.close());

/** As if its holder had stood still for longer than the lease. */
async function expire(name: string): Promise<void> {
  await database.db.query(sql`update lease set expires_at = now() - interval '1 second' where name = ${name}`);
}

it('a lease has one holder; another gets it only when it is over', async () => {
  const [first, second] = [newId(), newId()];
  expect(await acquireLeases(worker, first, ['a'], 30)).toEqual([{ name: 'a', fence: 1 }]);
  expect(await acquireLeases(worker, second, ['a'], 30)).toEqual([]);
  await expire('a');
  expect(await acquireLeases(worker, second, ['a'], 30)).toEqual([{ name: 'a', fence: 2 }]);
  expect(await acquireLeases(worker, first, ['a'], 30)).toEqual([]);
});

it('whoever prolongs in time keeps the fence; who comes back too late gets a new one', async () => {
  const holder = newId();
  await acquireLeases(worker, holder, ['b'], 30);
  expect(await acquireLeases(worker, holder, ['b'], 30)).toEqual([{ name: 'b', fence: 1 }]);
  await expire('b');
  // Nobody took it meanwhile, but somebody might have: what was marked before must be looked at again.
  expect(await acquireLeases(worker, holder, ['b'], 30)).toEqual([{ name: 'b', fence: 2 }]);
});

it('a lease that was given back is free at once, and only its holder can give it back', async () => {
  const [first, second] = [newId(), newId()];
  await acquireLeases(worker, first, ['c'], 30);
  await releaseLeases(worker, second, ['c']);
  expect(await acquireLeases(worker, second, ['c'], 30)).toEqual([]);
  await releaseLeases(worker, first, ['c']);
  expect(await acquireLeases(worker, second, ['c'], 30)).toHaveLength(1);
});

it('of many that ask at once for many leases each is given to one, and nobody waits for ever', async () => {
  const names = Array.from({ length: 20 }, (_, n) => `many:${n}`);
  const holders = Array.from({ length: 6 }, () => newId());
  const got = await Promise.all(
    holders.map((holder) =>
      acquireLeases(
        worker,
        holder,
        names.toSorted(() => Math.random() - 0.5),
        30,
      ),
    ),
  );
  expect(
    got
      .flat()
      .map(({ name }) => name)
      .toSorted(),
  ).toEqual(names.toSorted());
});
