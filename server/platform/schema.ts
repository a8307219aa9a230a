import { type Static, type TObject, type TProperties, type TSchema, Type } from 'typebox';

/** An object that refuses fields it does not know. The server does not start with a request schema that would let
 *  them through. */
export function strictObject<Properties extends TProperties>(
  properties: Properties,
  options: object = {},
): TObject<Properties> {
  return Type.Object(properties, { ...options, additionalProperties: false });
}

/** One of several objects, told apart by the constant in their field `tag`. Unlike a plain union, an error is reported
 *  for the one that was meant. */
export function taggedUnion<Schemas extends TObject[]>(tag: string, schemas: [...Schemas], options: object = {}) {
  return Type.Unsafe<Static<Schemas[number]>>({
    ...options,
    type: 'object',
    discriminator: { propertyName: tag },
    required: [tag],
    oneOf: schemas,
  });
}

/** One of a few words. A single JSON `enum`, since a union of constants reports one error for each of them. */
export function oneOf<const Words extends readonly string[]>(words: Words, options: object = {}) {
  return Type.Unsafe<Words[number]>({ ...options, type: 'string', enum: [...words] });
}

/** The patterns that texts of requests may be asked to match, each with the sentence that a refusal says: the pattern itself
 *  tells people nothing. A route with another pattern does not start. */
export const patternSentences: Readonly<Record<string, string>> = {
  '^[\\x21-\\x7e]+$': 'It must have printable ASCII characters only: no spaces, no line breaks, no accents.',
  '^[A-Za-z0-9_.-]+$': 'It must have letters from A to Z, digits, dots, hyphens and underscores only.',
  '^\\+[1-9][0-9]{5,14}$':
    'It must be a phone number with + and country code and without spaces, such as +15550001111.',
  '^v[0-9]{1,3}\\.[0-9]{1,2}$': 'It must be a version such as v26.0.',
  '^\\+?[A-Za-z0-9_.-]+$':
    'It must have letters from A to Z, digits, dots, hyphens and underscores only, perhaps behind +.',
  '^[^\\u0000-\\u001f\\u007f]+$': 'It must be one line without control characters.',
  '^AC[0-9a-fA-F]{32}$': 'It must be the SID of an account: AC and 32 hexadecimal digits.',
  '^SK[0-9a-fA-F]{32}$': 'It must be the SID of an API key: SK and 32 hexadecimal digits.',
  '^(\\+[1-9][0-9]{5,14}|MG[0-9a-fA-F]{32})$':
    'It must be a phone number with + and country code, or the SID of a messaging service: MG and 32 hexadecimal digits.',
};

export function nullable<Schema extends TSchema>(schema: Schema) {
  return Type.Union([schema, Type.Null()]);
}

/** An identifier of ours. */
export function uuid(options: object = {}) {
  return Type.String({ ...options, format: 'uuid' });
}

/** An instant with its offset, from the year 2000 to 2100, e.g. 2026-11-22T14:00:00Z. */
export function instant(options: object = {}) {
  return Type.String({ ...options, format: 'date-time', maxLength: 40 });
}

/** A place in a list, as an earlier page gave it. */
export function cursor() {
  return Type.String({ minLength: 1, maxLength: 512, description: 'next_cursor of the page before' });
}

/** The size of a page. */
export function pageLimit(options: { default?: number; maximum?: number } = {}) {
  return Type.Integer({ minimum: 1, maximum: options.maximum ?? 200, default: options.default ?? 50 });
}

/** A page of a list; `next_cursor` is null on the last one. */
export function page<Schema extends TSchema>(entry: Schema) {
  return strictObject({ data: Type.Array(entry), next_cursor: nullable(Type.String()) });
}

const datePattern =
  /^2[01]\d{2}-\d{2}-\d{2}[Tt](?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

/** Whether a text is an instant as `instant()` wants it. PostgreSQL would also take "infinity", 24:00 and leap seconds. */
export function isInstant(text: string): boolean {
  if (!datePattern.test(text)) return false;
  try {
    return Temporal.Instant.from(text).epochMilliseconds < 4_133_980_800_000;
  } catch {
    return false;
  }
}

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;

/** Whether a text is a UUID in its usual form. */
export function isUuid(text: string): boolean {
  return uuidPattern.test(text);
}
