import { readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  application,
  askServer,
  choosePort,
  type Credentials,
  ensureApplicationDatabase,
  isFree,
  keepPort,
  prepareCluster,
  readCredentials,
  superuser,
  urlOf,
} from './embedded-postgres-cluster.ts';
import { choosePlace, type Log, type Place } from './embedded-postgres-place.ts';
import {
  EmbeddedPostgresProblem,
  isServerOf,
  launch,
  type LockFile,
  readLockFile,
  removeStaleLockFile,
  type StartedServer,
  stopServer,
} from './embedded-postgres-process.ts';

export interface EmbeddedPostgresOptions {
  /** Carillon's data folder; the database is made in its subfolder `postgres`, or where that can be (see the log). */
  dataDirectory: string;
  /** Refused when it is busy. Absent: the port of the last start, or another one when that is busy. */
  port?: number;
  /** Server settings on top of ours, for example `{ shared_buffers: '1GB' }`. */
  settings?: Readonly<Record<string, string | number>>;
  log: Log;
  /** How long an orderly stop may take before it becomes an immediate one. Default 20 s. */
  stopTimeoutMs?: number;
  /** Folders to use when the data folder cannot be entered by the server's user. */
  sharedFolders?: string[];
}

// Said in full, although they are defaults: the promise to lose nothing rests on the first three.
const durableSettings = { fsync: 'on', full_page_writes: 'on', synchronous_commit: 'on' };

// For a laptop: a quarter of a gigabyte of memory, few connections, and checkpoints far enough apart that a burst of
// writes is not slowed by full page images. The log tells of the server's life only: errors of statements go to the
// client that caused them, and quote values that are personal data.
const defaultSettings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: 80,
  shared_buffers: '256MB',
  effective_cache_size: '1GB',
  work_mem: '8MB',
  maintenance_work_mem: '128MB',
  random_page_cost: 1.1,
  jit: 'off',
  checkpoint_timeout: '15min',
  max_wal_size: '2GB',
  min_wal_size: '256MB',
  wal_compression: 'on',
  max_locks_per_transaction: 256,
  autovacuum_naptime: '15s',
  autovacuum_vacuum_scale_factor: 0.05,
  autovacuum_vacuum_insert_scale_factor: 0.1,
  autovacuum_analyze_scale_factor: 0.05,
  autovacuum_vacuum_cost_limit: 1000,
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  log_checkpoints: 'off',
  log_autovacuum_min_duration: -1,
  log_timezone: 'UTC',
  timezone: 'UTC',
};

// Wrapped, because a promise inside a promise would be waited for.
interface Watched {
  /** Resolves when the server ends, with the reason. */
  readonly exited: Promise<string>;
}

const readyTimeoutMs = 10 * 60_000;
const lockTimeoutMs = 60_000;

