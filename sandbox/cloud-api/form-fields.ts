import type { Json } from '#people/chats.ts';

/** The fields of a form. Values that look like JSON objects or arrays are read as such, and `text[body]` is a field of
 *  `text`, as PHP writes what is nested. */
export function formFields(pairs: Iterable<readonly [string, string]>): Json {
  const fields = newFields();
  for (const [name, value] of pairs) place(fields, pathOf(name), formValue(value));
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, listed(value)]));
}

/** A value of a form: an object or an array if it is written as one, else the text. */
export function formValue(value: string): unknown {
  if (!/^\s*[[{]/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

/** More than any message has, so that a long name cannot exhaust the stack. */
const DEEPEST = 20;

function pathOf(name: string): string[] {
  const [, first = name, rest = ''] = /^([^[\]]+)((?:\[[^[\]]*\])+)$/.exec(name) ?? [];
  const path = [first, ...[...rest.matchAll(/\[([^[\]]*)\]/g)].map((match) => match[1] ?? '')];
  return path.length > DEEPEST ? [name] : path;
}

// Without a prototype, so that a field may have any name.
function newFields(): Json {
  return Object.create(null) as Json;
}

function isFields(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === null;
}

function place(fields: Json, [first = '', ...rest]: string[], value: unknown): void {
  // An empty name is the next place of a list.
  const name = first === '' ? String(Object.keys(fields).length) : first;
  if (rest.length === 0) {
    fields[name] = value;
    return;
  }
  const inner = fields[name];
  const kept = isFields(inner) ? inner : newFields();
  fields[name] = kept;
  place(kept, rest, value);
}

/** Objects whose names are 0, 1, 2 and so on are lists. */
function listed(value: unknown): unknown {
  if (!isFields(value)) return value;
  const entries = Object.entries(value).map(([name, each]) => [name, listed(each)] as const);
  return entries.every(([name], index) => name === String(index))
    ? entries.map(([, each]) => each)
    : Object.fromEntries(entries);
}
