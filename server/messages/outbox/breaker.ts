const failuresToOpen = 5;
const longestPauseMs = 30_000;

/**
 * Keeps a queue from being burned on a provider that does not answer. After five failures in a row it opens for a growing
 * while, then lets one message at a time through until one of them has an answer. Only what says nothing about the
 * message counts: refusals are answers. Times are milliseconds of a monotonic clock.
 */
export class Breaker {
  #failuresInRow = 0;
  #openUntil = 0;

  get openUntil(): number {
    return this.#openUntil;
  }

  isOpen(now: number): boolean {
    return now < this.#openUntil;
  }

  /** One message at a time is the probe. */
  get isProbing(): boolean {
    return this.#failuresInRow >= failuresToOpen;
  }

  succeed(): void {
    this.#failuresInRow = 0;
    this.#openUntil = 0;
  }

  fail(now: number): void {
    this.#failuresInRow += 1;
    if (!this.isProbing || this.isOpen(now)) return;
    this.holdFor(now, Math.min(longestPauseMs, 250 * 2 ** Math.min(7, this.#failuresInRow - failuresToOpen)));
  }

  /** Lets nothing through for a while, for a reason of our own. */
  holdFor(now: number, ms: number): void {
    this.#openUntil = Math.max(this.#openUntil, now + ms);
  }
}
