import type { Fields } from '#channels/providers/payloads/fields.ts';
import { checkText, fieldsAt, type Problems, refuse } from './checks.ts';

export function checkLocationContent(problems: Problems, content: Fields): void {
  checkLocation(problems, '/location', content['location']);
}

/** Name and address have no documented limit; 1,000 characters are more than a phone shows. */
export function checkLocation(problems: Problems, pointer: string, value: unknown): void {
  const location = fieldsAt(problems, pointer, value, ['latitude', 'longitude', 'name', 'address']);
  if (!location) return;
  checkDegrees(problems, `${pointer}/latitude`, location['latitude'], 90);
  checkDegrees(problems, `${pointer}/longitude`, location['longitude'], 180);
  checkText(problems, `${pointer}/name`, location['name'], { max: 1000, optional: true });
  checkText(problems, `${pointer}/address`, location['address'], { max: 1000, optional: true });
  if (location['address'] !== undefined && location['name'] === undefined) {
    refuse(problems, `${pointer}/address`, 'The address is shown only below a name: add the name.');
  }
}

function checkDegrees(problems: Problems, pointer: string, value: unknown, limit: number): void {
  const isDecimal = typeof value === 'string' && /^[+-]?\d{1,3}(?:\.\d{1,20})?$/.test(value);
  const degrees = typeof value === 'number' ? value : isDecimal ? Number(value) : Number.NaN;
  if (!(Math.abs(degrees) <= limit)) {
    refuse(problems, pointer, `It must be decimal degrees from -${limit} to ${limit}.`);
  }
}
