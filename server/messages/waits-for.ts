import { type Message, purposePolicies } from './message.ts';
import { type Line, mostCounted, type OpenPlace } from './messages-store.ts';
import type { SenderAccount } from './outbox/sender-account.ts';

/** What a message that was not handed over yet, or whose outcome is not known, waits for at this moment. */
export interface WaitsFor {
  /** Stable, for programs: one of `waitRules`. */
  rule: WaitRule;
  /** A sentence or two for a reader. */
  detail: string;
  /** When it goes on by itself, if that is known. */
  until: Temporal.Instant | null;
}

export const waitRules = [
  'scheduled',
  'retry',
  'held',
  'everything_stopped',
  'lane_stopped',
  'sender_paused',
  'sender_gone',
  'provider_silent',
  'earlier_unknown',
  'earlier_to_person',
  'person_limit',
  'sender_line',
  'turn',
  'answer',
  'receipt',
] as const;
export type WaitRule = (typeof waitRules)[number];

type Account = Pick<
  SenderAccount,
  'paused' | 'stopped' | 'stoppedLanes' | 'breaker' | 'throughputPerSecond' | 'pairLimit'
>;

/**
 * Why a message that has its place in the outbox is not on its way, as far as this process knows: the first reason that keeps
 * it, in the order in which they would. Pure: `monotonicMs` is the clock of breakers.
 */
export function waitsFor(
  { purpose, status }: Pick<Message, 'purpose' | 'status'>,
  place: OpenPlace,
  account: Account | undefined,
  line: Line,
  monotonicMs: number,
): WaitsFor {
  const because = (rule: WaitRule, detail: string, until: Temporal.Instant | null = null): WaitsFor => ({
    rule,
    detail,
    until,
  });
  if (place.state === 'dispatching') return because('answer', 'It was handed to the provider; the answer is awaited.');
  if (place.state === 'unknown') {
    const minutes = Math.ceil(purposePolicies[purpose].unknownAfterSeconds / 60);
    return because(
      'receipt',
      `The provider may have it. A receipt tells; without one it is decided after ${minutes} min.`,
    );
  }
  if (status !== 'held' && place.dueAt !== null && Temporal.Instant.compare(place.dueAt, line.now) > 0)
    return place.attemptNo > 0
      ? because('retry', 'It is tried again.', place.dueAt)
      : because('scheduled', 'It is scheduled.', place.dueAt);
  if (account?.stopped) return because('everything_stopped', `Everything is stopped: ${ended(account.stopped.reason)}`);
  const lane = account?.stoppedLanes.get(purpose);
  if (lane) return because('lane_stopped', `Messages for this purpose are stopped: ${ended(lane.reason)}`);
  if (account?.paused)
    return because('sender_paused', `Its sender is paused: ${ended(account.paused.reason)}`, account.paused.until);
  if (status === 'held')
    return because('held', 'It is held; the decision says why. It goes on when that is over.', place.dueAt);
  if (!account) return because('sender_gone', 'Its sender is not connected any more.');
  if (account.breaker.state(monotonicMs) !== 'closed')
    return because(
      'provider_silent',
      account.breaker.forced(monotonicMs) === null
        ? 'The provider does not answer. One message at a time tries whether it does again.'
        : 'An operator holds everything back from the provider.',
    );
  return inLine(account, line, because);
}

function inLine(
  { throughputPerSecond, pairLimit }: Account,
  line: Line,
  because: (rule: WaitRule, detail: string) => WaitsFor,
): WaitsFor {
  const pace = pairLimit
    ? ` One person gets ${pairLimit.burst} at once, and then one every ${pairLimit.secondsPerMessage} s.`
    : '';
  if (line.hasEarlierUnknown)
    return because('earlier_unknown', 'Of an earlier message to the same person nobody knows yet whether it arrived.');
  if (line.beforeToPerson > 0)
    return because('earlier_to_person', `Before it: ${many(line.beforeToPerson)} to the same person.${pace}`);
  if (pairLimit && line.latelyToPerson >= pairLimit.burst)
    return because('person_limit', `The person was written to ${line.latelyToPerson} times lately.${pace}`);
  if (line.before > 0)
    return because(
      'sender_line',
      `Before it: ${many(line.before)} of its sender for this purpose. The sender may send ${throughputPerSecond} a second.`,
    );
  return because('turn', 'It is the next one of its sender for this purpose.');
}

function many(count: number): string {
  if (count >= mostCounted) return `more than ${(mostCounted - 1).toLocaleString('en-US')} messages`;
  return count === 1 ? 'one message' : `${count.toLocaleString('en-US')} messages`;
}

// People end their reasons as they like.
function ended(reason: string): string {
  return /[.!?]$/.test(reason) ? reason : `${reason}.`;
}
