import type { DecodedEvent } from '#channels/events.ts';
import { type Fields, isFields, textOf } from '#channels/providers/payloads/fields.ts';
import { contentKey, instantOf } from '#channels/providers/payloads/event-fields.ts';
import { isUserId, personOf } from './decode-fields.ts';

/** What a note of the system says of a person's ids: the number moved, or the business-scoped id changed. Undefined when
 *  it is another note, or does not say both sides. */
export function identityChange(
  message: Fields,
  senderExternalId: string,
  providerMessageId: string,
): DecodedEvent | undefined {
  const note = isFields(message['system']) ? message['system'] : {};
  const type = textOf(note['type'], 100);
  const isNumber = type === 'user_changed_number' || type === 'customer_changed_number';
  if (!isNumber && type !== 'user_changed_user_id') return undefined;
  const [oldInWords, newInWords] = idsInWords(note['body']);
  const before = personOf({
    phone: isNumber ? message['from'] : undefined,
    userId: note['previous_user_id'] ?? oldInWords,
    parentUserId: note['previous_parent_user_id'],
  });
  const after = personOf({
    phone: isNumber ? (note['wa_id'] ?? note['new_wa_id']) : undefined,
    userId: note['user_id'] ?? newInWords,
    parentUserId: note['parent_user_id'],
  });
  if (!before || !after) return undefined;
  return {
    kind: 'identity',
    contentKey: contentKey('identity', senderExternalId, providerMessageId),
    senderExternalId,
    at: instantOf(message['timestamp']),
    before,
    after,
  };
}

// Some notes name the old id in their text alone: "User Ada changed from US.1 to US.2".
function idsInWords(body: unknown): [before?: string, after?: string] {
  const [, before, after] = /\bfrom (\S+) to (\S+)$/.exec(textOf(body, 1000) ?? '') ?? [];
  return before !== undefined && after !== undefined && isUserId(before) && isUserId(after) ? [before, after] : [];
}
