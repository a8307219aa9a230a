import type { Fields } from '#channels/providers/payloads/fields.ts';
import { checkParts, checkText, checkTexts, fieldsAt, listAt, type Problems, refuse, untoldMax } from './checks.ts';

// No phone shows so many; without a bound one card could have a million.
const maxEntries = 100;
const addressParts = ['street', 'city', 'state', 'zip', 'country'];
const nameParts = ['first_name', 'last_name', 'middle_name', 'suffix', 'prefix'];
const organisationParts = ['company', 'department', 'title'];

/** Contact cards, up to 257 in one message. */
export function checkContactsContent(problems: Problems, content: Fields): void {
  listAt(problems, '/contacts', content['contacts'], 1, 257)?.forEach((card, index) =>
    checkCard(problems, `/contacts/${index}`, card),
  );
}

function checkCard(problems: Problems, pointer: string, value: unknown): void {
  const known = ['name', 'addresses', 'birthday', 'emails', 'org', 'phones', 'urls'];
  const card = fieldsAt(problems, pointer, value, known);
  if (!card) return;
  // Older documents of Meta want one more part of the name beside this one, the newer do not: both forms pass.
  const name = fieldsAt(problems, `${pointer}/name`, card['name'], ['formatted_name', ...nameParts]);
  if (name) {
    checkText(problems, `${pointer}/name/formatted_name`, name['formatted_name'], { max: untoldMax, singleLine: true });
    checkParts(problems, `${pointer}/name`, name, nameParts);
  }
  if (card['birthday'] !== undefined) checkDay(problems, `${pointer}/birthday`, card['birthday']);
  if (card['org'] !== undefined) checkTexts(problems, `${pointer}/org`, card['org'], organisationParts);
  checkEach(
    problems,
    `${pointer}/addresses`,
    card['addresses'],
    ['type', 'country_code', ...addressParts],
    checkAddress,
  );
  // HOME, WORK and CELL are usual as types, and any other word is shown as it is.
  checkEach(problems, `${pointer}/emails`, card['emails'], ['email', 'type'], (found, here, email) =>
    checkParts(found, here, email, ['email', 'type']),
  );
  checkEach(problems, `${pointer}/phones`, card['phones'], ['phone', 'type', 'wa_id'], checkPhone);
  checkEach(problems, `${pointer}/urls`, card['urls'], ['url', 'type'], checkPage);
}

type Check = (problems: Problems, pointer: string, entry: Fields) => void;

function checkEach(problems: Problems, pointer: string, value: unknown, known: readonly string[], check: Check): void {
  if (value === undefined) return;
  listAt(problems, pointer, value, 0, maxEntries)?.forEach((entry, index) => {
    const fields = fieldsAt(problems, `${pointer}/${index}`, entry, known);
    if (fields) check(problems, `${pointer}/${index}`, fields);
  });
}

function checkAddress(problems: Problems, pointer: string, address: Fields): void {
  checkParts(problems, pointer, address, [...addressParts, 'type']);
  const { country_code: country } = address;
  if (country !== undefined && (typeof country !== 'string' || !/^[A-Za-z]{2}$/.test(country))) {
    refuse(problems, `${pointer}/country_code`, 'It must be a country code of two letters, such as "US".');
  }
}

function checkPhone(problems: Problems, pointer: string, phone: Fields): void {
  checkParts(problems, pointer, phone, ['phone', 'type']);
  const { wa_id: waId } = phone;
  if (waId !== undefined && (typeof waId !== 'string' || !/^\d{5,20}$/.test(waId))) {
    refuse(problems, `${pointer}/wa_id`, 'It must be the number as WhatsApp writes it: digits with the country code.');
  }
}

function checkPage(problems: Problems, pointer: string, page: Fields): void {
  checkText(problems, `${pointer}/url`, page['url'], { max: 2048, min: 0, optional: true });
  checkParts(problems, pointer, page, ['type']);
}

function checkDay(problems: Problems, pointer: string, value: unknown): void {
  if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(value) || !isDay(value)) {
    refuse(problems, pointer, 'It must be a day as YYYY-MM-DD.');
  }
}

function isDay(text: string): boolean {
  try {
    Temporal.PlainDate.from(text);
    return true;
  } catch {
    return false;
  }
}
