import { access, constants, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Config, ConfigProblem } from '#platform/config.ts';
import { connect, type Database, sql } from '#platform/database.ts';
import { startEmbeddedPostgres } from '#platform/embedded-postgres.ts';
import { diskCheck } from '#platform/health.ts';
import { findUnsafeSettings } from './durability.ts';

/** One thing that was looked at, in words; `advice` says what to do when it is not right. */
export interface Finding {
  name: 'configuration' | 'data folder' | 'disk' | 'secrets' | 'database' | 'durability' | 'migrations';
  isRight: boolean;
  message: string;
  advice?: string;
}

const silent = { info: () => undefined, warn: () => undefined };

/** Looks at everything that a start needs, without starting the server. It may run beside one. Changes nothing but that an
 *  embedded database which does not run is started for a moment. `readConfig` may throw a ConfigProblem. */
export async function checkInstallation(readConfig: () => Config): Promise<Finding[]> {
  let config: Config;
  try {
    config = readConfig();
  } catch (error) {
    if (!(error instanceof ConfigProblem)) throw error;
    const advice = 'Correct the environment; "node server/main.ts --help" lists the variables.';
    return error.problems.map((message) => ({ name: 'configuration', isRight: false, message, advice }));
  }
  const findings: Finding[] = [{ name: 'configuration', isRight: true, message: 'The environment can be used.' }];
  const { exists, ...folder } = await checkFolder(config.dataFolder);
  findings.push(folder);
  if (!folder.isRight) return findings;
  if (exists) findings.push(await checkDisk(config.dataFolder), await checkSecrets(config));
  return [...findings, ...(await checkDatabase(config))];
}

async function checkFolder(path: string): Promise<Finding & { exists: boolean }> {
  const name = 'data folder';
  try {
    const found = await stat(path);
    if (!found.isDirectory())
      return {
        name,
        exists: true,
        isRight: false,
        message: `${path} is not a folder.`,
        advice: 'Set CARILLON_DATA to a folder.',
      };
    await access(path, constants.R_OK | constants.W_OK | constants.X_OK);
    return { name, exists: true, isRight: true, message: `${path} can be written.` };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT')
      return { name, exists: false, isRight: true, message: `${path} is not there; the first start makes it.` };
    const advice = 'Give the user who runs Carillon the right to read and write it, or set CARILLON_DATA.';
    return { name, exists: true, isRight: false, message: `${path} cannot be used (${code}).`, advice };
  }
}

async function checkDisk(path: string): Promise<Finding> {
  const { state, detail } = await diskCheck(path)();
  const advice = 'Make room, or move CARILLON_DATA to a larger disk: a full disk stops everything.';
  return { name: 'disk', isRight: state === 'ok', message: detail, ...(state === 'ok' ? undefined : { advice }) };
}

async function checkSecrets(config: Config): Promise<Finding> {
  const name = 'secrets';
  const modes = await Promise.all(
    ['secret-key', 'api-key'].map(async (file) => ({ file, mode: await modeOf(join(config.dataFolder, file)) })),
  );
  const open = modes
    .filter(({ mode }) => mode !== undefined && (mode & 0o077) !== 0)
    .map(({ file }) => join(config.dataFolder, file));
  if (open.length > 0)
    return {
      name,
      isRight: false,
      message: `Other users can read ${open.join(' and ')}.`,
      advice: `chmod 600 ${open.join(' ')}`,
    };
  const hasData = (await modeOf(join(config.dataFolder, 'postgres'))) !== undefined;
  if (hasData && config.secretKey === undefined && modes[0]?.mode === undefined) {
    const message = `There is data, but the key that encrypts stored credentials is gone (${join(config.dataFolder, 'secret-key')}).`;
    return {
      name,
      isRight: false,
      message,
      advice:
        'Restore the file from a backup, or set CARILLON_SECRET_KEY; else every connection has to be added again.',
    };
  }
  return { name, isRight: true, message: 'Only this user can read the keys in the data folder.' };
}

async function modeOf(path: string): Promise<number | undefined> {
  return stat(path).then(
    ({ mode }) => mode,
    () => undefined,
  );
}

async function checkDatabase(config: Config): Promise<Finding[]> {
  if (config.databaseUrl)
    return lookInto(
      config.databaseUrl.reveal(),
      'The database of DATABASE_URL answers.',
      'Check DATABASE_URL, and that the database server runs and lets this machine in.',
    );
  const name = 'database';
  if ((await modeOf(join(config.dataFolder, 'postgres'))) === undefined)
    return [{ name, isRight: true, message: 'The first start makes the embedded database.' }];
  try {
    const postgres = await startEmbeddedPostgres({ dataDirectory: config.dataFolder, log: silent });
    try {
      return await lookInto(
        postgres.url,
        'The embedded database answers.',
        `Look at ${join(config.dataFolder, 'postgres', 'postgres.log')}.`,
      );
    } finally {
      // It is left to a Carillon that uses it.
      await postgres.stop();
    }
  } catch (error) {
    return [
      {
        name,
        isRight: false,
        message: wordsOf(error),
        advice: `Look at ${join(config.dataFolder, 'postgres', 'postgres.log')}.`,
      },
    ];
  }
}

async function lookInto(url: string, words: string, advice: string): Promise<Finding[]> {
  const db = connect({ url, maxConnections: 1, poolWaitMs: 5_000, applicationName: 'carillon-check' });
  try {
    const problems = await findUnsafeSettings(db);
    return [{ name: 'database', isRight: true, message: words }, durability(problems), await checkMigrations(db)];
  } catch (error) {
    return [{ name: 'database', isRight: false, message: `The database cannot be used: ${wordsOf(error)}`, advice }];
  } finally {
    await db.close();
  }
}

function durability(problems: string[]): Finding {
  const name = 'durability';
  if (problems.length === 0) return { name, isRight: true, message: 'Its settings keep what was committed.' };
  return { name, isRight: false, message: problems.join(' '), advice: 'Carillon does not start on such a database.' };
}

async function checkMigrations(db: Database): Promise<Finding> {
  const name = 'migrations';
  const files = (await readdir(new URL('migrations/', import.meta.url))).filter((file) => /^\d{4}-.*\.sql$/.test(file));
  const [there] = await db.query<{ is_there: boolean }>(
    sql`select to_regclass('schema_migration') is not null as is_there`,
  );
  const rows = there?.is_there ? await db.query<{ name: string }>(sql`select name from schema_migration`) : [];
  const done = new Set(rows.map((row) => row.name));
  const strangers = [...done].filter((file) => !files.includes(file));
  if (strangers.length > 0)
    return {
      name,
      isRight: false,
      message: `A newer release has migrated the database (${strangers.join(', ')}).`,
      advice: 'Update Carillon, or restore a backup.',
    };
  const missing = files.filter((file) => !done.has(file));
  if (missing.length === 0)
    return { name, isRight: true, message: `The database is at this release (${done.size} migrations).` };
  return {
    name,
    isRight: true,
    message: `${missing.length} migrations are to come; the next start, or "carillon migrate", applies them.`,
  };
}

function wordsOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(wordsOf).join(', ');
  return error instanceof Error ? error.message : String(error);
}
