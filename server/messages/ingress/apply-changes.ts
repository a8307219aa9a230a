import { insertMessageEvents } from '#messages/timeline-store.ts';
import type { Queryable } from '#platform/database.ts';
import { append } from '#queue/log.ts';
import { findInboundByProviderId, type InboundMessage } from './ingress-store.ts';

/** A person edits or takes back what they wrote: the first message stays as it came, and its timeline says so. */
export async function markChanged(tx: Queryable, messages: InboundMessage[]): Promise<void> {
  const changes = messages.flatMap((message) => {
    const original = originalOf(message);
    return original === undefined ? [] : [{ message, providerMessageId: original }];
  });
  if (changes.length === 0) return;
  const known = await findInboundByProviderId(
    tx,
    changes.map(({ message, providerMessageId }) => ({ workspaceId: message.workspaceId, providerMessageId })),
  );
  const byId = new Map(known.map((row) => [`${row.workspaceId} ${row.providerMessageId}`, row.id]));
  const marked = changes.flatMap(({ message, providerMessageId }) => {
    const messageId = byId.get(`${message.workspaceId} ${providerMessageId}`);
    return messageId === undefined ? [] : [{ message, messageId }];
  });
  await insertMessageEvents(
    tx,
    marked.map(({ message, messageId }) => ({
      workspaceId: message.workspaceId,
      messageId,
      kind: wordOf(message),
      detail: { by: message.id, provider_at: message.providerAt },
      rawWebhookId: message.rawWebhookId,
    })),
  );
  for (const [workspaceId, own] of Map.groupBy(marked, ({ message }) => message.workspaceId)) {
    await append(
      tx,
      workspaceId,
      'message.changed',
      own.map(({ message, messageId }) => ({
        type: `message.${wordOf(message)}`,
        messageId,
        by: message.id,
        contactId: message.contactId,
        senderId: message.senderId,
      })),
    );
  }
}

function wordOf({ type }: InboundMessage): 'edited' | 'revoked' {
  return type === 'edit' ? 'edited' : 'revoked';
}

/** The provider's id of the message that this one changes. */
function originalOf({ type, content }: InboundMessage): string | undefined {
  if (type !== 'edit' && type !== 'revoke') return undefined;
  const change = (content as Record<string, unknown>)[type];
  const id =
    typeof change === 'object' && change !== null
      ? (change as Record<string, unknown>)['original_message_id']
      : undefined;
  return typeof id === 'string' ? id : undefined;
}
