import { Fault, type FieldProblem } from './fault.ts';

type QuerySchema = { properties?: Record<string, { type?: unknown; default?: unknown }> };

/** What stands after the question mark, by name; several values when a name comes twice. No brackets, no nesting. */
export function splitQuery(text: string): Record<string, string | string[]> {
  const found: Record<string, string | string[]> = Object.create(null) as Record<string, string | string[]>;
  for (const [name, value] of new URLSearchParams(text)) {
    const earlier = found[name];
    if (earlier === undefined) found[name] = value;
    else if (Array.isArray(earlier)) earlier.push(value);
    else found[name] = [earlier, value];
  }
  return found;
}

/** Turns the texts of a query into the numbers and booleans that its schema names. A text is converted only in its one
 *  canonical form; unknown and repeated names are refused; defaults are filled in. */
export function readQuery(
  query: Record<string, string | string[]>,
  schema: QuerySchema | undefined,
): Record<string, unknown> {
  const properties = schema?.properties ?? {};
  const values: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  const problems: FieldProblem[] = [];
  for (const name of Object.keys(query)) {
    const text = query[name];
    const property = Object.hasOwn(properties, name) ? properties[name] : undefined;
    const shown = `?${name.replaceAll(/[^\w.-]/g, '').slice(0, 64)}`;
    if (property === undefined)
      problems.push({ pointer: shown, message: 'There is no such parameter.', code: 'unknown' });
    else if (typeof text !== 'string')
      problems.push({ pointer: shown, message: 'Give this parameter once.', code: 'repeated' });
    else if (!isCleanText(text))
      problems.push({ pointer: shown, message: 'The text has control or broken characters.' });
    else values[name] = convert(text, property.type);
    if (problems.length >= 20) break;
  }
  if (problems.length > 0) {
    const [first] = problems;
    throw new Fault('invalid_request', { detail: `${first?.pointer}: ${first?.message}`, fields: problems });
  }
  for (const [name, property] of Object.entries(properties)) {
    if (values[name] === undefined && property.default !== undefined) values[name] = property.default;
  }
  return values;
}

// A text that is not in the canonical form stays a text, and validation says which type was expected.
function convert(text: string, type: unknown): unknown {
  if ((type === 'integer' || type === 'number') && /^-?(?:0|[1-9]\d{0,14})$/.test(text)) return Number(text);
  if (type === 'number' && /^-?(?:0|[1-9]\d{0,14})\.\d{1,6}$/.test(text)) return Number(text);
  if (type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true';
  return text;
}

function isCleanText(text: string): boolean {
  // oxlint-disable-next-line no-control-regex
  return !/[\u0000-\u001f\u007f]/.test(text) && text.isWellFormed() && !text.includes('\ufffd');
}
