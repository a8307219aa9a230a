import type { SendOutcome } from '#channels/provider.ts';
import { purposePolicies, type Purpose } from '#messages/message.ts';
import type { Settlement } from './outbox-store.ts';

/** What an outcome means for the queue, beside what is written down. */
export interface Reaction {
  settlement: Pick<Settlement, 'next' | 'delayMs' | 'countsAsTry' | 'hold' | 'attempt' | 'deadLetter' | 'error'>;
  /** How long later messages of the conversation wait. */
  conversationWaitMs: number;
  /** The message stays at the head of its conversation. After a longer pause it comes back by the database, and the
   *  conversation goes on without it: hours of a paused template must not silence everything else. */
  staysInLine: boolean;
  /** The sender slows down: its rate is halved and it pauses. */
  slowSenderMs: number | null;
  /** Nothing will go until a person acts. */
  pause: { scope: 'sender' | 'connection'; reason: string } | null;
  /** Counts for the breaker: the provider could not be reached or did not answer in a way that settles anything. */
  unhealthy: boolean;
  /** The contact's address is no longer to be used in this way. */
  suppress: 'stop' | 'marketing_stop' | null;
}

const maxTries = 8;
const longestDelayMs = 15 * 60_000;
const longestWaitInLineMs = 60_000;

/**
 * The reaction to one outcome, from the row of the provider's error table. Pure; `random` in [0, 1) spreads retries.
 * A refusal for throughput costs no try. Nothing that may have been handed over is ever queued again here.
 */
export function reactTo(
  outcome: SendOutcome,
  message: { lane: Purpose; tries: number; pairRefusals: number },
  random: number,
): Reaction {
  const quiet = {
    conversationWaitMs: 0,
    staysInLine: true,
    slowSenderMs: null,
    pause: null,
    unhealthy: false,
    suppress: null,
  };
  const blank = { delayMs: null, countsAsTry: false, hold: null, deadLetter: null, error: null };
  switch (outcome.outcome) {
    case 'accepted':
      return {
        ...quiet,
        settlement: {
          ...blank,
          next: 'done',
          attempt: attempt('accepted', { providerMessageIds: outcome.providerMessageIds }),
        },
      };
    case 'not_written':
      return {
        ...quiet,
        unhealthy: true,
        settlement: {
          ...blank,
          next: 'requeue',
          delayMs: 0,
          attempt: attempt('not_written', { reason: outcome.reason }),
        },
      };
    case 'unknown':
      return {
        ...quiet,
        unhealthy: true,
        conversationWaitMs: purposePolicies[message.lane].unknownBlocksSeconds * 1000,
        settlement: {
          ...blank,
          next: 'unknown',
          attempt: attempt('unknown', {
            reason: outcome.reason,
            httpStatus: outcome.httpStatus ?? null,
            error: outcome.error ?? null,
            errorRow: outcome.row ?? null,
          }),
        },
      };
    case 'throttled': {
      const kept = attempt('throttled', { error: outcome.error, errorRow: outcome.row });
      if (outcome.scope === 'pair') {
        const delayMs = Math.min(
          longestDelayMs,
          outcome.retryAfterSeconds ? outcome.retryAfterSeconds * 1000 : 1000 * 4 ** message.pairRefusals,
        );
        return {
          ...quiet,
          conversationWaitMs: delayMs,
          settlement: { ...blank, next: 'requeue', delayMs, attempt: kept },
        };
      }
      const delayMs = Math.min(longestDelayMs, (outcome.retryAfterSeconds ?? outcome.row.delaySeconds ?? 1) * 1000);
      return { ...quiet, slowSenderMs: delayMs, settlement: { ...blank, next: 'requeue', delayMs, attempt: kept } };
    }
    case 'rejected':
      return rejected(outcome, message, random);
  }
}

function rejected(
  outcome: Extract<SendOutcome, { outcome: 'rejected' }>,
  message: { lane: Purpose; tries: number },
  random: number,
): Reaction {
  const { row, error } = outcome;
  const kept = attempt('rejected', { error, errorRow: row });
  const quiet = {
    conversationWaitMs: 0,
    staysInLine: true,
    slowSenderMs: null,
    pause: null,
    unhealthy: false,
    suppress: row.suppress ?? null,
  };
  const blank = { delayMs: null, countsAsTry: false, hold: null, deadLetter: null, error: null };
  if (row.reaction === 'pause_sender' || row.reaction === 'pause_connection') {
    const scope = row.reaction === 'pause_sender' ? 'sender' : 'connection';
    const reason = `${error.title} (${error.code}): ${row.advice}`;
    return {
      ...quiet,
      pause: { scope, reason },
      settlement: {
        ...blank,
        next: 'requeue',
        delayMs: 0,
        hold: { rule: 'sender_paused', facts: { reason } },
        attempt: kept,
      },
    };
  }
  const retries = row.reaction === 'retry' || row.reaction === 'retry_pair' || row.reaction === 'retry_sender';
  if (retries && message.tries + 1 < maxTries) {
    // A pause that the provider's rule asks for is kept in full; what grows beyond it is capped and spread.
    const floorMs = (row.delaySeconds ?? 2) * 1000;
    const grownMs = Math.min(longestDelayMs, floorMs * (row.backoffFactor ?? 2) ** message.tries);
    const delayMs = floorMs >= longestDelayMs ? floorMs : Math.max(500, grownMs * random);
    const staysInLine = delayMs <= longestWaitInLineMs;
    return {
      ...quiet,
      conversationWaitMs: staysInLine ? delayMs : 0,
      staysInLine,
      settlement: { ...blank, next: 'requeue', delayMs, countsAsTry: true, attempt: kept },
    };
  }
  return {
    ...quiet,
    settlement: {
      ...blank,
      next: 'fail',
      attempt: kept,
      error: { error, row },
      deadLetter: {
        class: retries ? 'retries_exhausted' : 'rejected',
        code: error.code,
        title: error.title,
        fingerprint: `${row.provider}:${error.code}`,
      },
    },
  };
}

function attempt(
  outcome: string,
  known: Partial<NonNullable<Settlement['attempt']>>,
): NonNullable<Settlement['attempt']> {
  return { outcome, httpStatus: null, providerMessageIds: null, reason: null, error: null, errorRow: null, ...known };
}
