import type { FailedMessage, ProviderAccount, ProviderCalls } from '#channels/provider-account.ts';
import type { Database } from '#platform/database.ts';
import { newId } from '#platform/ids.ts';
import type { Log } from '#platform/telemetry.ts';
import { Chore } from '#queue/chore.ts';
import { decodeCallbackData } from './callback-data.ts';
import { applyKnown, suppressRefused } from './ingress/apply-receipts.ts';
import { claimContentKeys } from './ingress/ingress-store.ts';
import type { ReceiptRow } from './ingress/receipt-store.ts';
import type { SenderAccount } from './outbox/sender-account.ts';

export interface FailuresDeps {
  db: Database;
  log: Log;
  instanceId: string;
  calls: ProviderCalls;
  callbackKey: Buffer;
  senders: () => readonly SenderAccount[];
  accountOf: (sender: SenderAccount) => ProviderAccount | undefined;
}

const everyMs = 30_000;

/** Asks providers that tell failures by no webhook for them. Each counts once, like a receipt, and never hides a delivery. */
export function failures(deps: FailuresDeps): Chore {
  const { db, log, instanceId, senders, accountOf } = deps;
  const run = async (): Promise<void> => {
    await Promise.all(
      senders().map(async (sender) => {
        const asked = accountOf(sender)?.listFailed?.(deps.calls, {
          settings: sender.settings,
          secrets: sender.secrets,
          senderExternalId: sender.externalId,
        });
        const failed = await asked?.catch((error: unknown) => {
          log.info({ error, senderId: sender.senderId }, 'a provider could not be asked for failures');
          return undefined;
        });
        if (failed && failed.length > 0) await apply(deps, sender, failed);
      }),
    );
  };
  return new Chore({ db, log, instanceId, name: 'chore:failures', everyMs, run });
}

async function apply(deps: FailuresDeps, sender: SenderAccount, failed: FailedMessage[]): Promise<void> {
  const { workspaceId } = sender;
  const rows = failed.flatMap((message) => {
    const receipt = receiptOf(deps.callbackKey, sender, message);
    return receipt ? [{ ...receipt, reaction: message.row }] : [];
  });
  await deps.db.transaction(async (tx) => {
    const keys = rows.map((row) => ({ workspaceId, contentKey: keyOf(row) }));
    const fresh = await claimContentKeys(tx, keys);
    const unseen = rows.filter((row) => fresh.delete(`${workspaceId} ${keyOf(row)}`));
    if (unseen.length === 0) return;
    const lost = new Set((await applyKnown(tx, unseen)).map(({ eventId }) => eventId));
    const { channel } = sender.provider.capabilities;
    await suppressRefused(
      tx,
      unseen.flatMap(({ eventId, messageId, at, reaction: { suppress: kind, title: reason } }) =>
        kind && !lost.has(eventId) ? [{ workspaceId, messageId, channel, kind, reason, at, participant: null }] : [],
      ),
    );
  });
}

function keyOf({ providerMessageId, status, providerStatus }: ReceiptRow): string {
  return ['listed', status, providerMessageId, providerStatus].join(':');
}

function receiptOf(callbackKey: Buffer, sender: SenderAccount, failed: FailedMessage): ReceiptRow | undefined {
  const reference = decodeCallbackData(callbackKey, failed.callbackData);
  if (!reference) return undefined;
  return {
    eventId: newId(),
    workspaceId: sender.workspaceId,
    messageId: reference.messageId,
    senderId: sender.senderId,
    attemptNo: reference.attemptNo,
    providerMessageId: failed.providerMessageId,
    earlierProviderId: null,
    status: 'failed',
    providerStatus: failed.error.code,
    rank: 0,
    failed: true,
    inGroup: false,
    participant: null,
    at: Temporal.Now.instant().toString(),
    error: { error: failed.error, row: failed.row },
    pricing: null,
    rawWebhookId: null,
    suspicious: false,
  };
}
