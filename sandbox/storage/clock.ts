/** The sandbox's own time. It runs with the machine's clock and can be moved forward, so that a test need not wait
 *  for a service window to close. Everything that is due follows it. All instants are milliseconds of the epoch. */
export class SandboxClock {
  #advancedMs: number;
  readonly #heap: Timer[] = [];
  #order = 0;
  #alarm: NodeJS.Timeout | undefined;
  #alarmAt = Number.POSITIVE_INFINITY;
  #closed = false;

  constructor(advancedMs = 0) {
    this.#advancedMs = advancedMs;
  }

  now(): number {
    return Date.now() + this.#advancedMs;
  }

  get advancedMs(): number {
    return this.#advancedMs;
  }

  get waiting(): number {
    return this.#heap.length;
  }

  /** Moves the clock forward and runs what became due, in the order of the due times. */
  advance(ms: number): void {
    this.#advancedMs += ms;
    this.#runDue();
  }

  /** Restores the offset of an earlier run; before anything is scheduled. */
  restore(advancedMs: number): void {
    this.#advancedMs = advancedMs;
  }

  /** Runs `deed` once the clock shows `atMs`, never before the caller has returned. */
  at(atMs: number, deed: () => void): void {
    if (this.#closed) return;
    this.#push({ atMs, order: this.#order++, deed });
    this.#setAlarm();
  }

  after(ms: number, deed: () => void): void {
    this.at(this.now() + ms, deed);
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#alarm);
    this.#heap.length = 0;
  }

  #setAlarm(): void {
    const first = this.#heap[0];
    if (!first || first.atMs >= this.#alarmAt) return;
    clearTimeout(this.#alarm);
    this.#alarmAt = first.atMs;
    // setTimeout takes at most 2^31-1 ms; a longer wait wakes up early and looks again.
    const delay = Math.min(Math.max(first.atMs - this.now(), 0), 2_000_000_000);
    this.#alarm = setTimeout(() => this.#runDue(), delay);
  }

  #runDue(): void {
    clearTimeout(this.#alarm);
    this.#alarmAt = Number.POSITIVE_INFINITY;
    const now = this.now();
    let first = this.#heap[0];
    while (first && first.atMs <= now && !this.#closed) {
      this.#pop();
      first.deed();
      first = this.#heap[0];
    }
    if (!this.#closed) this.#setAlarm();
  }

  #push(timer: Timer): void {
    const heap = this.#heap;
    let index = heap.push(timer) - 1;
    while (index > 0) {
      const parentIndex = (index - 1) >> 1;
      const parent = heap[parentIndex] as Timer;
      if (!isEarlier(timer, parent)) break;
      heap[index] = parent;
      index = parentIndex;
    }
    heap[index] = timer;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (!last || heap.length === 0) return;
    let index = 0;
    for (;;) {
      let childIndex = 2 * index + 1;
      const left = heap[childIndex];
      if (!left) break;
      const right = heap[childIndex + 1];
      if (right && isEarlier(right, left)) childIndex++;
      const child = heap[childIndex] as Timer;
      if (!isEarlier(child, last)) break;
      heap[index] = child;
      index = childIndex;
    }
    heap[index] = last;
  }
}

interface Timer {
  atMs: number;
  /** Keeps timers of the same instant in the order in which they were set. */
  order: number;
  deed: () => void;
}

function isEarlier(one: Timer, other: Timer): boolean {
  return one.atMs < other.atMs || (one.atMs === other.atMs && one.order < other.order);
}

/** ISO 8601 in UTC. `Date`, because this runs several times for each message and Temporal costs ten times as much. */
export function isoInstant(ms: number): string {
  if (ms !== lastMs) {
    lastMs = ms;
    lastText = new Date(ms).toISOString();
  }
  return lastText;
}

// Under load many events share a millisecond.
let lastMs = Number.NaN;
let lastText = '';

/** Whole seconds of the epoch as text, the form of WhatsApp's timestamps. */
export function epochSeconds(ms: number): string {
  return String(Math.floor(ms / 1000));
}
