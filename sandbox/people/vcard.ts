import { isObject } from '#cloud-api/checks.ts';
import type { Json } from './chats.ts';

/** The contact of a webhook as the vCard that a phone attaches when it was asked for one. */
export function vcardOf(contact: Json): string {
  const name = isObject(contact['name']) ? contact['name'] : {};
  const phones = Array.isArray(contact['phones']) ? contact['phones'].filter(isObject) : [];
  return [
    'BEGIN:VCARD',
    'VERSION:3.0',
    `N:${[name['last_name'], name['first_name'] ?? name['formatted_name']].map(escaped).join(';')};;;`,
    `FN:${escaped(name['formatted_name'])}`,
    ...phones.map((phone) => `TEL;type=CELL;waid=${escaped(phone['wa_id'])}:${escaped(phone['phone'])}`),
    'END:VCARD',
  ].join('\n');
}

// RFC 6350, 3.4: a backslash, a comma, a semicolon and a new line have a meaning of their own.
function escaped(value: unknown): string {
  return typeof value === 'string' ? value.replaceAll(/[\\,;]/g, (sign) => `\\${sign}`).replaceAll('\n', '\\n') : '';
}
