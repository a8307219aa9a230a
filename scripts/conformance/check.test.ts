import { describe, expect, it } from 'vitest';
import { brokenClaims, countOf, type KnownTests, unexplained } from './check.ts';
import { row, type Section, testsOf } from './rows.ts';

const known: KnownTests = {
  tests: new Map([['a.test.ts', new Set(['group > sends a text', 'has the code %i'])]]),
  textOf: (file) => ({ 'a.test.ts': "it('sends a text', [131026])", 'cases.ts': 'sticker' })[file],
};
const mine = testsOf('a.test.ts');
const broken = (...rows: Section['rows']) => brokenClaims([{ title: 'Kinds', about: '', rows }], known);

describe('the report', () => {
  it('takes a claim whose test is there and names the thing', () => {
    expect(
      broken(
        row('text', mine('group > sends a text'), null),
        row('sticker', null, testsOf('a.test.ts', 'cases.ts')('has the code %i')),
        row('131026', mine('has the code %i'), null),
      ),
    ).toEqual([]);
  });

  it.each([
    ['a file that is gone', row('text', testsOf('b.test.ts')('x'), null), 'no file of tests b.test.ts'],
    ['a test of another name', row('text', mine('sends a text'), null), 'no test "sends a text"'],
    ['a test that does not name the thing', row('image', null, mine('group > sends a text')), 'does not name "image"'],
    ['a part of another word', row('13102', mine('has the code %i'), null), 'does not name "13102"'],
    ['cases that are gone', row('text', testsOf('a.test.ts', 'none.ts')('has the code %i'), null), 'no file none.ts'],
  ])('refuses %s', (_name, claim, words) => {
    expect(broken(claim)).toEqual([expect.stringContaining(words)]);
  });

  it('refuses a row that stands there twice, and a section without rows', () => {
    expect(broken(row('text', null, null), row('text', null, null))).toEqual(['Kinds, text: it stands there twice.']);
    expect(broken()).toEqual(['Kinds: there are no rows.']);
  });

  it('wants a reason for each row that lacks a side, and for no other', () => {
    const rows = [row('a', mine('x'), null), row('b', null, null), row('c', mine('x'), mine('x'))];
    const missing = { a: 'Nobody knows its shape.', c: 'It is not.' };
    expect(unexplained([{ title: 'Kinds', about: '', rows, missing }])).toEqual([
      'Kinds, b: it does not say why it is missing.',
      'Kinds, c: it says why it is missing, and is not.',
    ]);
    const reasons = { a: 'Nobody knows its shape.', b: 'Nor of this.' };
    expect(unexplained([{ title: 'Kinds', about: '', rows, missing: reasons }])).toEqual([]);
  });

  it('counts as done only what has a test', () => {
    const rows = [row('a', mine('x'), null), row('b', mine('x'), mine('x')), row('c', null, null)];
    expect(countOf(rows)).toEqual({ all: 3, adapter: 2, sandbox: 1, both: 1 });
  });
});
