import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface SandboxChild {
  address: string;
  phone: string;
  /** Of its mail server, `smtp://…`. */
  mail: string;
  /** Resolves with the reason when the sandbox ended without being asked. */
  ended: Promise<string>;
  stop(): Promise<void>;
}

const startLimitMs = 20_000;

/**
 * Starts the simulated providers as a process of their own. The IPC channel ties it to us: when this process is killed,
 * the channel closes and the sandbox ends too, so that the next start finds its port free.
 */
export async function startSandboxChild(options: {
  port: number;
  dataFolder: string;
  scenario?: string | undefined;
}): Promise<SandboxChild> {
  const child = fork(fileURLToPath(new URL('../sandbox/main.ts', import.meta.url)), [], {
    env: {
      CARILLON_SANDBOX_PORT: String(options.port),
      CARILLON_SANDBOX_DATA: options.dataFolder,
      ...(options.scenario === undefined ? {} : { CARILLON_SANDBOX_SCENARIO: options.scenario }),
    },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    // In its own group, so that Ctrl-C reaches it through us, after the messages under way are settled.
    detached: true,
  });
  const errors: string[] = [];
  child.stderr?.on('data', (chunk: Buffer) => {
    errors.push(chunk.toString());
    errors.splice(0, errors.length - 20);
  });
  const exited = once(child, 'exit').then(([code, signal]) => `It ended with ${String(signal ?? code)}.`);
  const ready = await Promise.race([
    firstLine(child),
    exited.then((reason) => ({ failed: reason })),
    new Promise<{ failed: string }>((resolve) =>
      setTimeout(() => resolve({ failed: 'It did not start in time.' }), startLimitMs).unref(),
    ),
  ]);
  if ('failed' in ready) {
    child.kill('SIGKILL');
    throw new Error(`The sandbox did not start: ${ready.failed} ${errors.join('').trim()}`);
  }
  let asked = false;
  return {
    address: ready.address,
    phone: ready.phone,
    mail: ready.mail,
    ended: exited.then((reason) => (asked ? new Promise<never>(() => undefined) : reason)),
    stop: async () => {
      asked = true;
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGTERM');
      const limit = setTimeout(() => child.kill('SIGKILL'), 5_000);
      await exited;
      clearTimeout(limit);
    },
  };
}

async function firstLine(child: ChildProcess): Promise<{ address: string; phone: string; mail: string }> {
  if (!child.stdout) throw new Error('The sandbox has no output to read.');
  const lines = createInterface({ input: child.stdout });
  for await (const line of lines) {
    const message = JSON.parse(line) as { event?: string; address: string; phone: string; mail: string };
    // The rest of its output is of no use here, but a full pipe would stop it.
    child.stdout.resume();
    if (message.event === 'sandbox_ready') return message;
  }
  return new Promise<never>(() => undefined);
}
