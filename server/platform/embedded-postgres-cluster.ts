import { createHash, randomBytes } from 'node:crypto';
import { chown, link, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import pg from 'pg';
import type { Log, Place } from './embedded-postgres-place.ts';
import { EmbeddedPostgresProblem, runAs } from './embedded-postgres-process.ts';

export const superuser = 'postgres';
/** The role and the database that Carillon works with. Not a superuser: what works here works on a managed server. */
export const application = 'carillon';

export interface Credentials {
  readonly superuserPassword: string;
  readonly applicationPassword: string;
}

export function urlOf(user: string, password: string, port: number, database: string): string {
  return `postgres://${user}:${password}@127.0.0.1:${port}/${database}`;
}

/** The folder of a cluster that was made to its end. Making one goes on in a folder beside it, and the rename is the last
 *  step, so a start that was killed in between leaves nothing that looks like a database. */
export async function prepareCluster(place: Place, credentials: Credentials, log: Log): Promise<string> {
  const cluster = join(place.folder, 'cluster');
  await removeLeftovers(place.folder);
  const madeBy = await majorOf(cluster);
  if (madeBy !== undefined) {
    if (madeBy === place.binaries.major) return cluster;
    throw new EmbeddedPostgresProblem(
      `The database in ${cluster} was made by PostgreSQL ${madeBy}, and this release brings PostgreSQL ${place.binaries.major}. Start it with the release of Carillon that made it, dump it with pg_dump, and restore the dump into a new data folder.`,
    );
  }
  log.info('Making a new database; this takes a few seconds.');
  const staging = join(place.folder, `cluster.new-${process.pid}`);
  const passwordFile = join(place.folder, `password-${process.pid}`);
  try {
    await writeFile(passwordFile, `${credentials.superuserPassword}\n`, { mode: 0o600 });
    if (place.user) await chown(passwordFile, place.user.uid, place.user.gid);
    await runInitdb(place, staging, passwordFile);
    await rename(staging, cluster).catch(async (error: unknown) => {
      // Another process was faster with the same passwords: its cluster is as good as ours.
      if ((await majorOf(cluster)) === undefined) throw error;
    });
  } finally {
    await rm(passwordFile, { force: true });
    await rm(staging, { recursive: true, force: true });
  }
  return cluster;
}

async function majorOf(cluster: string): Promise<number | undefined> {
  const text = await readFile(join(cluster, 'PG_VERSION'), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : Number.parseInt(text, 10);
}

async function removeLeftovers(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const maker = /^(?:cluster\.new|password)-(\d+)$/.exec(name)?.[1];
    if (maker === undefined || (Number(maker) !== process.pid && isAlive(Number(maker)))) continue;
    // The initdb of a killed parent may still be writing into it for a moment.
    await rm(join(folder, name), { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
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

// Sorting and letter case come from PostgreSQL's own Unicode tables, so an order is the same on every machine and an
// update of the system's C library cannot corrupt an index. Only the question "is this a letter?" (pg_trgm, text search)
// still goes to the C library, and its plain "C" knows ASCII alone: take the first Unicode locale that the system has.
const characterTypes = ['C.UTF-8', 'en_US.UTF-8', 'UTF-8', 'C'];

async function runInitdb(place: Place, folder: string, passwordFile: string): Promise<void> {
  const args = [
    `--pgdata=${folder}`,
    `--username=${superuser}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--locale=C',
    '--text-search-config=simple',
  ];
  let refusal: unknown;
  for (const characterType of characterTypes) {
    try {
      await runAs(place.user, place.binaries.initdb, [...args, `--lc-ctype=${characterType}`]);
      return;
    } catch (error) {
      refusal = error;
      if (!String(error).includes('invalid locale name')) break;
    }
  }
  throw new EmbeddedPostgresProblem(
    `The database could not be made in ${folder}: ${refusal instanceof Error ? refusal.message : String(refusal)}`,
    { cause: refusal },
  );
}

/** The passwords of this data folder, made once. They are ours alone (mode 600), the server has only their hashes. */
export async function readCredentials(place: Place): Promise<Credentials> {
  const file = join(place.home, 'credentials.json');
  const fresh: Credentials = { superuserPassword: password(), applicationPassword: password() };
  if ((await majorOf(join(place.folder, 'cluster'))) === undefined) {
    // A link appears with its whole content, and only if there is none: two processes that start at once agree.
    const staging = `${file}.new-${process.pid}`;
    await writeFile(staging, JSON.stringify(fresh), { mode: 0o600 });
    await link(staging, file).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
    await rm(staging);
  }
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Credentials;
  } catch (error) {
    throw new EmbeddedPostgresProblem(
      `The passwords of the database cannot be read from ${file}. Restore that file from a backup, beside the database that it belongs to.`,
      { cause: error },
    );
  }
}

function password(): string {
  return randomBytes(24).toString('base64url');
}

/** The port of the last start if it is free, else another one below the range that outgoing connections use. */
export async function choosePort(place: Place, log: Log): Promise<number> {
  const kept = Number(await readFile(join(place.home, 'port'), 'utf8').catch(() => ''));
  if (kept > 0) {
    if (await isFree(kept)) return kept;
    log.warn(`Port ${kept}, where the database was before, is taken by another program: choosing another one.`);
  }
  const start = createHash('sha256').update(place.home).digest().readUInt16BE(0);
  for (let step = 0; step < 200; step++) {
    const port = 15_000 + ((start + step * 7) % 15_000);
    if (port !== kept && (await isFree(port))) return port;
  }
  throw new EmbeddedPostgresProblem('No free port was found for the database between 15000 and 30000.');
}

export function keepPort(place: Place, port: number): Promise<void> {
  return writeFile(join(place.home, 'port'), `${port}\n`);
}

export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ port, host: '127.0.0.1', exclusive: true }, () => probe.close(() => resolve(true)));
  });
}

/** One statement on a connection of its own; for the start, where there is no pool yet. */
export function askServer<Row extends object>(url: string, text: string): Promise<Row[]> {
  return withClient(url, async (client) => (await client.query<Row>(text)).rows);
}

/** Makes the role and the database of Carillon where they are missing. Safe to repeat, also by two at once. */
export function ensureApplicationDatabase(port: number, credentials: Credentials): Promise<void> {
  return withClient(urlOf(superuser, credentials.superuserPassword, port, 'postgres'), async (client) => {
    await client.query('select pg_advisory_lock(1)');
    const { rows: roles } = await client.query('select from pg_roles where rolname = $1', [application]);
    if (roles.length === 0) {
      // Our own password: base64url, nothing to quote.
      const password = credentials.applicationPassword;
      await client.query(`create role ${application} login createdb createrole password '${password}'`);
    }
    const { rows: databases } = await client.query('select from pg_database where datname = $1', [application]);
    if (databases.length === 0) await client.query(`create database ${application} owner ${application}`);
  });
}

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000, query_timeout: 10_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}
