import type { DecodedEvent, ProviderPerson } from '#channels/events.ts';
import { textOf } from '#channels/providers/payloads/fields.ts';
import { contentKey, instantOf } from '#channels/providers/payloads/event-fields.ts';
import { factsOf } from '#channels/providers/payloads/facts.ts';
import { personOfChat, readChatId, readMessageId } from '#channels/providers/ultramsg/chat-id.ts';
import { queuedMessageId } from '#channels/providers/ultramsg/instance.ts';
import type { Envelope } from './envelope.ts';

type Status = Extract<DecodedEvent, { kind: 'status' }>['status'];

/** How far WhatsApp says that a message got. Numbers are how WhatsApp itself writes the same. */
const acknowledgements: Readonly<Record<string, Status>> = {
  pending: 'accepted',
  server: 'sent',
  device: 'delivered',
  read: 'read',
  played: 'played',
  '0': 'accepted',
  '1': 'sent',
  '2': 'delivered',
  '3': 'read',
  '4': 'played',
};

/**
 * Decodes what is told of a message from our own number. When the API sent it, it is a receipt, and teaches which of
 * WhatsApp's ids our message has. What a person typed on the phone itself is news: kept, and never taken for an answer.
 */
export function decodeEcho(envelope: Envelope): DecodedEvent[] {
  const { eventType, senderExternalId, messageId, number, referenceId, data } = envelope;
  const isOfApi = referenceId !== undefined || number !== undefined;
  if (eventType === 'message_reaction' || (eventType !== 'message_ack' && !isOfApi)) return [typedOnPhone(envelope)];
  const word = textOf(data['ack'], 100)?.toLowerCase() ?? 'pending';
  // A hidden number stands in the id, and beside it mostly the phone: together they name one person.
  const chats = [textOf(data['to'], 300) ?? '', readMessageId(messageId)?.chat ?? ''];
  const groupId = chats.find((chat) => readChatId(chat)?.kind === 'group');
  return [
    {
      kind: 'status',
      contentKey: contentKey('status', senderExternalId, messageId, eventType, word),
      senderExternalId,
      providerMessageId: messageId,
      ...(number === undefined ? undefined : { earlierProviderId: queuedMessageId(senderExternalId, number) }),
      // A word that is not known says at least that the message is with WhatsApp.
      status: Object.hasOwn(acknowledgements, word) ? (acknowledgements[word] ?? 'accepted') : 'accepted',
      providerStatus: word,
      at: instantOf(data['time']),
      ...(referenceId === undefined ? undefined : { callbackData: referenceId }),
      recipient: Object.assign({}, ...chats.map(personOfChat)) as ProviderPerson,
      ...(groupId === undefined ? undefined : { groupId }),
    },
  ];
}

function typedOnPhone({ eventType, senderExternalId, messageId, data }: Envelope): DecodedEvent {
  return {
    kind: 'account',
    contentKey: contentKey('account', senderExternalId, eventType, messageId),
    field: eventType,
    name: 'message.echoed',
    senderExternalId,
    accountExternalId: senderExternalId,
    at: instantOf(data['time']),
    facts: factsOf({ ...data, message_id: messageId }, ['message_id', 'to', 'type']),
    lessons: [],
    value: data,
  };
}
