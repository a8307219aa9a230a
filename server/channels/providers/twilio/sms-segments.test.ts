import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { measureSms } from './sms-segments.ts';

const basic = Array.from('ABCabc 019@£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ!"#%&()*+,-./:;<=>?¡ÄÖÑÜ§¿äöñüà\n');
const extended = Array.from('^{}\\[~]|€');

describe('the size of an SMS', () => {
  it.each([
    ['', false, { encoding: 'GSM-7', segments: 1, characters: 0 }],
    ['x'.repeat(160), false, { encoding: 'GSM-7', segments: 1, characters: 160 }],
    ['x'.repeat(161), false, { encoding: 'GSM-7', segments: 2, characters: 161 }],
    ['€'.repeat(80), false, { encoding: 'GSM-7', segments: 1, characters: 160 }],
    ['€'.repeat(81), false, { encoding: 'GSM-7', segments: 2, characters: 162 }],
    ['ж'.repeat(70), false, { encoding: 'UCS-2', segments: 1, characters: 70, forcing: ['ж'] }],
    ['ж'.repeat(71), false, { encoding: 'UCS-2', segments: 2, characters: 71, forcing: ['ж'] }],
    ['👍'.repeat(36), false, { encoding: 'UCS-2', segments: 2, forcing: ['👍'] }],
    ['“Hi” – there', false, { encoding: 'UCS-2', segments: 1, forcing: ['“', '”', '–'] }],
    ['“Hi” – there', true, { encoding: 'GSM-7', segments: 1, forcing: [] }],
  ] as const)('of %j (smart: %s) is what Twilio counts', (text, smart, size) => {
    expect(measureSms(text, smart)).toMatchObject(size);
  });

  it('grows by 153 of the basic characters a segment when there are several', () => {
    const text = fc.string({ unit: fc.constantFrom(...basic), maxLength: 800 });
    fc.assert(
      fc.property(text, (said) => {
        const segments = said.length <= 160 ? 1 : Math.ceil(said.length / 153);
        expect(measureSms(said, false)).toEqual({ encoding: 'GSM-7', segments, characters: said.length, forcing: [] });
      }),
    );
  });

  it('never cuts a character that counts twice into two segments', () => {
    const text = fc.string({ unit: fc.constantFrom(...basic, ...extended), maxLength: 800 });
    fc.assert(
      fc.property(text, (said) => {
        const { segments, characters } = measureSms(said, false);
        expect(characters).toBe(said.length + said.replaceAll(/[^€^{}\\[~\]|]/g, '').length);
        expect(segments).toBeGreaterThanOrEqual(characters <= 160 ? 1 : Math.ceil(characters / 153));
        // Each segment but the last has at most one place that stays empty.
        expect(segments).toBeLessThanOrEqual(characters <= 160 ? 1 : Math.ceil(characters / 152));
      }),
    );
  });

  it('grows by 67 characters a segment when one of them is not of GSM-7', () => {
    const text = fc.string({ unit: fc.constantFrom('а', 'б', '中', 'x'), maxLength: 400 });
    fc.assert(
      fc.property(text, (rest) => {
        const said = `ж${rest}`;
        const segments = said.length <= 70 ? 1 : Math.ceil(said.length / 67);
        expect(measureSms(said, false)).toMatchObject({ encoding: 'UCS-2', segments, characters: said.length });
      }),
    );
  });
});
