import type { Purpose } from '#messages/message.ts';
import { type Candidate, obstacleOf, priceObstacleOf } from '#messages/routing/choose.ts';
import type { Skipped, SkipReason } from '#messages/routing/routing.ts';
import type { RuleDefinition } from '#messages/routing/rule.ts';

/**
 * What made somebody ask. refused: the provider said no when it was called. reported: it took the message, and told later
 * that it failed. not_delivered: its time to live at the provider is over. unknown: the provider may have it. waiting: it
 * was not handed over for long.
 */
export const triggers = ['refused', 'reported', 'not_delivered', 'unknown', 'waiting'] as const;
export type Trigger = (typeof triggers)[number];

/** What is known of a message that may be said in another way. */
export interface RerouteFacts {
  trigger: Trigger;
  purpose: Purpose;
  /** The provider's word on why it failed; null where there is none. */
  error: { code: string; title: string; reroute: 'template' | 'channel' | null } | null;
  /** What made somebody ask holds no more: it was redriven, discarded, or settled by a receipt. */
  isOvertaken: boolean;
  /** As far as receipts told: 3 and more is delivered. */
  rank: number;
  /** An attempt of it may have reached the person, for all that is known. */
  hasUnknownAttempt: boolean;
  /** Until when the provider may still deliver it; null when that is not known. */
  liveUntil: Temporal.Instant | null;
  /** For how long it waits. */
  waitedSeconds: number;
  /** How the rule has it now; null when it is gone. Undefined: the message named its sender. */
  reroute: RuleDefinition['reroute'] | null | undefined;
  /** How often it was rerouted before. */
  hop: number;
  /** The accounts that had it, this one included. */
  triedConnections: readonly string[];
  /** It answers a message, reacts to one, or has a file: only its own sender knows which. */
  isBoundToSender: boolean;
  expiresAt: Temporal.Instant | null;
  /** When the contact last wrote to us on any sender. */
  lastInboundAt: Temporal.Instant | null;
}

/** A sender of the rule as it stands now for the message, in the order of the rule. */
export interface RerouteCandidate extends Candidate {
  /** Null: the sender is gone. */
  connectionId: string | null;
}

/** Why a message is not rerouted: of itself, whatever the senders. */
export const refusalRules = [
  'sender_was_named',
  'rule_is_gone',
  'off',
  'already_delivered',
  'overtaken',
  'hops_used',
  'ecosystem_limit',
  'not_for_another_channel',
  'outcome_unknown',
  'may_still_be_delivered',
  'has_not_waited_long',
  'bound_to_its_sender',
  'expired',
  'no_sender_left',
] as const;

/** The name of the rule that says no: one of the above, why the first sender left does not take it, or of policy. */
export type RefusalRule = (typeof refusalRules)[number] | SkipReason | `policy:${string}`;

export type RerouteDecision =
  | { reroutes: true; place: number; skipped: Skipped[]; reason: string }
  | { reroutes: false; rule: RefusalRule; detail: string; skipped: Skipped[] };

/**
 * The provider withholds marketing to protect people, whatever purpose it was sent for. Another channel would be a way
 * around that: 131049 and 130472 of Meta, and the first as Twilio calls it.
 */
export const ecosystemLimits: readonly string[] = ['131049', '130472', '63049'];

/** Receipts need a while, also at the end of the time to live. */
export const receiptMarginSeconds = 120;

/** Whether the message is said in another way, and where. Everything else that says no is a rule with a name. Pure. */
export function decideReroute(
  facts: RerouteFacts,
  candidates: readonly RerouteCandidate[],
  now: Temporal.Instant,
): RerouteDecision {
  const own = refusalOf(facts, now);
  if (own) return { reroutes: false, ...own, skipped: [] };
  const skipped: Skipped[] = [];
  for (const [place, candidate] of candidates.entries()) {
    if (candidate.connectionId !== null && facts.triedConnections.includes(candidate.connectionId)) continue;
    const obstacle = obstacleFor(facts, candidate, now);
    if (obstacle) {
      skipped.push({ sender_id: candidate.sender_id, ...obstacle });
      continue;
    }
    const { decision } = candidate;
    if (decision?.outcome === 'send') return { reroutes: true, place, skipped, reason: reasonOf(facts) };
    // As when it was accepted: a message is not led around a stop of the person, it ends where it would have gone.
    const rule = decision?.rule ?? 'undecided';
    const detail = `Policy blocks it at the next sender: ${rule.replaceAll('_', ' ')}.`;
    return { reroutes: false, rule: `policy:${rule}`, detail, skipped };
  }
  const [first] = skipped;
  return first
    ? { reroutes: false, rule: first.reason, detail: first.detail, skipped }
    : { reroutes: false, rule: 'no_sender_left', detail: 'The rule has no other account.', skipped };
}

