import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const root = join(import.meta.dirname, '../..');
/** Dozens of processes run the same code one after the other; those that end in order keep it compiled for the next. */
const compileCache = join(root, 'node_modules/.cache/faults');
const startLimitMs = 60_000;
const endLimitMs = 40_000;

export interface ChildOptions {
  /** Relative to the repository. */
  program: string;
  args?: string[];
  env: Record<string, string>;
  /** The file that standard error goes to; null: a pipe that nobody reads. */
  log: string | null;
  /** The `event` of the JSON line on standard output that says it serves. */
  readyEvent: string;
  /** Most file descriptors it may have. */
  descriptors?: number;
}

/** A process of ours that a scenario may kill, stop and look at from outside. */
export class Child {
  readonly #process: ChildProcess;
  readonly exited: Promise<string>;
  ready: Record<string, unknown> = {};

  private constructor(process: ChildProcess) {
    this.#process = process;
    this.exited = once(process, 'exit').then(([code, signal]) => String(signal ?? code));
  }

  /** Resolves when it serves; rejects when it ends before. */
  static async start(options: ChildOptions): Promise<Child> {
    const log = options.log === null ? undefined : openSync(options.log, 'a');
    const node = [process.execPath, options.program, ...(options.args ?? [])];
    const limited = options.descriptors === undefined ? node : ['prlimit', `--nofile=${options.descriptors}`, ...node];
    const [command = '', ...args] = limited;
    const spawned = spawn(command, args, {
      cwd: root,
      env: { PATH: process.env['PATH'] ?? '', NODE_ENV: 'test', NODE_COMPILE_CACHE: compileCache, ...options.env },
      stdio: ['ignore', 'pipe', log ?? 'pipe'],
    });
    if (log !== undefined) closeSync(log);
    const child = new Child(spawned);
    const limit = setTimeout(() => spawned.kill('SIGKILL'), startLimitMs);
    try {
      const ready = await Promise.race([readyLine(spawned, options.readyEvent), child.exited]);
      if (typeof ready === 'string') {
        const words = options.log === null ? '' : (await readFile(options.log, 'utf8')).slice(-2_000);
        throw new Error(`${options.program} ended with ${ready} before it served:\n${words}`);
      }
      child.ready = ready;
      return child;
    } finally {
      clearTimeout(limit);
    }
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  get hasEnded(): boolean {
    return this.#process.exitCode !== null || this.#process.signalCode !== null;
  }

  /** To this process alone; nothing happens when it is gone. */
  signal(name: NodeJS.Signals): void {
    if (!this.hasEnded) this.#process.kill(name);
  }

  /** As a crash would. */
  async kill(): Promise<void> {
    this.signal('SIGKILL');
    await this.exited;
  }

  /** Asks it to end and gives its exit code or signal. Killed when it does not within the limit, which the answer shows. */
  async terminate(): Promise<string> {
    this.signal('SIGCONT');
    this.signal('SIGTERM');
    const limit = setTimeout(() => this.signal('SIGKILL'), endLimitMs);
    const how = await this.exited;
    clearTimeout(limit);
    return how;
  }

  /** Open file descriptors, and resident memory in bytes. */
  async resources(): Promise<{ descriptors: number; residentBytes: number }> {
    const descriptors = (await readdir(`/proc/${this.pid}/fd`)).length;
    const pages = Number((await readFile(`/proc/${this.pid}/statm`, 'utf8')).split(' ')[1]);
    return { descriptors, residentBytes: pages * 4096 };
  }
}

async function readyLine(child: ChildProcess, event: string): Promise<Record<string, unknown>> {
  if (!child.stdout) throw new Error('The child has no standard output.');
  const lines = createInterface({ input: child.stdout });
  for await (const line of lines) {
    if (!line.startsWith('{')) continue;
    const message = JSON.parse(line) as Record<string, unknown>;
    if (message['event'] === event) {
      child.stdout.resume();
      return message;
    }
  }
  return new Promise<never>(() => undefined);
}

/** A port that was free a moment ago, for a server that has to come back on the same one. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('There is no free port.');
  return address.port;
}
