import fc from 'fast-check';
import { expect, it } from 'vitest';
import { segmentsOf, smartEncoded } from './segments.ts';

it.each([
  ['', 'GSM-7', 1],
  ['a'.repeat(160), 'GSM-7', 1],
  ['a'.repeat(161), 'GSM-7', 2],
  ['a'.repeat(306), 'GSM-7', 2],
  ['a'.repeat(307), 'GSM-7', 3],
  // The euro sign takes two septets.
  ['€'.repeat(80), 'GSM-7', 1],
  ['€'.repeat(81), 'GSM-7', 2],
  // 76 pairs and an odd septet: the 77th is not torn apart.
  ['€'.repeat(153), 'GSM-7', 3],
  ['ж'.repeat(70), 'UCS-2', 1],
  ['ж'.repeat(71), 'UCS-2', 2],
  ['ж'.repeat(135), 'UCS-2', 3],
  ['😀'.repeat(35), 'UCS-2', 1],
  // 33 of two units in 67: 68 of them need three parts, not two.
  ['😀'.repeat(67), 'UCS-2', 3],
  ['One “smart” quote', 'UCS-2', 1],
])('%# a text has the encoding and the parts that a phone network makes of it', (text, encoding, segments) => {
  expect(segmentsOf(text)).toEqual({ encoding, segments });
});

it('smart encoding brings typographic characters into GSM-7 and leaves the others', () => {
  const text = 'It’s “good” – really… no\u00a0break';
  expect(segmentsOf(text).encoding).toBe('UCS-2');
  expect(smartEncoded(text)).toBe('It\'s "good" - really... no break');
  expect(segmentsOf(smartEncoded(text)).encoding).toBe('GSM-7');
  expect(smartEncoded('жß😀')).toBe('жß😀');
});

it('a longer text never has fewer parts', () => {
  const letters = fc.constantFrom('a', '€', '~', 'ж', '😀');
  fc.assert(
    fc.property(fc.array(letters, { maxLength: 400 }), letters, (written, more) => {
      const before = segmentsOf(written.join('')).segments;
      expect(segmentsOf([...written, more].join('')).segments).toBeGreaterThanOrEqual(before);
    }),
  );
});
