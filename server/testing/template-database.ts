import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '#platform/embedded-postgres.ts';
import { readLockFile, stopServer } from '#platform/embedded-postgres-process.ts';
import { migrate } from '#platform/migrate.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** A database that may create others, and the migrated one that `createTestDatabase` clones. */
    testServer: { url: string; template: string };
  }
}

const folderPrefix = 'carillon-test-';

/**
 * Global set-up of the tests that need PostgreSQL: one server for the run, and one migrated database in it.
 * CARILLON_TEST_DATABASE_URL takes a server that is there already; its role must be allowed to create databases.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env.CARILLON_TEST_DATABASE_URL;
  const embedded = given ? undefined : await startForTests();
  const url = given || embedded?.postgres.url || '';
  const template = `carillon_template_${process.pid}`;
  const tearDown = async (): Promise<void> => {
    await execute(url, `drop database if exists ${template} with (force)`).catch(() => undefined);
    await embedded?.postgres.stop();
    if (embedded) await removeFolder(embedded);
  };
  try {
    await execute(url, `drop database if exists ${template} with (force)`, `create database ${template}`);
    await migrate(databaseUrl(url, template));
  } catch (error) {
    await tearDown();
    throw error;
  }
  project.provide('testServer', { url, template });
  return tearDown;
}

interface TestServer {
  postgres: EmbeddedPostgres;
  folder: string;
}

async function startForTests(): Promise<TestServer> {
  await sweep();
  const folder = await mkdtemp(join(tmpdir(), `${folderPrefix}${process.pid}-`));
  await chmod(folder, 0o755);
  const postgres = await startEmbeddedPostgres({
    dataDirectory: folder,
    // The data is thrown away, so nothing has to reach the disk.
    settings: {
      fsync: 'off',
      full_page_writes: 'off',
      autovacuum: 'off',
      max_connections: 200,
      shared_buffers: '128MB',
    },
    log: { info: () => undefined, warn: (message) => console.warn(message) },
  });
  return { postgres, folder };
}

/** Ends and removes what killed runs left behind. */
async function sweep(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const owner = new RegExp(`^${folderPrefix}(\\d+)-`).exec(name)?.[1];
    if (owner === undefined || isAlive(Number(owner))) continue;
    const folder = join(tmpdir(), name);
    const cluster = join(folder, 'postgres', 'server', 'cluster');
    const lock = await readLockFile(cluster).catch(() => undefined);
    if (lock) await stopServer(lock.pid, cluster, 5_000);
    await rm(folder, { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function removeFolder({ postgres, folder }: TestServer): Promise<void> {
  // The cluster is elsewhere when the server's user cannot enter the temporary folder.
  await rm(join(postgres.folder, '..'), { recursive: true, force: true });
  await rm(folder, { recursive: true, force: true });
}

/** The same server and role, another database. */
export function databaseUrl(url: string, database: string): string {
  const changed = new URL(url);
  changed.pathname = `/${database}`;
  return changed.href;
}

/** Runs statements that a transaction cannot hold, on a connection of their own. */
export async function execute(url: string, ...statements: string[]): Promise<void> {
  const client = new pg.Client({ connectionString: url, application_name: 'carillon-test-admin' });
  client.on('error', () => undefined);
  try {
    await client.connect();
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}
