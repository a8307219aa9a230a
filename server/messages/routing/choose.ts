import type { Decision } from '#messages/message.ts';
import { comparePrices, isWithin, type Price } from './price.ts';
import { isWaiting, type Skipped, type SkipReason } from './routing.ts';
import type { RuleDefinition } from './rule.ts';

/** A sender of a rule as it stands for one message. */
export interface Candidate {
  sender_id: string;
  /** Why it does not take the message, before policy was asked. */
  obstacle: { reason: SkipReason; detail: string } | null;
  /** Null when policy was not asked. */
  decision: Decision | null;
  isAnswering: boolean;
  isOfficial: boolean;
  price: Price | null;
}

const holdReasons: Readonly<Record<string, SkipReason>> = {
  sender_paused: 'paused',
  lane_stopped: 'lane_stopped',
  everything_stopped: 'lane_stopped',
};

/**
 * Why a sender is passed over; null: it takes the message. Whom policy keeps from being written to at all is no reason: a
 * message is not led around a stop, it is blocked where it would have gone. Pure.
 */
export function obstacleOf(
  candidate: Pick<Candidate, 'obstacle' | 'decision' | 'isAnswering'>,
): { reason: SkipReason; detail: string } | null {
  const { obstacle, decision, isAnswering } = candidate;
  if (obstacle) return obstacle;
  if (decision?.outcome === 'block' && decision.rule === 'service_window_closed')
    return { reason: 'service_window_closed', detail: 'The service window is closed there.' };
  if (decision?.outcome === 'block') return null;
  if (decision?.outcome === 'hold' && decision.rule === 'scheduled') return null;
  if (decision?.outcome === 'hold') {
    const why = decision.facts['reason'];
    const words = decision.rule.replaceAll('_', ' ');
    const detail = typeof why === 'string' && why !== '' ? `Held there: ${words}. ${why}` : `Held there: ${words}.`;
    return { reason: holdReasons[decision.rule] ?? 'held', detail };
  }
  return isAnswering ? null : { reason: 'not_answering', detail: 'Its provider does not answer at the moment.' };
}

/** Why a sender does not take what another one could not deliver, of what it costs there. Pure. */
export function priceObstacleOf(
  price: Price | null,
  ceiling: Price | undefined,
): { reason: SkipReason; detail: string } | null {
  if (!ceiling || isWithin(price, ceiling)) return null;
  if (price && price.currency === ceiling.currency && comparePrices(price, ceiling) > 0)
    return {
      reason: 'too_expensive',
      detail: `It costs ${price.amount} ${price.currency} there: more than the rule allows.`,
    };
  return { reason: 'price_unknown', detail: 'What it costs there is not known, and the rule has a ceiling.' };
}

/**
 * The place of the sender that takes a message: the first without an obstacle, or where it can wait; else the first where
 * policy at least says why it does not go. Null: nobody can send it. Where it would have to wait, a rule that reroutes
 * leads on to the next one that takes it now, within its ceiling and never to an unofficial one. Pure.
 */
export function chooseCandidate(
  candidates: readonly Candidate[],
  reroute: RuleDefinition['reroute'],
): { place: number | null; skipped: Skipped[] } {
  const obstacles = candidates.map((candidate) => obstacleOf(candidate));
  const first = obstacles.findIndex((obstacle) => obstacle === null || isWaiting(obstacle.reason));
  if (first >= 0 && obstacles[first] && reroute.enabled) {
    const ways = obstacles.map((obstacle, at) => obstacle ?? wayObstacleOf(candidates[at], reroute.price_ceiling));
    const next = ways.findIndex((obstacle, at) => at > first && obstacle === null);
    // Where the person said stop it would not wait any more, but end.
    if (next >= 0 && candidates[next]?.decision?.outcome !== 'block')
      return { place: next, skipped: skippedBefore(next, candidates, ways) };
  }
  const blocked = obstacles.findIndex((obstacle) => obstacle?.reason === 'service_window_closed');
  const place = [first, blocked].find((at) => at >= 0) ?? null;
  return { place, skipped: skippedBefore(place ?? candidates.length, candidates, obstacles) };
}

function wayObstacleOf(candidate: Candidate | undefined, ceiling: Price | undefined) {
  if (candidate?.isOfficial === false)
    return { reason: 'unofficial', detail: 'An unofficial sender is no way around another one.' } as const;
  return priceObstacleOf(candidate?.price ?? null, ceiling);
}

function skippedBefore(
  place: number,
  candidates: readonly Candidate[],
  obstacles: readonly ({ reason: SkipReason; detail: string } | null)[],
): Skipped[] {
  return candidates.slice(0, place).flatMap(({ sender_id }, index): Skipped[] => {
    const obstacle = obstacles[index];
    return obstacle ? [{ sender_id, ...obstacle }] : [];
  });
}
