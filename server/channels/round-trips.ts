import type { SendOutcome } from './provider.ts';

const kept = 100;
const keptMinutes = 15;

export interface TripFacts {
  /** Of the last hundred calls within the last quarter of an hour. */
  calls: number;
  answered: number;
  /** In the middle of those that were answered; null when none was. */
  medianMs: number | null;
  lastAnswerAt: Temporal.Instant | null;
  lastFailure: { at: Temporal.Instant; reason: string } | null;
}

/**
 * How the calls to one provider account went, as far as this process made them. A refusal is an answer. Also since when a
 * receipt is due: the provider accepted a message then, and no webhook has come since.
 */
export class RoundTrips {
  #calls: { at: Temporal.Instant; ms: number; isAnswered: boolean }[] = [];
  #lastAnswerAt: Temporal.Instant | null = null;
  #lastFailure: TripFacts['lastFailure'] = null;
  #receiptDueSince: Temporal.Instant | null = null;

  /** A call ended. `webhookAt`: when the account's last webhook came, as far as it is known. */
  record(outcome: SendOutcome, ms: number, now: Temporal.Instant, webhookAt: Temporal.Instant | null): void {
    const isFailure = outcome.outcome === 'unknown' || outcome.outcome === 'not_written';
    this.#calls.push({ at: now, ms, isAnswered: !isFailure });
    if (this.#calls.length > kept) this.#calls.shift();
    if (isFailure) this.#lastFailure = { at: now, reason: outcome.reason };
    else this.#lastAnswerAt = now;
    if (outcome.outcome === 'accepted') this.#receiptDueSince = this.receiptDueSince(webhookAt) ?? now;
  }

  /** Since when messages are accepted without any webhook; null when none was, or one came after. */
  receiptDueSince(webhookAt: Temporal.Instant | null): Temporal.Instant | null {
    const since = this.#receiptDueSince;
    return since && (webhookAt === null || Temporal.Instant.compare(webhookAt, since) < 0) ? since : null;
  }

  facts(now: Temporal.Instant): TripFacts {
    const from = now.subtract({ minutes: keptMinutes });
    const calls = this.#calls.filter(({ at }) => Temporal.Instant.compare(at, from) >= 0);
    const times = calls.filter(({ isAnswered }) => isAnswered).map(({ ms }) => ms);
    times.sort((a, b) => a - b);
    return {
      calls: calls.length,
      answered: times.length,
      medianMs: times[Math.floor(times.length / 2)] ?? null,
      lastAnswerAt: this.#lastAnswerAt,
      lastFailure: this.#lastFailure,
    };
  }
}
