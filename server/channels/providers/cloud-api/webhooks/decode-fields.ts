import type { ProviderPerson } from '#channels/events.ts';
import { displayName } from '#channels/providers/payloads/event-fields.ts';
import { type Fields, isFields, textOf } from '#channels/providers/payloads/fields.ts';
import { tidy } from '#channels/providers/payloads/webhook-json.ts';

/** Whether a text is a business-scoped user id. */
export function isUserId(text: string): boolean {
  return /^[A-Z]{2}\.[A-Za-z0-9.]{1,147}$/.test(text);
}

/** Puts together what a webhook says about one person: a phone and a business-scoped id come in several fields, and an
 *  id may stand where a phone is expected. Undefined when nothing names the person. */
export function personOf(
  named: { phone?: unknown; userId?: unknown; parentUserId?: unknown },
  contact?: Fields,
): ProviderPerson | undefined {
  const phone = textOf(named.phone, 150);
  const isId = phone !== undefined && isUserId(phone);
  const waId = (isId ? undefined : phone) ?? textOf(contact?.['wa_id'], 150);
  const providerUserId = textOf(named.userId, 150) ?? (isId ? phone : undefined) ?? textOf(contact?.['user_id'], 150);
  if (waId === undefined && providerUserId === undefined) return undefined;
  const parentProviderUserId = textOf(named.parentUserId, 150) ?? textOf(contact?.['parent_user_id'], 150);
  const profile = isFields(contact?.['profile']) ? contact['profile'] : undefined;
  const username = textOf(profile?.['username'] ?? contact?.['username'], 150);
  const profileName = displayName(profile?.['name']);
  return {
    ...(waId === undefined ? undefined : { waId: waId.replace(/^\+(?=\d)/, '') }),
    ...(providerUserId === undefined ? undefined : { providerUserId }),
    ...(parentProviderUserId === undefined ? undefined : { parentProviderUserId }),
    ...(username === undefined ? undefined : { username }),
    ...(profileName === undefined ? undefined : { profileName }),
  };
}

/** Finds the contact of a change that a phone or a user id means. */
export type FindContact = (phone: unknown, userId: unknown) => Fields | undefined;

/** Indexes the contacts of a change once, since a batch may have a thousand of them and as many messages. A single entry
 *  is taken even when its number differs: Brazil and Mexico have two ways to write one, and the id of a contact is the
 *  one that Meta chose. */
export function indexContacts(contacts: unknown): FindContact {
  const known = Array.isArray(contacts) ? contacts.filter(isFields).map((contact) => tidy(contact).value) : [];
  const byId = new Map<unknown, Fields>();
  for (const contact of known) {
    for (const id of [contact['wa_id'], contact['user_id']])
      if (id !== undefined && !byId.has(id)) byId.set(id, contact);
  }
  const only = known.length === 1 ? known[0] : undefined;
  return (phone, userId) =>
    (userId === undefined ? undefined : byId.get(userId)) ??
    (phone === undefined ? undefined : byId.get(phone)) ??
    only;
}
