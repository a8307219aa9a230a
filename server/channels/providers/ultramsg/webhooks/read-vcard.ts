import type { Fields } from '#channels/providers/payloads/fields.ts';

const maxCards = 257;
const maxEntries = 100;

interface Line {
  group: string;
  name: string;
  parameters: string;
  value: string;
}

/** The cards of a text of vCards in the form of the Cloud API; what has no name is none. */
export function readVcards(text: string): Fields[] {
  const cards: Fields[] = [];
  // A line that begins with a blank goes on from the one before.
  for (const [, inner] of text.replaceAll(/\r?\n[ \t]/g, '').matchAll(/BEGIN:VCARD\s([^]*?)END:VCARD/gi)) {
    const card = readCard((inner ?? '').split(/\r?\n/).flatMap((line) => readLine(line) ?? []));
    if (card) cards.push(card);
    if (cards.length === maxCards) break;
  }
  return cards;
}

function readLine(text: string): Line | undefined {
  const [, group = '', name, parameters = '', value = ''] =
    /^(?:([\w-]+)\.)?([A-Za-z][\w-]*)((?:;[^:]*)?):([^]*)$/.exec(text.trim()) ?? [];
  return name === undefined ? undefined : { group, name: name.toUpperCase(), parameters, value };
}

function readCard(lines: Line[]): Fields | undefined {
  const first = (name: string) => lines.find((line) => line.name === name);
  const all = (name: string) => lines.filter((line) => line.name === name && line.value !== '').slice(0, maxEntries);
  const name = named(first('N')?.value ?? '', ['last_name', 'first_name', 'middle_name', 'prefix', 'suffix']);
  const formatted = unescaped(first('FN')?.value ?? '') || Object.values(name).join(' ');
  if (formatted === '') return undefined;
  const title = unescaped(first('TITLE')?.value ?? '');
  const org = { ...named(first('ORG')?.value ?? '', ['company', 'department']), ...(title ? { title } : undefined) };
  const birthday = /^\d{4}-\d{2}-\d{2}/.exec(first('BDAY')?.value ?? '')?.[0];
  return {
    name: { formatted_name: formatted, ...name },
    ...(Object.keys(org).length > 0 ? { org } : undefined),
    ...(birthday === undefined ? undefined : { birthday }),
    ...listed('phones', all('TEL'), (line) => ({ phone: unescaped(line.value), ...waIdOf(line) })),
    ...listed('emails', all('EMAIL'), (line) => ({ email: unescaped(line.value) })),
    ...listed('urls', all('URL'), (line) => ({ url: unescaped(line.value) })),
    ...listed('addresses', all('ADR'), (line) => ({
      ...named(line.value, ['', '', 'street', 'city', 'state', 'zip', 'country']),
      ...countryCodeOf(line, lines),
    })),
  };
}

function listed(name: string, lines: Line[], read: (line: Line) => Fields): Fields {
  if (lines.length === 0) return {};
  return { [name]: lines.map((line) => ({ ...read(line), ...typeOf(line) })) };
}

/** The parts of a value under their names; those that are empty or have no name are left out. */
function named(value: string, names: readonly string[]): Record<string, string> {
  const parts = splitParts(value).map(unescaped);
  return Object.fromEntries(
    names.flatMap((name, index) => {
      const part = parts[index] ?? '';
      return name === '' || part === '' ? [] : [[name, part]];
    }),
  );
}

// At each ";" that is not escaped.
function splitParts(value: string): string[] {
  const parts = [''];
  for (const [piece] of value.matchAll(/\\[^]|[^\\]|\\$/g)) {
    if (piece === ';') parts.push('');
    else parts[parts.length - 1] += piece;
  }
  return parts;
}

function typeOf({ parameters }: Line): { type?: string } {
  const type = /;type=([^;:,]+)/i.exec(parameters)?.[1];
  return type === undefined ? {} : { type };
}

function waIdOf({ parameters }: Line): { wa_id?: string } {
  const waId = /;waid=(\d{5,20})/i.exec(parameters)?.[1];
  return waId === undefined ? {} : { wa_id: waId };
}

function countryCodeOf({ group }: Line, lines: Line[]): { country_code?: string } {
  const code = group === '' ? undefined : lines.find((line) => line.group === group && line.name === 'X-ABADR');
  return code === undefined ? {} : { country_code: unescaped(code.value) };
}

function unescaped(text: string): string {
  return text.replaceAll(/\\([nN,;\\])/g, (_, one: string) => (one.toLowerCase() === 'n' ? '\n' : one)).trim();
}
