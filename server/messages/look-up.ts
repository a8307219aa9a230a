import type { ProviderAccount, ProviderCalls, SentSearch } from '#channels/provider-account.ts';
import type { Database } from '#platform/database.ts';
import { newId } from '#platform/ids.ts';
import type { Log } from '#platform/telemetry.ts';
import { Chore } from '#queue/chore.ts';
import { encodeCallbackData } from './callback-data.ts';
import { applyKnown, suppressRefused } from './ingress/apply-receipts.ts';
import { findMessagesByProviderId } from './ingress/receipt-store.ts';
import type { Purpose } from './message.ts';
import type { SenderAccount } from './outbox/sender-account.ts';
import { decideUnknown, listSearchable, type SearchableMessage } from './outbox/unknown-store.ts';
import { receipt } from './status.ts';

export interface LookUpDeps {
  db: Database;
  log: Log;
  instanceId: string;
  calls: ProviderCalls;
  callbackKey: Buffer;
  senders: () => readonly SenderAccount[];
  accountOf: (sender: SenderAccount) => ProviderAccount | undefined;
  /** Messages came back into the queue. */
  wake: () => void;
}

/** A request may still be on its way when we have given it up: only after this does "no such message" count. */
const surelyArrivedSeconds = 60;
const everyMs = 5_000;
/** Of one message. */
const askAgainMs = 20_000;
const atOnce = 20;

/** What to do about a message whose outcome is unknown, now that the provider was asked; null: ask again. Pure. */
export function judgeSearch(
  search: Exclude<SentSearch, { found: 'sent' }>,
  message: { lane: Purpose; dispatchedSecondsAgo: number },
): { next: 'resend' | 'give_up'; reason: string } | null {
  if (search.found === 'unclear' || message.dispatchedSecondsAgo < surelyArrivedSeconds) return null;
  const reason = `${surelyArrivedSeconds} seconds after it was written the provider has no such message.`;
  // Nobody waits for an advertisement: what might, against all appearance, have been sent is not sent again.
  return message.lane === 'marketing' ? { next: 'give_up', reason } : { next: 'resend', reason };
}

/** Asks providers that can be asked for messages whose outcome is unknown, and settles what they know. */
export function lookUps(deps: LookUpDeps): Chore {
  const { db, log, instanceId, senders, accountOf } = deps;
  const askedAt = new Map<string, number>();

  const run = async (): Promise<void> => {
    const senderIds = senders()
      .filter((sender) => accountOf(sender)?.findSent !== undefined)
      .map(({ senderId }) => senderId);
    if (senderIds.length === 0) return;
    const now = performance.now();
    const unknown = await listSearchable(db, senderIds, 500);
    const due = unknown.filter((one) => now - (askedAt.get(keyOf(one)) ?? -askAgainMs) >= askAgainMs).slice(0, atOnce);
    const still = new Set(unknown.map(keyOf));
    for (const key of askedAt.keys()) if (!still.has(key)) askedAt.delete(key);
    await Promise.all(
      due.map(async (message) => {
        askedAt.set(keyOf(message), now);
        const search = await ask(deps, message).catch((error: unknown) => {
          log.info({ error, senderId: message.senderId }, 'a provider could not be asked for a message');
          return undefined;
        });
        if (search) await settle(deps, message, search);
      }),
    );
  };
  return new Chore({ db, log, instanceId, name: 'chore:look-ups', everyMs, run });
}

async function ask(deps: LookUpDeps, message: SearchableMessage): Promise<SentSearch | undefined> {
  const { calls, callbackKey, senders, accountOf } = deps;
  const sender = senders().find(({ senderId }) => senderId === message.senderId);
  return (
    sender &&
    accountOf(sender)?.findSent?.(
      calls,
      { settings: sender.settings, secrets: sender.secrets, senderExternalId: sender.externalId },
      {
        callbackData: encodeCallbackData(callbackKey, { messageId: message.messageId, attemptNo: message.attemptNo }),
        recipient: { kind: message.addressKind, value: message.address },
        content: message.content,
        writtenAt: message.dispatchingAt,
      },
    )
  );
}

async function settle(deps: LookUpDeps, message: SearchableMessage, search: SentSearch): Promise<void> {
  const { db, senders, wake } = deps;
  const { workspaceId, messageId, senderId, attemptNo } = message;
  if (search.found === 'sent') {
    const { rank, failed } = receipt(search.status, 0);
    await db.transaction(async (tx) => {
      const { providerMessageId } = search;
      const owners = await findMessagesByProviderId(tx, [{ workspaceId, providerMessageId }]);
      // Some providers know a message by its words alone, and another one of ours says the same: this is the other.
      if (owners.some((owner) => owner.messageId !== messageId)) return;
      const at = Temporal.Now.instant().toString();
      const lost = await applyKnown(tx, [
        {
          eventId: newId(),
          workspaceId,
          messageId,
          senderId,
          attemptNo,
          providerMessageId,
          earlierProviderId: null,
          status: search.status,
          providerStatus: 'looked up',
          rank,
          failed,
          inGroup: false,
          participant: null,
          at,
          error: search.error ? { error: search.error, ...(search.row ? { row: search.row } : {}) } : null,
          pricing: null,
          rawWebhookId: null,
          suspicious: false,
        },
      ]);
      const kind = failed && lost.length === 0 ? search.row?.suppress : undefined;
      const channel = senders().find((sender) => sender.senderId === senderId)?.provider.capabilities.channel;
      if (!kind || !channel) return;
      const reason = search.row?.title ?? '';
      await suppressRefused(tx, [{ workspaceId, messageId, channel, kind, reason, at, participant: null }]);
    });
    return;
  }
  const verdict = judgeSearch(search, message);
  if (!verdict) return;
  const detail = { reason: verdict.reason, looked_up: true };
  const done = await decideUnknown(db, [
    {
      workspaceId,
      messageId,
      attemptNo,
      next: verdict.next,
      presumedNotAccepted: true,
      resolvedBy: 'look_up',
      eventId: newId(),
      detail,
    },
  ]);
  if (done.some(({ next }) => next === 'resend')) wake();
}

function keyOf({ messageId, attemptNo }: { messageId: string; attemptNo: number }): string {
  return `${messageId} ${attemptNo}`;
}
