const minuteMs = 60_000;
/** Slower than one message a second is no kindness to a provider. */
const leastRampRate = 1;

/** The share of its rate that a sender has so long after an outage: a tenth, and a tenth more each minute. Pure. */
export function rampShare(elapsedMs: number): number {
  return Math.min(1, 0.1 + (0.1 * Math.max(0, elapsedMs)) / minuteMs);
}

/**
 * A token bucket that follows what the provider says. It starts at the configured rate; a refusal for throughput halves
 * the rate and pauses the bucket, and every quiet second gives a twentieth of the configured rate back. Times are
 * milliseconds of a monotonic clock, handed in.
 *
 * After an outage a second ceiling grows from a tenth of the configured rate, for what can wait: all that piled up would
 * otherwise hit a provider that has just come back. What is urgent has only the first ceiling.
 */
export class AdaptiveBucket {
  #configuredRate: number;
  #rate: number;
  #tokens: number;
  #burst: number;
  #updatedAt: number;
  #pausedUntil = 0;
  #rampFrom: number | null = null;
  /** Of what can wait, while the ramp lasts. */
  #rampTokens = 0;
  #rampedAt = 0;

  constructor(ratePerSecond: number, now: number) {
    this.#configuredRate = ratePerSecond;
    this.#rate = ratePerSecond;
    // A tenth of a second of traffic may leave at once: more would look like a spike to the provider.
    this.#burst = Math.max(1, ratePerSecond / 10);
    this.#tokens = this.#burst;
    this.#updatedAt = now;
  }

  get ratePerSecond(): number {
    return this.#rate;
  }

  configure(ratePerSecond: number): void {
    if (ratePerSecond === this.#configuredRate) return;
    this.#configuredRate = ratePerSecond;
    this.#rate = ratePerSecond;
    this.#burst = Math.max(1, ratePerSecond / 10);
  }

  /** Begins the ramp at an instant, once; null: there is none. */
  ramp(from: number | null): void {
    if (from === this.#rampFrom) return;
    this.#rampFrom = from;
    this.#rampTokens = 0;
    this.#rampedAt = from ?? 0;
  }

  /** How many of those that may go can be such as can wait. */
  availableToPatient(now: number): number {
    if (!this.#isRamping(now)) return Number.POSITIVE_INFINITY;
    this.#refillRamp(now);
    return Math.floor(this.#rampTokens);
  }

  /** Milliseconds until the ramp lets one go that can wait. */
  patientWaitMs(now: number): number {
    if (!this.#isRamping(now)) return 0;
    this.#refillRamp(now);
    return Math.ceil((Math.max(0, 1 - this.#rampTokens) / this.#rampRate(now)) * 1000);
  }

  /** How many may go now. */
  available(now: number): number {
    this.#refill(now);
    return now < this.#pausedUntil ? 0 : Math.floor(this.#tokens);
  }

  /** `patient` of them can wait. */
  take(count: number, patient: number): void {
    this.#tokens -= count;
    this.#rampTokens -= patient;
  }

  giveBack(count: number, patient: number): void {
    this.#tokens = Math.min(this.#burst, this.#tokens + count);
    this.#rampTokens += patient;
  }

  /** Milliseconds until one may go. */
  waitMs(now: number): number {
    this.#refill(now);
    const pause = Math.max(0, this.#pausedUntil - now);
    const missing = Math.max(0, 1 - this.#tokens);
    return Math.max(pause, Math.ceil((missing / this.#rate) * 1000));
  }

  slowDown(now: number, pauseMs: number): void {
    // The refusals of one burst arrive together and are one statement of the provider, not fifty.
    if (now < this.#pausedUntil) return;
    this.#refill(now);
    this.#rate = Math.max(1, this.#rate / 2);
    this.#tokens = 0;
    this.#pausedUntil = now + pauseMs;
  }

  #isRamping(now: number): boolean {
    return this.#rampFrom !== null && rampShare(now - this.#rampFrom) < 1;
  }

  #rampRate(now: number): number {
    const share = rampShare(now - (this.#rampFrom ?? now));
    return Math.max(this.#configuredRate * share, Math.min(leastRampRate, this.#configuredRate));
  }

  // By the rate at the end of a step the ramp would be ahead of itself after a long one.
  #refillRamp(now: number): void {
    const elapsedSeconds = Math.max(0, now - this.#rampedAt) / 1000;
    const before = this.#rampRate(this.#rampedAt);
    this.#rampedAt = Math.max(now, this.#rampedAt);
    this.#rampTokens = Math.min(Math.max(1, this.#rampRate(now) / 10), this.#rampTokens + before * elapsedSeconds);
  }

  #refill(now: number): void {
    const elapsedSeconds = Math.max(0, now - this.#updatedAt) / 1000;
    this.#updatedAt = now;
    if (now >= this.#pausedUntil) {
      this.#rate = Math.min(this.#configuredRate, this.#rate + (this.#configuredRate / 20) * elapsedSeconds);
    }
    this.#tokens = Math.min(this.#burst, this.#tokens + this.#rate * elapsedSeconds);
  }
}

/** The provider's limit between one sender and one person: a burst that is paid back slowly. */
export class PairBucket {
  #burst: number;
  #msPerToken: number;
  #tokens: number;
  #updatedAt: number;

  constructor(limit: { burst: number; secondsPerMessage: number }, now: number) {
    this.#burst = limit.burst;
    this.#msPerToken = limit.secondsPerMessage * 1000;
    this.#tokens = limit.burst;
    this.#updatedAt = now;
  }

  /** Takes one and gives 0, or takes none and gives the milliseconds to wait. */
  takeOrWaitMs(now: number): number {
    this.#tokens = Math.min(this.#burst, this.#tokens + Math.max(0, now - this.#updatedAt) / this.#msPerToken);
    this.#updatedAt = now;
    if (this.#tokens < 1) return Math.ceil((1 - this.#tokens) * this.#msPerToken);
    this.#tokens -= 1;
    return 0;
  }

  giveBack(): void {
    this.#tokens = Math.min(this.#burst, this.#tokens + 1);
  }

  isFull(now: number): boolean {
    return this.#tokens + (now - this.#updatedAt) / this.#msPerToken >= this.#burst;
  }
}

/** The pair buckets of one sender. People that have not been written to for a while have a full bucket, and need none. */
export class PairLimits {
  readonly #pairs = new Map<string, PairBucket>();

  /** Takes one of the pair and gives 0, or gives the milliseconds to wait. */
  takeOrWaitMs(contactId: string, limit: { burst: number; secondsPerMessage: number }, now: number): number {
    let pair = this.#pairs.get(contactId);
    if (!pair) {
      if (this.#pairs.size > 20_000) this.#forgetFull(now);
      pair = new PairBucket(limit, now);
      this.#pairs.set(contactId, pair);
    }
    return pair.takeOrWaitMs(now);
  }

  giveBack(contactId: string): void {
    this.#pairs.get(contactId)?.giveBack();
  }

  #forgetFull(now: number): void {
    for (const [contactId, pair] of this.#pairs) if (pair.isFull(now)) this.#pairs.delete(contactId);
  }
}
