import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { createTestDatabase } from '#testing/test-database.ts';
import { sql } from './database.ts';
import { migrate } from './migrate.ts';

const next = '9001-next.sql';

/** The migrations that a test database has, by name, and one more. */
async function folderWith(text: string): Promise<URL> {
  const folder = await mkdtemp(join(tmpdir(), 'carillon-migrations-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const known = (await readdir(new URL('../migrations/', import.meta.url))).filter((name) => /^\d{4}-/.test(name));
  for (const name of known) await writeFile(join(folder, name), '');
  await writeFile(join(folder, next), text);
  return pathToFileURL(`${folder}/`);
}

it('F22: a migration that finds its table in use steps back again and again, and holds nobody up for long', async () => {
  await using database = await createTestDatabase();
  const folder = await folderWith('alter table kept add column note text');
  await database.db.query(sql`create table kept (id int)`);
  const reader = await database.db.reserve();
  await reader.query(sql`begin`);
  await reader.query(sql`select from kept`);
  const migrating = migrate(database.url, folder);
  const waits = async () => {
    const rows = await database.db.query(
      sql`select from pg_stat_activity where application_name = 'carillon-migrate' and wait_event_type = 'Lock' and datname = current_database()`,
    );
    return rows.length > 0;
  };
  try {
    // Each write comes while the migration waits in front of it. Nobody waits longer than five seconds for a lock.
    for (let id = 0; id < 2; id += 1) {
      await expect.poll(waits, { timeout: 20_000 }).toBe(true);
      await database.db.query(sql`insert into kept values (${id})`);
    }
  } finally {
    await reader.query(sql`commit`);
    reader.release();
  }
  expect(await migrating).toEqual({ applied: [next], current: next });
  expect(await database.db.query(sql`select id, note from kept order by id`)).toEqual([
    { id: 0, note: null },
    { id: 1, note: null },
  ]);
});

it('of two that start at once one migrates, and the other finds nothing to do', async () => {
  await using database = await createTestDatabase();
  const folder = await folderWith('create table kept (id int)');
  const results = await Promise.all([migrate(database.url, folder), migrate(database.url, folder)]);
  expect(results.flatMap(({ applied }) => applied)).toEqual([next]);
});

it('one that cannot be applied is named at once and leaves nothing behind', async () => {
  await using database = await createTestDatabase();
  const folder = await folderWith('create table kept (id int); select * from nowhere');
  await expect(migrate(database.url, folder)).rejects.toThrow(
    `Migration ${next} failed: relation "nowhere" does not exist`,
  );
  expect(await database.db.query(sql`select to_regclass('kept') as kept`)).toEqual([{ kept: null }]);
});

it('a database that a newer release has migrated is refused', async () => {
  await using database = await createTestDatabase();
  await database.db.query(sql`insert into schema_migration (name) values (${'9999-later.sql'})`);
  await expect(migrate(database.url)).rejects.toThrow(/migrated by a newer release \(9999-later.sql\)/);
});
