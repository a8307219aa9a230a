import type { Settings } from '#control/settings.ts';
import type { SandboxClock } from '#storage/clock.ts';
import type { NumberStates } from './account/number-states.ts';
import { GraphError } from './graph-error.ts';

interface Bucket {
  tokens: number;
  filledAt: number;
}

/** Messages a second of a number that was upgraded. */
const HIGH_THROUGHPUT = 1000;

/** What Meta allows a number: so many messages a second in all, and to one person a burst that is then paid back at
 *  one message in six seconds. Messages of people count against the number, too. */
export class SendLimits {
  readonly #clock: SandboxClock;
  readonly #settings: Settings;
  readonly #numbers: NumberStates;
  readonly #byNumber = new Map<string, Bucket>();
  readonly #byPair = new Map<string, Bucket>();

  constructor(clock: SandboxClock, settings: Settings, numbers: NumberStates) {
    this.#clock = clock;
    this.#settings = settings;
    this.#numbers = numbers;
  }

  /** Takes one message from both limits, or throws 130429 or 131056 and takes nothing. */
  take(phoneNumberId: string, address: string): void {
    if (this.#settings.limits === 'off') return;
    const { pair_burst: burst, pair_interval_seconds: interval } = this.#settings;
    const perSecond = this.#throughputOf(phoneNumberId);
    const number = this.#filled(this.#byNumber, phoneNumberId, perSecond, perSecond);
    if (number.tokens < 1) throw new GraphError(130429, 'Cloud API message throughput has been reached.');
    const pair = this.#filled(this.#byPair, `${phoneNumberId} ${address}`, burst, 1 / interval);
    if (pair.tokens < 1) {
      throw new GraphError(131056, 'Too many messages were sent to the same phone number in a short period of time.');
    }
    number.tokens--;
    pair.tokens--;
    if (this.#byPair.size > 50_000) this.#forgetFull();
  }

  /** A person wrote: counts against the number and is never refused. */
  countInbound(phoneNumberId: string): void {
    if (this.#settings.limits === 'off') return;
    const perSecond = this.#throughputOf(phoneNumberId);
    const bucket = this.#filled(this.#byNumber, phoneNumberId, perSecond, perSecond);
    bucket.tokens = Math.max(0, bucket.tokens - 1);
  }

  reset(): void {
    this.#byNumber.clear();
    this.#byPair.clear();
  }

  #throughputOf(phoneNumberId: string): number {
    const { throughput_per_second: standard } = this.#settings;
    return this.#numbers.of(phoneNumberId).throughput === 'HIGH' ? Math.max(standard, HIGH_THROUGHPUT) : standard;
  }

  #filled(buckets: Map<string, Bucket>, key: string, size: number, perSecond: number): Bucket {
    const now = this.#clock.now();
    let bucket = buckets.get(key);
    if (!bucket) buckets.set(key, (bucket = { tokens: size, filledAt: now }));
    bucket.tokens = Math.min(size, bucket.tokens + (Math.max(0, now - bucket.filledAt) / 1000) * perSecond);
    bucket.filledAt = now;
    return bucket;
  }

  #forgetFull(): void {
    const fullAfterMs = this.#settings.pair_burst * this.#settings.pair_interval_seconds * 1000;
    const now = this.#clock.now();
    for (const [key, bucket] of this.#byPair) if (now - bucket.filledAt > fullAfterMs) this.#byPair.delete(key);
  }
}
