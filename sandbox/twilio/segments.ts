/** How a text goes over the air. */
export interface Segmentation {
  encoding: 'GSM-7' | 'UCS-2';
  segments: number;
}

// GSM 03.38, without the escape that stands in the place of 0x1b.
const BASIC = new Set(
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà',
);
// Each is an escape and a second character.
const EXTENDED = new Set('\f^{}\\[~]|€');

const GSM = { single: 160, joined: 153 };
const UCS = { single: 70, joined: 67 };

/** Counts the parts of a text: one holds 160 septets or 70 UTF-16 units, and each of several has 7 or 3 fewer for the
 *  header that joins them. What takes two units is never torn apart. */
export function segmentsOf(text: string): Segmentation {
  const characters = Array.from(text);
  const isGsm = characters.every((character) => BASIC.has(character) || EXTENDED.has(character));
  const sizes = characters.map((character) => (isGsm ? (EXTENDED.has(character) ? 2 : 1) : character.length));
  return { encoding: isGsm ? 'GSM-7' : 'UCS-2', segments: partsOf(sizes, isGsm ? GSM : UCS) };
}

function partsOf(sizes: readonly number[], { single, joined }: typeof GSM): number {
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (total <= single) return 1;
  let parts = 1;
  let used = 0;
  for (const size of sizes) {
    if (used + size > joined) {
      parts++;
      used = 0;
    }
    used += size;
  }
  return parts;
}

// What word processors write, and what stands on a keyboard instead.
const SMART: Readonly<Record<string, string>> = {
  '\u00ab': '"',
  '\u00bb': '"',
  '\u201c': '"',
  '\u201d': '"',
  '\u201e': '"',
  '\u201f': '"',
  '\u2033': '"',
  '\u2018': "'",
  '\u2019': "'",
  '\u201a': "'",
  '\u201b': "'",
  '\u2032': "'",
  '\u00b4': "'",
  '\u0060': "'",
  '\u2010': '-',
  '\u2011': '-',
  '\u2012': '-',
  '\u2013': '-',
  '\u2014': '-',
  '\u2015': '-',
  '\u2212': '-',
  '\u2026': '...',
  '\u2022': '.',
  '\u00b7': '.',
  '\u2044': '/',
  '\u00a0': ' ',
  '\u2002': ' ',
  '\u2003': ' ',
  '\u2007': ' ',
  '\u2009': ' ',
  '\u202f': ' ',
  '\u3000': ' ',
  '\u200b': '',
  '\u2060': '',
  '\ufeff': '',
};

/** Puts a similar character of GSM-7 in the place of each that is known to have one. */
export function smartEncoded(text: string): string {
  return Array.from(text, (character) => SMART[character] ?? character).join('');
}
