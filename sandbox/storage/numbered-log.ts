import { Journal, readLines } from './journal.ts';

/** A journal whose lines are JSON objects numbered from 1 by `seq`, readable from any number. It keeps one offset for
 *  every 256 lines in memory and nothing else, so that it may grow for days. */
export class NumberedLog<Entry extends { seq: number }> {
  readonly #path: string;
  readonly #journal: Journal;
  readonly #offsets: number[];
  #lastSeq: number;

  private constructor(path: string, journal: Journal, offsets: number[], lastSeq: number) {
    this.#path = path;
    this.#journal = journal;
    this.#offsets = offsets;
    this.#lastSeq = lastSeq;
  }

  static async open<Entry extends { seq: number }>(
    path: string,
    options: { synced: boolean },
  ): Promise<NumberedLog<Entry>> {
    const journal = await Journal.open(path, options);
    const offsets: number[] = [];
    let count = 0;
    for await (const line of readLines(path)) {
      if (count % LINES_PER_OFFSET === 0) offsets.push(line.offsetBytes);
      count++;
    }
    return new NumberedLog<Entry>(path, journal, offsets, count);
  }

  get lastSeq(): number {
    return this.#lastSeq;
  }

  /** Numbers and writes an entry; resolves as `Journal.append` does. */
  append(entry: Omit<Entry, 'seq'>): Promise<void> {
    if (this.#lastSeq % LINES_PER_OFFSET === 0) this.#offsets.push(this.#journal.sizeBytes);
    this.#lastSeq++;
    return this.#journal.append(JSON.stringify({ seq: this.#lastSeq, ...entry }));
  }

  /** Entries with a number above `after`, oldest first, at most `limit`. */
  async read(after: number, limit: number): Promise<Entry[]> {
    if (after >= this.#lastSeq) return [];
    await this.#journal.flushed();
    const entries: Entry[] = [];
    const from = this.#offsets[Math.floor(after / LINES_PER_OFFSET)];
    for await (const line of readLines(this.#path, from)) {
      const entry = JSON.parse(line.text) as Entry;
      if (entry.seq > after) entries.push(entry);
      if (entries.length === limit) break;
    }
    return entries;
  }

  close(): Promise<void> {
    return this.#journal.close();
  }
}

const LINES_PER_OFFSET = 256;
