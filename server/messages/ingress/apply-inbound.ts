import {
  hearStarts,
  hearStops,
  type PersonSeen,
  resolvePeople,
  type SaidStart,
  type SaidStop,
} from '#contacts/contacts.ts';
import { insertMessageEvents } from '#messages/timeline-store.ts';
import type { Queryable } from '#platform/database.ts';
import { newId } from '#platform/ids.ts';
import { append } from '#queue/log.ts';
import { markChanged } from './apply-changes.ts';
import { type Answering, findChoices } from './choices.ts';
import { type InboundMessage, insertInbound, type Notice } from './ingress-store.ts';
import { readConsentWord } from './keywords.ts';
import { identitiesOf, identityOfGroup, instantMs, isoOf, type Placed, staleAfterSeconds } from './placed.ts';

/** Writes received messages: their contacts, the windows they open, what they mean for consent. Adds to `notices` what
 *  cannot be shown. */
export async function receive(tx: Queryable, entries: Placed<'message'>[], notices: Notice[]): Promise<void> {
  if (entries.length === 0) return;
  const inGroups = entries.filter(({ event }) => event.groupId !== undefined);
  const ids = await resolvePeople(tx, [...entries.map(writerOf), ...inGroups.map(groupOf)]);
  const groupIds = new Map(inGroups.map((entry, index) => [entry, ids[entries.length + index] ?? '']));
  const stops: SaidStop[] = [];
  const starts: SaidStart[] = [];
  const suspected: { workspaceId: string; messageId: string; kind: string; detail: unknown; rawWebhookId: string }[] =
    [];
  const answering: Answering[] = [];
  const messages = entries.map((entry, index): InboundMessage => {
    const { task, event, connection, senderId } = entry;
    const writerId = ids[index] ?? '';
    const groupId = groupIds.get(entry);
    const sentMs = instantMs(event.at, task);
    const stale = task.receivedAt.epochMilliseconds - sentMs > staleAfterSeconds * 1000;
    const id = newId();
    const word = event.text !== undefined && !stale ? readConsentWord(event.text) : null;
    const at = isoOf(sentMs);
    const key = {
      workspaceId: task.workspaceId,
      contactId: writerId,
      channel: connection.provider.capabilities.channel,
      at,
    };
    if (word === 'stop') {
      stops.push({ ...key, kind: 'stop', reason: 'The contact wrote a stop word.', source: 'keyword' });
      // Nothing can be sent to a group but to all of it, so one who wants no more ends it for all.
      if (groupId !== undefined) stops.push({ ...key, contactId: groupId, ...stopOfGroup });
    }
    // It speaks for the one who wrote it. Others of the group may have asked for the end as well, so that stays.
    if (word === 'start') starts.push({ ...key, kind: 'stop' }, { ...key, kind: 'marketing_stop' });
    if (word === 'suspected') {
      suspected.push({
        workspaceId: task.workspaceId,
        messageId: id,
        kind: 'consent_suspected',
        detail: { advice: 'The message looks like a consent keyword in other letters. Ask the contact.' },
        rawWebhookId: task.id,
      });
    }
    if (!event.supported) {
      notices.push({
        workspaceId: task.workspaceId,
        id: newId(),
        connectionId: task.connectionId,
        senderId,
        rawWebhookId: task.id,
        kind: 'unsupported',
        field: event.content.type,
        value: event.content,
        reason: event.reason ?? 'Carillon keeps messages of this kind, but cannot show them.',
      });
    }
    const message: InboundMessage = {
      workspaceId: task.workspaceId,
      id,
      senderId,
      contactId: groupId ?? writerId,
      participantId: groupId === undefined ? null : writerId,
      type: event.content.type,
      content: event.content,
      ...addressOf(event),
      replyTo: event.replyToProviderId ?? null,
      choice: null,
      providerMessageId: event.providerMessageId,
      providerAt: isoOf(sentMs),
      windowFrom: event.opensWindow && !stale ? isoOf(sentMs) : null,
      rawWebhookId: task.id,
      connectionId: task.connectionId,
      media: event.media
        ? {
            id: newId(),
            providerMediaId: event.media.mediaId,
            kind: event.media.kind,
            mimeType: event.media.mimeType ?? null,
            sha256: event.media.sha256 ?? null,
            filename: event.media.filename ?? null,
          }
        : null,
      stale,
    };
    // A consent word is never taken for an answer, whatever the answers are called.
    if (event.text !== undefined && !stale && word === null && mayChoose(entry))
      answering.push({ message, text: event.text });
    return message;
  });
  const choices = await findChoices(tx, answering);
  for (const { message } of answering) message.choice = choices.get(message.id) ?? null;
  await insertInbound(tx, messages);
  await markChanged(tx, messages);
  await hearStops(tx, stops);
  await hearStarts(tx, notTakenBack(starts, stops));
  await insertMessageEvents(tx, suspected);
}

