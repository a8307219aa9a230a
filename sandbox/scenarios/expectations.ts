import type { StatusFact } from '#cloud-api/status-timeline.ts';
import { toWaId } from '#cloud-api/phone-numbers.ts';
import type { Person } from '#people/people.ts';
import type { LedgerEntry } from '#storage/ledger.ts';
import { EXPECTED, type Expectation } from './scenario.ts';
import { rangeOf } from './spans.ts';

/** All that happened during a scenario. */
export interface Happened {
  ledger: LedgerEntry[];
  statuses: StatusFact[];
  inbound: { type: string; group: string }[];
  people: { person: Person; group: string }[];
  webhooks: { delivered: boolean }[];
}

export interface CheckedExpectation {
  text: string;
  expected: number | string;
  actual: number;
  met: boolean;
}

/** Counts what an expectation is about. */
export function checkExpectation(expectation: Expectation, happened: Happened): CheckedExpectation {
  const actual = countOf(expectation, happened);
  const { atLeast, atMost } = rangeOf(expectation.count);
  return {
    text: wordsOf(expectation),
    expected: expectation.count,
    actual,
    met: actual >= atLeast && actual <= atMost,
  };
}

function countOf({ ledger, statuses, inbound, people, webhooks }: Expectation, happened: Happened): number {
  const groupOf = new Map(happened.people.map(({ person, group }) => [person.wa_id ?? person.user_id, group]));
  const isTo = (to: string | null, group: string | undefined) =>
    group === undefined || (to !== null && groupOf.get(toWaId(to) ?? to) === group);
  if (ledger) {
    const { group, ...wanted } = ledger;
    return happened.ledger.filter((entry) => agrees(entry, wanted) && isTo(entry.to, group)).length;
  }
  if (statuses) {
    const { group, ...wanted } = statuses;
    return happened.statuses.filter((fact) => agrees(fact, wanted) && isTo(fact.to, group)).length;
  }
  if (inbound) return happened.inbound.filter((message) => agrees(message, inbound)).length;
  if (people) {
    const { group, ...wanted } = people;
    return happened.people.filter(
      (each) => agrees(each.person, wanted) && agrees(each, group === undefined ? {} : { group }),
    ).length;
  }
  return happened.webhooks.filter((delivery) => agrees(delivery, webhooks ?? {})).length;
}

/** `outcome: rejected` stands for every code. */
function agrees(found: object, wanted: object): boolean {
  return Object.entries(wanted).every(([key, value]) => {
    const actual: unknown = (found as Record<string, unknown>)[key];
    return (
      actual === value || (key === 'outcome' && typeof actual === 'string' && actual.startsWith(`${String(value)}:`))
    );
  });
}

function wordsOf(expectation: Expectation): string {
  const subject = EXPECTED.find((key) => expectation[key] !== undefined) ?? 'ledger';
  const wanted = Object.entries(expectation[subject] ?? {}).map(([key, value]) => `${key} ${String(value)}`);
  return wanted.length === 0 ? subject : `${subject} with ${wanted.join(', ')}`;
}
