// A character here is a grapheme: what a reader takes for one sign, be it a letter with accents, a flag or a family
// of emoji. Cutting between code units would show half of one.
const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

// Vietnamese needs two marks on a letter and Hebrew with cantillation four; towers of hundreds only serve to draw over
// the neighbours.
const MARKS_PER_LETTER = 8;
const tallMarks = new RegExp(`(\\p{M}{${MARKS_PER_LETTER}})\\p{M}+`, 'gu');

// Left-to-right and right-to-left marks are harmless and needed; embeddings, overrides and isolates are what a name
// like "photo\u202Egpj.exe" lies with. Control characters have no glyph and no place in a name.
const deceptive = /[\p{Cc}\u200B\u2028\u2029\u202A-\u202E\u2060\u2066-\u2069\uFEFF]/gu;

/** The text with at most eight combining marks on one letter. */
export function capMarks(text: string): string {
  return text.replace(tallMarks, '$1');
}

/** A name (of a person, a file, a button) on one line, without invisible characters that change how it reads. */
export function cleanName(name: string): string {
  return capMarks(name.replace(/[\t\r\n]+/gu, ' ').replace(deceptive, '')).trim();
}

/** The first `limit` graphemes, with `…` in place of the rest. The result has at most `limit` graphemes, the ellipsis
 *  included; a text that fits comes back as it was. */
export function shorten(text: string, limit: number): string {
  if (text.length <= limit) return text;
  let count = 0;
  let cut = 0;
  // The iterator is lazy: a text of a megabyte costs only what is shown of it.
  for (const { index, segment } of graphemes.segment(text)) {
    count += 1;
    if (count > limit) return `${text.slice(0, cut).trimEnd()}…`;
    if (count < limit) cut = index + segment.length;
  }
  return text;
}

/** Whether the text has more than `limit` graphemes. Counts no further than it must. */
export function isLongerThan(text: string, limit: number): boolean {
  if (text.length <= limit) return false;
  let count = 0;
  for (const _ of graphemes.segment(text)) {
    count += 1;
    if (count > limit) return true;
  }
  return false;
}

/** The letters shown in place of a portrait: the first of the first and of the last word, or an empty string. */
export function initials(name: string): string {
  const words = cleanName(name)
    .split(/\s+/u)
    .filter((word) => /[\p{L}\p{N}]/u.test(word));
  const first = words[0];
  const last = words.length > 1 ? words.at(-1) : undefined;
  return [first, last].map((word) => (word ? firstGrapheme(word) : '')).join('');
}

function firstGrapheme(word: string): string {
  for (const { segment } of graphemes.segment(word)) return segment.toLocaleUpperCase();
  return '';
}
