import { countOf } from './check.ts';
import type { Proof, Section } from './rows.ts';

/** `docs/conformance.md`: what of the Cloud API the adapter and the sandbox have, and the test of each. Pure. */
export function conformancePage(sections: readonly Section[]): string {
  return `${[
    '# Conformance with the Cloud API',
    '',
    'What of the WhatsApp Cloud API works here, on both sides: the adapter, which speaks to Meta, and the sandbox, which answers in',
    'its place. "Yes" is a test of this project that exists under this name and names the thing; what has none counts as "no". The',
    'page is made by `npm run conformance`, which fails when a test that is named here is gone. Below a table stands why what is missing is.',
    '',
    '| | in all | adapter | sandbox | both |',
    '|---|---|---|---|---|',
    ...sections.map(({ title, rows }) => countLine(title, countOf(rows))),
    countLine('Everything', countOf(sections.flatMap(({ rows }) => rows))),
    ...sections.flatMap(sectionOf),
  ].join('\n')}\n`;
}

function countLine(title: string, { all, adapter, sandbox, both }: ReturnType<typeof countOf>): string {
  return `| ${title} | ${all} | ${adapter} | ${sandbox} | ${both} |`;
}

function sectionOf({ title, about, rows, missing = {} }: Section): string[] {
  return [
    '',
    `## ${title}`,
    '',
    about,
    '',
    '| what | adapter | sandbox | tests |',
    '|---|---|---|---|',
    ...rows.map(({ name, adapter, sandbox }) => {
      const proofs = [...new Set([adapter, sandbox].filter((proof) => proof !== null).map(words))];
      return `| ${escaped(`\`${name}\``)} | ${yes(adapter)} | ${yes(sandbox)} | ${escaped(proofs.join('; '))} |`;
    }),
    ...reasonsOf(missing),
  ];
}

function reasonsOf(missing: Readonly<Record<string, string>>): string[] {
  const reasons = Object.entries(missing);
  return reasons.length === 0 ? [] : ['', ...reasons.map(([name, reason]) => `- \`${name}\`: ${reason}`)];
}

function yes(proof: Proof | null): string {
  return proof === null ? 'no' : 'yes';
}

function words({ file, test }: Proof): string {
  const name = file.split('/').at(-1) ?? file;
  return `${name}: ${test}`;
}

function escaped(text: string): string {
  return text.replaceAll('|', '\\|');
}
