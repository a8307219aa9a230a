import type { DecodedEvent } from '#channels/provider.ts';
import { type Fields, isFields, textOf } from '#channels/providers/cloud-api/fields.ts';
import { decodePreference, keepAccount, keepUnknown } from './decode-account.ts';
import { type FindContact, indexContacts } from './decode-fields.ts';
import { decodeMessage } from './decode-message.ts';
import { decodeStatus } from './decode-status.ts';
import { parseWebhookJson } from './webhook-json.ts';

/**
 * Every event in a webhook's body: all entries, all changes, all lists. Nothing is lost and nothing throws: what cannot
 * be read becomes an `unknown` event with the reason, and its neighbours are decoded as if it were not there.
 */
export function decodeWebhook(rawBody: Uint8Array): DecodedEvent[] {
  let body: unknown;
  try {
    body = parseWebhookJson(rawBody);
  } catch {
    // The bytes are kept with the raw webhook; the key tells one unreadable body from another.
    return [
      keepUnknown('The body is not JSON.', {
        bytes: Buffer.from(rawBody.subarray(0, 4096)).toString('base64'),
        size: rawBody.length,
      }),
    ];
  }
  if (!isFields(body)) return [keepUnknown('The body is not an object.', body)];
  const { object, entry } = body;
  if (object !== undefined && object !== 'whatsapp_business_account') {
    return [keepUnknown('The body is about something else than a WhatsApp business account.', body)];
  }
  if (!Array.isArray(entry) || entry.length === 0) return [keepUnknown('The body has no entries.', body)];
  const events: DecodedEvent[] = [];
  for (const account of entry) decodeEntry(account, events);
  return events;
}

function decodeEntry(entry: unknown, events: DecodedEvent[]): void {
  const changes = isFields(entry) ? entry['changes'] : undefined;
  if (!isFields(entry) || !Array.isArray(changes) || changes.length === 0) {
    events.push(keepUnknown('The entry has no changes.', entry));
    return;
  }
  for (const change of changes) {
    const field = isFields(change) ? textOf(change['field'], 1000) : undefined;
    const value = isFields(change) ? change['value'] : undefined;
    if (field === undefined || !isFields(value))
      events.push(keepUnknown('The change has no field or no value.', change));
    else decodeChange(field, value, entry, events);
  }
}

type Decode = (entry: unknown, findContact: FindContact, senderExternalId: string) => DecodedEvent;

// Fields that carry lists of single facts. All others are kept whole: some have lists of the same names that mean
// something else (the statuses of calls, the messages that another app sent).
const listFields: readonly string[] = ['messages', 'user_preferences', 'user_id_update'];

const lists: readonly [name: string, decode: Decode][] = [
  ['messages', decodeMessage],
  ['statuses', decodeStatus],
  ['user_preferences', decodePreference],
  ['errors', keepOne('errors')],
  ['user_actions', keepOne('user_actions')],
  ['user_id_update', keepOne('user_id_update')],
];

function keepOne(field: string): Decode {
  return (entry, _findContact, senderExternalId) => {
    if (!isFields(entry)) throw new Error(`The entry of ${field} is not an object.`);
    return keepAccount(field, entry, senderExternalId, senderExternalId);
  };
}

function decodeChange(field: string, value: Fields, entry: Fields, events: DecodedEvent[]): void {
  const metadata = isFields(value['metadata']) ? value['metadata'] : undefined;
  const senderExternalId = textOf(metadata?.['phone_number_id'], 100);
  if (!listFields.includes(field)) {
    events.push(keepAccount(field, value, senderExternalId, [textOf(entry['id']) ?? '', textOf(entry['time']) ?? '']));
    return;
  }
  const before = events.length;
  const findContact = indexContacts(value['contacts']);
  for (const [name, decode] of lists) {
    const items = value[name];
    if (items === undefined) continue;
    for (const item of Array.isArray(items) ? items : [items]) {
      try {
        if (senderExternalId === undefined)
          throw new Error('There is no phone number id, so nobody knows which number it concerns.');
        events.push(decode(item, findContact, senderExternalId));
      } catch (error) {
        events.push(keepUnknown(error instanceof Error ? error.message : 'It could not be read.', item));
      }
    }
  }
  if (events.length === before) events.push(keepUnknown(`The change of ${field} has nothing in it.`, value));
}
