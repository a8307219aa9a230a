import { checkLocation } from '#channels/providers/content-checks/location.ts';
import { checkText, type Problems, refuse } from '#channels/providers/content-checks/checks.ts';
import { type Fields, isFields } from '#channels/providers/payloads/fields.ts';

const maxAddress = 300;

/** A place, with up to two lines below it: name and address. */
export function checkLocationContent(problems: Problems, content: Fields): void {
  const before = problems.length;
  checkLocation(problems, '/location', content['location']);
  const location = content['location'];
  if (problems.length > before || !isFields(location)) return;
  for (const name of ['name', 'address'])
    checkText(problems, `/location/${name}`, location[name], { max: maxAddress, optional: true, singleLine: true });
  const { length } = Array.from(addressLines(location));
  if (problems.length === before && length > maxAddress) {
    refuse(
      problems,
      '/location/address',
      `Name and address have ${length} characters together; at most ${maxAddress} are allowed.`,
    );
  }
}

/** What stands below the map. A place without words shows its degrees: UltraMsg wants a text there. */
export function addressLines(location: Fields): string {
  const lines = [location['name'], location['address']].filter((line) => typeof line === 'string');
  return lines.length > 0 ? lines.join('\n') : `${String(location['latitude'])}, ${String(location['longitude'])}`;
}
