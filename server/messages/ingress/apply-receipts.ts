import { learn, type Learned } from '#channels/knowledge.ts';
import type { ProviderPerson } from '#channels/events.ts';
import { hearStops, resolvePeople } from '#contacts/contacts.ts';
import { decodeCallbackData } from '#messages/callback-data.ts';
import { receipt } from '#messages/status.ts';
import { templateOf } from '#messages/template-of.ts';
import { insertMessageEvents } from '#messages/timeline-store.ts';
import type { Queryable } from '#platform/database.ts';
import { failpointFlag } from '#platform/failpoints.ts';
import { newId } from '#platform/ids.ts';
import { identitiesOf, instantMs, isAbsurd, isoOf, type Placed } from './placed.ts';
import {
  type AppliedReceipts,
  applyReceipts,
  findContactsOfMessages,
  findContents,
  findMessagesByProviderId,
  insertOrphans,
  insertReceiptEvents,
  overwriteStatus,
  raiseWatermarks,
  type ReceiptRow,
} from './receipt-store.ts';

/** Applies receipts to our messages, found by the attempt they name or by the provider's id; keeps the others until their
 *  message is known. */
export async function takeReceipts(tx: Queryable, callbackKey: Buffer, entries: Placed<'status'>[]): Promise<void> {
  if (entries.length === 0) return;
  const references = entries.map(({ event }) =>
    event.callbackData === undefined ? null : decodeCallbackData(callbackKey, event.callbackData),
  );
  const found = await findMessagesByProviderId(
    tx,
    entries.flatMap(({ task, event }, index) =>
      references[index]
        ? []
        : idsOf(event).map((providerMessageId) => ({ workspaceId: task.workspaceId, providerMessageId })),
    ),
  );
  const byProviderId = new Map(found.map((row) => [`${row.workspaceId} ${row.providerMessageId}`, row.messageId]));
  const known: { row: ReceiptRow; entry: Placed<'status'> }[] = [];
  const orphans: Placed<'status'>[] = [];
  entries.forEach((entry, index) => {
    const reference = references[index];
    const [byId] = idsOf(entry.event).flatMap((id) => byProviderId.get(`${entry.task.workspaceId} ${id}`) ?? []);
    const messageId = reference?.messageId ?? byId;
    if (messageId) known.push({ row: receiptRow(entry, messageId, reference?.attemptNo ?? null), entry });
    else orphans.push(entry);
  });
  const lost = await applyKnown(
    tx,
    known.map(({ row }) => row),
  );
  const lostIds = new Set(lost.map((row) => row.eventId));
  await suppressRefused(
    tx,
    known.flatMap(({ row, entry: { event, connection } }) =>
      row.failed && event.row?.suppress && !lostIds.has(row.eventId)
        ? [
            {
              ...row,
              kind: event.row.suppress,
              reason: event.row.title,
              channel: connection.provider.capabilities.channel,
              participant: participantOf(event),
            },
          ]
        : [],
    ),
  );
  await learnFromReceipts(
    tx,
    known.filter(({ row }) => row.failed && !lostIds.has(row.eventId)),
  );
  orphans.push(...known.filter(({ row }) => lostIds.has(row.eventId)).map(({ entry }) => entry));
  await insertOrphans(
    tx,
    orphans.map(({ task, event, connection }) => ({
      workspaceId: task.workspaceId,
      id: newId(),
      connectionId: task.connectionId,
      providerMessageId: event.providerMessageId,
      event: { ...event, channel: connection.provider.capabilities.channel },
      rawWebhookId: task.id,
    })),
  );
}

/** What the failures of messages from templates say of those templates. */
async function learnFromReceipts(tx: Queryable, known: { row: ReceiptRow; entry: Placed<'status'> }[]): Promise<void> {
  const told = known.flatMap(({ row, entry }) => {
    const { event, connection } = entry;
    const refusal = event.error && connection.provider.templateLesson?.(event.error, Temporal.Instant.from(row.at));
    return refusal ? [{ row, connection, refusal }] : [];
  });
  if (told.length === 0) return;
  const contents = await findContents(
    tx,
    told.map(({ row }) => row),
  );
  const contentOf = new Map(contents.map(({ messageId, content }) => [messageId, content]));
  await learn(
    tx,
    told.flatMap(({ row, connection, refusal }): Learned[] => {
      const content = contentOf.get(row.messageId);
      const template = content && templateOf(content);
      if (!template) return [];
      return [
        {
          workspaceId: row.workspaceId,
          provider: connection.provider.name,
          businessAccountId: connection.settings.businessAccountId,
          at: row.at,
          lesson: { about: 'template', what: 'status', ...template, ...refusal },
        },
      ];
    }),
  );
}

