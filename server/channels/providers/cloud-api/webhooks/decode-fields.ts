import { createHash } from 'node:crypto';
import type { ProviderInstant, ProviderPerson } from '#channels/events.ts';
import { type Fields, isFields, textOf } from '#channels/providers/cloud-api/fields.ts';
import { tidy } from './webhook-json.ts';

// Before WhatsApp there were no messages, and milliseconds taken for seconds are in the year 50,000.
const earliestSeconds = Date.UTC(2009, 0, 1) / 1000;
const latestSeconds = Date.UTC(2100, 0, 1) / 1000;

/** Reads a timestamp in seconds, written as a string or a number. What is absurd is told and not repaired: the time of
 *  receipt is used then. A time in the future shows only against that time and is judged there. */
export function instantOf(value: unknown): ProviderInstant {
  const seconds =
    typeof value === 'number'
      ? value
      : typeof value === 'string' && /^\d{1,15}$/.test(value)
        ? Number(value)
        : Number.NaN;
  const isUsable = seconds >= earliestSeconds && seconds < latestSeconds;
  return isUsable ? { epochSeconds: Math.floor(seconds), suspicious: false } : { epochSeconds: null, suspicious: true };
}

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

// Control characters and the marks that turn the direction of text: a name must not disturb the screen around it.
// oxlint-disable-next-line no-control-regex -- finding control characters is the purpose
const unprintable = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** A name that a person chose for themselves, without what could disturb a screen. */
export function displayName(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const name = value.slice(0, 4096).replaceAll(unprintable, '').trim();
  if (name === '') return undefined;
  return name.length <= 256
    ? name
    : name
        .slice(0, 256)
        .toWellFormed()
        .replace(/\ufffd$/, '');
}

/** A key that says what the event is, however it was batched or how often it came. Long ones are shortened by a hash,
 *  because an index entry has a limit. */
export function contentKey(kind: string, ...parts: string[]): string {
  const key = [kind, ...parts].join(':');
  return key.length <= 400 ? key : `${kind}:${hashOf(parts)}`;
}

/** The same for equal values, whatever the order of their fields. */
export function hashOf(value: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(sorted(value)) ?? '')
    .digest('base64url');
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isFields(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sorted(value[key])]),
  );
}
