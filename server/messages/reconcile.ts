import type { ProviderPerson } from '#channels/events.ts';
import type { ErrorReaction } from '#channels/provider.ts';
import type { Database } from '#platform/database.ts';
import { newId } from '#platform/ids.ts';
import { receipt } from './status.ts';
import { applyKnown, participantOf, partOf, suppressRefused } from './ingress/apply-receipts.ts';
import { instantMs, isAbsurd, isoOf } from './ingress/placed.ts';
import { takeMatchedOrphans } from './ingress/receipt-store.ts';
import { purposePolicies } from './message.ts';
import { openUnknown } from './rerouting/reroute-store.ts';
import { decideUnknown, listUnknown, type UnknownDecision, type UnknownMessage } from './outbox/unknown-store.ts';

/** What to do about a message whose outcome is unknown, from the evidence so far; null: wait on. Pure. */
export function judgeUnknown(
  message: UnknownMessage,
): { next: 'resend' | 'give_up' | 'reroute'; presumedNotAccepted: boolean; reason: string } | null {
  const policy = purposePolicies[message.lane];
  // Absence alone proves nothing: receipts may lag for hours. But when the provider has reported messages that were handed
  // over well after this one, and a quarter of an hour has passed, this one was most likely never taken.
  const presumedNotAccepted = message.laterReceiptSeen && message.dispatchedSecondsAgo >= 900;
  if (message.unknownSeconds < policy.unknownAfterSeconds) return null;
  // A code is only of use now: by another sender it rather arrives than by the one that does not answer.
  if (message.rerouting === 'possible') return { next: 'reroute', presumedNotAccepted, reason: '' };
  if (message.rerouting === 'open') return null;
  if (policy.onUnknown === 'resend_once' && !message.alreadyResent) {
    return {
      next: 'resend',
      presumedNotAccepted,
      reason: `No receipt within ${policy.unknownAfterSeconds} seconds. A code is only of use now, so it is sent once more; it may arrive twice.`,
    };
  }
  return {
    next: 'give_up',
    presumedNotAccepted,
    reason: presumedNotAccepted
      ? 'Receipts of later messages came, none of this one: it was most likely not taken.'
      : 'No receipt told whether the provider took it.',
  };
}

const unknownAfterSeconds = {
  authentication: purposePolicies.authentication.unknownAfterSeconds,
  transactional: purposePolicies.transactional.unknownAfterSeconds,
  service: purposePolicies.service.unknownAfterSeconds,
  marketing: purposePolicies.marketing.unknownAfterSeconds,
};

/** Settles messages without an outcome whose time is over, at most `limit`. Gives how many. */
export async function reconcileUnknown(db: Database, limit = 500): Promise<{ resent: number; givenUp: number }> {
  const judged = (await listUnknown(db, unknownAfterSeconds, limit)).map((message) => ({
    message,
    verdict: judgeUnknown(message),
  }));
  const toReroute = judged.flatMap(({ message, verdict }) => (verdict?.next === 'reroute' ? [message] : []));
  if (toReroute.length > 0) await openUnknown(db, toReroute);
  const decisions = judged.flatMap(({ message, verdict }): UnknownDecision[] => {
    if (!verdict || verdict.next === 'reroute') return [];
    return [
      {
        workspaceId: message.workspaceId,
        messageId: message.messageId,
        attemptNo: message.attemptNo,
        next: verdict.next,
        presumedNotAccepted: verdict.presumedNotAccepted,
        resolvedBy: 'watermark',
        eventId: newId(),
        detail: {
          reason: verdict.reason,
          unknown_seconds: Math.round(message.unknownSeconds),
          later_receipt_seen: message.laterReceiptSeen,
        },
      },
    ];
  });
  if (decisions.length === 0) return { resent: 0, givenUp: 0 };
  const done = await decideUnknown(db, decisions);
  return {
    resent: done.filter((row) => row.next === 'resend').length,
    givenUp: done.filter((row) => row.next === 'give_up').length,
  };
}

interface OrphanEvent {
  status: 'accepted' | 'sent' | 'delivered' | 'read' | 'played' | 'failed' | 'other';
  providerStatus: string;
  at: { epochSeconds: number | null; suspicious: boolean };
  error?: unknown;
  row?: ErrorReaction;
  pricing?: unknown;
  channel: string;
  recipient?: ProviderPerson;
  groupId?: string;
  earlierProviderId?: string;
}

/** Applies receipts that came before anybody knew the provider's id of their message. Gives how many. */
export async function matchOrphans(db: Database): Promise<number> {
  return db.transaction(async (tx) => {
    const orphans = await takeMatchedOrphans(tx, 500);
    await applyKnown(
      tx,
      orphans.map((orphan) => {
        const event = orphan.event as OrphanEvent;
        const { rank, failed } = receipt(event.status, 0);
        return {
          eventId: newId(),
          workspaceId: orphan.workspaceId,
          messageId: orphan.messageId,
          senderId: orphan.senderId,
          attemptNo: null,
          providerMessageId: orphan.providerMessageId,
          earlierProviderId: event.earlierProviderId ?? null,
          status: event.status,
          providerStatus: event.providerStatus,
          rank,
          failed,
          ...partOf(event),
          at: isoOf(instantMs(event.at, orphan)),
          error: event.error ? { error: event.error, ...(event.row ? { row: event.row } : {}) } : null,
          pricing: event.pricing ?? null,
          rawWebhookId: orphan.rawWebhookId,
          suspicious: isAbsurd(event.at, orphan),
        };
      }),
    );
    await suppressRefused(
      tx,
      orphans.flatMap((orphan) => {
        const event = orphan.event as OrphanEvent;
        const { row, channel } = event;
        if (!row?.suppress) return [];
        const at = isoOf(instantMs(event.at, orphan));
        const participant = participantOf(event);
        return [{ ...orphan, kind: row.suppress, reason: row.title, channel, at, participant }];
      }),
    );
    return orphans.length;
  });
}
