import type { Json } from '#people/chats.ts';
import {
  invalid,
  isGiven,
  optionalObject,
  optionalText,
  requireObject,
  requireObjects,
  requireText,
  requireWord,
} from './checks.ts';
import { GraphError } from './graph-error.ts';
import type { Lookups } from './send-simple-types.ts';

const NAME_PARTS = ['first_name', 'last_name', 'middle_name', 'suffix', 'prefix'];

const PLACES = ['HOME', 'WORK'];
const LISTS: Readonly<Record<string, { fields: readonly string[]; types: readonly string[] }>> = {
  phones: { fields: ['phone', 'wa_id'], types: ['CELL', 'MAIN', 'IPHONE', ...PLACES] },
  emails: { fields: ['email'], types: PLACES },
  urls: { fields: ['url'], types: PLACES },
  addresses: { fields: ['street', 'city', 'state', 'zip', 'country', 'country_code'], types: PLACES },
};

/** Throws the `GraphError` that Meta gives for a message of type `contacts`. */
export function checkContactsMessage(message: Json, lookups: Lookups): void {
  for (const { element, at } of requireObjects(message, 'contacts', 'contacts', 1, 257)) {
    checkName(requireObject(element, 'name', `${at}['name']`), `${at}['name']`, lookups);
    for (const list of Object.keys(LISTS)) checkList(element, list, at);
    const organisation = optionalObject(element, 'org', `${at}['org']`);
    if (organisation) checkTexts(organisation, ['company', 'department', 'title'], `${at}['org']`);
    if (isGiven(element, 'birthday') && !isDate(element['birthday'])) {
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
  const rule = LISTS[list];
  if (!rule || !isGiven(contact, list)) return;
  for (const { element, at } of requireObjects(contact, list, `${path}['${list}']`, 0, 100)) {
    checkTexts(element, rule.fields, at);
    // In either case, as clients write them.
    const type = optionalText(element, 'type', `${at}['type']`, 100)?.toUpperCase();
    if (type !== undefined) requireWord({ type }, 'type', `${at}['type']`, rule.types);
  }
}

function checkTexts(parent: Json, fields: readonly string[], path: string): void {
  for (const field of fields) optionalText(parent, field, `${path}['${field}']`, 1000);
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
