import type { Proof, Row, Section } from './rows.ts';

/** What is known of the tests of the project. */
export interface KnownTests {
  /** Full names by file; those that are skipped or only planned are not among them. */
  tests: ReadonlyMap<string, ReadonlySet<string>>;
  /** The text of a file, or undefined when there is none. */
  textOf: (file: string) => string | undefined;
}

/** Every claim of the report that does not hold, in words. Pure but for `textOf`. */
export function brokenClaims(sections: readonly Section[], known: KnownTests): string[] {
  const problems: string[] = [];
  for (const { title, rows } of sections) {
    if (rows.length === 0) problems.push(`${title}: there are no rows.`);
    const names = rows.map(({ name }) => name);
    for (const name of new Set(names.filter((each, index) => names.indexOf(each) !== index)))
      problems.push(`${title}, ${name}: it stands there twice.`);
    for (const row of rows) {
      for (const side of ['adapter', 'sandbox'] as const) {
        const proof = row[side];
        const problem = proof && problemOf(row, proof, known);
        if (problem) problems.push(`${title}, ${row.name}, ${side}: ${problem}`);
      }
    }
  }
  return problems;
}

/** Rows that lack a side and do not say why, and reasons for what is not missing. Pure. */
export function unexplained(sections: readonly Section[]): string[] {
  return sections.flatMap(({ title, rows, missing = {} }) => {
    const lacking = rows.flatMap(({ name, adapter, sandbox }) => (adapter && sandbox ? [] : [name]));
    return [
      ...lacking
        .filter((name) => !missing[name])
        .map((name) => `${title}, ${name}: it does not say why it is missing.`),
      ...Object.keys(missing)
        .filter((name) => !lacking.includes(name))
        .map((name) => `${title}, ${name}: it says why it is missing, and is not.`),
    ];
  });
}

function problemOf({ subject }: Row, { file, test, cases }: Proof, { tests, textOf }: KnownTests): string | undefined {
  const inFile = tests.get(file);
  if (!inFile) return `there is no file of tests ${file}.`;
  if (!inFile.has(test)) return `${file} has no test "${test}".`;
  const text = textOf(cases ?? file);
  if (text === undefined) return `there is no file ${cases}.`;
  return mentions(text, subject) ? undefined : `${cases ?? file} does not name "${subject}".`;
}

/** The word as a whole: 131 is not in 131026. */
function mentions(text: string, subject: string): boolean {
  const word = /[\w-]/;
  for (let at = text.indexOf(subject); at >= 0; at = text.indexOf(subject, at + 1)) {
    const before = text[at - 1] ?? ' ';
    const after = text[at + subject.length] ?? ' ';
    if (!(word.test(before) && word.test(subject[0] ?? '')) && !(word.test(after) && word.test(subject.at(-1) ?? '')))
      return true;
  }
  return false;
}

/** How many rows the adapter, the sandbox and both have. */
export function countOf(rows: readonly Row[]): { all: number; adapter: number; sandbox: number; both: number } {
  return {
    all: rows.length,
    adapter: rows.filter(({ adapter }) => adapter !== null).length,
    sandbox: rows.filter(({ sandbox }) => sandbox !== null).length,
    both: rows.filter(({ adapter, sandbox }) => adapter !== null && sandbox !== null).length,
  };
}
