import type { DecodedEvent, ProviderPerson } from '#channels/events.ts';
import { type Fields, isFields, textOf } from '#channels/providers/payloads/fields.ts';
import { contentKey, instantOf } from '#channels/providers/payloads/event-fields.ts';
import { type FindContact, personOf } from './decode-fields.ts';
import { reactionTo, readErrorObject } from '#channels/providers/cloud-api/errors/errors.ts';
import { type ChangePlace, toEvent } from './told.ts';
import { factsOf } from '#channels/providers/payloads/facts.ts';
import { tidy } from '#channels/providers/payloads/webhook-json.ts';

type Status = Extract<DecodedEvent, { kind: 'status' }>['status'];

const ranked: readonly Status[] = ['sent', 'delivered', 'read', 'played', 'failed'];

/** Decodes one entry of `statuses`. Throws a sentence when it lacks what a status cannot be without. */
export function decodeStatus(
  entry: unknown,
  findContact: FindContact,
  senderExternalId: string,
  place: ChangePlace,
): DecodedEvent[] {
  const status = tidy(entry).value;
  if (!isFields(status)) throw new Error('The status is not an object.');
  const providerMessageId = textOf(status['id']);
  const word = textOf(status['status'], 100);
  if (providerMessageId === undefined || word === undefined)
    throw new Error('The status has no id or does not say what it is.');
  // The payment of an order is told in the same list ("failed", "pending"), but says nothing of the message's way.
  const type = textOf(status['type'], 100);
  const isReceipt = type === undefined || type === 'message';
  const providerStatus = isReceipt ? word : `${type}_${word}`;
  const recipient = recipientOf(status, findContact);
  const [firstError] = Array.isArray(status['errors']) ? status['errors'] : [];
  const error = readErrorObject(firstError);
  const conversation = isFields(status['conversation']) ? status['conversation'] : {};
  // A sample of the documentation has the price within the conversation.
  const pricing = [status['pricing'], conversation['pricing']].find(isFields);
  const callbackData = textOf(status['biz_opaque_callback_data']);
  // In a group each participant has a receipt of their own.
  const participant = textOf(
    status['recipient_participant_id'] ?? status['participant_recipient_id'] ?? status['recipient_participant_user_id'],
    150,
  );
  const groupId = status['recipient_type'] === 'group' ? textOf(status['recipient_id'], 256) : undefined;
  const event: DecodedEvent = {
    kind: 'status',
    contentKey: contentKey(
      'status',
      senderExternalId,
      providerMessageId,
      providerStatus,
      textOf(status['timestamp'], 100) ?? '',
      ...(participant === undefined ? [] : [participant]),
    ),
    senderExternalId,
    providerMessageId,
    status: (isReceipt && ranked.find((known) => known === word)) || 'other',
    providerStatus,
    at: instantOf(status['timestamp']),
    ...(callbackData === undefined ? undefined : { callbackData }),
    recipient,
    ...(groupId === undefined ? undefined : { groupId }),
    ...(error ? { error, row: reactionTo(error) } : undefined),
    ...(pricing ? { pricing } : undefined),
  };
  return type === 'payment' ? [event, paymentNews(status, place)] : [event];
}

function paymentNews(status: Fields, place: ChangePlace): DecodedEvent {
  const payment = isFields(status['payment']) ? status['payment'] : {};
  const transaction = isFields(payment['transaction']) ? payment['transaction'] : {};
  const facts = {
    ...factsOf(status, ['id', 'status', 'recipient_id']),
    ...factsOf(payment, ['reference_id']),
    ...factsOf(transaction, ['type', 'method']),
  };
  return toEvent(
    'statuses',
    { name: 'payment.status_changed', facts, at: status['timestamp'], value: status },
    status,
    place,
  );
}

function recipientOf(status: Fields, findContact: FindContact): ProviderPerson {
  const inGroup = status['recipient_type'] === 'group';
  const phone = inGroup
    ? (status['recipient_participant_id'] ?? status['participant_recipient_id'])
    : status['recipient_id'];
  const userId = inGroup
    ? (status['recipient_participant_user_id'] ?? status['participant_recipient_user_id'])
    : status['recipient_user_id'];
  const parentUserId = status['recipient_parent_user_id'] ?? status['parent_recipient_user_id'];
  // Failed ones may name nobody; their message says who it was for.
  return personOf({ phone, userId, parentUserId }, findContact(phone, userId)) ?? {};
}
