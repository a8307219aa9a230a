import type { DecodedEvent, Provider, ProviderPerson } from '#channels/provider.ts';
import { type KnownAs, liftSuppressions, resolvePeople, type Suppression, suppress } from '#contacts/contacts.ts';
import { decodeCallbackData } from '#messages/callback-data.ts';
import { receipt } from '#messages/status.ts';
import type { Queryable } from '#platform/database.ts';
import { failpoint } from '#platform/failpoints.ts';
import { canonicalJson } from '#platform/idempotency.ts';
import { newId } from '#platform/ids.ts';
import { insertMessageEvents } from '#messages/timeline-store.ts';
import {
  claimContentKeys,
  findInboundByProviderId,
  type InboundMessage,
  type IngressTask,
  insertInbound,
  insertNotices,
  type Notice,
} from './ingress-store.ts';
import { readConsentWord } from './keywords.ts';
import {
  type AppliedReceipts,
  applyReceipts,
  findMessagesByProviderId,
  insertOrphans,
  insertReceiptEvents,
  raiseWatermarks,
  type ReceiptRow,
} from './receipt-store.ts';

/** What applying needs to know about the connection that a webhook came in by. */
export interface IngressConnection {
  connectionId: string;
  provider: Provider;
  /** The workspace's sender with this id of the provider, when it belongs to this connection. */
  senderId: (externalId: string) => string | undefined;
}

export interface ApplyDeps {
  callbackKey: Buffer;
  connection: (connectionId: string) => IngressConnection | undefined;
}

interface Placed<Kind extends DecodedEvent['kind']> {
  task: IngressTask;
  connection: IngressConnection;
  senderId: string;
  event: Extract<DecodedEvent, { kind: Kind }>;
}

type AnyPlaced = Placed<'message'> | Placed<'status'> | Placed<'preference'>;

/** A message this old is history: it is kept and shown, but opens no window and changes no consent. */
const staleAfterSeconds = 30 * 86_400;

/** Decodes the body as it arrived. Pure. */
export function decodeTask(task: IngressTask, connection: IngressConnection): DecodedEvent[] {
  return connection.provider.decodeWebhook(Buffer.from(task.body, task.isBase64 ? 'base64' : 'utf8'));
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
    decoded.flatMap(({ task, events }) => events.map((event) => ({ workspaceId: task.workspaceId, contentKey: event.contentKey }))),
  );
  const notices: Notice[] = [];
  const placed: AnyPlaced[] = [];
  const repeated: Placed<'message'>[] = [];
  for (const { task, connection, events } of decoded) {
    for (const event of events) {
      // The first of equal events of this batch has the key; the rest are repetitions.
      const isFresh = fresh.delete(`${task.workspaceId} ${event.contentKey}`);
      await failpoint('ingress.beforeApplyCommit', event.kind === 'message' ? event.text : undefined);
      const senderId = connection && 'senderExternalId' in event && event.senderExternalId ? connection.senderId(event.senderExternalId) : undefined;
      if (event.kind === 'account' || event.kind === 'unknown') {
        if (isFresh) notices.push(noticeOf(task, event, senderId ?? null));
      } else if (!connection || !senderId) {
        if (isFresh) notices.push(unrouted(task, event));
      } else if (isFresh) {
        placed.push({ task, connection, senderId, event } as AnyPlaced);
      } else if (event.kind === 'message') {
        repeated.push({ task, connection, senderId, event });
      }
    }
  }
  await receive(tx, placed.filter((entry): entry is Placed<'message'> => entry.event.kind === 'message'), notices);
  await takeReceipts(tx, deps, placed.filter((entry): entry is Placed<'status'> => entry.event.kind === 'status'));
  await takePreferences(tx, placed.filter((entry): entry is Placed<'preference'> => entry.event.kind === 'preference'));
  await findContradictions(tx, repeated);
  await insertNotices(tx, notices);
}

