import fc from 'fast-check';
import { expect, it } from 'vitest';
import { chooseShare } from './shares.ts';
import { planScenario } from './plan.ts';
import { readScenario } from './read-scenario.ts';
import type { PeopleGroup, Scenario, Step } from './scenario.ts';

const START = Temporal.Instant.from('2026-03-02T09:00:00Z').epochMilliseconds;

const minutes = fc.integer({ min: 0, max: 600 }).map((count) => `${count}m`);
const share = fc.integer({ min: 0, max: 100 }).map((count) => `${count}%`);

const groups: fc.Arbitrary<PeopleGroup[]> = fc
  .array(fc.record({ count: fc.integer({ min: 1, max: 30 }), share, until: minutes }), { minLength: 1, maxLength: 3 })
  .map((all) =>
    all.map(({ count, share: part, until }, index) => ({
      group: `group${index}`,
      count,
      behaviour: { never_reads: part, blocks: part, offline: { share: part, until: { after: until } } },
    })),
  );

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    fc.record({
      after: minutes,
      write: fc.record({
        group: fc.constant('group0'),
        share,
        over: minutes,
        texts: fc.constant<string[]>(['Hi', '{name}']),
      }),
    }),
    fc.record({
      after: minutes,
      send: fc.record({ group: fc.constant('group0'), texts: fc.constant<string[]>(['Hello {name}']) }),
    }),
    fc.record({ after: minutes, for: minutes, webhooks: fc.constant('lost' as const) }),
    fc.record({
      after: minutes,
      every: fc.constant('7m'),
      times: fc.constant(3),
      close_windows: fc.record({ group: fc.constant('group0'), share }),
    }),
  ),
  { minLength: 1, maxLength: 6 },
);

const scenarios: fc.Arbitrary<Scenario> = fc.record({ name: fc.constant('Any'), people: groups, timeline: steps });

it('the same scenario with the same seed has the same plan', () => {
  fc.assert(
    fc.property(scenarios, fc.nat(), (scenario, seed) => {
      expect(readScenario(JSON.stringify(scenario)).problems).toEqual([]);
      const plan = planScenario(scenario, seed, START);
      expect(planScenario(structuredClone(scenario), seed, START)).toEqual(plan);
      expect(plan.actions.length + plan.steps.length).toBeGreaterThan(0);
    }),
  );
});

it('a later start moves every deed by as much and changes none', () => {
  fc.assert(
    fc.property(scenarios, fc.nat(), fc.nat(1_000_000_000), (scenario, seed, laterMs) => {
      const plan = planScenario(scenario, seed, START);
      const later = planScenario(scenario, seed, START + laterMs);
      expect(later.actions.map((action) => ({ ...action, atMs: action.atMs - laterMs }))).toEqual(plan.actions);
    }),
  );
});

it('deeds are in the order of their instants, none before the start, and name people who exist', () => {
  fc.assert(
    fc.property(scenarios, fc.nat(), (scenario, seed) => {
      const { actions, people } = planScenario(scenario, seed, START);
      const keys = new Set(people.map((person) => person.key));
      expect(new Set(people.map((person) => person.waId)).size).toBe(people.length);
      for (const [index, { atMs, deed }] of actions.entries()) {
        expect(atMs).toBeGreaterThanOrEqual(actions[index - 1]?.atMs ?? START);
        if ('person' in deed) expect(keys).toContain(deed.person);
      }
    }),
  );
});

it('a further group or step changes nothing for the people who were there before', () => {
  fc.assert(
    fc.property(scenarios, fc.nat(), (scenario, seed) => {
      const more: Scenario = {
        ...scenario,
        people: [...(scenario.people ?? []), { group: 'more', count: 5, behaviour: { blocks: '50%' } }],
      };
      const { people } = planScenario(scenario, seed, START);
      expect(planScenario(more, seed, START).people.slice(0, people.length)).toEqual(people);
    }),
  );
});

it('another seed has another plan', () => {
  const scenario: Scenario = {
    name: 'Any',
    people: [{ group: 'a', count: 50, behaviour: { never_reads: '20%' } }],
    timeline: [{ after: '1m', write: { group: 'a', over: '1h', texts: ['a', 'b'] } }],
  };
  expect(planScenario(scenario, 1, START)).not.toEqual({ ...planScenario(scenario, 2, START), seed: 1 });
});

it('a share of a group is exact: three per cent of a hundred are three', () => {
  expect(chooseShare(Array.from({ length: 375 }), '58%', 1)).toHaveLength(218);
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 500 }),
      fc.integer({ min: 0, max: 100 }),
      fc.nat(),
      (count, percent, seed) => {
        const all = Array.from({ length: count }, (_, index) => index);
        const chosen = chooseShare(all, `${percent}%`, seed);
        expect(chosen).toHaveLength(Math.round((count * percent) / 100));
        expect(chosen).toEqual([...new Set(chosen)].toSorted((one, other) => one - other));
      },
    ),
  );
});

it('nobody has a number with a meaning', () => {
  const { people } = planScenario(
    { name: 'Any', people: [{ group: 'a', count: 200, phone: '+15552000001' }] },
    1,
    START,
  );
  expect(people).toHaveLength(200);
  expect(people.filter(({ waId }) => /00(?:26|29|47|49|50|53|56)$/.test(waId))).toEqual([]);
});

it('at noon is the noon of the zone, and what lasts ten minutes is over ten minutes later', () => {
  const scenario: Scenario = {
    name: 'Any',
    clock: { kind: 'virtual', zone: 'Asia/Tokyo' },
    timeline: [{ at: '12:00', for: '10m', webhooks: 'lost' }],
  };
  const { actions } = planScenario(scenario, 1, START);
  const noon = Temporal.Instant.from('2026-03-03T03:00:00Z').epochMilliseconds;
  expect(actions.map(({ atMs, deed }) => [atMs, deed.kind])).toEqual([
    [noon, 'fault'],
    [noon + 600_000, 'heal'],
  ]);
});