function refusalOf(facts: RerouteFacts, now: Temporal.Instant): { rule: RefusalRule; detail: string } | undefined {
  const { reroute, error, trigger } = facts;
  if (reroute === undefined) return no('sender_was_named', 'The message named its sender, and stays there.');
  if (reroute === null) return no('rule_is_gone', 'The rule that routed it was removed.');
  if (!reroute.enabled) return no('off', 'The rule does not reroute.');
  if (facts.rank >= 3) return no('already_delivered', 'It was delivered.');
  if (facts.isOvertaken) return no('overtaken', 'Something else became of it meanwhile.');
  if (facts.hop >= reroute.max_hops)
    return no('hops_used', `It was rerouted as often as the rule allows: ${facts.hop}.`);
  if (error && ecosystemLimits.includes(error.code))
    return no('ecosystem_limit', `The provider withholds marketing from the person (${error.code}): not around that.`);
  if ((trigger === 'refused' || trigger === 'reported') && error?.reroute !== 'channel')
    return no(
      'not_for_another_channel',
      `Another channel is no answer to this error${error ? ` (${error.code})` : ''}.`,
    );
  if ((trigger === 'unknown' || facts.hasUnknownAttempt) && facts.purpose !== 'authentication')
    return no('outcome_unknown', 'The provider may have it, and it is no one-time code.');
  if (trigger === 'not_delivered' && !isOver(facts.liveUntil, now))
    return no('may_still_be_delivered', 'Its time at the provider is not over, or not known.');
  const { when_waiting_seconds: patience } = reroute;
  if (trigger === 'waiting' && (patience === undefined || facts.waitedSeconds < patience))
    return no('has_not_waited_long', 'It has not waited for as long as the rule says.');
  if (facts.isBoundToSender)
    return no('bound_to_its_sender', 'It is about a message or a file that only its sender knows.');
  if (facts.expiresAt && Temporal.Instant.compare(facts.expiresAt, now) <= 0)
    return no('expired', 'Its own time is over.');
  return undefined;
}

function isOver(liveUntil: Temporal.Instant | null, now: Temporal.Instant): boolean {
  return liveUntil !== null && now.epochMilliseconds > liveUntil.epochMilliseconds + receiptMarginSeconds * 1000;
}

function obstacleFor(
  facts: RerouteFacts,
  candidate: RerouteCandidate,
  now: Temporal.Instant,
): { reason: SkipReason; detail: string } | null {
  const usual = obstacleOf(candidate);
  const { decision } = candidate;
  if (usual || decision?.outcome === 'block') return usual;
  if (!candidate.isOfficial && !isAnswer(facts, now))
    return { reason: 'unofficial', detail: 'An unofficial sender only answers people who wrote within 24 hours.' };
  return priceObstacleOf(candidate.price, facts.reroute?.price_ceiling);
}

function isAnswer({ purpose, lastInboundAt }: RerouteFacts, now: Temporal.Instant): boolean {
  if (purpose !== 'service' || lastInboundAt === null) return false;
  return now.epochMilliseconds - lastInboundAt.epochMilliseconds < 24 * 3_600_000;
}

function reasonOf({ trigger, error, waitedSeconds }: RerouteFacts): string {
  const said = error ? `${error.title} (${error.code})` : 'no reason was told';
  switch (trigger) {
    case 'refused':
      return `Refused: ${said}`;
    case 'reported':
      return `Reported as failed: ${said}`;
    case 'not_delivered':
      return 'Its time to live at the provider passed without delivery';
    case 'unknown':
      return 'Its outcome stayed unknown, and a code is only of use now; it may arrive twice';
    case 'waiting':
      return `It waited for ${Math.round(waitedSeconds)} seconds without being handed over`;
  }
}

function no(rule: RefusalRule, detail: string): { rule: RefusalRule; detail: string } {
  return { rule, detail };
}