/** Where buttons are buttons nothing is offered by number. */
function mayChoose({ connection, event }: Placed<'message'>): boolean {
  const isTyped = event.content.type === 'text' || event.content.type === 'email';
  return isTyped && !connection.provider.capabilities.interactiveTypes.includes('button');
}

const stopOfGroup = {
  kind: 'stop',
  reason: 'A participant of the group wrote a stop word.',
  source: 'keyword',
} as const;

function writerOf({ task, connection, event }: Placed<'message'>): PersonSeen {
  return {
    workspaceId: task.workspaceId,
    identities: identitiesOf(task.workspaceId, connection.provider.capabilities.channel, event.from),
    name: event.from.profileName ?? null,
    at: isoOf(instantMs(event.at, task)),
  };
}

function groupOf({ task, connection, event }: Placed<'message'>): PersonSeen {
  const { channel } = connection.provider.capabilities;
  return {
    workspaceId: task.workspaceId,
    identities: [identityOfGroup(task.workspaceId, channel, event.groupId ?? '')],
    name: null,
  };
}

function addressOf({ groupId, from }: Placed<'message'>['event']): Pick<InboundMessage, 'address' | 'addressKind'> {
  if (groupId !== undefined) return { address: groupId, addressKind: 'group' };
  if (from.email !== undefined) return { address: from.email, addressKind: 'email' };
  return from.waId === undefined
    ? { address: from.providerUserId ?? '', addressKind: 'provider_user' }
    : { address: `+${from.waId}`, addressKind: 'phone' };
}

// The last word counts, by the time at which it was said: webhooks come in any order. Of two in one second it is the stop.
function notTakenBack(starts: SaidStart[], stops: SaidStart[]): SaidStart[] {
  return starts.filter(
    (start) =>
      !stops.some(
        (stop) =>
          stop.workspaceId === start.workspaceId &&
          stop.contactId === start.contactId &&
          stop.channel === start.channel &&
          stop.at >= start.at,
      ),
  );
}

/** Marketing that people stop or take back in WhatsApp itself. */
export async function takePreferences(tx: Queryable, entries: Placed<'preference'>[]): Promise<void> {
  if (entries.length === 0) return;
  const contactIds = await resolvePeople(
    tx,
    entries.map(({ task, connection, event }) => ({
      workspaceId: task.workspaceId,
      identities: identitiesOf(task.workspaceId, connection.provider.capabilities.channel, event.person),
      name: null,
    })),
  );
  const keyOf = ({ task, connection, event }: Placed<'preference'>, index: number) => ({
    at: isoOf(instantMs(event.at, task)),
    workspaceId: task.workspaceId,
    contactId: contactIds[index] ?? '',
    channel: connection.provider.capabilities.channel,
    kind: event.everything === true ? ('stop' as const) : ('marketing_stop' as const),
    ...(event.reason === undefined ? undefined : { reason: event.reason }),
  });
  const of = (marketing: 'stop' | 'resume') =>
    entries.flatMap((entry, index) => (entry.event.marketing === marketing ? [keyOf(entry, index)] : []));
  const stops = of('stop').map((key) => ({
    reason: 'The contact stopped marketing in WhatsApp.',
    source: 'provider',
    ...key,
  }));
  await hearStops(tx, stops);
  await hearStarts(tx, notTakenBack(of('resume'), stops));
  for (const [workspaceId, own] of Map.groupBy(entries.entries(), ([, { task }]) => task.workspaceId)) {
    await append(
      tx,
      workspaceId,
      'contact.preference',
      own.map(([index, { event }]) => ({
        type: 'contact.preference_changed',
        contactId: contactIds[index],
        marketing: event.marketing,
      })),
    );
  }
}
