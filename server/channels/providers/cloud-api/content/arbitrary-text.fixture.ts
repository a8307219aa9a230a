import fc from 'fast-check';
import type { MediaKind } from './media.ts';

// One code point each, of one to four bytes: a limit that counts bytes or UTF-16 units shows.
const characters = Array.from('aZ09 -_.,&<"\'{{éאبç中日😀🎉');
const plainCharacters = characters.filter((character) => character !== ' ');

/** A text of 1 to `max` characters that says something; now and then it is exactly as long as it may be. */
export function anyText(max: number, { singleLine = true } = {}): fc.Arbitrary<string> {
  const unit = fc.constantFrom(...characters, ...(singleLine ? [] : ['\n']));
  const short = fc.string({ unit, minLength: 1, maxLength: Math.min(max, 80) });
  const full = fc.constantFrom('x', 'é', '😀').map((character) => character.repeat(max));
  return fc.oneof({ weight: 5, arbitrary: short }, { weight: 1, arbitrary: full }).filter((text) => text.trim() !== '');
}

/** A text without a space, for ids and for values of templates, which may not have many spaces in a row. */
export function anyWord(max: number): fc.Arbitrary<string> {
  return fc.string({ unit: fc.constantFrom(...plainCharacters), minLength: 1, maxLength: max });
}

/** Letters, digits and hyphens. */
export function anyId(max: number): fc.Arbitrary<string> {
  return fc.string({ unit: fc.constantFrom(...'abcXYZ0189-'.split('')), minLength: 1, maxLength: max });
}

const shortLink = fc
  .tuple(fc.constantFrom('http', 'https'), anyId(20), fc.constantFrom('', '?a=b&c=%20', '#d'))
  .map(([scheme, path, end]) => `${scheme}://cdn.example.com/${path}${end}`);

/** An address; now and then it is exactly as long as it may be. */
export const anyLink: fc.Arbitrary<string> = fc.oneof(
  { weight: 9, arbitrary: shortLink },
  { weight: 1, arbitrary: fc.constant('https://cdn.example.com/'.padEnd(2048, 'x')) },
);

/** What a receiver has to know already for a content to be taken: ids that were made up are refused there. */
export interface KnownIds {
  media?: Partial<Record<MediaKind, readonly string[]>>;
  messages?: readonly string[];
}

/** A file by link or by id, with what else `extra` gives it. */
export function anyMedia(
  kind: MediaKind,
  known: KnownIds,
  extra: Record<string, fc.Arbitrary<unknown>> = {},
): fc.Arbitrary<object> {
  const ids = known.media?.[kind];
  const id = ids
    ? fc.constantFrom(...ids)
    : fc.string({ unit: fc.constantFrom(...'0123456789'.split('')), minLength: 15, maxLength: 17 });
  return fc
    .tuple(fc.oneof(fc.record({ link: anyLink }), fc.record({ id })), fc.record(extra, { requiredKeys: [] }))
    .map(([file, more]) => ({ ...file, ...more }));
}

/** An object that may lack any of its fields but `required`. */
export function anySome<Shape extends Record<string, unknown>>(
  shape: { [Name in keyof Shape]: fc.Arbitrary<Shape[Name]> },
  ...required: (keyof Shape & string)[]
): fc.Arbitrary<object> {
  return fc.record(shape, { requiredKeys: required }) as fc.Arbitrary<object>;
}

/** A list whose entries differ in what `by` reads. */
export function anyDistinct<Value>(
  arbitrary: fc.Arbitrary<Value>,
  minLength: number,
  maxLength: number,
  by: (value: Value) => unknown = (value) => value,
): fc.Arbitrary<Value[]> {
  return fc.uniqueArray(arbitrary, { minLength, maxLength, selector: by });
}
