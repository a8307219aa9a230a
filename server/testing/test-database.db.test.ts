import { expect, it } from 'vitest';
import { sql } from '#platform/database.ts';
import { createTestDatabase } from './test-database.ts';

it('each test database is migrated, and sees nothing of another one', async () => {
  await using first = await createTestDatabase();
  await using second = await createTestDatabase();
  await first.db.query(sql`create table only_here (id int)`);
  const tables = sql`select relname from pg_class where relname in ('only_here', 'schema_migration') order by 1`;
  expect(await first.db.query(tables)).toEqual([{ relname: 'only_here' }, { relname: 'schema_migration' }]);
  expect(await second.db.query(tables)).toEqual([{ relname: 'schema_migration' }]);
});

it('a closed test database is gone, also when a connection was left open', async () => {
  await using observer = await createTestDatabase();
  const left = await createTestDatabase();
  const forgotten = left.connect();
  await forgotten.query(sql`select 1`);
  await left.close();
  const name = new URL(left.url).pathname.slice(1);
  expect(await observer.db.query(sql`select 1 from pg_database where datname = ${name}`)).toEqual([]);
});
