import type { DecodedEvent } from '#channels/events.ts';
import { type Fields, isFields, textOf } from '#channels/providers/payloads/fields.ts';
import { contentKey, hashOf, instantOf } from '#channels/providers/payloads/event-fields.ts';
import { type FindContact, personOf } from './decode-fields.ts';
import { type ChangePlace, type Told, toEvent } from './told.ts';
import { tidy } from '#channels/providers/payloads/webhook-json.ts';
import { keepUnknown } from '#channels/providers/payloads/unknown-event.ts';

/** Decodes one entry of `user_preferences`: a person stops or resumes marketing. */
export function decodePreference(entry: unknown, findContact: FindContact, senderExternalId: string): DecodedEvent[] {
  const preference = tidy(entry).value;
  if (!isFields(preference)) throw new Error('The preference is not an object.');
  const { category, value: wish } = preference;
  if (category !== 'marketing_messages' || (wish !== 'stop' && wish !== 'resume')) {
    return [keepUnknown('Carillon does not know this preference.', preference, 'user_preferences')];
  }
  const person = personOf(
    { phone: preference['wa_id'], userId: preference['user_id'], parentUserId: preference['parent_user_id'] },
    findContact(preference['wa_id'], preference['user_id']),
  );
  if (!person) throw new Error('The preference does not say whose it is.');
  return [
    {
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
    },
  ];
}

/** Decodes one entry of `user_id_update`: what a person is called before and after. */
export function decodeIdUpdate(entry: unknown, _findContact: FindContact, senderExternalId: string): DecodedEvent[] {
  const update = tidy(entry).value;
  if (!isFields(update)) throw new Error('The change of ids is not an object.');
  const ids = isFields(update['user_id']) ? update['user_id'] : {};
  const parents = isFields(update['parent_user_id']) ? update['parent_user_id'] : {};
  const before = personOf({ userId: ids['previous'], parentUserId: parents['previous'] });
  const after = personOf({ phone: update['wa_id'], userId: ids['current'], parentUserId: parents['current'] });
  if (!before || !after) throw new Error('The change of ids does not say which was the old and which is the new one.');
  return [
    {
      kind: 'identity',
      contentKey: contentKey('identity', senderExternalId, hashOf(update)),
      senderExternalId,
      at: instantOf(update['timestamp']),
      before,
      after,
    },
  ];
}

/** Decodes one entry of the account's `errors`, and of the `user_actions` that advertising brings. */
export function decodeNews(
  field: 'errors' | 'user_actions',
  name: string,
  news: (entry: Fields) => Omit<Told, 'name'>,
) {
  return (said: unknown, _findContact: FindContact, senderExternalId: string, place: ChangePlace): DecodedEvent[] => {
    const entry = tidy(said).value;
    if (!isFields(entry)) throw new Error(`The entry of ${field} is not an object.`);
    const scope = { ...place, senderExternalId };
    return [toEvent(field, { name, ...news(entry), value: entry }, entry, scope)];
  };
}
