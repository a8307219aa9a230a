import { Ajv } from 'ajv';
import { toWaId } from '#cloud-api/phone-numbers.ts';
import { ACTION_SCHEMAS } from '#faults/rules.ts';
import { firstPhoneOf } from './names.ts';
import { type AnswerRule, DEEDS, EXPECTED, type Scenario, type Selection, type Step, type When } from './scenario.ts';

export interface Misfit {
  path: (string | number)[];
  message: string;
}

/** What a scenario of the right form must hold besides: names that exist, keys that go together. */
export function* checkMeaning(scenario: Scenario): Iterable<Misfit> {
  const groups = new Set((scenario.people ?? []).map((each) => each.group));
  yield* checkClock(scenario);
  yield* checkPeople(scenario);
  yield* checkAnswers(scenario.business?.answers ?? [], ['business', 'answers'], 'business');
  for (const [index, step] of (scenario.timeline ?? []).entries()) yield* checkStep(step, ['timeline', index], groups);
  if (scenario.ends) yield* checkWhen(scenario.ends, ['ends']);
  for (const [index, expectation] of (scenario.expect ?? []).entries()) {
    const path = ['expect', index];
    const [subject, ...others] = EXPECTED.filter((key) => expectation[key] !== undefined);
    if (subject === undefined || others.length > 0) {
      yield { path, message: `must have one of ${EXPECTED.join(', ')}` };
      continue;
    }
    const where = expectation[subject];
    if (where && 'group' in where) yield* checkGroup(where.group, [...path, subject, 'group'], groups);
  }
}

function* checkClock({ clock }: Scenario): Iterable<Misfit> {
  if (!clock) return;
  if (clock.zone !== undefined && !isZone(clock.zone)) {
    yield { path: ['clock', 'zone'], message: 'must be a time zone such as Europe/Berlin or UTC' };
  }
  for (const key of ['start', 'speed', 'settle'] as const) {
    if (clock.kind === 'real' && clock[key] !== undefined) {
      yield { path: ['clock', key], message: 'needs a clock of the kind virtual' };
    }
  }
  if (clock.settle !== undefined && (clock.speed ?? 'max') !== 'max') {
    yield { path: ['clock', 'settle'], message: 'is for the speed max; at any other speed the business has its time' };
  }
}

function* checkPeople({ people = [] }: Scenario): Iterable<Misfit> {
  const names = new Set<string>();
  const owners = new Map<number, string>();
  for (const [index, each] of people.entries()) {
    const path = ['people', index];
    if (names.has(each.group)) yield { path: [...path, 'group'], message: `is the name of an earlier group, too` };
    names.add(each.group);
    const first = each.phone ?? firstPhoneOf(each.locale ?? 'en', index);
    const waId = toWaId(first);
    if (waId === undefined || `+${waId}` !== first) {
      const shown = waId === undefined ? '' : `; WhatsApp knows it as +${waId}`;
      yield { path: [...path, 'phone'], message: `must be a phone number as WhatsApp writes it${shown}` };
      continue;
    }
    // A few more than there are people: numbers with a meaning are left out.
    for (let block = Math.floor(Number(waId) / 1000); block * 1000 < Number(waId) + each.count * 1.01 + 10; block++) {
      const owner = owners.get(block);
      if (owner !== undefined && owner !== each.group) {
        yield { path, message: `would have numbers of the group ${owner}; give it another phone` };
        break;
      }
      owners.set(block, each.group);
    }
    const { behaviour } = each;
    if (behaviour?.offline) yield* checkWhen(behaviour.offline.until, [...path, 'behaviour', 'offline', 'until']);
    if (behaviour?.blocks_after !== undefined && behaviour.blocks === undefined) {
      yield { path: [...path, 'behaviour', 'blocks_after'], message: 'needs blocks' };
    }
    yield* checkAnswers(behaviour?.answers ?? [], [...path, 'behaviour', 'answers'], 'person');
  }
}

