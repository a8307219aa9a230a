import type { Json } from '#people/chats.ts';
import {
  invalid,
  isGiven,
  optionalObject,
  optionalText,
  requireObject,
  requireObjects,
  requireText,
  shown,
} from './checks.ts';
import { GraphError } from './graph-error.ts';
import type { Lookups } from './send-simple-types.ts';

const NAME_PARTS = ['first_name', 'last_name', 'middle_name', 'suffix', 'prefix'];

// The types of phones, addresses and so on are free words: HOME, WORK and CELL are only the usual ones.
const LISTS: Readonly<Record<string, readonly string[]>> = {
  phones: ['phone', 'type', 'wa_id'],
  emails: ['email', 'type'],
  urls: ['url', 'type'],
  addresses: ['street', 'city', 'state', 'zip', 'country', 'country_code', 'type'],
};

/** Throws the `GraphError` that Meta gives for a message of type `contacts`. */
export function checkContactsMessage(message: Json, lookups: Lookups): void {
  for (const { element, at } of requireObjects(message, 'contacts', 'contacts', 1, 257)) {
    checkName(requireObject(element, 'name', `${at}['name']`), `${at}['name']`, lookups);
    for (const list of Object.keys(LISTS)) checkList(element, list, at);
    const organisation = optionalObject(element, 'org', `${at}['org']`);
    if (organisation) checkTexts(organisation, ['company', 'department', 'title'], `${at}['org']`);
    // Clients that always have the field leave it empty.
    if (isGiven(element, 'birthday') && element['birthday'] !== '' && !isDate(element['birthday'])) {
      throw invalid(`${at}['birthday']`, 'must be a date of the form YYYY-MM-DD.');
    }
  }
}

function checkName(name: Json, path: string, lookups: Lookups): void {
  requireText(name, 'formatted_name', `${path}['formatted_name']`, 1000);
  checkTexts(name, NAME_PARTS, path);
  if (lookups.settings.contact_name_part === 'required' && !NAME_PARTS.some((part) => isGiven(name, part))) {
    throw new GraphError(131008, `Param ${path} needs one more of ${NAME_PARTS.join(', ')} beside formatted_name.`);
  }
}

function checkList(contact: Json, list: string, path: string): void {
  if (!isGiven(contact, list)) return;
  for (const { element, at } of requireObjects(contact, list, `${path}['${list}']`, 0, 100)) {
    checkTexts(element, LISTS[list] ?? [], at);
    if (isGiven(element, 'wa_id') && !/^\d{5,20}$/.test(shown(element['wa_id']))) {
      throw invalid(`${at}['wa_id']`, 'must be a WhatsApp ID: digits only.');
    }
  }
}

function checkTexts(parent: Json, fields: readonly string[], path: string): void {
  for (const field of fields) optionalText(parent, field, `${path}['${field}']`, field === 'url' ? 2048 : 1000);
}

function isDate(value: unknown): boolean {
  if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(value)) return false;
  try {
    Temporal.PlainDate.from(value);
    return true;
  } catch {
    return false;
  }
}
