import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, cp, mkdir, mkdtemp, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { type EmbeddedPostgresOptions, startEmbeddedPostgres } from './embedded-postgres.ts';
import { choosePlace } from './embedded-postgres-place.ts';
import { isServerOf, readLockFile, stopServer } from './embedded-postgres-process.ts';

const isRoot = process.getuid?.() === 0;
const small = { shared_buffers: '16MB', max_connections: 20 };

// A cold machine copies programs, makes a database and recovers it, beside other tests.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

let all: string;
let folder: string;
let lines: string[];
const log = { info: (line: string) => void lines.push(line), warn: (line: string) => void lines.push(line) };

function options(extra: Partial<EmbeddedPostgresOptions> = {}): EmbeddedPostgresOptions {
  return {
    dataDirectory: join(folder, 'data'),
    settings: small,
    log,
    sharedFolders: [join(all, 'shared')],
    ...extra,
  };
}

beforeAll(async () => {
  all = await mkdtemp(join(tmpdir(), `carillon-test-${process.pid}-`));
  await chmod(all, 0o755);
});

afterAll(() => rm(all, { recursive: true, force: true }));

beforeEach(async () => {
  folder = await mkdtemp(join(all, 'case-'));
  await chmod(folder, 0o755);
  lines = [];
});

afterEach(async () => {
  for (const cluster of await findClusters(all)) {
    const lock = await readLockFile(cluster);
    if (lock) await stopServer(lock.pid, cluster, 5_000);
  }
  await rm(folder, { recursive: true, force: true });
});

async function findClusters(parent: string): Promise<string[]> {
  const found = await readdir(parent, { recursive: true });
  return found
    .filter((path) => path.endsWith('PG_VERSION') && !path.includes('base/'))
    .map((path) => join(parent, dirname(path)));
}

async function ask(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Another process that starts the database, prints its address and process, and lives until it is killed. */
function startElsewhere(module = fileURLToPath(new URL('embedded-postgres.ts', import.meta.url))): ChildProcess {
  const program = `
    const { startEmbeddedPostgres } = await import(${JSON.stringify(module)});
    const log = { info: (line) => console.error(line), warn: (line) => console.error(line) };
    const postgres = await startEmbeddedPostgres({ ...${JSON.stringify(options())}, log });
    console.log(JSON.stringify({ url: postgres.url, pid: postgres.pid, folder: postgres.folder }));
    setInterval(() => {}, 1000);`;
  return spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['ignore', 'pipe', 'pipe'] });
}

async function announced(child: ChildProcess): Promise<{ url: string; pid: number; folder: string }> {
  const errors: string[] = [];
  child.stderr?.on('data', (chunk: Buffer) => errors.push(chunk.toString()));
  for await (const line of createInterface({ input: child.stdout! })) return JSON.parse(line);
  throw new Error(errors.join(''));
}

