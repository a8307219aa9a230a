import type { DecodedEvent } from '#channels/events.ts';
import { type Fields, isFields, textOf } from '#channels/providers/payloads/fields.ts';
import { decodeIdUpdate, decodeNews, decodePreference } from './decode-account.ts';
import { keepUnknown } from '#channels/providers/payloads/unknown-event.ts';
import { decodeOther, listFields } from './decode-change.ts';
import { type FindContact, indexContacts } from './decode-fields.ts';
import { decodeMessage } from './decode-message.ts';
import { decodeStatus } from './decode-status.ts';
import { type ChangePlace } from './told.ts';
import { factsOf } from '#channels/providers/payloads/facts.ts';
import { parseWebhookJson } from '#channels/providers/payloads/webhook-json.ts';

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

type Decode = (
  entry: unknown,
  findContact: FindContact,
  senderExternalId: string,
  place: ChangePlace,
) => DecodedEvent[];

const lists: readonly [name: string, decode: Decode][] = [
  ['messages', decodeMessage],
  ['statuses', decodeStatus],
  ['user_preferences', decodePreference],
  [
    'errors',
    decodeNews('errors', 'account.error', (error) => ({
      facts: { ...factsOf(error, ['code', 'title', 'message']), ...factsOf(dataOf(error, 'error_data'), ['details']) },
    })),
  ],
  [
    'user_actions',
    decodeNews('user_actions', 'advertising.link_clicked', (action) => ({
      facts: {
        ...factsOf(action, ['action_type']),
        ...factsOf(dataOf(action, 'marketing_messages_link_click_data'), [
          'click_component',
          'product_id',
          'click_id',
          'tracking_token',
        ]),
      },
      at: action['timestamp'],
    })),
  ],
  ['user_id_update', decodeIdUpdate],
];

function decodeChange(field: string, value: Fields, entry: Fields, events: DecodedEvent[]): void {
  const metadata = isFields(value['metadata']) ? value['metadata'] : undefined;
  const place: ChangePlace = {
    accountExternalId: textOf(entry['id'], 100),
    time: entry['time'],
    senderExternalId: textOf(metadata?.['phone_number_id'], 100),
  };
  if (!listFields.includes(field)) {
    events.push(...decodeOther(field, value, place));
    return;
  }
  const before = events.length;
  const { senderExternalId } = place;
  const findContact = indexContacts(value['contacts']);
  for (const [name, decode] of lists) {
    const entries = value[name];
    if (entries === undefined) continue;
    for (const one of Array.isArray(entries) ? entries : [entries]) {
      try {
        if (senderExternalId === undefined)
          throw new Error('There is no phone number id, so nobody knows which number it concerns.');
        events.push(...decode(one, findContact, senderExternalId, place));
      } catch (error) {
        events.push(keepUnknown(error instanceof Error ? error.message : 'It could not be read.', one));
      }
    }
  }
  // A list field may have the value of another one.
  if (events.length === before) events.push(...decodeOther(field, value, place));
}

function dataOf(entry: Fields, name: string): Fields {
  const fields = entry[name];
  return isFields(fields) ? fields : {};
}
