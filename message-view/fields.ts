/** The fields of something that came from outside. */
export type Fields = Readonly<Record<string, unknown>>;

const none: Fields = Object.freeze(Object.create(null) as Record<string, unknown>);

/** The value's own fields, or none when it is not an object. Without a prototype, so that a field named `constructor`
 *  or `__proto__` is only ever what was sent. */
export function fieldsOf(value: unknown): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return none;
  return Object.assign(Object.create(null) as Record<string, unknown>, value);
}

/** The value when it is a list, else an empty one. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The value as text: strings and finite numbers, else an empty string. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' && Number.isFinite(value) ? String(value) : '';
}

/** The value as a number; the provider writes coordinates and quantities both ways. Not a number gives 0. */
export function numberOf(value: unknown): number {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : 0;
}

/** `{ [name]: text }`, or nothing when there is no text, for fields that may be absent. */
export function optional<Name extends string>(name: Name, value: unknown): { [key in Name]?: string } {
  const text = textOf(value);
  return (text === '' ? {} : { [name]: text }) as { [key in Name]?: string };
}
