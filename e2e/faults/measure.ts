import type { Facts } from './facts.ts';
import { receiptsTooMany } from './invariants.ts';

/** Counts out of the ledgers and the database, never out of what a scenario says of itself. */
export interface Measure {
  /** Messages that clients were told are accepted. */
  accepted: number;
  /** Messages that people wrote. */
  received: number;
  /** Accepted messages and webhooks answered with 200 that are not there. */
  lost: number;
  /** Receipts at the provider beyond those that a refusal or a decision on record explains. */
  doubled: number;
  /** Attempts whose outcome was in doubt, by what ended the doubt. */
  byReceipt: number;
  presumed: number;
  givenUp: number;
  /** Repetitions with an entry in the trace. */
  sentAgain: number;
}

/** Of everything that ever happened in a world. */
export function measure(facts: Facts): Measure {
  const accepted = new Set(facts.client.flatMap(({ ids }) => ids.filter((id) => id !== null)));
  const kept = new Map<string, number>();
  for (const body of facts.rawBodies) kept.set(body, (kept.get(body) ?? 0) + 1);
  let lost = 0;
  for (const id of accepted) {
    const message = facts.messages.get(id);
    if (!message || (message.place === null && message.status === null)) lost += 1;
  }
  for (const body of facts.deliveredBodies) {
    const left = kept.get(body) ?? 0;
    if (left === 0) lost += 1;
    kept.set(body, left - 1);
  }
  const attempts = [...facts.attempts.values()];
  const count = (fits: (attempt: (typeof attempts)[number]) => boolean) => attempts.filter(fits).length;
  return {
    accepted: accepted.size,
    received: [...facts.messages.values()].filter(({ direction }) => direction === 'inbound').length,
    lost,
    doubled: receiptsTooMany(facts).reduce((sum, { received, allowed }) => sum + received - allowed, 0),
    byReceipt: count(({ outcome, resolvedBy }) => outcome === 'accepted' && resolvedBy === 'receipt'),
    presumed: count(({ outcome }) => outcome === 'presumed_not_accepted'),
    givenUp: count(({ outcome }) => outcome === 'unknown'),
    sentAgain: facts.events.filter(({ kind }) => kind === 'resend' || kind === 'redriven').length,
  };
}

/** What came about between two looks at one world. */
export function since(before: Measure | undefined, now: Measure): Measure {
  return before ? combine(now, before, -1) : now;
}

export function sum(measures: readonly Measure[]): Measure {
  return measures.reduce((total, one) => combine(total, one, 1), nothing);
}

const nothing: Measure = {
  accepted: 0,
  received: 0,
  lost: 0,
  doubled: 0,
  byReceipt: 0,
  presumed: 0,
  givenUp: 0,
  sentAgain: 0,
};

function combine(one: Measure, other: Measure, sign: 1 | -1): Measure {
  return {
    accepted: one.accepted + sign * other.accepted,
    received: one.received + sign * other.received,
    lost: one.lost + sign * other.lost,
    doubled: one.doubled + sign * other.doubled,
    byReceipt: one.byReceipt + sign * other.byReceipt,
    presumed: one.presumed + sign * other.presumed,
    givenUp: one.givenUp + sign * other.givenUp,
    sentAgain: one.sentAgain + sign * other.sentAgain,
  };
}
