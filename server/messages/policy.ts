import type { Restriction, TemplateStatus } from '#channels/lessons.ts';
import type { Decision, directSendCategories, Purpose } from './message.ts';

/** What the provider told of the template that a message is made from. */
export interface TemplateFacts {
  name: string;
  language: string;
  status: TemplateStatus | null;
  reason: string | null;
  /** When that ends by itself. */
  until: Temporal.Instant | null;
  category: string | null;
}

/** Free content that is billed as a category, and so needs no service window. */
export interface DirectSendFacts {
  category: (typeof directSendCategories)[number];
  /** The provider lets the account send so. */
  isEnabled: boolean;
}

/** Something that the account may not do. */
export interface RestrictionFacts {
  restriction: Restriction;
  reason: string;
  until: Temporal.Instant | null;
}

/** Everything that policy looks at. Gathered in one read, by accept, by dispatch and by explain alike. */
export interface PolicyFacts {
  purpose: Purpose;
  contentType: string;
  /** The provider takes this content only inside the service window. */
  needsWindow: boolean;
  /** Null: the content is billed by what it is. */
  directSend: DirectSendFacts | null;
  windowExpiresAt: Temporal.Instant | null;
  /** Kinds of suppression that stand against the contact on this channel. */
  suppressions: readonly string[];
  sendAt: Temporal.Instant | null;
  expiresAt: Temporal.Instant | null;
  /** The workspace sends nothing at all. */
  stopped: { reason: string } | null;
  laneStopped: { reason: string } | null;
  senderPaused: { reason: string; until: Temporal.Instant | null } | null;
  /** Null: no template, or one of which nothing was told. */
  template: TemplateFacts | null;
  restrictions: readonly RestrictionFacts[];
}

/** The provider takes no message from a template in these, and may take it again later. Other words of a template stop
 *  nothing here: the provider's own answer is clearer than a guess. */
export const heldStatuses: readonly TemplateStatus[] = [
  'paused',
  'disabled',
  'rejected',
  'in_appeal',
  'limit_exceeded',
  'archived',
  'not_found',
];

// The provider closes the window by its own clock, and our answer needs time to travel.
const windowMarginSeconds = 60;

/**
 * Decides about one message at one instant. The same function serves accept, dispatch and explain: whatever was decided
 * earlier is decided again right before the provider is called. The first rule that speaks wins; a rule that ends the
 * message comes before one that only delays it, so that nothing waits for what cannot happen.
 */
