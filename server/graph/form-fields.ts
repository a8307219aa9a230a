import { parseJsonBody } from '#platform/json-body.ts';

type Fields = Record<string, unknown>;

/** The fields of a form or a query, as Graph reads them: a value that is written as a JSON object or array is one, and
 *  `text[body]` is a field of `text`, as PHP writes what is nested. */
export function formFields(pairs: Iterable<readonly [string, string]>): Fields {
  const fields = newFields();
  for (const [name, value] of pairs) place(fields, pathOf(name), formValue(value));
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, listed(value)]));
}

function formValue(value: string): unknown {
  if (!/^\s*[[{]/.test(value)) return value;
  try {
    return parseJsonBody(Buffer.from(value));
  } catch {
    return value;
  }
}

/** More than any message has, so that a long name cannot exhaust the stack. */
const deepest = 20;

function pathOf(name: string): string[] {
  const [, first = name, rest = ''] = /^([^[\]]+)((?:\[[^[\]]*\])+)$/.exec(name) ?? [];
  const path = [first, ...[...rest.matchAll(/\[([^[\]]*)\]/g)].map(([, inner = '']) => inner)];
  return path.length > deepest ? [name] : path;
}

// Without a prototype, so that a field may have any name.
function newFields(): Fields {
  return Object.create(null) as Fields;
}

function isNested(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === null;
}

function place(fields: Fields, [first = '', ...rest]: string[], value: unknown): void {
  // An empty name is the next place of a list.
  const name = first === '' ? String(Object.keys(fields).length) : first;
  const inner = fields[name];
  if (rest.length === 0) {
    fields[name] = value;
    return;
  }
  const kept = isNested(inner) ? inner : newFields();
  fields[name] = kept;
  place(kept, rest, value);
}

/** Objects whose names are 0, 1, 2 and so on are lists. */
function listed(value: unknown): unknown {
  if (!isNested(value)) return value;
  const entries = Object.entries(value).map(([name, each]) => [name, listed(each)] as const);
  return entries.every(([name], index) => name === String(index))
    ? entries.map(([, each]) => each)
    : Object.fromEntries(entries);
}
