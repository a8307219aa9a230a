import { expect, it } from 'vitest';
import { catalogue } from './catalogue.ts';
import { faultWords } from './fault-words.ts';
import { type Measure, since, sum } from './measure.ts';
import { type LongRun, makeReport, type Result } from './report.ts';
import type { Check, Scenario } from './scenario.ts';

const numbers = Array.from({ length: 69 }, (_, index) => `F${String(index + 1).padStart(2, '0')}`);
const quiet: Measure = sum([]);

function scenario(id: string): Scenario {
  return { id, guarantee: `It holds under ${id}.`, run: () => Promise.resolve() };
}

function result(ids: string[], check: Partial<Check> = {}, failure: Error | null = null): Result {
  const scenarios = ids.map(scenario);
  return {
    scenarios,
    outcome: new Map(scenarios.map((one) => [one, failure])),
    checks: [{ measure: quiet, spoilt: 0, recoverySeconds: 1.5, violations: [], ...check }],
    seed: 7,
    isTampered: false,
  };
}

function report(results: Result[], more: Partial<LongRun> = {}): string {
  const about = { notRun: [], date: '2026-11-27', seconds: 600, size: 3, command: 'npm run faults -- --write' };
  return makeReport({ results, ...about, ...more });
}

/** The lines of tables, by the heading above them. */
function tables(page: string): Map<string, string[]> {
  return new Map(
    page.split('\n## ').map((part) => {
      const [heading = '', ...rest] = part.split('\n');
      return [heading, rest.filter((line) => /^\| [*A-Za-z]/.test(line) && !/^\| (Fault|Build) \|/.test(line))];
    }),
  );
}

it('each fault of the catalogue is on the page exactly once, as brought about or with the reason why not', () => {
  const every = catalogue.flatMap(({ scenarios, isTampered }) =>
    isTampered ? [] : scenarios.map(({ id }) => result([id])),
  );
  for (const results of [[], [result(['F01']), result(['F23', 'F24'])], every]) {
    const parts = tables(report(results));
    const told = [...(parts.get('What was brought about') ?? []), ...(parts.get('What was not brought about') ?? [])];
    const ids = told.map((line) => /^\| (\w+) \|/.exec(line)?.[1] ?? '');
    expect(ids.filter((id) => numbers.includes(id)).sort()).toEqual(numbers);
  }
  for (const line of tables(report(every)).get('What was not brought about') ?? [])
    expect(line, 'a fault without a scenario has no reason').not.toContain('It was not asked for');
});

it('each scenario of the catalogue has words for the fault', () => {
  for (const id of new Set(catalogue.flatMap(({ scenarios }) => scenarios.map((one) => one.id))))
    expect(faultWords[id]?.fault, id).toBeTypeOf('string');
});

it('a fault that was left out for want of time is told as that', () => {
  const line = tables(report([], { notRun: ['F04'] }))
    .get('What was not brought about')
    ?.find((each) => each.startsWith('| F04'));
  expect(line).toContain('no time left');
});

it('scenarios of one fault are added up, and those side by side share the numbers of one row', () => {
  const measure = { ...quiet, accepted: 10, received: 2, byReceipt: 1, givenUp: 2 };
  const page = report([
    result(['F01'], { measure, recoverySeconds: 2 }),
    result(['F01'], { measure, recoverySeconds: 3.25 }),
    result(['F23', 'F24'], { measure, spoilt: 30 }),
  ]);
  const row = (id: string) =>
    tables(page)
      .get('What was brought about')
      ?.find((line) => line.startsWith(`| ${id} `))
      ?.split('|')
      .map((text) => text.trim())
      .slice(4, -1);
  expect(row('F01')).toEqual([
    '2',
    '24',
    '0',
    '0',
    '0',
    '2 settled by a receipt, 4 ended as `unknown_final`',
    '3.3 s',
    '7',
  ]);
  expect(row('F23')?.slice(0, 2)).toEqual(['30', '12']);
  expect(row('F24')?.slice(0, 2)).toEqual(['', 'with F23']);
});

it('a broken fault says so with what it found, and no violation can break the table', () => {
  const page = report([result(['F12'], { measure: { ...quiet, lost: 1 } }, new Error('I1: lost | one\n and more'))]);
  expect(page).toContain('0 of 1 faults held');
  expect(page).toMatch(/^\| \*\*F12 broken\*\* .*I1: lost \/ one and more.*\| 1 \| 0 \|/m);
});

it('a broken build is shown with the promise that caught it, and one that was not caught as that', () => {
  const caught = { violations: ['I2: The attempt was received 2 times.', 'I3: Twice.'] };
  const page = report([
    { ...result(['skipFence'], caught), isTampered: true },
    { ...result(['overwriteStatus'], {}, new Error('the checker found nothing')), isTampered: true },
  ]);
  expect(page).toMatch(/^\| skipFence .*\| I2, I3 \| I2: The attempt was received 2 times\. \|$/m);
  expect(page).toMatch(/^\| overwriteStatus .*\*\*not caught\*\*: the checker found nothing/m);
});

it('what came about under one fault is what one check of the world has beyond the check before it', () => {
  const first = { ...quiet, accepted: 5, sentAgain: 1 };
  const second = { ...quiet, accepted: 9, sentAgain: 1, doubled: 1 };
  expect(since(undefined, first)).toEqual(first);
  expect(since(first, second)).toEqual({ ...quiet, accepted: 4, doubled: 1 });
});
