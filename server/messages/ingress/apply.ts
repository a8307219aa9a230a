import type { DecodedEvent } from '#channels/events.ts';
import { insertMessageEvents } from '#messages/timeline-store.ts';
import type { Queryable } from '#platform/database.ts';
import { failpoint } from '#platform/failpoints.ts';
import { canonicalJson } from '#platform/idempotency.ts';
import { newId } from '#platform/ids.ts';
import { receive, takePreferences } from './apply-inbound.ts';
import { moveIdentities } from './apply-identities.ts';
import { takeNews } from './apply-news.ts';
import { takeReceipts } from './apply-receipts.ts';
import {
  claimContentKeys,
  findInboundByProviderId,
  type IngressTask,
  insertNotices,
  type Notice,
} from './ingress-store.ts';
import type { AnyPlaced, ApplyDeps, IngressConnection, News, Placed } from './placed.ts';

/** Decodes the body as it arrived. Pure. */
export function decodeTask(task: IngressTask, connection: IngressConnection): DecodedEvent[] {
  return connection.provider.decodeWebhook(Buffer.from(task.body, task.isBase64 ? 'base64' : 'utf8'), task.query);
}

/**
 * Applies the events of some webhooks in the caller's transaction. What was seen before has no effect again: the content
 * key is written in the same transaction as the effect. Everything that is not understood is kept as a notice.
 */
export async function applyEvents(
  tx: Queryable,
  deps: ApplyDeps,
  decoded: { task: IngressTask; connection: IngressConnection | undefined; events: DecodedEvent[] }[],
): Promise<void> {
  const fresh = await claimContentKeys(
    tx,
    decoded.flatMap(({ task, events }) =>
      events.map((event) => ({ workspaceId: task.workspaceId, contentKey: event.contentKey })),
    ),
  );
  const notices: Notice[] = [];
  const placed: AnyPlaced[] = [];
  const repeated: Placed<'message'>[] = [];
  const news: News[] = [];
  for (const { task, connection, events } of decoded) {
    for (const event of events) {
      // The first of equal events of this batch has the key; the rest are repetitions.
      const isFresh = fresh.delete(`${task.workspaceId} ${event.contentKey}`);
      await failpoint('ingress.beforeApplyCommit', event.kind === 'message' ? event.text : undefined);
      const senderId = connection && senderOf(event, connection);
      if (event.kind === 'account' || event.kind === 'unknown') {
        if (isFresh) notices.push(noticeOf(task, event, senderId ?? null));
        if (isFresh && connection && event.kind === 'account')
          news.push({ task, connection, senderId: senderId ?? null, event });
      } else if (!connection || !senderId) {
        if (isFresh) notices.push(unrouted(task, event));
      } else if (isFresh) {
        placed.push({ task, connection, senderId, event } as AnyPlaced);
      } else if (event.kind === 'message') {
        repeated.push({ task, connection, senderId, event });
      }
    }
  }
  await receive(
    tx,
    placed.filter((entry): entry is Placed<'message'> => entry.event.kind === 'message'),
    notices,
  );
  await takeReceipts(
    tx,
    deps.callbackKey,
    placed.filter((entry): entry is Placed<'status'> => entry.event.kind === 'status'),
  );
  await takePreferences(
    tx,
    placed.filter((entry): entry is Placed<'preference'> => entry.event.kind === 'preference'),
  );
  await moveIdentities(
    tx,
    placed.filter((entry): entry is Placed<'identity'> => entry.event.kind === 'identity'),
  );
  await takeNews(tx, news);
  await findContradictions(tx, repeated);
  await insertNotices(tx, notices);
}

function senderOf(event: DecodedEvent, connection: IngressConnection): string | undefined {
  const first = 'senderExternalId' in event && event.senderExternalId;
  const other = 'otherSenderExternalId' in event && event.otherSenderExternalId;
  return (first && connection.senderId(first)) || (other && connection.senderId(other)) || undefined;
}

// The same id with other words: the first version stands, and the contradiction is on record.
async function findContradictions(tx: Queryable, repeated: Placed<'message'>[]): Promise<void> {
  if (repeated.length === 0) return;
  const known = await findInboundByProviderId(
    tx,
    repeated.map(({ task, event }) => ({ workspaceId: task.workspaceId, providerMessageId: event.providerMessageId })),
  );
  const byId = new Map(known.map((row) => [`${row.workspaceId} ${row.providerMessageId}`, row]));
  await insertMessageEvents(
    tx,
    repeated.flatMap(({ task, event }) => {
      const first = byId.get(`${task.workspaceId} ${event.providerMessageId}`);
      if (!first || canonicalJson(first.content) === canonicalJson(event.content)) return [];
      return [
        {
          workspaceId: task.workspaceId,
          messageId: first.id,
          kind: 'conflict',
          detail: { what: 'same_id_other_content', type: event.content.type },
          rawWebhookId: task.id,
        },
      ];
    }),
  );
}

function noticeOf(
  task: IngressTask,
  event: Extract<DecodedEvent, { kind: 'account' | 'unknown' }>,
  senderId: string | null,
): Notice {
  return {
    workspaceId: task.workspaceId,
    id: newId(),
    connectionId: task.connectionId,
    senderId,
    rawWebhookId: task.id,
    kind: event.kind,
    field: event.field ?? 'unknown',
    value: event.value,
    reason: event.kind === 'unknown' ? event.reason : null,
  };
}

function unrouted(task: IngressTask, event: Exclude<DecodedEvent, { kind: 'account' | 'unknown' }>): Notice {
  return {
    workspaceId: task.workspaceId,
    id: newId(),
    connectionId: task.connectionId,
    senderId: null,
    rawWebhookId: task.id,
    kind: 'unrouted',
    field: event.kind,
    value: event,
    reason: `No sender of this connection has the id ${event.senderExternalId}.`,
  };
}
