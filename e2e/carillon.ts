import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { startEmbeddedPostgres } from '#server/platform/embedded-postgres.ts';

export interface RunningCarillon extends AsyncDisposable {
  /** Address of the API, without a slash at the end. */
  api: string;
  /** Address of the simulated providers; empty when CARILLON_SANDBOX_PORT is `off`. */
  sandbox: string;
  apiKey: string;
  dataFolder: string;
  child: ChildProcess;
  /** The lines that the server wrote to standard error so far. */
  logs: string[];
  /** Ends it in an orderly way and removes the data, unless the caller brought or keeps the folder. */
  stop: (options?: { keepData?: boolean }) => Promise<void>;
  /** Kills the server as a crash would. Its database lives on; start again with `dataFolder`, or call `stop`. */
  kill: () => Promise<void>;
}

export interface StartOptions {
  env?: Record<string, string>;
  /** To start again with the data of an earlier run; a new temporary folder when absent. */
  dataFolder?: string;
}

const root = join(import.meta.dirname, '..');
const startLimitMs = 90_000;
const stopLimitMs = 30_000;

/** Starts the whole product as a user would, on free ports and with data of its own. Throws with its words when it ends
 *  before it is ready. */
export async function startCarillon(options: StartOptions = {}): Promise<RunningCarillon> {
  const dataFolder = options.dataFolder ?? (await newDataFolder());
  const child = spawn(process.execPath, ['server/main.ts', 'start'], {
    cwd: root,
    env: {
      ...cleanEnvironment(),
      CARILLON_PORT: '0',
      CARILLON_SANDBOX_PORT: '0',
      CARILLON_LOG: 'warn',
      ...options.env,
      CARILLON_DATA: dataFolder,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'exit');
  const logs: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => logs.push(line));
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  const kill = async () => {
    if (!hasEnded()) child.kill('SIGKILL');
    await exited;
  };
  const stop = async ({ keepData = options.dataFolder !== undefined } = {}) => {
    const wasKilled = hasEnded();
    child.kill('SIGTERM');
    const limit = setTimeout(() => child.kill('SIGKILL'), stopLimitMs);
    await exited;
    clearTimeout(limit);
    if ((wasKilled || child.signalCode === 'SIGKILL') && !options.env?.['DATABASE_URL']) await stopOrphan(dataFolder);
    if (!keepData) await rm(dataFolder, { recursive: true, force: true });
  };

  const limit = setTimeout(() => child.kill('SIGKILL'), startLimitMs);
  try {
    const ready = await Promise.race([readyLine(child), exited.then(() => undefined)]);
    if (!ready) throw new Error(`Carillon did not start:\n${logs.join('\n')}`);
    const apiKey = options.env?.['CARILLON_API_KEY'] ?? (await readFile(join(dataFolder, 'api-key'), 'utf8')).trim();
    const { api, sandbox = '' } = ready;
    return { api, sandbox, apiKey, dataFolder, child, logs, stop, kill, [Symbol.asyncDispose]: () => stop() };
  } catch (error) {
    await stop();
    throw error;
  } finally {
    clearTimeout(limit);
  }
}

/** The environment without what a developer has set for a Carillon of their own. */
export function cleanEnvironment(): Record<string, string> {
  const isOurs = (name: string) => /^(CARILLON_|DATABASE_URL$|NATS_URL$|OTEL_|WHATSAPP_)/.test(name);
  const kept = Object.entries(process.env).filter(([name, value]) => !isOurs(name) && value !== undefined);
  return { ...(Object.fromEntries(kept) as Record<string, string>), NODE_ENV: 'test' };
}

/** Others may enter it, so that a database that runs as another user keeps its files inside and nothing stays behind. */
export async function newDataFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'carillon-e2e-'));
  await chmod(folder, 0o755);
  return folder;
}

async function readyLine(child: ChildProcess): Promise<{ api: string; sandbox?: string } | undefined> {
  if (!child.stdout) return undefined;
  const lines = createInterface({ input: child.stdout });
  for await (const line of lines) {
    child.stdout.resume();
    const message = JSON.parse(line) as { event?: string; api: string; sandbox?: string };
    if (message.event === 'ready') return message;
  }
  return undefined;
}

// The next start takes the database of a killed server over; so does this, to end it.
async function stopOrphan(dataFolder: string): Promise<void> {
  const log = { info: () => undefined, warn: () => undefined };
  const postgres = await startEmbeddedPostgres({ dataDirectory: dataFolder, log });
  await postgres.stop();
}
