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
import { checkName } from './send-interactive-actions.ts';

/** What an address in India is made of. */
const FIELDS = [
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
const PATH = "interactive['action']['parameters']";

/** A form for an address: what is known already, addresses to choose from, and what was wrong the last time. */
export function checkAddressForm(action: Json): void {
  checkName(action, 'address_message');
  const parameters = requireObject(action, 'parameters', PATH);
  requireWord(parameters, 'country', `${PATH}['country']`, ['IN']);
  const values = optionalObject(parameters, 'values', `${PATH}['values']`);
  if (values) checkFields(values, `${PATH}['values']`);
  if (isGiven(parameters, 'saved_addresses')) {
    for (const { element, at } of requireObjects(parameters, 'saved_addresses', `${PATH}['saved_addresses']`, 0, 100)) {
      requireText(element, 'id', `${at}['id']`, 256);
      checkFields(requireObject(element, 'value', `${at}['value']`), `${at}['value']`);
    }
  }
  const problems = optionalObject(parameters, 'validation_errors', `${PATH}['validation_errors']`);
  if (problems) checkFields(problems, `${PATH}['validation_errors']`);
}

function checkFields(address: Json, path: string): void {
  for (const field of Object.keys(address)) {
    if (!FIELDS.includes(field)) throw invalid(path, `has no field "${field.slice(0, 100)}": {${FIELDS.join(', ')}}.`);
    optionalText(address, field, `${path}['${field}']`, 1000);
  }
}
