import { createReadStream, writeSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';

/** An append-only file of lines. Lines that arrive while a write is under way are written together by the next one,
 *  so that a hundred requests share one sync (natural group commit, no timer). */
export class Journal {
  readonly #file: FileHandle;
  readonly #isSynced: boolean;
  #sizeBytes: number;
  #pending: string[] = [];
  #nextBatch: PromiseWithResolvers<void> | undefined;
  #running: Promise<void> | undefined;
  #failure: unknown;

  private constructor(file: FileHandle, sizeBytes: number, isSynced: boolean) {
    this.#file = file;
    this.#sizeBytes = sizeBytes;
    this.#isSynced = isSynced;
  }

  /** Opens or creates the file. A torn last line, left by a killed process, is cut off: nobody was told of it. */
  static async open(path: string, options: { synced: boolean }): Promise<Journal> {
    const file = await open(path, 'a+');
    const { size } = await file.stat();
    const whole = await endOfLastLine(file, size);
    if (whole < size) await file.truncate(whole);
    return new Journal(file, whole, options.synced);
  }

  /** Bytes written or about to be written. */
  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /** Resolves when the line is with the operating system, and on the disk if the journal is synced. Lines keep the
   *  order of the calls. Rejects, now and ever after, once a write has failed: a journal with a hole proves nothing. */
  append(line: string): Promise<void> {
    this.#pending.push(line, '\n');
    this.#sizeBytes += Buffer.byteLength(line) + 1;
    this.#nextBatch ??= Promise.withResolvers<void>();
    const { promise } = this.#nextBatch;
    this.#running ??= this.#run();
    return promise;
  }

  /** Resolves when everything appended so far is written. */
  async flushed(): Promise<void> {
    await (this.#nextBatch?.promise ?? this.#running);
  }

  /** Brings what is written to the disk. */
  sync(): Promise<void> {
    return this.#file.datasync();
  }

  async close(): Promise<void> {
    await this.#running;
    await this.#file.close();
  }

  async #run(): Promise<void> {
    // The first line waits for the end of its turn of the event loop: what the same turn appends goes with it.
    await nextTurn();
    while (this.#nextBatch) {
      const batch = this.#nextBatch;
      const text = this.#pending.join('');
      this.#pending = [];
      this.#nextBatch = undefined;
      try {
        if (this.#failure) throw this.#failure;
        this.#write(Buffer.from(text));
        if (this.#isSynced) await this.#file.datasync();
        batch.resolve();
      } catch (error) {
        this.#failure = error;
        // The promise may have no listener (state is recorded without waiting); the failure stays and meets the next.
        batch.promise.catch(() => undefined);
        batch.reject(error);
      }
    }
    this.#running = undefined;
  }

  /** Hands the bytes to the operating system. Synchronous on purpose: it copies into the page cache, which takes less
   *  than the way to the thread pool and back; only the sync to the disk is worth waiting for elsewhere. */
  #write(bytes: Buffer): void {
    for (let written = 0; written < bytes.length; ) {
      written += writeSync(this.#file.fd, bytes, written);
    }
  }
}

async function endOfLastLine(file: FileHandle, sizeBytes: number): Promise<number> {
  const chunk = Buffer.alloc(65_536);
  let end = sizeBytes;
  while (end > 0) {
    const start = Math.max(0, end - chunk.length);
    const { bytesRead } = await file.read(chunk, 0, end - start, start);
    const newline = chunk.subarray(0, bytesRead).lastIndexOf(10);
    if (newline >= 0) return start + newline + 1;
    end = start;
  }
  return 0;
}

export interface JournalLine {
  text: string;
  offsetBytes: number;
}

/** Reads the complete lines of a journal from a byte offset (which must be the start of a line); a torn last line is
 *  left out, a file that does not exist has no lines. */
export async function* readLines(path: string, fromBytes = 0): AsyncGenerator<JournalLine> {
  let rest: Buffer = Buffer.alloc(0);
  let offsetBytes = fromBytes;
  try {
    for await (const chunk of createReadStream(path, { start: fromBytes, highWaterMark: 262_144 })) {
      rest = rest.length === 0 ? (chunk as Buffer) : Buffer.concat([rest, chunk as Buffer]);
      let start = 0;
      for (let newline = rest.indexOf(10); newline >= 0; newline = rest.indexOf(10, start)) {
        yield { text: rest.toString('utf8', start, newline), offsetBytes: offsetBytes + start };
        start = newline + 1;
      }
      offsetBytes += start;
      rest = rest.subarray(start);
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
