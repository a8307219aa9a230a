import type { Settings } from '#control/settings.ts';
import type { Json } from '#people/chats.ts';
import { seedFor, seededRandom } from '#storage/random.ts';
import { type PlannedPerson, planPeople } from './people-plan.ts';
import type { Scenario, Selection, Step, When } from './scenario.ts';
import { chooseShare } from './shares.ts';
import { durationMs, momentAfter } from './spans.ts';

/** Something that the scenario does to the sandbox, or has somebody do. People are named by their key. */
export type Deed =
  | { kind: 'write' | 'send'; person: string; message: Json }
  | { kind: 'pay'; person: string; message: string; status: string }
  | { kind: 'read'; person: string; number: string }
  | { kind: 'change'; person: string; switches: Json }
  | { kind: 'close_window'; person: string }
  | { kind: 'fault'; id: string; rule: Json }
  | { kind: 'heal'; id: string }
  | { kind: 'settings'; change: Partial<Settings> }
  | { kind: 'settings_back'; keys: (keyof Settings)[] }
  | { kind: 'number'; place: number; change: Json }
  | { kind: 'account'; change: Json }
  | { kind: 'call'; method: 'POST' | 'PATCH' | 'DELETE'; path: string; body: Json };

export interface Action {
  atMs: number;
  /** Place in `Plan.steps`; null for what a person does by nature. */
  step: number | null;
  deed: Deed;
}

export interface PlannedStep {
  atMs: number;
  /** What happens, in words. */
  text: string;
}

/** A scenario as dated deeds. What people and the business answer to what arrives is not in it: `reactions.ts`. */
export interface Plan {
  seed: number;
  startsAtMs: number;
  /** Null: when everything is done. */
  endsAtMs: number | null;
  people: PlannedPerson[];
  steps: PlannedStep[];
  /** In the order of their instants. */
  actions: Action[];
}

/** The same scenario with the same seed and start gives the same plan. */
export function planScenario(scenario: Scenario, seed: number, startsAtMs: number): Plan {
  const zone = scenario.clock?.zone ?? 'UTC';
  const momentOf = (when: When, fromMs = startsAtMs) =>
    when.at === undefined ? fromMs + durationMs(when.after ?? '0s') : momentAfter(when.at, fromMs, zone);
  const people = planPeople(scenario.people ?? [], seed, momentOf);
  const actions: Action[] = people.flatMap((person) =>
    person.onlineAtMs === null
      ? []
      : [
          {
            atMs: person.onlineAtMs,
            step: null,
            deed: { kind: 'change', person: person.key, switches: { online: true } },
          },
        ],
  );
  const steps: PlannedStep[] = [];
  for (const [index, step] of (scenario.timeline ?? []).entries()) {
    const firstMs = momentOf(step);
    for (let round = 0; round < (step.times ?? 1); round++) {
      const atMs = firstMs + round * durationMs(step.every ?? '0s');
      const chosen = chosenPeople(step, people, seed, index, round);
      const number = steps.push({ atMs, text: wordsOf(step, chosen.length) }) - 1;
      const random = seededRandom(seedFor(seed, 'step', index, round));
      actions.push(
        ...actionsOf(step, atMs, chosen, random, `${index}-${round}`).map((each) => ({ ...each, step: number })),
      );
      if (step.for !== undefined) steps.push({ atMs: atMs + durationMs(step.for), text: `${wordsOf(step, 0)}: over` });
    }
  }
  return {
    seed,
    startsAtMs,
    endsAtMs: scenario.ends ? momentOf(scenario.ends) : null,
    people,
    steps,
    // Sorting keeps the order of the file among what happens at one instant.
    actions: actions.toSorted((one, other) => one.atMs - other.atMs),
  };
}

function chosenPeople(
  step: Step,
  people: PlannedPerson[],
  seed: number,
  index: number,
  round: number,
): PlannedPerson[] {
  const selection: Selection | undefined = step.write ?? step.send ?? step.change ?? step.close_windows;
  if (!selection) return [];
  return chooseShare(
    people.filter((person) => person.group === selection.group),
    selection.share,
    seedFor(seed, 'choice', index, round),
  );
}

