import type { Decision } from '#messages/message.ts';
import { newId } from '#platform/ids.ts';
import { holdMs } from './dispatch-decision.ts';
import type { MarkedMessage, ReadyMessage, Settlement } from './outbox-store.ts';
import type { Reaction } from './reaction.ts';

/** What an attempt of a marked message makes of it. */
export function settlementOf(
  senderId: string,
  message: ReadyMessage,
  mark: MarkedMessage,
  result: Reaction['settlement'],
  event: Settlement['event'] = null,
): Settlement {
  return {
    workspaceId: message.workspaceId,
    messageId: message.messageId,
    senderId,
    contactId: message.contactId,
    attemptNo: mark.attemptNo,
    dispatchingAt: mark.decidedAt.toString(),
    event,
    ...result,
  };
}

/** What policy makes of a marked message that it does not let go. The provider was not called. */
export function settlementOfRefusal(
  senderId: string,
  message: ReadyMessage,
  mark: MarkedMessage,
  decision: Exclude<Decision, { outcome: 'send' }>,
): Settlement {
  const isHold = decision.outcome === 'hold';
  const next = isHold ? 'withdraw' : decision.rule === 'expired' ? 'expire' : 'block';
  const kind = isHold ? 'held' : next === 'expire' ? 'expired' : 'blocked';
  const result = {
    next,
    delayMs: holdMs(decision, mark.decidedAt),
    countsAsTry: false,
    hold: isHold ? decision : null,
    attempt: null,
    deadLetter: null,
    error: null,
  } as const;
  return settlementOf(senderId, message, mark, result, { id: newId(), kind, detail: decision });
}
