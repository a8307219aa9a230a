import type { DecodedEvent } from '#channels/provider.ts';
import { type Fields, isFields, textOf } from '#channels/providers/cloud-api/fields.ts';
import { contentKey, type FindContact, hashOf, instantOf, personOf } from './decode-fields.ts';
import { tidy } from './webhook-json.ts';

/** Keeps what concerns an account, a template or a number, or a field that we do not act on. `scope` tells apart equal
 *  changes of different accounts or times. */
export function keepAccount(
  field: string,
  value: Fields,
  senderExternalId: string | undefined,
  scope: unknown,
): DecodedEvent {
  const kept = tidy(value).value;
  return {
    kind: 'account',
    contentKey: contentKey('account', field.slice(0, 100), hashOf([scope, kept])),
    field: field.slice(0, 100),
    ...(senderExternalId === undefined ? undefined : { senderExternalId }),
    value: kept,
  };
}

/** Keeps what we cannot read, with the reason. Its key is its content, so that it is listed once. */
export function keepUnknown(reason: string, value: unknown): DecodedEvent {
  const kept = tidy(value).value;
  return { kind: 'unknown', contentKey: contentKey('unknown', hashOf(kept)), reason, value: kept };
}

/** Decodes one entry of `user_preferences`: a person stops or resumes marketing. */
export function decodePreference(entry: unknown, findContact: FindContact, senderExternalId: string): DecodedEvent {
  const preference = tidy(entry).value;
  if (!isFields(preference)) throw new Error('The preference is not an object.');
  const { category, value: wish } = preference;
  if (category !== 'marketing_messages' || (wish !== 'stop' && wish !== 'resume')) {
    return keepAccount('user_preferences', preference, senderExternalId, senderExternalId);
  }
  const person = personOf(
    { phone: preference['wa_id'], userId: preference['user_id'], parentUserId: preference['parent_user_id'] },
    findContact(preference['wa_id'], preference['user_id']),
  );
  if (!person) throw new Error('The preference does not say whose it is.');
  return {
    kind: 'preference',
    contentKey: contentKey(
      'preference',
      senderExternalId,
      textOf(preference['user_id'], 150) ?? textOf(preference['wa_id'], 150) ?? person.waId ?? '',
      wish,
      textOf(preference['timestamp'], 100) ?? '',
    ),
    senderExternalId,
    person,
    at: instantOf(preference['timestamp']),
    marketing: wish,
  };
}