/**
 * Starts PostgreSQL from the npm package under the data folder, or takes over the one that a killed process left running
 * there, and keeps it running: when it dies it is started again, on the same port, until `stop()`.
 *
 * Taking over needs no proof that the other process is dead: whoever comes second must find that out from a lock in the
 * database, and then call `release()`, which leaves the server to its user. Stopping first would cut that user off.
 *
 * Rejects with EmbeddedPostgresProblem, whose message is for the person who starts Carillon.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const place = await choosePlace(options.dataDirectory, options.log, options.sharedFolders);
  const credentials = await readCredentials(place);
  const cluster = await prepareCluster(place, credentials, options.log);
  const postgres = new EmbeddedPostgres(options, place, cluster, credentials);
  await postgres.start();
  return postgres;
}

export class EmbeddedPostgres {
  readonly #options: EmbeddedPostgresOptions;
  readonly #place: Place;
  readonly #cluster: string;
  readonly #credentials: Credentials;
  readonly #ending = new AbortController();
  #port = 0;
  #pid = 0;
  #isAdopted = false;
  #state: 'running' | 'restarting' | 'ended' = 'restarting';
  #supervision: Promise<void> = Promise.resolve();
  #stopped: Promise<void> | undefined;

  /** Use `startEmbeddedPostgres`. */
  constructor(options: EmbeddedPostgresOptions, place: Place, cluster: string, credentials: Credentials) {
    this.#options = options;
    this.#place = place;
    this.#cluster = cluster;
    this.#credentials = credentials;
  }

  /** The application's database as its owner, who is not a superuser. Stays the same when the server is restarted. */
  get url(): string {
    return urlOf(application, this.#credentials.applicationPassword, this.#port, application);
  }

  get superuserUrl(): string {
    return urlOf(superuser, this.#credentials.superuserPassword, this.#port, application);
  }

  /** The server process of this moment; another one after a restart. */
  get pid(): number {
    return this.#pid;
  }

  get port(): number {
    return this.#port;
  }

  get state(): 'running' | 'restarting' | 'ended' {
    return this.#state;
  }

  /** Where the cluster is: in the data folder, or in a folder that the server's user can enter. */
  get folder(): string {
    return this.#cluster;
  }

  async start(): Promise<void> {
    const { exited } = await this.#bringUp(true);
    await ensureApplicationDatabase(this.#port, this.#credentials);
    await keepPort(this.#place, this.#port);
    this.#state = 'running';
    this.#supervision = this.#supervise(exited);
  }

  /** Ends the server in an orderly way, within `stopTimeoutMs` plus ten seconds. Safe to call twice. Close your own
   *  connections first: an adopted server to which a Carillon is connected is left to that one. */
  stop(): Promise<void> {
    this.#stopped ??= this.#end(async () => {
      if (await this.#isUsedByAnother()) {
        this.#options.log.info('PostgreSQL goes on running: another Carillon uses it.');
        return;
      }
      const outcome = await stopServer(this.#pid, this.#cluster, this.#options.stopTimeoutMs ?? 20_000);
      if (outcome === 'immediate' || outcome === 'killed') {
        this.#options.log.warn(
          'PostgreSQL did not stop in time and was ended like a crash; the next start recovers it.',
        );
      }
    });
    return this.#stopped;
  }

  /** Leaves the server running, for another process that uses it, and stops watching over it. */
  release(): Promise<void> {
    this.#stopped ??= this.#end(() => Promise.resolve());
    return this.#stopped;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  async #end(finish: () => Promise<void>): Promise<void> {
    this.#ending.abort();
    await this.#supervision;
    await finish();
    this.#state = 'ended';
  }

  async #supervise(exited: Promise<string>): Promise<void> {
    const { signal } = this.#ending;
    const aborted = new Promise<undefined>((resolve) => {
      signal.addEventListener('abort', () => resolve(undefined), { once: true });
    });
    let watched = exited;
    for (;;) {
      const reason = await Promise.race([watched, aborted]);
      if (reason === undefined) return;
      this.#state = 'restarting';
      this.#options.log.warn(`PostgreSQL ended by itself (${reason}); starting it again.`);
      for (let waitMs = 100; ; waitMs = Math.min(waitMs * 2, 10_000)) {
        try {
          watched = (await this.#bringUp(false)).exited;
          break;
        } catch (error) {
          if (signal.aborted) return;
          const words = error instanceof Error ? error.message : String(error);
          this.#options.log.warn(`PostgreSQL could not be started again, next attempt in ${waitMs} ms: ${words}`);
          await sleep(waitMs, undefined, { signal }).catch(() => undefined);
        }
        if (signal.aborted) return;
      }
      this.#state = 'running';
      this.#options.log.info(`PostgreSQL runs again (process ${this.#pid}).`);
    }
  }

  /** Adopts or starts the server and waits until it answers. */
  async #bringUp(mayMove: boolean): Promise<Watched> {
    const deadline = performance.now() + lockTimeoutMs;
    for (let isFirst = true; ; isFirst = false) {
      const adopted = await this.#adopt();
      if (adopted !== undefined) return adopted;
      if (mayMove || this.#port === 0) this.#port = await this.#findPort();
      const { log } = this.#options;
      const server = await launch({
        binary: this.#place.binaries.postgres,
        cluster: this.#cluster,
        logFile: join(this.#place.home, 'postgres.log'),
        settings: { ...defaultSettings, ...durableSettings, ...this.#options.settings, port: this.#port },
        user: this.#place.user,
      });
      const failure = await this.#waitUntilReady(server).catch(async (error: unknown) => {
        await stopServer(server.pid, this.#cluster, 5_000);
        throw error;
      });
      if (failure === undefined) {
        this.#pid = server.pid;
        this.#isAdopted = false;
        return { exited: server.exited.then(({ reason }) => reason) };
      }
      // What another process does, or what the last server left behind, passes by itself; anything else does not.
      const passes = /lock file .* (already exists|is empty)|pre-existing shared memory|still in use/.test(failure);
      const isTaken = mayMove && this.#options.port === undefined && failure.includes('could not bind');
      if ((!passes && !isTaken) || performance.now() > deadline || this.#ending.signal.aborted) {
        throw new EmbeddedPostgresProblem(`PostgreSQL did not start: ${failure}`);
      }
      if (isFirst) log.info('PostgreSQL cannot start yet, since the one before has not gone entirely; trying again.');
      await sleep(250);
    }
  }

  async #findPort(): Promise<number> {
    const wanted = this.#options.port;
    if (wanted === undefined) return choosePort(this.#place, this.#options.log);
    if (await isFree(wanted)) return wanted;
    throw new EmbeddedPostgresProblem(`Port ${wanted}, where the database should listen, is taken by another program.`);
  }

  /** Takes over the server that runs on this cluster, if one does and answers. Takes a dead one's lock file away. */
  async #adopt(): Promise<Watched | undefined> {
    const started = performance.now();
    for (let isFirst = true; ; isFirst = false) {
      const lock = await readLockFile(this.#cluster);
      if (lock === undefined) return undefined;
      if (!(await isServerOf(lock.pid, this.#cluster))) {
        await removeStaleLockFile(this.#cluster, lock);
        return undefined;
      }
      if (lock.status === 'ready' && (await this.#answers(lock.port))) {
        if (await this.#isOutdated(lock)) {
          await stopServer(lock.pid, this.#cluster, 20_000);
          return undefined;
        }
        this.#pid = lock.pid;
        this.#isAdopted = true;
        this.#port = lock.port;
        this.#options.log.info(`Took over the PostgreSQL that was still running (process ${lock.pid}).`);
        return { exited: this.#watch(lock.pid) };
      }
      if (isFirst) this.#options.log.info(`Waiting for the PostgreSQL that runs on this data (process ${lock.pid}).`);
      if (performance.now() - started > (lock.status === 'ready' ? 20_000 : readyTimeoutMs)) {
        this.#options.log.warn(`The PostgreSQL that runs on this data does not answer: ending it.`);
        await stopServer(lock.pid, this.#cluster, 5_000);
      }
      await sleep(100);
      this.#ending.signal.throwIfAborted();
    }
  }

  /** True when an update has replaced the programs under the running server and nobody uses it: it could not load an
   *  extension any more. A living Carillon always holds a connection. */
  async #isOutdated(lock: LockFile): Promise<boolean> {
    const program = await readlink(`/proc/${lock.pid}/exe`).catch(() => '');
    if (!program.endsWith(' (deleted)')) return false;
    return (await this.#countClients(lock.port, '%')) === 0;
  }

  /** Other connections than the one that asks, by the pattern of their application's name. */
  async #countClients(port: number, pattern: string): Promise<number> {
    const [row] = await askServer<{ count: number }>(
      urlOf(superuser, this.#credentials.superuserPassword, port, 'postgres'),
      `select count(*)::int as count from pg_stat_activity
       where backend_type = 'client backend' and pid <> pg_backend_pid() and application_name like '${pattern}'`,
    );
    return row?.count ?? 0;
  }

  /** A start may fail before it has learnt from the lock that another Carillon works with this server: then our stop must
   *  not end it. Our own connections, closed a moment ago, may still be listed. */
  async #isUsedByAnother(): Promise<boolean> {
    if (!this.#isAdopted) return false;
    for (let attempt = 0; attempt < 20; attempt++) {
      const count = await this.#countClients(this.#port, 'carillon%').catch(() => 0);
      if (count === 0) return false;
      await sleep(100);
    }
    return true;
  }

  /** An adopted server is not our child: nobody tells us when it ends. */
  async #watch(pid: number): Promise<string> {
    while (!this.#ending.signal.aborted) {
      await sleep(500, undefined, { ref: false, signal: this.#ending.signal }).catch(() => undefined);
      if (!(await isServerOf(pid, this.#cluster))) return 'it is gone';
    }
    return 'no longer watched';
  }

  async #answers(port: number): Promise<boolean> {
    const url = urlOf(superuser, this.#credentials.superuserPassword, port, 'postgres');
    try {
      await askServer(url, 'select 1');
      return true;
    } catch (error) {
      if ((error as { code?: unknown }).code !== '28P01') return false;
      throw new EmbeddedPostgresProblem(
        `The database does not accept the password in ${join(this.#place.home, 'credentials.json')}: that file belongs to another database.`,
        { cause: error },
      );
    }
  }

  /** Undefined when the server answers; the reason when it ended instead. */
  async #waitUntilReady(server: StartedServer): Promise<string | undefined> {
    const started = performance.now();
    let nextWordMs = 10_000;
    let ended: { reason: string; output: string } | undefined;
    void server.exited.then((end) => (ended = end));
    for (;;) {
      await sleep(20);
      if (ended !== undefined) return [ended.output, ended.reason].filter(Boolean).join(' ');
      const lock = await readLockFile(this.#cluster).catch(() => undefined);
      if (lock?.pid === server.pid && lock.status === 'ready' && (await this.#answers(lock.port))) return undefined;
      const waitedMs = performance.now() - started;
      if (waitedMs > nextWordMs) {
        this.#options.log.info(
          `PostgreSQL is still starting after ${Math.round(waitedMs / 1000)} s (recovering, perhaps).`,
        );
        nextWordMs *= 2;
      }
      if (waitedMs > readyTimeoutMs || this.#ending.signal.aborted) {
        await stopServer(server.pid, this.#cluster, 5_000);
        return `it was not ready after ${Math.round(waitedMs / 1000)} s`;
      }
    }
  }
}
