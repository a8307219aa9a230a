import { faultWords } from './fault-words.ts';
import { type Measure, sum } from './measure.ts';
import type { Check, Scenario } from './scenario.ts';

/** What became of scenarios that shared one load and one check. */
export interface Result {
  scenarios: readonly Scenario[];
  outcome: ReadonlyMap<Scenario, Error | null>;
  checks: readonly Check[];
  seed: number;
  isTampered: boolean;
}

export interface LongRun {
  results: readonly Result[];
  /** Ids of scenarios for which there was no time. */
  notRun: readonly string[];
  date: string;
  seconds: number;
  size: number;
  /** How to do it again. */
  command: string;
}

interface Row {
  id: string;
  guarantee: string;
  times: number;
  failures: string[];
  seeds: Set<number>;
  checks: Check[];
  /** The fault whose row has the numbers, when this one shared its load. */
  sharedWith: string | null;
}

/** The page that says what became of each fault. */
export function makeReport(run: LongRun): string {
  const rows = rowsOf(run.results.filter(({ isTampered }) => !isTampered));
  const ids = [...new Set([...Object.keys(faultWords), ...rows.keys()])].sort(inOrder);
  const ran = ids.flatMap((id) => rows.get(id) ?? []);
  const tampered = run.results.filter(({ isTampered }) => isTampered);
  const brokenOnPurpose = new Set(tampered.flatMap(({ scenarios }) => scenarios.map(({ id }) => id)));
  const others = ids.filter((id) => isFault(id) && !rows.has(id) && !brokenOnPurpose.has(id));
  const held = ran.filter(({ failures }) => failures.length === 0).length;
  return `# The faults

Made by \`${run.command}\` on ${run.date}, in ${Math.round(run.seconds / 60)} minutes; not edited by hand. What the suite is, and which promises it checks after
each fault: [e2e/faults/README.md](../e2e/faults/README.md). A fault has its number in the catalogue; each of F01 to F69 is in exactly one of the tables.

${held} of ${ran.length} faults held.

## What was brought about

*Messages* are those that clients were told are accepted, and those that people wrote. *Lost* are accepted messages and webhooks answered with 200 that are not
there; *doubled* are receipts at the provider beyond what refusals and decisions on record explain. *In doubt* are attempts without a known outcome, by what ended
the doubt. *Recovery* runs from the beginning of healing until nothing waits. Faults that were brought about side by side share the numbers of one row.

| Fault | | How | Times | Messages | Lost | Doubled | Sent again on record | In doubt | Recovery | Seed |
|---|---|---|--:|--:|--:|--:|--:|---|--:|--:|
${ran.map(tableRow).join('\n')}

## What falls short of the catalogue

| Fault | What is less |
|---|---|
${lines(ran.flatMap(({ id }) => (faultWords[id]?.short ? [`| ${id} | ${faultWords[id].short} |`] : [])))}

## What was not brought about

| Fault | | Why |
|---|---|---|
${lines(others.map((id) => `| ${id} | ${faultWords[id]?.fault ?? ''} | ${reasonOf(id, run)} |`))}

## Builds that are broken on purpose

A suite that passes a broken build proves nothing. Each of these breaks one promise, and the check must find it.

| Build | What is broken | How it shows | Caught by | In its words |
|---|---|---|---|---|
${lines(tampered.flatMap(tamperedRows))}
`;
}

function rowsOf(results: readonly Result[]): Map<string, Row> {
  const rows = new Map<string, Row>();
  for (const { scenarios, outcome, checks, seed } of results) {
    const [first] = scenarios;
    const owner = first ? rowOf(rows, first) : undefined;
    owner?.checks.push(...checks);
    for (const scenario of scenarios) {
      const row = rowOf(rows, scenario);
      row.times += 1;
      row.seeds.add(seed);
      if (owner && row !== owner) row.sharedWith = owner.id;
      const failure = outcome.get(scenario);
      if (failure) row.failures.push(failure.message);
    }
  }
  return rows;
}

function rowOf(rows: Map<string, Row>, { id, guarantee }: Scenario): Row {
  const row = rows.get(id) ?? { id, guarantee, times: 0, failures: [], seeds: new Set(), checks: [], sharedWith: null };
  rows.set(id, row);
  return row;
}

function tableRow({ id, guarantee, times, failures, seeds, checks, sharedWith }: Row): string {
  const { fault = '', how = guarantee } = faultWords[id] ?? {};
  const name = failures.length === 0 ? id : `**${id} broken**`;
  const about = failures[0] === undefined ? how : `${how}. **${cell(failures[0])}**`;
  const seed = [...seeds].join(', ');
  if (sharedWith) return `| ${name} | ${fault} | ${about} | | with ${sharedWith} | | | | | | ${seed} |`;
  const total = sum(checks.map(({ measure }) => measure));
  const spoilt = checks.reduce((all, check) => all + check.spoilt, 0);
  const recovery = Math.max(...checks.map(({ recoverySeconds }) => recoverySeconds ?? -1));
  const cells = [
    name,
    fault,
    about,
    Math.max(times, spoilt),
    total.accepted + total.received,
    total.lost,
    total.doubled,
    total.sentAgain,
    doubtOf(total),
    recovery < 0 ? '' : `${recovery.toFixed(1)} s`,
    seed,
  ];
  return `| ${cells.join(' | ')} |`;
}

function doubtOf({ byReceipt, presumed, givenUp }: Measure): string {
  const parts = [
    [byReceipt, 'settled by a receipt'],
    [presumed, 'presumed not taken'],
    [givenUp, 'ended as `unknown_final`'],
  ] as const;
  const words = parts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
  return words.length === 0 ? 'none' : words.join(', ');
}

function tamperedRows({ scenarios, outcome, checks }: Result): string[] {
  return scenarios.map((scenario) => {
    const { fault = '', how = '' } = faultWords[scenario.id] ?? {};
    const violations = checks.flatMap((check) => check.violations);
    const invariants = [...new Set(violations.map((words) => /^I\d+/.exec(words)?.[0] ?? ''))].filter(Boolean);
    const failure = outcome.get(scenario);
    const caught = failure ? `**not caught**: ${cell(failure.message)}` : invariants.sort(inOrder).join(', ');
    return `| ${scenario.id} | ${fault} | ${how} | ${caught} | ${cell(violations[0] ?? '')} |`;
  });
}

function reasonOf(id: string, { notRun }: LongRun): string {
  if (notRun.includes(id)) return 'There was no time left for it in this run.';
  return faultWords[id]?.reason ?? 'It was not asked for in this run.';
}

function isFault(id: string): boolean {
  return /^F\d\d$/.test(id);
}

/** F01, F02 …, F26, F26b …, then what is no fault of the catalogue. */
function inOrder(one: string, other: string): number {
  const key = (id: string) => (/^[FI]\d/.test(id) ? id.replace(/^([FI])(\d)(?!\d)/, '$10$2') : `~${id}`);
  return key(one) < key(other) ? -1 : 1;
}

function lines(rows: readonly string[]): string {
  return rows.length === 0 ? '| none | |' : rows.join('\n');
}

// One line, and no bar that would end the cell. Ids and places are of one run and say nothing to a reader.
function cell(words: string): string {
  const short = words.replaceAll(/\s+/g, ' ').replaceAll('|', '/');
  return short.length > 300 ? `${short.slice(0, 300)}…` : short;
}
