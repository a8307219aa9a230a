import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseJsonBody } from './json-body.ts';

// oxlint-disable-next-line no-control-regex
const controlCharacter = /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/;
const plainText = fc.string({ unit: 'grapheme' }).filter((text) => !controlCharacter.test(text));
const plainKey = plainText.filter((key) => !['__proto__', 'constructor', 'prototype'].includes(key));
const { value: plainJson } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 6 },
    fc.constantFrom(null, true, false, 0, -1.5, 9007199254740991),
    plainText,
    fc.integer(),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(plainKey, tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
}));

describe('a JSON body', () => {
  it('that is plain is read as JSON.parse would, however it is spaced', () => {
    fc.assert(
      fc.property(plainJson, fc.constantFrom(undefined, 2, '\t'), (value, spacing) => {
        const text = JSON.stringify(value, null, spacing);
        expect(parseJsonBody(Buffer.from(text))).toEqual(JSON.parse(text));
      }),
    );
  });

  it('B009: with a key that comes twice anywhere is refused, and the place is named', () => {
    fc.assert(
      fc.property(
        plainJson,
        plainKey,
        fc.array(fc.oneof(plainKey, fc.nat(5)), { maxLength: 5 }),
        (value, key, path) => {
          const twice = `{${JSON.stringify(key)}:${JSON.stringify(value)},${JSON.stringify(key)}:1}`;
          const text = path.reduceRight<string>(
            (inner, step) =>
              typeof step === 'number' ? `[${'0,'.repeat(step)}${inner}]` : `{${JSON.stringify(step)}:${inner}}`,
            twice,
          );
          const pointer = [...path, key]
            .map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`)
            .join('');
          expect(() => parseJsonBody(Buffer.from(text))).toThrowError(
            expect.objectContaining({ code: 'duplicate_key', fields: [expect.objectContaining({ pointer })] }),
          );
        },
      ),
    );
  });

  it('B009: with two spellings of one key is refused', () => {
    expect(() => parseJsonBody(Buffer.from(String.raw`{"é":1,"\u00e9":2}`))).toThrowError(
      expect.objectContaining({ code: 'duplicate_key' }),
    );
  });

  it('of any bytes is read or refused with a 4xx, never anything else', () => {
    const bytes = fc.oneof(
      fc.uint8Array().map((array) => Buffer.from(array)),
      fc.string({ unit: fc.constantFrom(...'{}[]:,"\\ue10tfn -.'.split('')) }).map((text) => Buffer.from(text)),
    );
    fc.assert(
      fc.property(bytes, (raw) => {
        try {
          parseJsonBody(raw);
        } catch (error) {
          expect(error).toMatchObject({
            name: 'Fault',
            status: expect.toSatisfy((status: number) => status >= 400 && status < 500),
          });
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ['garbage', 'The body is not valid JSON; a "g" is not expected where it stands.'],
    ['{"a":tru}', 'The body is not valid JSON; a "}" is not expected where it stands.'],
    ['{"a":\n1 2}', 'The body is not valid JSON at line 2, column 3.'],
    ['{"a":nul', 'The body is not valid JSON; it ends too early.'],
  ])('that is no JSON (%j) is refused with where it goes wrong', (text, detail) => {
    expect(() => parseJsonBody(Buffer.from(text))).toThrow(expect.objectContaining({ code: 'invalid_json', detail }));
  });

  it('B013: may be 32 deep and no deeper', () => {
    expect(() => parseJsonBody(Buffer.from('['.repeat(32) + ']'.repeat(32)))).not.toThrow();
    expect(() => parseJsonBody(Buffer.from('['.repeat(33) + ']'.repeat(33)))).toThrow();
    expect(() => parseJsonBody(Buffer.from(`["${'['.repeat(100)}","\\"["]`))).not.toThrow();
  });

  it('B016: with a control character in a key is refused', () => {
    expect(() => parseJsonBody(Buffer.from(String.raw`{"a\u0000":1}`))).toThrowError(
      expect.objectContaining({ code: 'invalid_request' }),
    );
  });

  it('B017: may have tabs and line breaks in its texts, and no other control character', () => {
    expect(parseJsonBody(Buffer.from(String.raw`"a\n\t\r"`))).toBe('a\n\t\r');
    for (const escaped of ['\\u0000', '\\u0007', '\\b', '\\f', '\\u001f']) {
      expect(() => parseJsonBody(Buffer.from(`"${escaped}"`))).toThrow();
    }
  });

  it('B018: may have whole surrogate pairs and no halves', () => {
    expect(parseJsonBody(Buffer.from(String.raw`"\ud83d\ude00"`))).toBe('😀');
    expect(() => parseJsonBody(Buffer.from(String.raw`"\ude00\ud83d"`))).toThrow();
  });
});
