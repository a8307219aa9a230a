import type { Json, Message } from '#people/chats.ts';
import { isObject } from '#cloud-api/checks.ts';
import { seedFor, seededRandom } from '#storage/random.ts';
import type { PlannedPerson } from './people-plan.ts';
import { addressed, textMessage } from './plan.ts';
import type { AnswerRule } from './scenario.ts';
import { chanceOf, durationWithin, spanOf } from './spans.ts';

/** What one side sees of a message that arrived. */
export interface Arrival {
  /** The how manieth of the other side it is, from 1: the draws are by this number, so that they do not depend on when
   *  something arrives. */
  number: number;
  messageId: string;
  type: string;
  text: string;
  /** What a tap on each button of it sends. */
  taps: Json[];
  /** Whether it asks for the payment of an order. */
  isBill: boolean;
}

export type Reaction = { afterMs: number } & ({ kind: 'read' } | { kind: 'block' } | Answer);

type Answer = { kind: 'answer'; rule: number; message: Json } | { kind: 'pay'; rule: number; status: string };

/** What a person does with a message of the business. `given` counts the answers of each rule so far. */
export function reactionsOf(
  person: PlannedPerson,
  arrival: Arrival,
  given: ReadonlyMap<number, number>,
  seed: number,
): Reaction[] {
  const { behaviour } = person;
  if (!behaviour) return [];
  const draw = (what: string) => seededRandom(seedFor(seed, person.key, arrival.number, what))();
  const reactions: Reaction[] = [];
  if (person.blocks && arrival.number === 1) {
    const afterMs = durationWithin(spanOf(behaviour.blocks_after ?? '5s..1m'), draw('block'));
    reactions.push({ kind: 'block', afterMs });
  }
  if (person.neverReads) return reactions;
  const readAfterMs = durationWithin(spanOf(behaviour.reads_after ?? '2s..2m'), draw('read'));
  reactions.push({ kind: 'read', afterMs: readAfterMs });
  const answer = answerTo(behaviour.answers ?? [], arrival, given, person, draw);
  // Nobody answers what they have not read.
  if (answer) reactions.push({ ...answer, afterMs: readAfterMs + answer.afterMs });
  return reactions;
}

/** What the business answers to a person's message. */
export function businessAnswerTo(
  rules: AnswerRule[],
  person: PlannedPerson,
  arrival: Arrival,
  given: ReadonlyMap<number, number>,
  seed: number,
): { afterMs: number; rule: number; message: Json } | undefined {
  const draw = (what: string) => seededRandom(seedFor(seed, 'business', person.key, arrival.number, what))();
  const answer = answerTo(rules, arrival, given, person, draw);
  return answer?.kind === 'answer' ? answer : undefined;
}

function answerTo(
  rules: AnswerRule[],
  arrival: Arrival,
  given: ReadonlyMap<number, number>,
  person: PlannedPerson,
  draw: (what: string) => number,
): ({ afterMs: number } & Answer) | undefined {
  for (const [index, rule] of rules.entries()) {
    if (!fits(rule, arrival) || (given.get(index) ?? 0) >= (rule.most ?? 5)) continue;
    if (rule.chance !== undefined && draw(`chance ${index}`) >= chanceOf(rule.chance)) continue;
    const afterMs = durationWithin(spanOf(rule.after ?? '5s..1m'), draw(`after ${index}`));
    if (rule.pays !== undefined) return { kind: 'pay', afterMs, rule: index, status: rule.pays };
    const said =
      rule.tap === undefined
        ? (rule.messages ?? (rule.texts ?? []).map(textMessage))
        : arrival.taps.slice(rule.tap - 1, rule.tap);
    const message = said[Math.floor(draw(`words ${index}`) * said.length)];
    if (!message) continue;
    return { kind: 'answer', afterMs, rule: index, message: addressed(message, person) };
  }
  return undefined;
}

function fits(rule: AnswerRule, arrival: Arrival): boolean {
  if (rule.pays !== undefined && !arrival.isBill) return false;
  if (rule.tap !== undefined && arrival.taps.length < rule.tap) return false;
  if (rule.containing !== undefined && !arrival.text.toLowerCase().includes(rule.containing.toLowerCase()))
    return false;
  if (rule.to === undefined) return true;
  return (typeof rule.to === 'string' ? [rule.to] : rule.to).includes(arrival.type);
}

/** A message as its receiver sees it. */
export function arrivalOf(message: Pick<Message, 'id' | 'type' | 'content' | 'rendered'>, number: number): Arrival {
  return {
    number,
    messageId: message.id,
    type: message.type,
    text: [...textsIn(message.content), message.rendered?.body ?? ''].join('\n'),
    taps: tapsOf(message),
    isBill: isBill(message),
  };
}

/** Everything that a message says in words, whatever its kind. */
function* textsIn(value: unknown, key = ''): Iterable<string> {
  if (typeof value === 'string') {
    if (['body', 'text', 'caption', 'title', 'payload', 'name'].includes(key)) yield value;
  } else if (typeof value === 'object' && value !== null) {
    for (const [inner, each] of Object.entries(value)) yield* textsIn(each, inner);
  }
}

/** A payment, as the business hears of it. */
export function arrivalOfPayment(status: string, number: number): Arrival {
  return { number, messageId: '', type: 'payment', text: status, taps: [], isBill: false };
}

function isBill({ type, content }: Pick<Message, 'type' | 'content'>): boolean {
  const interactive = content[type];
  return type === 'interactive' && isObject(interactive) && interactive['type'] === 'order_details';
}

/** What the person's phone sends when the buttons of the message are tapped, or the rows of its list are chosen. */
function tapsOf({ id, type, content, rendered }: Pick<Message, 'id' | 'type' | 'content' | 'rendered'>): Json[] {
  const context = { message_id: id };
  if (rendered) {
    return rendered.buttons.flatMap((button) =>
      button.type === 'quick_reply'
        ? [{ type: 'button', button: { payload: button.payload, text: button.text }, context }]
        : [],
    );
  }
  const interactive = content[type];
  const action = type === 'interactive' && isObject(interactive) ? interactive['action'] : undefined;
  if (!isObject(action)) return [];
  const replies = listOf(action['buttons']).flatMap((button) => (isObject(button['reply']) ? [button['reply']] : []));
  const rows = listOf(action['sections']).flatMap((section) => listOf(section['rows']));
  const chosen = (kind: string, reply: Json) => ({
    type: 'interactive',
    interactive: { type: kind, [kind]: reply },
    context,
  });
  return [
    ...replies.map((reply) => chosen('button_reply', { id: reply['id'], title: reply['title'] })),
    ...rows.map((row) =>
      chosen('list_reply', {
        id: row['id'],
        title: row['title'],
        ...(row['description'] === undefined ? {} : { description: row['description'] }),
      }),
    ),
  ];
}

function listOf(value: unknown): Json[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}
