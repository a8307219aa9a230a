import type { Fields } from '#channels/providers/payloads/fields.ts';
import {
  checkText,
  checkTexts,
  checkWholeNumber,
  checkWord,
  fieldsAt,
  listAt,
  type Problems,
  refuse,
  untoldMax,
} from '#channels/providers/content-checks/checks.ts';
import { checkLink } from '#channels/providers/content-checks/links.ts';

/** The action of one name, with its parameters checked by the caller. */
export function namedAction(
  problems: Problems,
  pointer: string,
  value: unknown,
  name: string,
  known: readonly string[] = [],
): Fields | undefined {
  const action = fieldsAt(problems, pointer, value, ['name', ...known]);
  if (action) checkWord(problems, `${pointer}/name`, action['name'], [name]);
  return action;
}

/** A button that opens a page. */
export function checkCtaUrl(problems: Problems, pointer: string, value: unknown): void {
  const action = namedAction(problems, pointer, value, 'cta_url', ['parameters']);
  const here = `${pointer}/parameters`;
  const parameters = action && fieldsAt(problems, here, action['parameters'], ['display_text', 'url']);
  if (!parameters) return;
  checkText(problems, `${here}/display_text`, parameters['display_text'], { max: 20, singleLine: true });
  checkLink(problems, `${here}/url`, parameters['url']);
}

export function checkLocationRequest(problems: Problems, pointer: string, value: unknown): void {
  const action = namedAction(problems, pointer, value, 'send_location', ['parameters']);
  // Not of Meta's documents, but some clients repeat the body here and Meta lets it be.
  checkUndocumented(problems, `${pointer}/parameters`, action?.['parameters'], ['request_message']);
}

export function checkContactRequest(problems: Problems, pointer: string, value: unknown): void {
  namedAction(problems, pointer, value, 'request_contact_info');
}

export function checkCallPermission(problems: Problems, pointer: string, value: unknown): void {
  const action = namedAction(problems, pointer, value, 'call_permission_request', ['parameters']);
  checkUndocumented(problems, `${pointer}/parameters`, action?.['parameters'], ['phone_number', 'call_purpose']);
}

/** A button that calls the business. */
export function checkCallButton(problems: Problems, pointer: string, value: unknown): void {
  const action = namedAction(problems, pointer, value, 'voice_call', ['parameters']);
  const here = `${pointer}/parameters`;
  const known = ['display_text', 'ttl_minutes', 'payload'];
  const parameters = action && fieldsAt(problems, here, action['parameters'], known);
  if (!parameters) return;
  checkText(problems, `${here}/display_text`, parameters['display_text'], { max: 20, singleLine: true });
  if (parameters['ttl_minutes'] !== undefined) {
    checkWholeNumber(problems, `${here}/ttl_minutes`, parameters['ttl_minutes'], 1, 43_200);
  }
  checkText(problems, `${here}/payload`, parameters['payload'], { max: 512, optional: true });
}

const addressFields = [
  'name',
  'phone_number',
  'in_pin_code',
  'house_number',
  'floor_number',
  'tower_number',
  'building_name',
  'address',
  'landmark_area',
  'city',
  'state',
];

/** A form for an address. WhatsApp has it in India only, between numbers of India. */
export function checkAddressRequest(problems: Problems, pointer: string, value: unknown): void {
  const action = namedAction(problems, pointer, value, 'address_message', ['parameters']);
  const here = `${pointer}/parameters`;
  const known = ['country', 'values', 'saved_addresses', 'validation_errors'];
  const parameters = action && fieldsAt(problems, here, action['parameters'], known);
  if (!parameters) return;
  checkWord(problems, `${here}/country`, parameters['country'], ['IN']);
  const { values, saved_addresses: saved, validation_errors: errors } = parameters;
  if (values !== undefined) checkAddress(problems, `${here}/values`, values);
  if (saved !== undefined) {
    listAt(problems, `${here}/saved_addresses`, saved, 0, 100)?.forEach((entry, index) => {
      const place = `${here}/saved_addresses/${index}`;
      const address = fieldsAt(problems, place, entry, ['id', 'value']);
      if (!address) return;
      checkText(problems, `${place}/id`, address['id'], { max: untoldMax, singleLine: true });
      checkAddress(problems, `${place}/value`, address['value']);
    });
  }
  if (errors !== undefined) checkTexts(problems, `${here}/validation_errors`, errors, addressFields);
}

function checkAddress(problems: Problems, pointer: string, value: unknown): void {
  const address = checkTexts(problems, pointer, value, addressFields);
  const pin = address?.['in_pin_code'];
  if (typeof pin === 'string' && pin !== '' && !/^\d{6}$/.test(pin)) {
    refuse(problems, `${pointer}/in_pin_code`, 'It must be a postal code of India: six digits.');
  }
}

function checkUndocumented(problems: Problems, pointer: string, value: unknown, known: readonly string[]): void {
  if (value !== undefined) checkTexts(problems, pointer, value, known);
}