async function receive(tx: Queryable, entries: Placed<'message'>[], notices: Notice[]): Promise<void> {
  if (entries.length === 0) return;
  const contactIds = await resolvePeople(
    tx,
    entries.map(({ task, connection, event }) => ({
      workspaceId: task.workspaceId,
      identities: identitiesOf(task.workspaceId, connection.provider.capabilities.channel, event.from),
      name: event.from.profileName ?? null,
    })),
  );
  const stops: Suppression[] = [];
  const starts: { workspaceId: string; contactId: string; channel: string; kind: string }[] = [];
  const suspected: { workspaceId: string; messageId: string; kind: string; detail: unknown; rawWebhookId: string }[] = [];
  const messages = entries.map((entry, index): InboundMessage => {
    const { task, event, connection, senderId } = entry;
    const contactId = contactIds[index] ?? '';
    const sentMs = instantMs(event.at, task);
    const stale = task.receivedAt.epochMilliseconds - sentMs > staleAfterSeconds * 1000;
    const id = newId();
    const word = event.text !== undefined && !stale ? readConsentWord(event.text) : null;
    const key = { workspaceId: task.workspaceId, contactId, channel: connection.provider.capabilities.channel };
    if (word === 'stop') stops.push({ ...key, kind: 'stop', reason: 'The contact wrote a stop word.', source: 'keyword' });
    if (word === 'start') starts.push({ ...key, kind: 'stop' }, { ...key, kind: 'marketing_stop' });
    if (word === 'suspected') {
      suspected.push({ workspaceId: task.workspaceId, messageId: id, kind: 'consent_suspected', detail: { advice: 'The message looks like a consent keyword in other letters. Ask the contact.' }, rawWebhookId: task.id });
    }
    if (!event.supported) {
      notices.push({ workspaceId: task.workspaceId, id: newId(), connectionId: task.connectionId, senderId, rawWebhookId: task.id, kind: 'unsupported', field: event.content.type, value: event.content, reason: 'Carillon keeps messages of this kind, but cannot show them yet.' });
    }
    const address = event.from.waId !== undefined ? { address: `+${event.from.waId}`, addressKind: 'phone' as const } : { address: event.from.providerUserId ?? '', addressKind: 'provider_user' as const };
    return {
      workspaceId: task.workspaceId,
      id,
      senderId,
      contactId,
      type: event.content.type,
      content: event.content,
      ...address,
      replyTo: event.replyToProviderId ?? null,
      providerMessageId: event.providerMessageId,
      providerAt: isoOf(sentMs),
      windowFrom: event.opensWindow && !stale ? isoOf(sentMs) : null,
      rawWebhookId: task.id,
      connectionId: task.connectionId,
      media: event.media
        ? { id: newId(), providerMediaId: event.media.mediaId, kind: event.media.kind, mimeType: event.media.mimeType ?? null, sha256: event.media.sha256 ?? null, filename: event.media.filename ?? null }
        : null,
      stale,
    };
  });
  await insertInbound(tx, messages);
  // In the order of the messages a start may follow a stop; the last word of a batch is the one that counts.
  await liftSuppressions(tx, starts);
  await suppress(tx, stops);
  await insertMessageEvents(tx, suspected);
}

async function takeReceipts(tx: Queryable, deps: ApplyDeps, entries: Placed<'status'>[]): Promise<void> {
  if (entries.length === 0) return;
  const references = entries.map(({ event }) => (event.callbackData === undefined ? null : decodeCallbackData(deps.callbackKey, event.callbackData)));
  const found = await findMessagesByProviderId(
    tx,
    entries.flatMap(({ task, event }, index) => (references[index] ? [] : [{ workspaceId: task.workspaceId, providerMessageId: event.providerMessageId }])),
  );
  const byProviderId = new Map(found.map((row) => [`${row.workspaceId} ${row.providerMessageId}`, row.messageId]));
  const known: { row: ReceiptRow; entry: Placed<'status'> }[] = [];
  const orphans: Placed<'status'>[] = [];
  entries.forEach((entry, index) => {
    const reference = references[index];
    const messageId = reference?.messageId ?? byProviderId.get(`${entry.task.workspaceId} ${entry.event.providerMessageId}`);
    if (messageId) known.push({ row: receiptRow(entry, messageId, reference?.attemptNo ?? null), entry });
    else orphans.push(entry);
  });
  const lost = await applyKnown(tx, known.map(({ row }) => row));
  const lostIds = new Set(lost.map((row) => row.eventId));
  orphans.push(...known.filter(({ row }) => lostIds.has(row.eventId)).map(({ entry }) => entry));
  await insertOrphans(
    tx,
    orphans.map(({ task, event }) => ({ workspaceId: task.workspaceId, id: newId(), connectionId: task.connectionId, providerMessageId: event.providerMessageId, event, rawWebhookId: task.id })),
  );
}

/** Applies receipts whose message is known, and writes them into its timeline. Gives those whose message is not there. */
export async function applyKnown(tx: Queryable, receipts: ReceiptRow[]): Promise<ReceiptRow[]> {
  let open = receipts;
  const outcome = new Map<string, AppliedReceipts>();
  for (let round = 0; round < 3 && open.length > 0; round += 1) {
    for (const row of await applyReceipts(tx, open)) if (row.applied) outcome.set(row.messageId, row);
    open = open.filter((row) => !outcome.has(row.messageId));
  }
  const applied = receipts.filter((row) => outcome.has(row.messageId));
  await insertReceiptEvents(tx, applied.map((row) => ({ ...row, late: !row.failed && row.rank > 0 && row.rank < (outcome.get(row.messageId)?.oldRank ?? 0) })));
  const newest = new Map<string, { workspaceId: string; senderId: string; messageId: string }>();
  for (const row of applied) {
    const best = newest.get(row.senderId);
    if (!best || best.messageId < row.messageId) newest.set(row.senderId, row);
  }
  await raiseWatermarks(tx, [...newest.values()].map(({ workspaceId, senderId, messageId }) => ({ workspaceId, senderId, messageId })));
  await insertMessageEvents(tx, applied.flatMap((row) => contradictionsOf(row, outcome.get(row.messageId))));
  return open;
}

