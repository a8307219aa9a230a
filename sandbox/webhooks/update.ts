import { createHmac } from 'node:crypto';
import type { Json } from '#people/chats.ts';

/** One thing to tell the business. Several may travel in one POST. */
export interface Update {
  seq: number;
  /** The app that is told, and which of its callbacks. */
  app_id: string;
  route: string;
  /** Seconds of the epoch. */
  at: number;
  waba_id: string;
  phone_number_id: string;
  /** Digits of the business's number. */
  display_phone_number: string;
  field: string;
  /** The array of the field to which `element` belongs; `value` if `element` is the whole value. */
  part: 'messages' | 'statuses' | 'user_preferences' | 'calls' | 'value';
  contacts: Json[];
  element: Json;
  /** The person's message of which this tells: its second tick comes with the business's 200. */
  inbound_id: string | null;
}

/** The JSON text of a POST, in the form in which Meta signs it: every character beyond ASCII as `\uXXXX` in lower
 *  case, every `/` as `\/`. Whoever parses and serializes again gets other bytes and another signature.
 *  Neighbouring updates of one number and kind share a change, as Meta's do. */
export function webhookBody(updates: readonly Update[]): string {
  const entry: Entry[] = [];
  let open: OpenChange | undefined;
  for (const update of updates) {
    let account = entry.at(-1);
    // Only what happened to the account, not to a message, has its time in the entry.
    const time = update.part === 'value' && update.field !== 'messages' ? update.at : undefined;
    if (account?.id !== update.waba_id || account.time !== time) {
      account = { id: update.waba_id, ...(time === undefined ? {} : { time }), changes: [] };
      entry.push(account);
      open = undefined;
    }
    if (update.part === 'value') {
      open = undefined;
      account.changes.push({ field: update.field, value: update.element });
      continue;
    }
    const isSame =
      open?.of.field === update.field &&
      open.of.part === update.part &&
      open.of.phone_number_id === update.phone_number_id;
    if (!open || !isSame) {
      open = openChange(update);
      account.changes.push({ field: update.field, value: open.value });
    }
    open.elements.push(update.element);
    for (const contact of update.contacts) {
      const key = contact['user_id'] ?? contact['wa_id'];
      const place = open.known.get(key) ?? open.contacts.length;
      open.known.set(key, place);
      // The first of several says less: a username comes with what reached the person, not before.
      if (!isNamed(open.contacts[place])) open.contacts[place] = contact;
    }
    // Some updates name no contact, and then the array is absent, not empty.
    if (open.contacts.length > 0) open.value['contacts'] = open.contacts;
    open.value[update.part] = open.elements;
  }
  return escapeJson(exactIds(JSON.stringify({ object: 'whatsapp_business_account', entry })));
}

/** Ids of templates are JSON numbers, some of them larger than JavaScript's numbers can hold; here they are texts until
 *  the end. Inside of somebody's text the quotes would be escaped, so nothing else can look like this. */
function exactIds(json: string): string {
  return json.replaceAll(/"message_template_id":"(\d+)"/g, '"message_template_id":$1');
}

interface Entry {
  id: string;
  time?: number;
  changes: Change[];
}

interface Change {
  field: string;
  value: Json;
}

interface OpenChange {
  of: Update;
  value: Json;
  contacts: Json[];
  /** The place of each person in `contacts`. */
  known: Map<unknown, number>;
  elements: Json[];
}

function openChange(update: Update): OpenChange {
  const metadata = { display_phone_number: update.display_phone_number, phone_number_id: update.phone_number_id };
  return {
    of: update,
    value: { messaging_product: 'whatsapp', metadata },
    contacts: [],
    known: new Map(),
    elements: [],
  };
}

function isNamed(contact: Json | undefined): boolean {
  const profile = contact?.['profile'];
  return typeof profile === 'object' && profile !== null && 'username' in profile;
}

/** Escapes what `JSON.stringify` leaves: `/`, and every code unit outside printable ASCII. */
export function escapeJson(json: string): string {
  const slashed = json.replaceAll('/', '\\/');
  if (!/[^\x20-\x7e]/.test(slashed)) return slashed;
  return slashed.replaceAll(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** The value of `X-Hub-Signature-256` over exactly these bytes. */
export function signatureOf(body: string | Buffer, appSecret: string): string {
  return `sha256=${createHmac('sha256', appSecret).update(body).digest('hex')}`;
}

/** The older header of the same bytes, which Meta still sends. */
export function legacySignatureOf(body: string | Buffer, appSecret: string): string {
  return `sha1=${createHmac('sha1', appSecret).update(body).digest('hex')}`;
}
