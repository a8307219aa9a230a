import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emailMatchKey, readEmailAddress } from './email-address.ts';

describe('addresses for mail', () => {
  it.each([
    ['Ana.Maria+shop@Example.COM', 'Ana.Maria+shop@example.com'],
    [' ana@example.com ', 'ana@example.com'],
    ['ana@bücher.example', 'ana@xn--bcher-kva.example'],
    ["o'hara@mail.example.co.uk", "o'hara@mail.example.co.uk"],
  ])('%s is read as %s', (text, address) => {
    expect(readEmailAddress(text)).toEqual({ ok: true, address });
  });

  it.each([
    '',
    'ana',
    '@example.com',
    'ana@',
    'ana@localhost',
    'ana@127.0.0.1',
    'ana..maria@example.com',
    '.ana@example.com',
    '"ana maria"@example.com',
    'ana@example.com, eve@example.com',
    'Ana <ana@example.com>',
    'ana@example.com\r\nBcc: eve@example.com',
    'ana\r\n@example.com',
    'ana@-example.com',
    `${'a'.repeat(65)}@example.com`,
    `ana@${'a'.repeat(60)}.${'b'.repeat(60)}.${'c'.repeat(60)}.${'d'.repeat(60)}.${'e'.repeat(20)}.com`,
    'ána@example.com',
  ])('%j is refused in words', (text) => {
    const verdict = readEmailAddress(text);
    expect(verdict.ok).toBe(false);
    if (!verdict.ok) expect(verdict.message).toMatch(/\.$/);
  });

  it('what is let through has nothing that could break a header or a command, and is read again as itself', () => {
    const piece = fc.string({ unit: 'grapheme', maxLength: 20 });
    fc.assert(
      fc.property(
        fc.oneof(
          piece,
          fc.emailAddress(),
          fc.tuple(piece, piece).map((both) => both.join('@')),
        ),
        (text) => {
          const verdict = readEmailAddress(text);
          if (!verdict.ok) return;
          expect(verdict.address).toMatch(/^[\x21-\x7e]+$/);
          expect(verdict.address).not.toMatch(/[<>,;:"\\()[\]]/);
          expect(readEmailAddress(verdict.address)).toEqual(verdict);
          expect(emailMatchKey(verdict.address)).toBe(verdict.address.toLowerCase());
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
