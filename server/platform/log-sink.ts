import { constants, openSync, write } from 'node:fs';
import type { DestinationStream } from 'pino';

const maxQueuedBytes = 4 * 1024 * 1024;
const retryMs = 50;

/** Where log lines go: a file descriptor that is never waited for. When its reader stops reading, up to four megabytes are
 *  kept and further lines are counted and dropped, since a server must not stand still for the sake of its log. */
export class LogSink implements DestinationStream {
  readonly #fd: number;
  #queue: Buffer[] = [];
  #queuedBytes = 0;
  #isWriting = false;
  #isBroken = false;
  #untold = 0;
  #onIdle: (() => void)[] = [];
  dropped = 0;

  constructor(fd: number) {
    this.#fd = openUnblocked(fd);
  }

  write(line: string): void {
    if (this.#isBroken || this.#queuedBytes >= maxQueuedBytes) {
      this.dropped++;
      this.#untold++;
      return;
    }
    if (this.#untold > 0 && this.#queuedBytes < maxQueuedBytes / 2) {
      const notice = {
        level: 'warn',
        time: new Date().toISOString(),
        msg: `${this.#untold} log lines were dropped: nobody read them.`,
      };
      this.#untold = 0;
      this.#push(`${JSON.stringify(notice)}\n`);
    }
    this.#push(line);
    if (!this.#isWriting) this.#writeOn();
  }

  /** Waits until everything is written, `limitMs` at most. True when it is. */
  drain(limitMs: number): Promise<boolean> {
    if (!this.#isWriting) return Promise.resolve(true);
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), limitMs);
      this.#onIdle.push(() => {
        clearTimeout(timer);
        resolve(true);
      });
    });
  }

  #push(line: string): void {
    const bytes = Buffer.from(line, 'utf8');
    this.#queue.push(bytes);
    this.#queuedBytes += bytes.length;
  }

  #writeOn(): void {
    if (this.#queue.length === 0) {
      this.#isWriting = false;
      for (const tell of this.#onIdle.splice(0)) tell();
      return;
    }
    this.#isWriting = true;
    const chunk = this.#queue.length === 1 ? (this.#queue[0] as Buffer) : Buffer.concat(this.#queue);
    this.#queue = [];
    write(this.#fd, chunk, 0, chunk.length, null, (error, written) => {
      if (error !== null && error.code !== 'EAGAIN') {
        // The reader is gone, or the disk is full: nothing that is worth ending the server for.
        this.#isBroken = error.code === 'EPIPE' || error.code === 'EBADF';
        this.#queuedBytes -= chunk.length;
        this.dropped++;
        this.#untold++;
        this.#writeOn();
        return;
      }
      const done = error === null ? written : 0;
      this.#queuedBytes -= done;
      if (done < chunk.length) this.#queue.unshift(chunk.subarray(done));
      if (error === null) this.#writeOn();
      else setTimeout(() => this.#writeOn(), retryMs).unref();
    });
  }
}

// A write to a full pipe blocks one thread of Node's pool, and the process cannot even exit. Opened anew through /proc the
// pipe gets flags of its own, so that only our writes are turned away at once and nobody else's who shares the pipe.
// Where there is no /proc the descriptor itself has to do.
function openUnblocked(fd: number): number {
  try {
    return openSync(`/proc/self/fd/${fd}`, constants.O_WRONLY | constants.O_APPEND | constants.O_NONBLOCK);
  } catch {
    return fd;
  }
}
