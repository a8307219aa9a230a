import { type Fields, isFields } from '#channels/providers/payloads/fields.ts';

/**
 * Readers of what Meta answers. Each takes a value, with its place in the answer for the error, and gives ours. They are
 * strict about what is used and do not look at anything else, because Meta adds fields at any time.
 */
export type Reader<Value> = (value: unknown, place: string) => Value;

/** An answer lacks something that is documented for it. The message names the place. */
export class AnswerMisread extends Error {
  override readonly name = 'AnswerMisread';
}

/** A text that is not empty. Numbers count, since ids come as either. */
export const text: Reader<string> = (value, place) => {
  if (typeof value === 'string' && value !== '') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  throw new AnswerMisread(`${place} is not a text`);
};

/** A word of one of Meta's lists, in capitals: answers have it in both. */
export const word: Reader<string> = (value, place) => text(value, place).toUpperCase();

/** A number, which also comes as text. */
export const number: Reader<number> = (value, place) => {
  const read = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof read === 'number' && Number.isFinite(read)) return read;
  throw new AnswerMisread(`${place} is not a number`);
};

export const flag: Reader<boolean> = (value, place) => {
  if (typeof value === 'boolean') return value;
  if (value === 'true' || value === 'false') return value === 'true';
  throw new AnswerMisread(`${place} is neither true nor false`);
};

/** Seconds since 1970, as a number or text, or the form of ISO 8601 that Graph has: 2026-11-22T14:00:00+0000. */
export const instant: Reader<Temporal.Instant> = (value, place) => {
  const read = text(value, place);
  try {
    return /^\d{1,11}$/.test(read)
      ? Temporal.Instant.fromEpochMilliseconds(Number(read) * 1000)
      : Temporal.Instant.from(read);
  } catch {
    throw new AnswerMisread(`${place} is not a time`);
  }
};

/** An object as it is. */
export const fields: Reader<Fields> = (value, place) => {
  if (isFields(value)) return value;
  throw new AnswerMisread(`${place} is not an object`);
};

/** A map by ids. An empty one, and a missing one, is written as an empty list by some of Meta's servers. */
export const map: Reader<Fields> = (value, place) =>
  value === undefined || (Array.isArray(value) && value.length === 0) ? {} : fields(value, place);

/** Every entry, or a misread. */
export function list<Value>(read: Reader<Value>): Reader<Value[]> {
  return (value, place) => {
    if (!Array.isArray(value)) throw new AnswerMisread(`${place} is not a list`);
    return value.map((entry, index) => read(entry, `${place}[${index}]`));
  };
}

/** What need not be there. Null and an empty text say the same as nothing; what is there and wrong is a misread. */
export function optional<Value>(read: Reader<Value>): Reader<Value | undefined> {
  return (value, place) => (value === undefined || value === null || value === '' ? undefined : read(value, place));
}

/** What is a list in some answers and missing in others. */
export function listOrNone<Value>(read: Reader<Value>): Reader<Value[]> {
  return (value, place) => (value === undefined || value === null ? [] : list(read)(value, place));
}

/** A field that answers spell in several ways: the first that is there. */
export function either<Value>(names: readonly [string, ...string[]], read: Reader<Value>): NamedReader<Value> {
  return { names, read };
}

interface NamedReader<Value> {
  names: readonly [string, ...string[]];
  read: Reader<Value>;
}

type Shape = Record<string, Reader<unknown> | NamedReader<unknown>>;
type Read<One> = One extends Reader<infer Value> ? Value : One extends NamedReader<infer Value> ? Value : never;
type Optional<Of extends Shape> = { [Key in keyof Of]: undefined extends Read<Of[Key]> ? Key : never }[keyof Of];

/** An object of `shape`. A key of ours is Meta's in camel case: `verifiedName` reads `verified_name`. */
export function object<const Of extends Shape>(
  shape: Of,
): Reader<
  { [Key in Exclude<keyof Of, Optional<Of>>]: Read<Of[Key]> } & {
    [Key in Optional<Of>]?: Exclude<Read<Of[Key]>, undefined>;
  }
> {
  const entries = Object.entries(shape).map(([key, one]) =>
    typeof one === 'function' ? { key, names: [snakeCase(key)], read: one } : { key, names: one.names, read: one.read },
  );
  return (value, place) => {
    const given = fields(value, place);
    const found: Fields = {};
    for (const { key, names, read } of entries) {
      const name = names.find((each) => given[each] !== undefined) ?? names[0] ?? key;
      const one = read(given[name], `${place}.${name}`);
      if (one !== undefined) found[key] = one;
    }
    // The loop has put in exactly what the readers of the shape give.
    return found as never;
  };
}

/** Our fields under Meta's names. What is undefined is left out; what is inside of a value is Meta's already. */
export function underMetaNames(given: object): Fields {
  return Object.fromEntries(
    Object.entries(given)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => [snakeCase(key), value as unknown]),
  );
}

function snakeCase(key: string): string {
  return key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
