import { hearStarts, hearStops, resolvePeople, type SaidStart, type SaidStop } from '#contacts/contacts.ts';
import { insertMessageEvents } from '#messages/timeline-store.ts';
import type { Queryable } from '#platform/database.ts';
import { newId } from '#platform/ids.ts';
import { append } from '#queue/log.ts';
import { markChanged } from './apply-changes.ts';
import { type InboundMessage, insertInbound, type Notice } from './ingress-store.ts';
import { readConsentWord } from './keywords.ts';
import { identitiesOf, instantMs, isoOf, type Placed, staleAfterSeconds } from './placed.ts';

/** Writes received messages: their contacts, the windows they open, what they mean for consent. Adds to `notices` what
 *  cannot be shown. */
export async function receive(tx: Queryable, entries: Placed<'message'>[], notices: Notice[]): Promise<void> {
  if (entries.length === 0) return;
  const contactIds = await resolvePeople(
    tx,
    entries.map(({ task, connection, event }) => ({
      workspaceId: task.workspaceId,
      identities: identitiesOf(task.workspaceId, connection.provider.capabilities.channel, event.from),
      name: event.from.profileName ?? null,
      at: isoOf(instantMs(event.at, task)),
    })),
  );
  const stops: SaidStop[] = [];
  const starts: SaidStart[] = [];
  const suspected: { workspaceId: string; messageId: string; kind: string; detail: unknown; rawWebhookId: string }[] =
    [];
  const messages = entries.map((entry, index): InboundMessage => {
    const { task, event, connection, senderId } = entry;
    const contactId = contactIds[index] ?? '';
    const sentMs = instantMs(event.at, task);
    const stale = task.receivedAt.epochMilliseconds - sentMs > staleAfterSeconds * 1000;
    const id = newId();
    const word = event.text !== undefined && !stale ? readConsentWord(event.text) : null;
    const at = isoOf(sentMs);
    const key = { workspaceId: task.workspaceId, contactId, channel: connection.provider.capabilities.channel, at };
    if (word === 'stop')
      stops.push({ ...key, kind: 'stop', reason: 'The contact wrote a stop word.', source: 'keyword' });
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
    const address =
      event.from.waId !== undefined
        ? { address: `+${event.from.waId}`, addressKind: 'phone' as const }
        : { address: event.from.providerUserId ?? '', addressKind: 'provider_user' as const };
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
  });
  await insertInbound(tx, messages);
  await markChanged(tx, messages);
  await hearStops(tx, stops);
  await hearStarts(tx, notTakenBack(starts, stops));
  await insertMessageEvents(tx, suspected);
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
    kind: 'marketing_stop' as const,
  });
  const of = (marketing: 'stop' | 'resume') =>
    entries.flatMap((entry, index) => (entry.event.marketing === marketing ? [keyOf(entry, index)] : []));
  const stops = of('stop').map((key) => ({
    ...key,
    reason: 'The contact stopped marketing in WhatsApp.',
    source: 'provider',
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