function* checkAnswers(rules: AnswerRule[], path: Misfit['path'], side: 'person' | 'business'): Iterable<Misfit> {
  for (const [index, rule] of rules.entries()) {
    const said = [rule.texts, rule.messages, rule.tap, rule.pays].filter((each) => each !== undefined);
    if (said.length !== 1) yield { path: [...path, index], message: 'must have one of texts, messages, tap, pays' };
    if (side === 'business' && rule.tap !== undefined) {
      yield { path: [...path, index, 'tap'], message: 'is for people; a business has no buttons to tap' };
    }
    if (side === 'business' && rule.pays !== undefined) {
      yield { path: [...path, index, 'pays'], message: 'is for people; a business is paid' };
    }
  }
}

function* checkStep(step: Step, path: Misfit['path'], groups: ReadonlySet<string>): Iterable<Misfit> {
  yield* checkWhen(step, path);
  const deeds = DEEDS.filter((key) => step[key] !== undefined);
  const [deed] = deeds;
  if (deeds.length !== 1 || deed === undefined) {
    yield { path, message: `must do one thing: ${DEEDS.join(', ')}` };
    return;
  }
  if (step.for !== undefined && !['fault', 'webhooks', 'settings'].includes(deed)) {
    yield { path: [...path, 'for'], message: `is for fault, webhooks and settings, not for ${deed}` };
  }
  if ((step.every === undefined) !== (step.times === undefined)) {
    yield { path, message: 'must have both every and times, or neither' };
  }
  const selection: Selection | undefined = step.write ?? step.send ?? step.change ?? step.close_windows;
  if (selection) yield* checkGroup(selection.group, [...path, deed, 'group'], groups);
  for (const key of ['write', 'send'] as const) {
    const speech = step[key];
    if (speech && (speech.texts === undefined) === (speech.messages === undefined)) {
      yield { path: [...path, key], message: 'must have one of texts, messages' };
    }
  }
  if (step.fault) yield* checkFault(step.fault, [...path, 'fault']);
}

function* checkFault({ match, action }: NonNullable<Step['fault']>, path: Misfit['path']): Iterable<Misfit> {
  const schema = ACTION_SCHEMAS[action.kind];
  if (!schema) {
    yield { path: [...path, 'action'], message: `must have a kind: ${Object.keys(ACTION_SCHEMAS).join(', ')}` };
    return;
  }
  const check = actions.getSchema(action.kind);
  if (check && !check(action)) {
    const [error] = check.errors ?? [];
    const extra: unknown = error?.params['additionalProperty'];
    const place = (error?.instancePath ?? '').split('/').slice(1);
    const words = extra === undefined ? (error?.message ?? 'is wrong') : `does not know ${JSON.stringify(extra)}`;
    yield { path: [...path, 'action', ...place], message: `of the kind ${action.kind}: ${words}` };
  }
  if (action.kind === 'reset_after_bytes' && action.bytes === 0 && match?.sender === undefined && !match?.times) {
    yield { path: [...path, 'match'], message: 'must have times or sender, else every connection would be reset' };
  }
}

const actions = new Ajv({ strict: true, allowUnionTypes: true });
for (const [kind, schema] of Object.entries(ACTION_SCHEMAS)) actions.addSchema(schema, kind);

function* checkWhen({ at, after }: When, path: Misfit['path']): Iterable<Misfit> {
  if ((at === undefined) === (after === undefined)) yield { path, message: 'must have either at or after' };
}

function* checkGroup(group: string | undefined, path: Misfit['path'], groups: ReadonlySet<string>): Iterable<Misfit> {
  if (group === undefined || groups.has(group)) return;
  const known = groups.size === 0 ? 'there are none' : `there are ${[...groups].join(', ')}`;
  yield { path, message: `is not a group of people; ${known}` };
}

function isZone(zone: string): boolean {
  try {
    return Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(zone).timeZoneId !== '';
  } catch {
    return false;
  }
}
