import type { Decision, Purpose } from './message.ts';

/** Everything that policy looks at. Gathered in one read, by accept, by dispatch and by explain alike. */
export interface PolicyFacts {
  purpose: Purpose;
  contentType: string;
  /** The provider takes this content only inside the service window. */
  needsWindow: boolean;
  windowExpiresAt: Temporal.Instant | null;
  /** Kinds of suppression that stand against the contact on this channel. */
  suppressions: readonly string[];
  sendAt: Temporal.Instant | null;
  expiresAt: Temporal.Instant | null;
  laneStopped: { reason: string } | null;
  senderPaused: { reason: string; until: Temporal.Instant | null } | null;
}

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
  if (facts.needsWindow && !isWindowOpen(facts.windowExpiresAt, now)) {
    return block('service_window_closed', {
      window_expires_at: facts.windowExpiresAt?.toString() ?? null,
      content_type: facts.contentType,
    });
  }
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
  return {
    outcome: 'send',
    rule: facts.needsWindow ? 'service_window_open' : 'template_needs_no_window',
    facts: facts.needsWindow ? { window_expires_at: facts.windowExpiresAt?.toString() ?? null } : {},
  };
}

function isWindowOpen(expiresAt: Temporal.Instant | null, now: Temporal.Instant): boolean {
  return expiresAt !== null && now.epochMilliseconds < expiresAt.epochMilliseconds - windowMarginSeconds * 1000;
}

function block(rule: string, facts: Record<string, unknown>): Decision {
  return { outcome: 'block', rule, facts };
}
