import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { capMarks, cleanName, initials, isLongerThan, shorten } from './shorten.ts';

const segments = (text: string) =>
  Array.from(new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(text), ({ segment }) => segment);
const anyText = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 80 }),
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc
    .array(fc.constantFrom('👨‍👩‍👧‍👦', '🇩🇪', '👍🏽', 'e\u0301', 'न्', '\u202E', '\u200D', 'a', ' ', '\r\n'), {
      maxLength: 40,
    })
    .map((parts) => parts.join('')),
);

describe('shortening', () => {
  it('keeps families, flags, skin tones and accents whole', () => {
    expect(shorten('👨‍👩‍👧‍👦🇩🇪👍🏽e\u0301xyz', 5)).toBe('👨‍👩‍👧‍👦🇩🇪👍🏽e\u0301…');
  });

  it('never splits a character and never exceeds the limit', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 1, max: 40 }), (text, limit) => {
        const short = shorten(text, limit);
        if (short === text) {
          expect(isLongerThan(text, limit)).toBe(false);
          return;
        }
        expect(short.endsWith('…')).toBe(true);
        const kept = segments(text)
          .slice(0, limit - 1)
          .join('');
        expect(short.slice(0, -1)).toBe(kept.trimEnd());
      }),
      { numRuns: 2000 },
    );
  });
});

describe('names from strangers', () => {
  it('cannot turn the direction of what stands beside them', () => {
    expect(cleanName('photo\u202Egpj.exe')).toBe('photogpj.exe');
    expect(cleanName('\u2066a\u2069\u200B\u0000\uFEFFb\nc')).toBe('ab c');
  });

  it('keep at most eight marks on a letter', () => {
    expect(capMarks(`Z${'\u0300'.repeat(1000)}algo`)).toBe(`Z${'\u0300'.repeat(8)}algo`);
    expect(capMarks('Việt ภาษาไทย שָׁלוֹם')).toBe('Việt ภาษาไทย שָׁלוֹם');
  });

  it('have no invisible or controlling character left, whatever they were', () => {
    fc.assert(
      fc.property(anyText, (name) => {
        const clean = cleanName(name);
        expect(clean).not.toMatch(/[\p{Cc}\u202A-\u202E\u2066-\u2069]|\p{M}{9}/u);
        expect(cleanName(clean)).toBe(clean);
      }),
      { numRuns: 1000 },
    );
  });

  it('give initials', () => {
    expect(initials('Ada Lovelace')).toBe('AL');
    expect(initials('  éa ')).toBe('É');
    expect(initials('+1 555')).toBe('+5');
    expect(initials('…')).toBe('');
  });
});
