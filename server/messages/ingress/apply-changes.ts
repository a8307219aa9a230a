import { insertMessageEvents } from '#messages/timeline-store.ts';
import type { Database, Queryable } from '#platform/database.ts';
import { append } from '#queue/log.ts';
import {
  type Change,
  findOriginals,
  insertEarlyChanges,
  takeEarlyChanges,
  takeMatchedChanges,
} from './changes-store.ts';
import type { InboundMessage } from './ingress-store.ts';

/**
 * A person edits or takes back what they wrote: the first message stays as it came, and its timeline says so. Webhooks come
 * in any order, so a change waits for a message that is not known yet, and a message looks for those that wait for it.
 */
export async function markChanged(tx: Queryable, messages: InboundMessage[]): Promise<void> {
  if (messages.length === 0) return;
  const waiting = await takeEarlyChanges(
    tx,
    messages.map(({ workspaceId, providerMessageId }) => ({ workspaceId, originalId: providerMessageId })),
  );
  await insertEarlyChanges(tx, await mark(tx, [...waiting, ...messages.flatMap(changeOf)]));
}

/** Marks messages that another process received while their change was being kept. Gives how many. */
export function matchEarlyChanges(db: Database): Promise<number> {
  return db.transaction(async (tx) => {
    const changes = await takeMatchedChanges(tx, 500);
    await mark(tx, changes);
    return changes.length;
  });
}

/** Gives the changes whose message is not known. */
async function mark(tx: Queryable, changes: Change[]): Promise<Change[]> {
  if (changes.length === 0) return [];
  const known = await findOriginals(tx, changes);
  const byId = new Map(known.map((row) => [`${row.workspaceId} ${row.originalId}`, row]));
  const marked = changes.flatMap((change) => {
    const original = byId.get(`${change.workspaceId} ${change.originalId}`);
    return original ? [{ change, original }] : [];
  });
  await insertMessageEvents(
    tx,
    marked.map(({ change, original }) => ({
      workspaceId: change.workspaceId,
      messageId: original.messageId,
      kind: change.kind,
      detail: { by: change.changeId, provider_at: change.providerAt },
      rawWebhookId: change.rawWebhookId,
    })),
  );
  for (const [workspaceId, own] of Map.groupBy(marked, ({ change }) => change.workspaceId)) {
    await append(
      tx,
      workspaceId,
      'message.changed',
      own.map(({ change, original: { messageId, contactId, senderId } }) => ({
        type: `message.${change.kind}`,
        messageId,
        by: change.changeId,
        contactId,
        senderId,
      })),
    );
  }
  return changes.filter((change) => !byId.has(`${change.workspaceId} ${change.originalId}`));
}

/** What a message says of an earlier one; none for most. */
function changeOf({ workspaceId, id, type, content, providerAt, rawWebhookId }: InboundMessage): Change[] {
  if (type !== 'edit' && type !== 'revoke') return [];
  const said = (content as Record<string, unknown>)[type];
  const originalId =
    typeof said === 'object' && said !== null ? (said as Record<string, unknown>)['original_message_id'] : undefined;
  if (typeof originalId !== 'string') return [];
  const kind = type === 'edit' ? 'edited' : 'revoked';
  return [{ workspaceId, changeId: id, originalId, kind, providerAt, rawWebhookId }];
}
