import type { Decision } from '#messages/message.ts';
import { isWaiting, type Skipped, type SkipReason } from './routing.ts';

/** A sender of a rule as it stands for one message. */
export interface Candidate {
  sender_id: string;
  /** Why it does not take the message, before policy was asked. */
  obstacle: { reason: SkipReason; detail: string } | null;
  /** Null when policy was not asked. */
  decision: Decision | null;
  isAnswering: boolean;
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
export function obstacleOf(candidate: Omit<Candidate, 'sender_id'>): { reason: SkipReason; detail: string } | null {
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

/**
 * The place of the sender that takes a message: the first without an obstacle; when there is none, the first where it can
 * wait; else the first where policy at least says why it does not go. Null: nobody can send it. Pure.
 */
export function chooseCandidate(candidates: readonly Candidate[]): { place: number | null; skipped: Skipped[] } {
  const obstacles = candidates.map((candidate) => obstacleOf(candidate));
  const find = (fits: (reason: SkipReason | null) => boolean): number | null => {
    const place = obstacles.findIndex((obstacle) => fits(obstacle?.reason ?? null));
    return place < 0 ? null : place;
  };
  const place =
    find((reason) => reason === null) ??
    find((reason) => reason !== null && isWaiting(reason)) ??
    find((reason) => reason === 'service_window_closed');
  const skipped = candidates.slice(0, place ?? candidates.length).flatMap(({ sender_id }, index): Skipped[] => {
    const obstacle = obstacles[index];
    return obstacle ? [{ sender_id, ...obstacle }] : [];
  });
  return { place, skipped };
}
