import { FairLines } from './fair-lines.ts';

/**
 * Natural group commit: one flush is under way at a time, and whatever arrives meanwhile goes with the next one. There is
 * no timer, so a lone caller does not wait, and under load the batches grow by themselves. Who shares it takes turns.
 */
export class GroupCommit<Item, Result> {
  readonly #flush: (items: Item[]) => Promise<Result[]>;
  readonly #maxBatch: number;
  readonly #weigh: (item: Item) => number;
  readonly #lineOf: (item: Item) => string;
  readonly #onFull: () => Error;
  readonly #mayRetryAlone: (error: unknown) => boolean;
  readonly #waiting: FairLines<Waiting<Item, Result>>;
  #flushing: Promise<void> | null = null;

  constructor(options: {
    /** Writes the batch in one statement or transaction; gives one result an item, in order. */
    flush: (items: Item[]) => Promise<Result[]>;
    /** What one flush takes at most, by the sum of weights; an item that weighs more goes alone. */
    maxBatch: number;
    /** 1 for each item when absent. */
    weigh?: (item: Item) => number;
    /** What may wait, by weight; more is refused with `onFull()`: the lines in front of the database are bounded. */
    maxWaiting: number;
    /** Whose line an item waits in: lines take turns and share the room. One line for all when absent. */
    lineOf?: (item: Item) => string;
    onFull: () => Error;
    /** True when the batch is known not to have been written, so that its items may be written one by one to find the bad one. */
    mayRetryAlone?: (error: unknown) => boolean;
  }) {
    this.#flush = options.flush;
    this.#maxBatch = options.maxBatch;
    this.#weigh = options.weigh ?? (() => 1);
    this.#waiting = new FairLines(options.maxWaiting, options.lineOf !== undefined);
    this.#lineOf = options.lineOf ?? (() => '');
    this.#onFull = options.onFull;
    this.#mayRetryAlone = options.mayRetryAlone ?? (() => false);
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  /** Something is being flushed or waits for it. */
  get isBusy(): boolean {
    return this.#flushing !== null;
  }

  add(item: Item): Promise<Result> {
    return new Promise<Result>((resolve, reject) => {
      const hasRoom = this.#waiting.push(this.#lineOf(item), { item, resolve, reject }, this.#weigh(item));
      if (hasRoom) this.#flushing ??= this.#run();
      else reject(this.#onFull());
    });
  }

  /** Resolves when nothing waits and nothing is under way. */
  async drain(): Promise<void> {
    while (this.#flushing) await this.#flushing;
  }

  async #run(): Promise<void> {
    // One turn of the event loop lets the requests that arrived together share the first flush.
    await new Promise<void>((resolve) => setImmediate(resolve));
    while (this.#waiting.size > 0) {
      const batch = this.#waiting.take(this.#maxBatch);
      try {
        const results = await this.#flush(batch.map((entry) => entry.item));
        batch.forEach((entry, index) => entry.resolve(results[index] as Result));
      } catch (error) {
        if (batch.length === 1 || !this.#mayRetryAlone(error)) {
          for (const entry of batch) entry.reject(error);
        } else {
          await this.#oneByOne(batch);
        }
      }
    }
    this.#flushing = null;
  }

  async #oneByOne(batch: Waiting<Item, Result>[]): Promise<void> {
    for (const entry of batch) {
      try {
        const [result] = await this.#flush([entry.item]);
        entry.resolve(result as Result);
      } catch (error) {
        entry.reject(error);
      }
    }
  }
}

interface Waiting<Item, Result> {
  item: Item;
  resolve: (result: Result) => void;
  reject: (error: unknown) => void;
}
