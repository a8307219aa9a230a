/** The sandbox's own time. It runs with the machine's clock, can be moved forward so that a test need not wait for a
 *  service window to close, and can run faster, stand still or be taken from timer to timer. Everything that is due
 *  follows it. All instants are milliseconds of the epoch. */
export class SandboxClock {
  #advancedMs: number;
  /** Set while time does not run as fast as the machine's. */
  #own: { fromMs: number; sinceMs: number; speed: number } | undefined;
  #isStepped = false;
  readonly #heap: Timer[] = [];
  #order = 0;
  #alarm: NodeJS.Timeout | undefined;
  #alarmAt = Number.POSITIVE_INFINITY;
  #closed = false;

  constructor(advancedMs = 0) {
    this.#advancedMs = advancedMs;
  }

  now(): number {
    const own = this.#own;
    if (!own) return Date.now() + this.#advancedMs;
    return Math.floor(own.fromMs + (performance.now() - own.sinceMs) * own.speed);
  }

  /** By how much the machine's clock is behind; negative if it is ahead. */
  get advancedMs(): number {
    return this.#own ? this.now() - Date.now() : this.#advancedMs;
  }

  /** Seconds that pass in a second of the machine. */
  get speed(): number {
    return this.#own?.speed ?? 1;
  }

  get waiting(): number {
    return this.#heap.length;
  }

  /** When the earliest timer is due. */
  get nextAtMs(): number | undefined {
    return this.#heap[0]?.atMs;
  }

  /** Moves the clock forward. What becomes due on the way runs at its own instant, in the order of the due times. */
  advance(ms: number): void {
    const target = this.now() + ms;
    while (this.runNext(target));
    this.moveTo(target);
  }

  /** Takes the clock to the earliest timer and runs that one; says whether there was one until `untilMs`. */
  runNext(untilMs: number): boolean {
    const first = this.#heap[0];
    if (!first || first.atMs > untilMs || this.#closed) return false;
    this.moveTo(first.atMs);
    this.#pop();
    first.deed();
    return true;
  }

  /** Moves the clock forward and leaves what became due to its timers; never back. */
  moveTo(ms: number): void {
    const forwardMs = Math.ceil(ms) - this.now();
    if (forwardMs <= 0) return;
    if (this.#own) this.#own.fromMs += forwardMs;
    else this.#advancedMs += forwardMs;
    this.#resetAlarm();
  }

  /** Sets the clock to any instant. Only a clock that nobody has looked at may go back. */
  setTo(ms: number): void {
    if (this.#heap.length > 0) throw new Error('A clock with waiting timers cannot be set');
    if (this.#own) this.#own = { ...this.#own, fromMs: ms, sinceMs: performance.now() };
    else this.#advancedMs = ms - Date.now();
  }

  /** From now on so many seconds pass in a second of the machine; 0 stops the clock. */
  setSpeed(speed: number): void {
    const now = this.now();
    this.#own = speed === 1 ? undefined : { fromMs: now, sinceMs: performance.now(), speed };
    this.#advancedMs = now - Date.now();
    this.#resetAlarm();
  }

  get isStepped(): boolean {
    return this.#isStepped;
  }

  /** While it is stepped, the clock stands still and runs no timer but by `runNext`. */
  setStepped(isStepped: boolean): void {
    this.#isStepped = isStepped;
    this.setSpeed(isStepped ? 0 : 1);
  }

  /** Restores the offset of an earlier run; before anything is scheduled. */
  restore(advancedMs: number): void {
    this.#advancedMs = advancedMs;
  }

  /** Runs `deed` once the clock shows `atMs`, never before the caller has returned. With an `owner` it can be forgotten. */
  at(atMs: number, deed: () => void, owner?: object): void {
    if (this.#closed) return;
    // Whole milliseconds, so that the clock that is taken to a timer shows them, too.
    this.#push({ atMs: Math.ceil(atMs), order: this.#order++, deed, owner });
    this.#setAlarm();
  }

  after(ms: number, deed: () => void): void {
    this.at(this.now() + ms, deed);
  }

  /** Drops the owner's timers. */
  forget(owner: object): void {
    const kept = this.#heap.filter((timer) => timer.owner !== owner);
    this.#heap.length = 0;
    for (const timer of kept) this.#push(timer);
    this.#resetAlarm();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#alarm);
    this.#heap.length = 0;
  }

  #resetAlarm(): void {
    clearTimeout(this.#alarm);
    this.#alarmAt = Number.POSITIVE_INFINITY;
    if (!this.#closed) this.#setAlarm();
  }

  #setAlarm(): void {
    const first = this.#heap[0];
    if (!first || first.atMs >= this.#alarmAt || this.#isStepped) return;
    const waitMs = Math.max(first.atMs - this.now(), 0);
    // A clock that stands still reaches no later instant by itself.
    if (waitMs > 0 && this.speed === 0) return;
    clearTimeout(this.#alarm);
    this.#alarmAt = first.atMs;
    // setTimeout takes at most 2^31-1 ms; a longer wait wakes up early and looks again.
    const delay = waitMs === 0 ? 0 : Math.min(waitMs / this.speed, 2_000_000_000);
    this.#alarm = setTimeout(() => this.#runDue(), delay);
  }

  #runDue(): void {
    const now = this.now();
    let first = this.#heap[0];
    while (first && first.atMs <= now && !this.#closed) {
      this.#pop();
      first.deed();
      first = this.#heap[0];
    }
    this.#resetAlarm();
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
  owner: object | undefined;
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

/** A day as some webhooks write it: "April 17, 2025". */
export function longDate(atMs: number): string {
  const instant = Temporal.Instant.fromEpochMilliseconds(atMs);
  return instant.toZonedDateTimeISO('UTC').toLocaleString('en-US', { dateStyle: 'long' });
}

/** Whole seconds of the epoch as text, the form of WhatsApp's timestamps. */
export function epochSeconds(ms: number): string {
  return String(Math.floor(ms / 1000));
}
