import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { isDatabaseBusy } from './database.ts';

const migrationsFolder = new URL('../migrations/', import.meta.url);
/** Who waits for a lock makes everybody wait who comes behind: the message path gives up after five seconds. */
const lockTimeout = '2s';
const mostTries = 20;
const pauseMs = 1_000;
const advisoryLock = 0x6361_7269; // "cari"

export interface MigrationResult {
  applied: string[];
  /** The newest migration that this database has. */
  current: string;
}

/**
 * Brings the database up to the code: every `NNNN-name.sql` of the folder that was not applied yet, each in one
 * transaction, forward only. Two processes may call it at once: the second waits and finds nothing to do.
 * Refuses a database that a newer release has migrated.
 */
export async function migrate(url: string, folder: URL = migrationsFolder): Promise<MigrationResult> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'carillon-migrate',
    options: '-c timezone=UTC',
  });
  await client.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [advisoryLock]);
    await client.query(`create table if not exists schema_migration (
      name text constraint schema_migration_pk primary key, applied_at timestamptz not null default now())`);
    const files = (await readdir(folder)).filter((file) => /^\d{4}-[a-z0-9-]+\.sql$/.test(file)).sort();
    const known = await client.query<{ name: string }>('select name from schema_migration order by name');
    const done = new Set(known.rows.map((row) => row.name));
    const strangers = [...done].filter((name) => !files.includes(name));
    if (strangers.length > 0) {
      throw new Error(
        `The database was migrated by a newer release (${strangers.join(', ')}): update Carillon, or restore a backup.`,
      );
    }
    const applied: string[] = [];
    for (const file of files) {
      if (done.has(file)) continue;
      const text = await readFile(new URL(file, folder), 'utf8');
      await apply(client, file, text);
      applied.push(file);
    }
    return { applied, current: files.at(-1) ?? '' };
  } finally {
    // Closing the session frees the advisory lock, also when a migration failed.
    await client.end();
  }
}

// Servers of this release or the one before may be at work. While one of them has what the migration needs, it steps back
// and lets those pass that queued behind it.
async function apply(client: pg.Client, file: string, text: string): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await client.query('begin');
      await client.query(`set local lock_timeout = '${lockTimeout}'`);
      await client.query(text);
      await client.query('insert into schema_migration (name) values ($1)', [file]);
      await client.query('commit');
      return;
    } catch (error) {
      await client.query('rollback');
      if (tries === mostTries || !isDatabaseBusy(error)) {
        throw new Error(`Migration ${file} failed: ${error instanceof Error ? error.message : String(error)}`, {
          cause: error,
        });
      }
    }
    await sleep(pauseMs * (0.5 + Math.random()));
  }
}
