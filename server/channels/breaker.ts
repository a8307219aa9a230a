const failuresToOpen = 5;
const firstPauseMs = 250;
const longestPauseMs = 30_000;
/** One that opens again so soon after it closed stays half-open for longer: it closes at most once in this time. */
const relapseMs = 60_000;
/** After a relapse so many probes in a row must succeed. */
const successesAfterRelapse = 5;
/** An outage of this length has made a queue that must not leave at once. */
const rampAfterMs = 10_000;
/** Longer than a call takes at most: a probe that is not heard of by then stands in nobody's way. */
const lostProbeMs = 30_000;

export type BreakerState = 'closed' | 'open' | 'half_open';

/** What an operator says instead of the failures: nothing goes, or everything. */
export type ForcedBreaker = 'open' | 'closed';

/** `free`: what was open or probed may be tried. */
export type BreakerChange = 'opened' | 'probe' | 'free' | 'closed';

/** Held by each message that leaves; each says one thing. That counts only while the breaker is as it was
 *  when the message left: what left before an outage says nothing about its end. */
export interface Pass {
  /** The provider answered, whatever it said. */
  succeed(now: number): void;
  /** It could not be reached, or its answer settles nothing. */
  fail(now: number): void;
  /** The message was not handed over after all. */
  giveBack(now: number): void;
}

/**
 * Keeps the queues of a provider account from being burned on a provider that does not answer. Five failures in a row, of
 * whichever senders, open it for a while that grows with each further one; then one message of the whole account at a time
 * is the probe. The first that is answered closes it, unless it had closed less than a minute ago: a provider that fails
 * every other call is served one message at a time, and not in bursts. Times are milliseconds of a monotonic clock.
 */
export class AccountBreaker {
  readonly #listeners = new Set<(change: BreakerChange) => void>();
  #isClosed = true;
  #failuresInRow = 0;
  #successesInRow = 0;
  #openedAt = 0;
  #openUntil = 0;
  #pauses = 0;
  #isRelapse = false;
  #closedAt = Number.NEGATIVE_INFINITY;
  /** Passes of another turn say nothing. */
  #turn = 0;
  #probeUntil = 0;
  #forced: { state: ForcedBreaker; until: number } | null = null;
  /** Another process sees to the account's probes until then. */
  #elsewhereUntil = 0;
  #isOurs = false;
  #rampFrom: number | null = null;