async function killNow(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

it('a second start keeps the rows and the port, and runs with durable settings', async () => {
  const first = await startEmbeddedPostgres(options());
  await ask(first.url, 'create table kept as select 42 as answer');
  const settings = `select string_agg(setting, ' ') as values from pg_settings where name in ('fsync', 'full_page_writes', 'synchronous_commit', 'server_encoding', 'listen_addresses')`;
  expect(await ask(first.url, settings)).toEqual([{ values: 'on on 127.0.0.1 UTF8 on' }]);
  await first.stop();
  await using second = await startEmbeddedPostgres(options());
  expect(second.port).toBe(first.port);
  expect(await ask(second.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
});

it('letters outside ASCII are letters to the text functions, and sorting does not depend on the machine', async () => {
  await using postgres = await startEmbeddedPostgres(options());
  await ask(postgres.url, 'create extension pg_trgm');
  const [row] = await ask(
    postgres.url,
    `select upper('ñandú ж') as upper, similarity('ñandú', 'ñandu') > 0 as similar, (select array_agg(x order by x) from unnest(array['é', 'z', 'a']) x) as sorted`,
  );
  expect(row).toEqual({ upper: 'ÑANDÚ Ж', similar: true, sorted: ['a', 'z', 'é'] });
});

it('the server that a killed process left running is taken over, rows and all', async () => {
  const child = startElsewhere();
  const orphan = await announced(child);
  await ask(orphan.url, 'create table kept as select 1 as id');
  await killNow(child);
  await using postgres = await startEmbeddedPostgres(options());
  expect(postgres.pid).toBe(orphan.pid);
  expect(await ask(postgres.url, 'select id from kept')).toEqual([{ id: 1 }]);
  await postgres.stop();
  expect(await isServerOf(orphan.pid, orphan.folder)).toBe(false);
});

it('F12: a killed server comes back on the same address with every acknowledged row, adopted or not', async () => {
  const child = startElsewhere();
  const orphan = await announced(child);
  await killNow(child);
  await using postgres = await startEmbeddedPostgres(options());
  await ask(postgres.url, 'create table acknowledged (id int)');
  for (let round = 0; round < 2; round++) {
    const killed = postgres.pid;
    const client = new pg.Client(postgres.url);
    client.on('error', () => undefined);
    await client.connect();
    let count = 0;
    const before = (await ask(postgres.url, 'select count(*)::int as n from acknowledged'))[0]?.n as number;
    for (; count < 50; count++) await client.query('insert into acknowledged values ($1)', [count]);
    process.kill(killed, 'SIGKILL');
    await vi.waitFor(
      async () => {
        expect(await ask(postgres.url, 'select count(*)::int as n from acknowledged')).toEqual([{ n: before + count }]);
        expect(postgres.pid).not.toBe(killed);
        expect(postgres.state).toBe('running');
      },
      { timeout: 20_000, interval: 50 },
    );
  }
  expect(postgres.pid).not.toBe(orphan.pid);
});

it('when everything is killed at once the next start recovers by itself', async () => {
  const child = startElsewhere();
  const before = await announced(child);
  await ask(before.url, 'create table acknowledged as select generate_series(1, 1000) as id');
  process.kill(before.pid, 'SIGKILL');
  await killNow(child);
  await using postgres = await startEmbeddedPostgres(options());
  expect(await ask(postgres.url, 'select count(*)::int as n from acknowledged')).toEqual([{ n: 1000 }]);
});

it('a lock file whose number now belongs to another program does not prevent a start', async () => {
  const first = await startEmbeddedPostgres(options());
  await first.stop();
  const stranger = spawn('sleep', ['600'], isRoot ? await ownerOf(first.folder) : {});
  try {
    await writeFile(
      join(first.folder, 'postmaster.pid'),
      `${stranger.pid}\n${first.folder}\n1\n${first.port}\n\n127.0.0.1\n\nready   \n`,
    );
    await using second = await startEmbeddedPostgres(options());
    expect(await ask(second.url, 'select 1 as one')).toEqual([{ one: 1 }]);
    expect(stranger.exitCode).toBeNull();
  } finally {
    await killNow(stranger);
  }
});

async function ownerOf(path: string): Promise<{ uid: number; gid: number }> {
  const { uid, gid } = await stat(path);
  return { uid, gid };
}

it('a start that was killed while it made the database leaves nothing in the way of the next one', async () => {
  const child = startElsewhere();
  const home = join(folder, 'data', 'postgres', 'server');
  await vi.waitFor(
    async () => expect((await readdir(home)).some((name) => name.startsWith('cluster.new-'))).toBe(true),
    { timeout: 20_000, interval: 5 },
  );
  await killNow(child);
  expect(await readdir(home)).not.toContain('cluster');
  await using postgres = await startEmbeddedPostgres(options());
  expect(await ask(postgres.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  expect(await readdir(home)).toEqual(['cluster']);
});

it('release leaves the server to the process that uses it', async () => {
  await using user = await startEmbeddedPostgres(options());
  const second = await startEmbeddedPostgres(options());
  expect(second.pid).toBe(user.pid);
  await second.release();
  await second.stop();
  expect(await ask(user.url, 'select 1 as one')).toEqual([{ one: 1 }]);
});

it('a stop leaves an adopted server running while another Carillon is connected', async () => {
  await using user = await startEmbeddedPostgres(options());
  const other = new pg.Client({ connectionString: user.url, application_name: 'carillon' });
  await other.connect();
  const failed = await startEmbeddedPostgres(options());
  await failed.stop();
  expect((await other.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
  expect(lines).toContain('PostgreSQL goes on running: another Carillon uses it.');
  await other.end();
});

it('looks at the same data folder at the same moment find the same place', async () => {
  const places = await Promise.all(
    Array.from({ length: 12 }, () => choosePlace(join(folder, 'data'), log, [join(all, 'shared')])),
  );
  expect(new Set(places.map((place) => place.folder))).toEqual(new Set([join(folder, 'data', 'postgres', 'server')]));
});

it('two processes that start at once on a new data folder share one server', async () => {
  const children = [startElsewhere(), startElsewhere()];
  try {
    const [first, second] = await Promise.all(children.map(announced));
    expect(first).toEqual(second);
  } finally {
    await Promise.all(children.map(killNow));
  }
});

it('a busy port is left for another one, unless it was asked for', async () => {
  const first = await startEmbeddedPostgres(options());
  await first.stop();
  const stranger = createServer().listen(first.port, '127.0.0.1');
  await once(stranger, 'listening');
  try {
    await using second = await startEmbeddedPostgres(options());
    expect(second.port).not.toBe(first.port);
    expect(lines.join('\n')).toContain(`Port ${first.port}, where the database was before, is taken`);
    await second.stop();
    const { port } = stranger.address() as AddressInfo;
    await expect(startEmbeddedPostgres(options({ port }))).rejects.toThrow(`Port ${port}, where the database should`);
  } finally {
    stranger.close();
  }
});

it('passwords of another data folder are said to be that', async () => {
  const first = await startEmbeddedPostgres(options());
  await first.release();
  const file = join(folder, 'data', 'postgres', 'credentials.json');
  await writeFile(file, JSON.stringify({ superuserPassword: 'x', applicationPassword: 'y' }));
  await expect(startEmbeddedPostgres(options())).rejects.toThrow('that file belongs to another database');
});

it.runIf(isRoot)(
  'as root, a data folder that others cannot enter gets its database elsewhere, and finds it again',
  async () => {
    await mkdir(join(folder, 'data'), { mode: 0o700 });
    const first = await startEmbeddedPostgres(options());
    expect(first.folder.startsWith(join(all, 'shared'))).toBe(true);
    expect(lines.join('\n')).toContain(`the database is kept in ${dirname(first.folder)}`);
    await ask(first.url, 'create table kept as select 7 as id');
    await first.stop();
    await using second = await startEmbeddedPostgres(options());
    expect(second.folder).toBe(first.folder);
    expect(await ask(second.url, 'select id from kept')).toEqual([{ id: 7 }]);
  },
);

it('a checkout that others cannot enter, installed without install scripts, runs copied programs', async () => {
  const checkout = join(folder, 'private', 'checkout');
  const modules = join(checkout, 'node_modules');
  await mkdir(checkout, { recursive: true });
  const here = dirname(fileURLToPath(import.meta.url));
  for (const name of await readdir(here)) {
    if (/^embedded-postgres[a-z-]*\.ts$/.test(name)) await cp(join(here, name), join(checkout, name));
  }
  await writeFile(join(checkout, 'package.json'), '{"type":"module"}');
  const installed = join(here, '..', '..', 'node_modules');
  const platform = `${process.platform}-${process.arch}`;
  await cp(join(installed, 'embedded-postgres'), join(modules, 'embedded-postgres'), { recursive: true });
  await cp(join(installed, '@embedded-postgres', platform), join(modules, '@embedded-postgres', platform), {
    recursive: true,
    filter: (source) => !/\.so(\.60)?$|libpq\.so\.5$/.test(source) || source.includes('/postgresql/'),
  });
  await symlink(join(installed, 'pg'), join(modules, 'pg'));
  await chmod(join(folder, 'private'), 0o700);
  const child = startElsewhere(join(checkout, 'embedded-postgres.ts'));
  try {
    const { url } = await announced(child);
    expect(await ask(url, `select to_tsvector('english', 'running')::text as lexemes`)).toEqual([
      { lexemes: "'run':1" },
    ]);
  } finally {
    await killNow(child);
  }
});
