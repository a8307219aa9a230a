import type { Clock } from '#platform/clock.ts';

/** A clock that stands still until a test moves it. Both functions can be handed over without the object. */
export class ManualClock implements Clock {
  #now: Temporal.Instant;
  #monotonicMs = 0;

  constructor(start: Temporal.Instant | string = '2026-11-22T12:00:00Z') {
    this.#now = Temporal.Instant.from(start);
  }

  readonly now = (): Temporal.Instant => this.#now;

  readonly monotonicMs = (): number => this.#monotonicMs;

  /** Lets time pass: a duration without calendar units, for example `{ hours: 24 }`. Returns the new time. */
  advance(duration: Temporal.DurationLike): Temporal.Instant {
    this.#monotonicMs += Temporal.Duration.from(duration).total('milliseconds');
    this.#now = this.#now.add(duration);
    return this.#now;
  }

  /** Corrects the time, forwards or backwards, as an administrator would: no time passes. */
  set(instant: Temporal.Instant | string): void {
    this.#now = Temporal.Instant.from(instant);
  }
}