  /** Calls back after each change; returns how to stop that. */
  onChange(listener: (change: BreakerChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  state(now: number): BreakerState {
    const forced = this.forced(now);
    if (forced) return forced;
    if (this.#isClosed) return 'closed';
    return now < Math.max(this.#openUntil, this.#elsewhereUntil) ? 'open' : 'half_open';
  }

  forced(now: number): ForcedBreaker | null {
    return this.#forced && now < this.#forced.until ? this.#forced.state : null;
  }

  /** For how long it has not been closed. */
  openForMs(now: number): number {
    return this.#isClosed ? 0 : now - this.#openedAt;
  }

  /** Since when traffic grows again after an outage; null when there was none of some length. */
  get rampFrom(): number | null {
    return this.#rampFrom;
  }

  /** How many messages may leave now, of all senders of the account. */
  room(now: number): number {
    const state = this.state(now);
    if (state === 'closed') return Number.POSITIVE_INFINITY;
    return state === 'open' || now < this.#probeUntil ? 0 : 1;
  }

  /** Without room: for how long nothing changes by itself. Listeners are told of everything else. */
  waitMs(now: number): number {
    const forced = this.forced(now) === 'open' ? (this.#forced?.until ?? 0) : 0;
    return Math.max(forced, this.#openUntil, this.#elsewhereUntil, this.#probeUntil) - now;
  }

  /** Messages leave: not more than there is room for. Each of them reports by the pass. */
  leave(now: number): Pass {
    if (!this.#isClosed) {
      this.#turn += 1;
      this.#probeUntil = now + lostProbeMs;
      this.#isOurs = true;
      this.#tell('probe');
    }
    const turn = this.#turn;
    return {
      succeed: (at) => void (turn === this.#turn && this.#succeed(at)),
      fail: (at) => void (turn === this.#turn && this.#fail(at)),
      giveBack: (at) => void (turn === this.#turn && !this.#isClosed && this.#try(at)),
    };
  }

  /** An operator's word, until an instant or for good; null: the failures decide again, beginning with a probe if nothing
   *  was let through meanwhile. */
  force(forced: { state: ForcedBreaker; until: number } | null, now: number): void {
    const before = this.forced(now);
    const isMoved = Math.abs((this.#forced?.until ?? 0) - (forced?.until ?? 0)) > 1_000;
    this.#forced = forced;
    const after = this.forced(now);
    if (before === after) {
      if (after && isMoved) this.#tell('free');
      return;
    }
    if (after === 'open') {
      if (this.#isClosed) this.#openedAt = now;
      this.#turn += 1;
      this.#isClosed = false;
      this.#isRelapse = false;
      this.#isOurs = false;
      this.#pauses = 0;
      this.#openUntil = now;
      this.#probeUntil = 0;
      this.#tell('opened');
    } else if (after === 'closed' && !this.#isClosed) {
      this.#close(now);
    } else {
      this.#tell('free');
    }
  }

  /** For how long the other processes should keep their messages; null when this one does not know of trouble by itself. */
  forOthersMs(now: number): number | null {
    if (this.#isClosed || !this.#isOurs || this.forced(now)) return null;
    return Math.max(0, this.#openUntil - now, this.#probeUntil - now);
  }

  /** What another process says: it is open, and that process sees to it for so many milliseconds; `over` when that time
   *  ended without a word; `closed` when the provider answers it again. */
  hear(said: number | 'over' | 'closed', now: number): void {
    if (said === 'closed') {
      this.#elsewhereUntil = 0;
      if (!this.#isClosed && !this.forced(now)) this.#close(now);
    } else if (said === 'over') {
      this.#elsewhereUntil = 0;
      this.#tell('free');
    } else {
      this.#elsewhereUntil = now + said;
      if (this.#isClosed && this.forced(now) !== 'closed') this.#open(now, 0);
    }
  }

  #succeed(now: number): void {
    this.#failuresInRow = 0;
    if (this.#isClosed) return;
    this.#successesInRow += 1;
    const isProven = this.#successesInRow >= successesAfterRelapse && now >= this.#closedAt + relapseMs;
    if (!this.#isRelapse || isProven) return this.#close(now);
    this.#pauses = Math.max(0, this.#pauses - 1);
    this.#try(now);
  }

  #fail(now: number): void {
    if (!this.#isClosed) {
      this.#successesInRow = 0;
      this.#pauses += 1;
      this.#pause(now);
      return;
    }
    if (this.forced(now) === 'closed') return;
    this.#failuresInRow += 1;
    if (this.#failuresInRow < failuresToOpen) return;
    this.#isOurs = true;
    this.#open(now, firstPauseMs);
  }

  #open(now: number, pauseMs: number): void {
    this.#isClosed = false;
    this.#turn += 1;
    this.#openedAt = now;
    this.#openUntil = now + pauseMs;
    this.#pauses = 0;
    this.#probeUntil = 0;
    this.#successesInRow = 0;
    this.#isRelapse = now < this.#closedAt + relapseMs;
    this.#tell('opened');
  }

  #pause(now: number): void {
    this.#turn += 1;
    this.#probeUntil = 0;
    this.#openUntil = now + Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(this.#pauses, 7));
    this.#tell('opened');
  }

  #try(now: number): void {
    this.#turn += 1;
    this.#probeUntil = 0;
    this.#openUntil = now;
    this.#tell('free');
  }

  #close(now: number): void {
    if (!this.#isClosed && now - this.#openedAt >= rampAfterMs) this.#rampFrom = now;
    this.#isClosed = true;
    this.#isOurs = false;
    this.#turn += 1;
    this.#failuresInRow = 0;
    this.#probeUntil = 0;
    this.#openUntil = 0;
    this.#closedAt = now;
    this.#tell('closed');
  }

  #tell(change: BreakerChange): void {
    for (const listener of this.#listeners) listener(change);
  }
}