function actionsOf(
  step: Step,
  atMs: number,
  people: PlannedPerson[],
  random: () => number,
  id: string,
): Omit<Action, 'step'>[] {
  const speech = step.write ?? step.send;
  if (speech) {
    const kind = step.write ? 'write' : 'send';
    const said: Json[] = speech.messages ?? (speech.texts ?? []).map(textMessage);
    const overMs = durationMs(speech.over ?? '0s');
    return people.map((person) => {
      const message = said[Math.floor(random() * said.length)] ?? {};
      return {
        atMs: atMs + Math.floor(random() * overMs),
        deed: { kind, person: person.key, message: addressed(message, person) },
      };
    });
  }
  if (step.change) {
    const switches = step.change.set as Json;
    return people.map((person) => ({ atMs, deed: { kind: 'change', person: person.key, switches } }));
  }
  if (step.close_windows) return people.map((person) => ({ atMs, deed: { kind: 'close_window', person: person.key } }));
  const untilMs = step.for === undefined ? null : atMs + durationMs(step.for);
  if (step.settings) {
    const change = step.settings;
    const keys = Object.keys(change) as (keyof Settings)[];
    return [
      { atMs, deed: { kind: 'settings', change } },
      ...(untilMs === null ? [] : [{ atMs: untilMs, deed: { kind: 'settings_back' as const, keys } }]),
    ];
  }
  const fault =
    step.fault ?? (step.webhooks === undefined ? undefined : { action: { kind: `webhook_${step.webhooks}` } });
  if (fault) {
    const rule = {
      id: `scenario-${id}`,
      match: { seed: Math.floor(random() * 1_000_000_000), ...step.fault?.match },
      action: fault.action,
    };
    return [
      { atMs, deed: { kind: 'fault', id: rule.id, rule } },
      ...(untilMs === null ? [] : [{ atMs: untilMs, deed: { kind: 'heal' as const, id: rule.id } }]),
    ];
  }
  if (step.template) {
    const { name, ...body } = step.template;
    const path = `/_sandbox/templates/${encodeURIComponent(name)}`;
    return [{ atMs, deed: { kind: 'call', method: 'PATCH', path, body } }];
  }
  if (step.number) {
    const { place = 1, ...change } = step.number;
    return [{ atMs, deed: { kind: 'number', place, change } }];
  }
  if (step.account) return [{ atMs, deed: { kind: 'account', change: step.account } }];
  const call = step.call;
  return call ? [{ atMs, deed: { kind: 'call', method: call.method, path: call.path, body: call.body ?? {} } }] : [];
}

function wordsOf(step: Step, count: number): string {
  if (step.write) return `${count} of ${step.write.group} write${step.write.over ? ` within ${step.write.over}` : ''}`;
  if (step.send)
    return `the business writes to ${count} of ${step.send.group}${step.send.over ? ` within ${step.send.over}` : ''}`;
  if (step.change) return `${count} of ${step.change.group} change: ${pairs(step.change.set)}`;
  if (step.close_windows) return `the service windows of ${count} of ${step.close_windows.group} close`;
  if (step.fault) return `fault ${step.fault.action.kind}`;
  if (step.webhooks) return `webhooks are ${step.webhooks}`;
  if (step.settings) return `settings: ${pairs(step.settings)}`;
  if (step.template) return `template ${pairs(step.template)}`;
  if (step.number) return `number: ${pairs(step.number)}`;
  if (step.account) return `account: ${pairs(step.account)}`;
  return `${step.call?.method ?? ''} ${step.call?.path ?? ''}`;
}

function pairs(values: object): string {
  return Object.entries(values)
    .map(([key, value]) => `${key} ${typeof value === 'object' ? JSON.stringify(value) : String(value)}`)
    .join(', ');
}

export function textMessage(body: string): Json {
  return { type: 'text', text: { body } };
}

/** The message with the person's name wherever it says `{name}`, the person's key for `{person}`, and the beginning of
 *  the story for `{began}`. */
export function addressed(message: Json, person: Pick<PlannedPerson, 'name' | 'key' | 'beganAt'>): Json {
  const values = new Map([
    ['{name}', person.name],
    ['{person}', person.key],
    ['{began}', person.beganAt],
  ]);
  const text = JSON.stringify(message);
  const filled = text.replaceAll(/\{(?:name|person|began)\}/g, (place) =>
    JSON.stringify(values.get(place)).slice(1, -1),
  );
  return filled === text ? message : (JSON.parse(filled) as Json);
}
