import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanName } from './clean-name.ts';

describe('B136: the name of a file that a stranger chose', () => {
  it.each([
    ['invoice.pdf', 'invoice.pdf'],
    ['../../etc/passwd', 'passwd'],
    ['C:\\temp\\report.doc', 'report.doc'],
    ['photo\u202egpj.exe', 'photogpj.exe'],
    ['a"b\r\n;filename=x.txt', 'ab;filename=x.txt'],
    ['...hidden', 'hidden'],
    ['übersicht 🙂.pdf', 'übersicht 🙂.pdf'],
  ])('%j is shown as %j', (given, shown) => {
    expect(cleanName(given)).toBe(shown);
  });

  it('a name of which nothing is left is none', () => {
    expect([null, '', '/', '..', '\u202e'].map(cleanName)).toEqual([null, null, null, null, null]);
  });

  it('never has a path, a control character or a direction mark, and is never long', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
        const name = cleanName(text);
        if (name === null) return;
        expect(Array.from(name).length).toBeLessThanOrEqual(120);
        expect(name.isWellFormed()).toBe(true);
        // oxlint-disable-next-line no-control-regex
        expect(name).not.toMatch(/[\\/\u0000-\u001f\u007f\u202a-\u202e\u2066-\u2069"]/);
      }),
    );
  });
});
