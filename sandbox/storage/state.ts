import { rename, rm } from 'node:fs/promises';
import { Journal, readLines } from './journal.ts';

/** Everything that the sandbox remembers besides the ledger, as a journal of small changes. It is read whole at the
 *  start, rewritten as the shortest journal that leads to the same state, and appended to from then on. */
export class StateJournal {
  readonly #path: string;
  readonly #parts = new Map<string, (value: never) => void>();
  readonly #snapshots: (() => Iterable<readonly [string, unknown]>)[] = [];
  #journal: Journal | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  /** Says how a kind of change is applied. All kinds are registered before `load`. */
  on<Value>(kind: string, apply: (value: Value) => void): void {
    this.#parts.set(kind, apply as (value: never) => void);
  }

  /** Gives the changes that rebuild a part of the state. */
  snapshot(list: () => Iterable<readonly [string, unknown]>): void {
    this.#snapshots.push(list);
  }

  async load(): Promise<void> {
    for await (const line of readLines(this.#path)) {
      const [kind, value] = JSON.parse(line.text) as [string, never];
      this.#parts.get(kind)?.(value);
    }
    const fresh = `${this.#path}.fresh`;
    await rm(fresh, { force: true });
    const journal = await Journal.open(fresh, { synced: true });
    for (const list of this.#snapshots) for (const change of list()) void journal.append(JSON.stringify(change));
    await journal.flushed();
    await journal.close();
    await rename(fresh, this.#path);
    this.#journal = await Journal.open(this.#path, { synced: false });
  }

  /** Notes a change. It reaches the operating system, and so outlives the process, before `flushed` resolves; it is
   *  not synced to the disk: what must outlive the machine is in the ledger. */
  record(kind: string, value: unknown): void {
    this.#journal?.append(JSON.stringify([kind, value])).catch(() => undefined);
  }

  async flushed(): Promise<void> {
    await this.#journal?.flushed();
  }

  async close(): Promise<void> {
    await this.#journal?.close();
  }
}
