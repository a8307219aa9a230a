import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

// Every part of a measurement is a process of its own, so that none of them borrows another's event loop. They are
// spoken to over the channel that `fork` gives, and end with the process that started them.

type Handlers = Record<string, (argument: never) => unknown>;

/** The child's side: answers each call with what its handler gives. */
export function serve(handlers: Handlers): void {
  process.on('message', (call: { id: number; name: string; argument: never }) => {
    const run = async () => handlers[call.name]?.(call.argument);
    run().then(
      (result) => process.send?.({ id: call.id, result }),
      (error: unknown) =>
        process.send?.({ id: call.id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
    );
  });
  // Ctrl-C reaches every process of the terminal; the run ends its children in its own order.
  process.on('SIGINT', () => undefined);
  process.on('disconnect', () => process.exit(0));
  process.send?.({ ready: true });
}

/** The parent's side. */
export class Child implements AsyncDisposable {
  readonly #process: ChildProcess;
  readonly #calls = new Map<number, { resolve: (result: unknown) => void; reject: (error: Error) => void }>();
  #nextId = 0;

  private constructor(child: ChildProcess) {
    this.#process = child;
  }

  /** Starts a file of this folder, and resolves when it takes calls. */
  static async start(file: string): Promise<Child> {
    const child = new Child(fork(fileURLToPath(new URL(file, import.meta.url)), [], { serialization: 'advanced' }));
    await new Promise<void>((resolve, reject) => {
      child.#process.on('message', (answer: { id?: number; ready?: true; result?: unknown; error?: string }) => {
        if (answer.ready) return resolve();
        const call = child.#calls.get(answer.id ?? -1);
        child.#calls.delete(answer.id ?? -1);
        if (answer.error === undefined) call?.resolve(answer.result);
        else call?.reject(new Error(`${file}: ${answer.error}`));
      });
      child.#process.on('exit', (code, signal) => {
        const error = new Error(`${file} ended (${signal ?? code}).`);
        reject(error);
        for (const call of child.#calls.values()) call.reject(error);
      });
    });
    return child;
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  call<Result>(name: string, argument?: unknown): Promise<Result> {
    return new Promise<Result>((resolve, reject) => {
      const id = this.#nextId++;
      this.#calls.set(id, { resolve: resolve as (result: unknown) => void, reject });
      this.#process.send({ id, name, argument });
    });
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const ended = new Promise((resolve) => this.#process.once('exit', resolve));
    this.#process.disconnect();
    const timer = setTimeout(() => this.#process.kill('SIGKILL'), 5_000);
    await ended;
    clearTimeout(timer);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }
}