export function decide(facts: PolicyFacts, now: Temporal.Instant): Decision {
  if (facts.expiresAt && Temporal.Instant.compare(facts.expiresAt, now) <= 0) {
    return block('expired', { expires_at: facts.expiresAt.toString() });
  }
  if (facts.suppressions.includes('block')) return block('recipient_blocked', { suppressions: facts.suppressions });
  if (facts.suppressions.includes('stop')) return block('recipient_opted_out', { suppressions: facts.suppressions });
  if (facts.purpose === 'marketing' && facts.suppressions.includes('marketing_stop')) {
    return block('recipient_opted_out_of_marketing', { suppressions: facts.suppressions });
  }
  if (facts.sendAt && Temporal.Instant.compare(facts.sendAt, now) > 0) {
    return { outcome: 'hold', rule: 'scheduled', facts: {}, until: facts.sendAt.toString() };
  }
  const { directSend } = facts;
  if (facts.needsWindow && !directSend && !isWindowOpen(facts.windowExpiresAt, now)) {
    return block('service_window_closed', {
      window_expires_at: facts.windowExpiresAt?.toString() ?? null,
      content_type: facts.contentType,
    });
  }
  if (facts.stopped)
    return { outcome: 'hold', rule: 'everything_stopped', facts: { reason: facts.stopped.reason }, until: null };
  if (facts.laneStopped) {
    return {
      outcome: 'hold',
      rule: 'lane_stopped',
      facts: { lane: facts.purpose, reason: facts.laneStopped.reason },
      until: null,
    };
  }
  if (facts.senderPaused) {
    return {
      outcome: 'hold',
      rule: 'sender_paused',
      facts: { reason: facts.senderPaused.reason },
      until: facts.senderPaused.until?.toString() ?? null,
    };
  }
  const restricted = restrictionOn(facts, now);
  if (restricted) {
    return {
      outcome: 'hold',
      rule: 'account_restricted',
      facts: { restriction: restricted.restriction, reason: restricted.reason },
      until: restricted.until?.toString() ?? null,
    };
  }
  if (facts.template && isTemplateHeld(facts.template, now)) {
    const { name, language, status, reason, until } = facts.template;
    return {
      outcome: 'hold',
      rule: 'template_paused',
      facts: { template: name, language, status, reason },
      until: until?.toString() ?? null,
    };
  }
  if (directSend && !directSend.isEnabled) {
    const reason = 'Direct Send is off for the connection.';
    return { outcome: 'hold', rule: 'direct_send_off', facts: { billed_as: directSend.category, reason }, until: null };
  }
  if (directSend) {
    const windowExpiresAt = facts.windowExpiresAt?.toString() ?? null;
    return {
      outcome: 'send',
      rule: 'direct_send_needs_no_window',
      facts: { billed_as: directSend.category, window_expires_at: windowExpiresAt },
    };
  }
  return {
    outcome: 'send',
    rule: facts.needsWindow ? 'service_window_open' : 'no_window_needed',
    facts: facts.needsWindow ? { window_expires_at: facts.windowExpiresAt?.toString() ?? null } : {},
  };
}

function isWindowOpen(expiresAt: Temporal.Instant | null, now: Temporal.Instant): boolean {
  return expiresAt !== null && now.epochMilliseconds < expiresAt.epochMilliseconds - windowMarginSeconds * 1000;
}

/** A restriction without an end, and a way of sending that is off, are looked at again after so long. */
const lookAgainMinutes = 15;

/**
 * When a message that is held is looked at again. Pauses and stops hold the sender itself, and its queue waits for them; a
 * hold that one message meets and another does not takes that message out of the queue. Null: until it is released.
 */
export function heldUntil(
  decision: Extract<Decision, { outcome: 'hold' }>,
  now: Temporal.Instant,
): Temporal.Instant | null {
  if (decision.until !== null) return Temporal.Instant.from(decision.until);
  if (decision.rule === 'template_paused') return null;
  const looksAgain = decision.rule === 'account_restricted' || decision.rule === 'direct_send_off';
  return looksAgain ? now.add({ minutes: lookAgainMinutes }) : now;
}

/** Whether messages from the template wait. What ends by itself has ended without anybody saying so. */
export function isTemplateHeld(template: Pick<TemplateFacts, 'status' | 'until'>, now: Temporal.Instant): boolean {
  const { status, until } = template;
  if (status === null || !heldStatuses.includes(status)) return false;
  return until === null || Temporal.Instant.compare(until, now) > 0;
}

// An answer is what goes to somebody who wrote within the service window; everything else begins a conversation.
function restrictionOn(facts: PolicyFacts, now: Temporal.Instant): RestrictionFacts | undefined {
  const isAnswer = isWindowOpen(facts.windowExpiresAt, now);
  const applies: Readonly<Record<Restriction, boolean>> = {
    business_initiated: !isAnswer,
    customer_initiated: isAnswer,
    utility_templates: facts.template?.category === 'UTILITY',
    direct_send_utility: facts.directSend?.category === 'utility',
    direct_send_authentication: facts.directSend?.category === 'authentication',
    direct_send_service: facts.directSend?.category === 'service',
  };
  return facts.restrictions.find(
    ({ restriction, until }) => applies[restriction] && (until === null || Temporal.Instant.compare(until, now) > 0),
  );
}

function block(rule: string, facts: Record<string, unknown>): Decision {
  return { outcome: 'block', rule, facts };
}
