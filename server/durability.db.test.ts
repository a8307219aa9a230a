import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { connect, sql } from '#platform/database.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '#platform/embedded-postgres.ts';
import { findUnsafeSettings } from './durability.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

let folder: string;
let careless: EmbeddedPostgres;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'carillon-careless-'));
  await chmod(folder, 0o755);
  careless = await startEmbeddedPostgres({
    dataDirectory: folder,
    settings: { shared_buffers: '16MB', max_connections: 20, fsync: 'off', full_page_writes: 'off' },
    log: { info: () => undefined, warn: () => undefined },
  });
});
afterAll(async () => {
  await careless?.stop();
  await rm(folder, { recursive: true, force: true });
});

it('a database that could lose what it committed is refused before anything is served, with what to do', async () => {
  const server = spawn(process.execPath, [fileURLToPath(new URL('main.ts', import.meta.url)), 'start'], {
    env: {
      PATH: process.env['PATH'],
      DATABASE_URL: careless.url,
      CARILLON_DATA: join(folder, 'server'),
      CARILLON_PORT: '0',
      CARILLON_SANDBOX_PORT: 'off',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [said, told, [code]] = await Promise.all([text(server.stderr), text(server.stdout), once(server, 'exit')]);
  expect(code).toBe(1);
  expect(told).toBe('');
  expect(said).toContain('fsync is off: committed messages could be lost.');
  expect(said).toContain('ALTER SYSTEM SET full_page_writes = on');
});

it('so is one that does not wait for its commits', async () => {
  await using database = connect({ url: careless.url, maxConnections: 1 });
  const others = [expect.stringContaining('fsync is off'), expect.stringContaining('full_page_writes is off')];
  expect(await findUnsafeSettings(database)).toEqual(others);
  await database.query(sql`set synchronous_commit = off`);
  expect(await findUnsafeSettings(database)).toEqual([...others, expect.stringContaining('synchronous_commit is off')]);
});