function contradictionsOf(row: ReceiptRow, before: AppliedReceipts | undefined) {
  const base = { workspaceId: row.workspaceId, messageId: row.messageId, rawWebhookId: row.rawWebhookId };
  const events = [];
  if (before?.knownProviderId && before.knownProviderId !== row.providerMessageId) {
    events.push({ ...base, kind: 'conflict', detail: { what: 'provider_duplicate', known: before.knownProviderId, told: row.providerMessageId } });
  }
  if (before?.oldStatus && ['failed', 'unknown_final', 'expired', 'canceled'].includes(before.oldStatus) && row.rank > 0) {
    events.push({ ...base, kind: 'corrected', detail: { from: before.oldStatus, by: row.status } });
  }
  return events;
}

async function takePreferences(tx: Queryable, entries: Placed<'preference'>[]): Promise<void> {
  if (entries.length === 0) return;
  const contactIds = await resolvePeople(
    tx,
    entries.map(({ task, connection, event }) => ({ workspaceId: task.workspaceId, identities: identitiesOf(task.workspaceId, connection.provider.capabilities.channel, event.person), name: null })),
  );
  const keys = entries.map(({ task, connection, event }, index) => ({ marketing: event.marketing, workspaceId: task.workspaceId, contactId: contactIds[index] ?? '', channel: connection.provider.capabilities.channel, kind: 'marketing_stop' as const }));
  await liftSuppressions(tx, keys.filter((key) => key.marketing === 'resume'));
  await suppress(tx, keys.filter((key) => key.marketing === 'stop').map(({ marketing: _, ...key }) => ({ ...key, reason: 'The contact stopped marketing in WhatsApp.', source: 'provider' })));
}

// The same id with other words: the first version stands, and the contradiction is on record.
async function findContradictions(tx: Queryable, repeated: Placed<'message'>[]): Promise<void> {
  if (repeated.length === 0) return;
  const known = await findInboundByProviderId(tx, repeated.map(({ task, event }) => ({ workspaceId: task.workspaceId, providerMessageId: event.providerMessageId })));
  const byId = new Map(known.map((row) => [`${row.workspaceId} ${row.providerMessageId}`, row]));
  await insertMessageEvents(
    tx,
    repeated.flatMap(({ task, event }) => {
      const first = byId.get(`${task.workspaceId} ${event.providerMessageId}`);
      if (!first || canonicalJson(first.content) === canonicalJson(event.content)) return [];
      return [{ workspaceId: task.workspaceId, messageId: first.id, kind: 'conflict', detail: { what: 'same_id_other_content', type: event.content.type }, rawWebhookId: task.id }];
    }),
  );
}

function receiptRow(entry: Placed<'status'>, messageId: string, attemptNo: number | null): ReceiptRow {
  const { task, event, senderId } = entry;
  const { rank, failed } = receipt(event.status, 0);
  return {
    eventId: newId(),
    workspaceId: task.workspaceId,
    messageId,
    senderId,
    attemptNo,
    providerMessageId: event.providerMessageId,
    status: event.status,
    providerStatus: event.providerStatus,
    rank,
    failed,
    at: isoOf(instantMs(event.at, task)),
    error: event.error ? { error: event.error, ...(event.row ? { row: event.row } : {}) } : null,
    pricing: event.pricing ?? null,
    rawWebhookId: task.id,
    suspicious: event.at.suspicious,
  };
}

function identitiesOf(workspaceId: string, channel: string, person: ProviderPerson): KnownAs[] {
  const identities: KnownAs[] = [];
  if (person.providerUserId) identities.push({ workspaceId, channel, kind: 'provider_user', value: person.providerUserId });
  if (person.waId) identities.push({ workspaceId, channel, kind: 'phone', value: `+${person.waId}` });
  if (person.parentProviderUserId) identities.push({ workspaceId, channel, kind: 'parent_provider_user', value: person.parentProviderUserId });
  return identities;
}

function noticeOf(task: IngressTask, event: Extract<DecodedEvent, { kind: 'account' | 'unknown' }>, senderId: string | null): Notice {
  return {
    workspaceId: task.workspaceId,
    id: newId(),
    connectionId: task.connectionId,
    senderId,
    rawWebhookId: task.id,
    kind: event.kind,
    field: event.kind === 'account' ? event.field : 'unknown',
    value: event.value,
    reason: event.kind === 'unknown' ? event.reason : null,
  };
}

function unrouted(task: IngressTask, event: Extract<DecodedEvent, { kind: 'message' | 'status' | 'preference' }>): Notice {
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

function instantMs(at: { epochSeconds: number | null; suspicious: boolean }, task: IngressTask): number {
  return at.epochSeconds === null || at.suspicious ? task.receivedAt.epochMilliseconds : at.epochSeconds * 1000;
}

function isoOf(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
