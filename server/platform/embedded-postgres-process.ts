import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { closeSync, fstatSync, openSync } from 'node:fs';
import { open, readFile, readlink, realpath, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

/** The operating system user that the server runs as; absent: the user that we are. */
export interface RunAs {
  readonly uid: number;
  readonly gid: number;
}

/** The embedded database cannot run, for a reason that a person has to mend. The message says which and how. */
export class EmbeddedPostgresProblem extends Error {
  override readonly name = 'EmbeddedPostgresProblem';
}

// Nothing of our own environment is handed down: it holds secrets, and /proc shows it to the server's user. The
// messages must be English, because we read some of them.
const serverEnvironment = { PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin', LC_ALL: 'C', TZ: 'UTC' };

/** Runs one command to its end as another user; rejects with its standard error in the message. */
export async function runAs(user: RunAs | undefined, file: string, args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(file, args, {
    ...user,
    cwd: '/',
    env: serverEnvironment,
    timeout: 120_000,
    maxBuffer: 4 << 20,
  });
  return stdout;
}

/** What `postmaster.pid` says. The status is `starting`, `ready`, `stopping` or `standby`, or empty very early. */
export interface LockFile {
  readonly pid: number;
  readonly port: number;
  readonly status: string;
}

export async function readLockFile(cluster: string): Promise<LockFile | undefined> {
  const text = await readFile(join(cluster, 'postmaster.pid'), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  const lines = text?.split('\n') ?? [];
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 1) return undefined;
  return { pid, port: Number(lines[3] ?? 0), status: (lines[7] ?? '').trim() };
}

/** True when `pid` is a living PostgreSQL server of this cluster: not a zombie, not another program that got the number
 *  of a dead one. */
export async function isServerOf(pid: number, cluster: string): Promise<boolean> {
  const command = await commandOf(pid);
  // Backends are titled "postgres: …"; the server itself keeps its command line.
  if (command === undefined || !/(^|\/)postgres /.test(`${command} `)) return false;
  if (`${command} `.includes(` -D ${cluster} `)) return true;
  // Somebody started it by hand, with another spelling of the folder. Our own servers never come here.
  const folder = await readlink(`/proc/${pid}/cwd`).catch(() => undefined);
  return folder === undefined ? !/ -D \//.test(command) : folder === (await realpath(cluster));
}

async function commandOf(pid: number): Promise<string | undefined> {
  // The command line and not /proc/PID/exe: a container's root may not look at the latter for another user's process.
  const fromProc = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => undefined);
  if (fromProc !== undefined) return fromProc.replaceAll('\0', ' ').trim() || undefined;
  if (process.platform === 'linux') return undefined;
  const listed = await promisify(execFile)('ps', ['-ww', '-o', 'command=', '-p', String(pid)]).catch(() => undefined);
  return listed?.stdout.trim() || undefined;
}

/**
 * Takes away a lock file whose process is dead, a zombie, or another program with the same number. PostgreSQL does this
 * itself when the number is free, and refuses for ever when it is not. Its second guard stays: it also refuses while
 * any process is attached to the shared memory of this cluster.
 */
export async function removeStaleLockFile(cluster: string, judged: LockFile): Promise<void> {
  const aside = join(cluster, `postmaster.pid.stale-${process.pid}`);
  await rename(join(cluster, 'postmaster.pid'), aside).catch(() => undefined);
  const moved = await readFile(aside, 'utf8').catch(() => undefined);
  // A server that started in this instant has written its own file: give it back, it looks for it.
  if (moved !== undefined && Number(moved.split('\n')[0]) !== judged.pid) {
    await rename(aside, join(cluster, 'postmaster.pid'));
  } else await rm(aside, { force: true });
}

/** A server that we started. `exited` resolves with what it wrote to its log since its start. */
export interface StartedServer {
  readonly pid: number;
  readonly child: ChildProcess;
  readonly exited: Promise<{ reason: string; output: string }>;
}

const logLimitBytes = 8 << 20;

/** Starts `postgres`. It outlives us if we are killed: own session (Ctrl-C of a terminal reaches only us, so that work in
 *  flight can be finished), and a log file instead of a pipe that would break. */
export async function launch(options: {
  binary: string;
  cluster: string;
  logFile: string;
  settings: Readonly<Record<string, string | number>>;
  user: RunAs | undefined;
}): Promise<StartedServer> {
  const { size } = await stat(options.logFile).catch(() => ({ size: 0 }));
  if (size > logLimitBytes) await rename(options.logFile, `${options.logFile}.1`);
  const log = openSync(options.logFile, 'a', 0o600);
  const logStart = fstatSync(log).size;
  const args = Object.entries(options.settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  try {
    const child = spawn(options.binary, ['-D', options.cluster, ...args], {
      ...options.user,
      cwd: '/',
      env: serverEnvironment,
      detached: true,
      stdio: ['ignore', log, log],
    });
    const exited = new Promise<string>((resolve) => {
      child.once('error', (error) => resolve(error.message));
      child.once('exit', (code, signal) => resolve(signal === null ? `exit code ${code}` : `signal ${signal}`));
    }).then(async (reason) => ({ reason, output: await readFrom(options.logFile, logStart) }));
    child.unref();
    return { pid: child.pid ?? 0, child, exited };
  } finally {
    closeSync(log);
  }
}

async function readFrom(file: string, start: number): Promise<string> {
  const handle = await open(file, 'r').catch(() => undefined);
  if (handle === undefined) return '';
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(16_384), 0, 16_384, start);
    return buffer.toString('utf8', 0, bytesRead).trim();
  } finally {
    await handle.close();
  }
}

/** Ends a server: fast (open transactions are rolled back, a checkpoint is written), then immediate (like a crash: the
 *  next start recovers, nothing acknowledged is lost), then by force. Returns how it ended. */
export async function stopServer(
  pid: number,
  cluster: string,
  fastTimeoutMs: number,
): Promise<'already gone' | 'fast' | 'immediate' | 'killed'> {
  if (!(await isServerOf(pid, cluster))) return 'already gone';
  const steps = [
    ['SIGINT', fastTimeoutMs, 'fast'],
    ['SIGQUIT', 5_000, 'immediate'],
    ['SIGKILL', 5_000, 'killed'],
  ] as const;
  for (const [signal, timeoutMs, outcome] of steps) {
    try {
      process.kill(pid, signal);
    } catch {
      // It ended between the look and the signal.
    }
    const deadline = performance.now() + timeoutMs;
    while (performance.now() < deadline) {
      if (!(await isServerOf(pid, cluster))) return outcome;
      await sleep(20);
    }
  }
  throw new EmbeddedPostgresProblem(`PostgreSQL (process ${pid}) does not end, not even when killed.`);
}