export interface Refusal {
  workspaceId: string;
  messageId: string;
  channel: string;
  kind: 'stop' | 'marketing_stop';
  reason: string;
  at: string;
  /** In a group it is one participant who does not want it. */
  participant: ProviderPerson | null;
}

/** Mostly a provider takes a message first, and tells with a receipt that the person does not want its like. */
export async function suppressRefused(tx: Queryable, refusals: Refusal[]): Promise<void> {
  if (refusals.length === 0) return;
  const toPeople = refusals.filter(({ participant }) => !participant);
  const contacts = new Map((await findContactsOfMessages(tx, toPeople)).map((row) => [row.messageId, row.contactId]));
  const inGroups = refusals.flatMap((refusal) => {
    const { workspaceId, channel, participant } = refusal;
    const identities = participant ? identitiesOf(workspaceId, channel, participant) : [];
    return identities.length > 0 ? [{ refusal, workspaceId, identities, name: null }] : [];
  });
  const ids = await resolvePeople(tx, inGroups);
  const participants = new Map(inGroups.map(({ refusal }, index) => [refusal, ids[index]]));
  await hearStops(
    tx,
    refusals.flatMap((refusal) => {
      const { workspaceId, messageId, channel, kind, reason, at } = refusal;
      const contactId = refusal.participant ? participants.get(refusal) : contacts.get(messageId);
      return contactId ? [{ workspaceId, contactId, channel, kind, reason, source: 'provider', at }] : [];
    }),
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
  if (failpointFlag('overwriteStatus')) for (const row of applied) await overwriteStatus(tx, row);
  await insertReceiptEvents(
    tx,
    applied.map((row) => ({
      ...row,
      late: !row.failed && row.rank > 0 && row.rank < (outcome.get(row.messageId)?.oldRank ?? 0),
    })),
  );
  const newest = new Map<string, { workspaceId: string; senderId: string; messageId: string }>();
  for (const row of applied) {
    const best = newest.get(row.senderId);
    if (!best || best.messageId < row.messageId) newest.set(row.senderId, row);
  }
  await raiseWatermarks(
    tx,
    [...newest.values()].map(({ workspaceId, senderId, messageId }) => ({ workspaceId, senderId, messageId })),
  );
  await insertMessageEvents(
    tx,
    applied.flatMap((row) => contradictionsOf(row, outcome.get(row.messageId))),
  );
  return open;
}

function contradictionsOf(row: ReceiptRow, before: AppliedReceipts | undefined) {
  const base = { workspaceId: row.workspaceId, messageId: row.messageId, rawWebhookId: row.rawWebhookId };
  const events = [];
  const known = before?.knownProviderId;
  if (known && known !== row.providerMessageId && known !== row.earlierProviderId) {
    events.push({
      ...base,
      kind: 'conflict',
      detail: { what: 'provider_duplicate', known, told: row.providerMessageId },
    });
  }
  if (
    before?.oldStatus &&
    ['failed', 'unknown_final', 'expired', 'canceled'].includes(before.oldStatus) &&
    row.rank > 0
  ) {
    events.push({ ...base, kind: 'corrected', detail: { from: before.oldStatus, by: row.status } });
  }
  return events;
}

/** The participant of a group whose receipt it is; null outside of groups. */
export function participantOf(event: { groupId?: string; recipient?: ProviderPerson }): ProviderPerson | null {
  return event.groupId === undefined ? null : (event.recipient ?? {});
}

/** What of a receipt says whose it is. */
export function partOf(event: {
  groupId?: string;
  recipient?: ProviderPerson;
}): Pick<ReceiptRow, 'inGroup' | 'participant'> {
  const person = participantOf(event);
  const phone = person?.waId === undefined ? undefined : `+${person.waId}`;
  return { inGroup: person !== null, participant: phone ?? person?.providerUserId ?? null };
}

/** By what our message may be known: the id of receipts, and the one that the answer to it gave. */
function idsOf({ providerMessageId, earlierProviderId }: Placed<'status'>['event']): string[] {
  return earlierProviderId === undefined ? [providerMessageId] : [providerMessageId, earlierProviderId];
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
    earlierProviderId: event.earlierProviderId ?? null,
    status: event.status,
    providerStatus: event.providerStatus,
    rank,
    failed,
    ...partOf(event),
    at: isoOf(instantMs(event.at, task)),
    error: event.error ? { error: event.error, ...(event.row ? { row: event.row } : {}) } : null,
    pricing: event.pricing ?? null,
    rawWebhookId: task.id,
    suspicious: isAbsurd(event.at, task),
  };
}
