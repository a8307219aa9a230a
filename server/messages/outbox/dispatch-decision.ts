import type { DirectSend, MessageContent } from '#channels/provider.ts';
import type { Decision, Purpose } from '#messages/message.ts';
import { decide, type DirectSendFacts, heldUntil, type TemplateFacts } from '#messages/policy.ts';
import { templateOf } from '#messages/template-of.ts';
import type { Halt, KnownTemplate, MarkedMessage } from './outbox-store.ts';
import type { SenderAccount } from './sender-account.ts';

/** Policy once more, on the facts that the mark read, at the database's instant of the mark. */
export function decideAtDispatch(
  account: SenderAccount,
  item: { lane: Purpose; type: string; content: MessageContent; directSend: DirectSend | null },
  row: MarkedMessage,
): Decision {
  return decide(
    {
      purpose: item.lane,
      contentType: item.type,
      needsWindow: row.needsWindow,
      directSend: directSendFacts(account, item.directSend),
      windowExpiresAt: row.windowExpiresAt,
      suppressions: row.suppressions ?? [],
      sendAt: null,
      expiresAt: row.expiresAt,
      stopped: haltOf(row, 'everything') ?? account.stopped,
      laneStopped: haltOf(row, item.lane) ?? account.stoppedLanes.get(item.lane) ?? null,
      senderPaused: haltOf(row, 'paused') ?? account.paused,
      template: templateFacts(item.content, row.templates),
      restrictions: account.restrictions,
    },
    row.decidedAt,
  );
}

// The account is as old as the last word of it; what the mark read is true at the mark.
function haltOf({ halts }: MarkedMessage, on: Halt['on']): { reason: string; until: Temporal.Instant | null } | null {
  const halt = halts?.find((one) => one.on === on);
  return halt ? { reason: halt.reason, until: halt.until === null ? null : Temporal.Instant.from(halt.until) } : null;
}

/** The sender is halted, and the account did not know it: all that follows would be marked in vain. */
export function isNews(account: SenderAccount, { lane }: { lane: Purpose }, { rule }: Decision): boolean {
  if (rule === 'everything_stopped') return account.stopped === null;
  if (rule === 'lane_stopped') return !account.stoppedLanes.has(lane);
  return rule === 'sender_paused' && account.paused === null;
}

/** The category that a message is billed as, and whether its account may send so now. */
export function directSendFacts(
  account: Pick<SenderAccount, 'settings'>,
  directSend: DirectSend | null,
): DirectSendFacts | null {
  return directSend && { category: directSend.category, isEnabled: account.settings.directSend === true };
}

function templateFacts(content: MessageContent, known: KnownTemplate[] | null): TemplateFacts | null {
  const template = known && templateOf(content);
  const row = known?.find((one) => one.name === template?.name && one.language === template.language);
  return row ? { ...row, until: row.until === null ? null : Temporal.Instant.from(row.until) } : null;
}

/** How long a message that policy refused stays out of the queue; null: until it is released. */
export function holdMs(decision: Exclude<Decision, { outcome: 'send' }>, now: Temporal.Instant): number | null {
  if (decision.outcome === 'block') return 0;
  const until = heldUntil(decision, now);
  return until && Math.max(0, until.epochMilliseconds - now.epochMilliseconds);
}
