import { type Fields, isFields } from '#channels/providers/payloads/fields.ts';

/** A card of the Cloud API as vCard 3.0, with all that it says. The numbers of WhatsApp users have their `waid`, so that the
 *  phone offers to write to them. */
export function vcardOf(card: Fields): string {
  const name = isFields(card['name']) ? card['name'] : {};
  const organisation = isFields(card['org']) ? card['org'] : undefined;
  const lines = [
    'BEGIN:VCARD',
    'VERSION:3.0',
    `N:${parts(name, ['last_name', 'first_name', 'middle_name', 'prefix', 'suffix'])}`,
    `FN:${escaped(name['formatted_name'])}`,
  ];
  if (organisation) {
    lines.push(`ORG:${parts(organisation, ['company', 'department'])}`);
    if (organisation['title'] !== undefined) lines.push(`TITLE:${escaped(organisation['title'])}`);
  }
  if (card['birthday'] !== undefined) lines.push(`BDAY:${escaped(card['birthday'])}`);
  for (const phone of entries(card, 'phones')) {
    const waId = phone['wa_id'] === undefined ? '' : `;waid=${parameter(phone['wa_id'])}`;
    lines.push(`TEL${typed(phone)}${waId}:${escaped(phone['phone'] ?? phone['wa_id'])}`);
  }
  for (const email of entries(card, 'emails')) lines.push(`EMAIL${typed(email)}:${escaped(email['email'])}`);
  for (const page of entries(card, 'urls')) lines.push(`URL${typed(page)}:${escaped(page['url'])}`);
  // The country's code has no place in an address but this one, which phones know.
  entries(card, 'addresses').forEach((address, index) => {
    const group = address['country_code'] === undefined ? '' : `item${index + 1}.`;
    lines.push(`${group}ADR${typed(address)}:;;${parts(address, ['street', 'city', 'state', 'zip', 'country'])}`);
    if (group !== '') lines.push(`${group}X-ABADR:${escaped(address['country_code'])}`);
  });
  return [...lines, 'END:VCARD'].join('\n');
}

function entries(card: Fields, name: string): Fields[] {
  const list = card[name];
  return Array.isArray(list) ? list.filter(isFields) : [];
}

function parts(fields: Fields, names: readonly string[]): string {
  return names.map((name) => escaped(fields[name])).join(';');
}

function typed(entry: Fields): string {
  const type = parameter(entry['type']);
  return type === '' ? '' : `;type=${type}`;
}

// A parameter has no escapes: what would end it is left out.
function parameter(value: unknown): string {
  return typeof value === 'string' ? value.replaceAll(/[",;:\\\r\n]/g, '') : '';
}

function escaped(value: unknown): string {
  if (typeof value !== 'string') return '';
  return value.replaceAll(/[\\,;]/g, String.raw`\$&`).replaceAll(/\r\n|\r|\n/g, String.raw`\n`);
}
