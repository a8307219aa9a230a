import { expect, it } from 'vitest';
import { describeProblems, readScenario } from './read-scenario.ts';

function problemsOf(text: string): string[] {
  const { problems } = readScenario(text);
  return describeProblems(problems).split('\n');
}

it('a mistake is told with its line, its column, its place and what could stand there', () => {
  const text = [
    'name: Wrong',
    'people:',
    '  - group: customers',
    '    count: many',
    '    behavior: {}',
    'timeline:',
    '  - at: noon',
    '    write: { group: customers, texts: [Hi] }',
  ].join('\n');
  expect(problemsOf(text)).toEqual([
    'line 4, column 12: people[0].count must be a whole number',
    'line 5, column 5: people[0].behavior is not known here; what can stand here: group, count, phone, names, locale, behaviour',
    'line 7, column 9: timeline[0].at must be a time of the day in quotes such as "12:00", or an instant such as 2026-03-02T12:00:00Z',
  ]);
});

it.each([
  ['name: [', /^line 1, column 8: the scenario is no YAML: /],
  ['- a list', /^line 1, column 1: the scenario must be a list of keys with values$/],
  ['', /the scenario must be a list of keys with values$/],
  ['seed: 1', /the scenario has no name$/],
  ['{name: A, people: [{group: a, count: 0}]}', /people\[0\]\.count must be at least 1$/],
  ['{name: A, clock: {kind: real, speed: 2}}', /^line 1, column 38: clock\.speed needs a clock of the kind virtual$/],
  ['{name: A, clock: {kind: virtual, zone: Mars/Olympus}}', /clock\.zone must be a time zone/],
  [
    '{name: A, timeline: [{after: 1m, write: {group: b, texts: [Hi]}}]}',
    /timeline\[0\]\.write\.group is not a group of people; there are none$/,
  ],
  ['{name: A, timeline: [{after: 1m, at: "12:00", webhooks: lost}]}', /timeline\[0\] must have either at or after$/],
  ['{name: A, timeline: [{after: 1m}]}', /timeline\[0\] must do one thing: write, send, /],
  [
    '{name: A, timeline: [{after: 1m, for: 1m, template: {name: a, status: PAUSED}}]}',
    /timeline\[0\]\.for is for fault, webhooks and settings/,
  ],
  [
    '{name: A, timeline: [{after: 1m, fault: {action: {kind: explode}}}]}',
    /timeline\[0\]\.fault\.action must have a kind: error, /,
  ],
  [
    '{name: A, timeline: [{after: 1m, fault: {action: {kind: error}}}]}',
    /of the kind error: must have required property 'code'$/,
  ],
  [
    '{name: A, timeline: [{after: 1m, settings: {throughput: 5}}]}',
    /timeline\[0\]\.settings\.throughput is not known here; what can stand here: throughput_per_second, /,
  ],
  [
    '{name: A, people: [{group: a, count: 1}, {group: a, count: 1}]}',
    /people\[1\]\.group is the name of an earlier group, too$/,
  ],
  [
    '{name: A, people: [{group: a, count: 1, phone: "+15551111001"}, {group: b, count: 1, phone: "+15551111001"}]}',
    /people\[1\] would have numbers of the group a/,
  ],
  ['{name: A, people: [{group: a, count: 1, phone: "+5541987654321"}]}', /WhatsApp knows it as \+554187654321$/],
  [
    '{name: A, people: [{group: a, count: 1, behaviour: {answers: [{to: text}]}}]}',
    /must have one of texts, messages, tap, pays$/,
  ],
  [
    '{name: A, people: [{group: a, count: 1, behaviour: {never_reads: 300%}}]}',
    /never_reads must be a share such as 3%/,
  ],
  ['{name: A, expect: [{count: 1}]}', /expect\[0\] must have one of ledger, statuses, /],
  ['{name: A, expect: [{ledger: {group: b}, count: 1}]}', /expect\[0\]\.ledger\.group is not a group/],
])('%s is refused in words', (text, words) => {
  expect(problemsOf(text)[0]).toMatch(words);
});

it('a file that grows by aliases is refused', () => {
  const lines = ['a: &a0 [x, x, x, x, x, x, x, x, x, x]'];
  for (let level = 1; level < 9; level++)
    lines.push(
      `b${level}: &a${level} [${Array(10)
        .fill(`*a${level - 1}`)
        .join(', ')}]`,
    );
  expect(problemsOf(lines.join('\n'))[0]).toMatch(/cannot be read/);
});

it('JSON is read, too', () => {
  expect(readScenario(JSON.stringify({ name: 'A', people: [{ group: 'a', count: 2 }] })).scenario).toEqual({
    name: 'A',
    people: [{ group: 'a', count: 2 }],
  });
});
