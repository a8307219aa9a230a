import { rename, rm } from 'node:fs/promises';
import { Journal, readLines } from './journal.ts';

/** Everything that the sandbox remembers besides the ledger, as a journal of small changes. It is read whole at the
 *  start, rewritten as the shortest journal that leads to the same state, and appended to from then on. */
export class StateJournal {
  readonly #path: string;
  readonly #parts = new Map<string, (value: never) => void>();
  readonly #snapshots: (() => Iterable<readonly [string, unknown]>)[] = [];
  readonly #compactAtBytes: number;
  #journal: Journal | undefined;
  #fresh: Journal | undefined;
  #startBytes = 0;
  #compaction: Promise<void> | undefined;

  /** The journal is rewritten while it runs, too, each time it has grown by `compactAtBytes`. */
  constructor(path: string, compactAtBytes = 256_000_000) {
    this.#path = path;
    this.#compactAtBytes = compactAtBytes;
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
    await this.#rewrite();
  }

  /** Notes a change. It reaches the operating system, and so outlives the process, before `flushed` resolves; it is
   *  not synced to the disk: what must outlive the machine is in the ledger. */
  record(kind: string, value: unknown): void {
    if (!this.#journal) return;
    const line = JSON.stringify([kind, value]);
    this.#journal.append(line).catch(() => undefined);
    // While the journal is rewritten both files get the change: a kill leaves one of them, and either is whole.
    this.#fresh?.append(line).catch(() => undefined);
    if (this.#journal.sizeBytes - this.#startBytes > this.#compactAtBytes) {
      this.#compaction ??= this.#rewrite().finally(() => (this.#compaction = undefined));
    }
  }

  async flushed(): Promise<void> {
    await this.#journal?.flushed();
  }

  async close(): Promise<void> {
    await this.#compaction;
    await this.#journal?.close();
  }

  async #rewrite(): Promise<void> {
    const path = `${this.#path}.fresh`;
    await rm(path, { force: true });
    const fresh = await Journal.open(path, { synced: false });
    // The snapshot is taken in one turn of the event loop, so that no change falls between it and what follows.
    for (const list of this.#snapshots) for (const change of list()) void fresh.append(JSON.stringify(change));
    this.#fresh = fresh;
    this.#startBytes = fresh.sizeBytes;
    await fresh.flushed();
    await fresh.sync();
    await rename(path, this.#path);
    const old = this.#journal;
    this.#journal = fresh;
    this.#fresh = undefined;
    await old?.close();
  }
}
