import type { Chats } from '#people/chats.ts';
import type { Person } from '#people/people.ts';
import type { PlannedPerson } from './people-plan.ts';
import type { Deed } from './plan.ts';
import { type Arrival, arrivalOf, arrivalOfPayment, businessAnswerTo, reactionsOf } from './reactions.ts';
import type { AnswerRule } from './scenario.ts';

interface Actor {
  planned: PlannedPerson;
  person: Person;
  /** Messages of the business that reached the person, and of the person that reached the business. */
  arrived: number;
  written: number;
  answers: Map<number, number>;
  businessAnswers: Map<number, number>;
}

interface Deps {
  chats: Chats;
  seed: number;
  businessRules: AnswerRule[];
  /** Has a deed done so much later. */
  schedule: (afterMs: number, deed: Deed) => void;
}

/** The people of a scenario under way, who react to what reaches them, and what the business answers to them. */
export class Cast {
  readonly #deps: Deps;
  readonly #byKey = new Map<string, Actor>();
  readonly #byId = new Map<string, Actor>();
  /** What they wrote. */
  readonly inbound: { type: string; group: string }[] = [];

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  get people(): { person: Person; group: string }[] {
    return [...this.#byKey.values()].map(({ person, planned }) => ({ person, group: planned.group }));
  }

  get size(): number {
    return this.#byKey.size;
  }

  add(planned: PlannedPerson, person: Person): void {
    const actor = { planned, person, arrived: 0, written: 0, answers: new Map(), businessAnswers: new Map() };
    this.#byKey.set(planned.key, actor);
    this.#byId.set(person.id, actor);
  }

  /** Listens to what becomes of messages: people react to those that reach their phones. */
  readonly onStatus = (change: { id: string; person_id: string; status: string }): void => {
    const actor = change.status === 'delivered' ? this.#byId.get(change.person_id) : undefined;
    const message = actor && this.#deps.chats.find(change.id);
    if (!actor || message?.from !== 'business') return;
    const { seed, schedule } = this.#deps;
    const { key } = actor.planned;
    const { phone_number_id } = message;
    const arrival = arrivalOf(message, ++actor.arrived);
    for (const reaction of reactionsOf(actor.planned, arrival, actor.answers, seed)) {
      switch (reaction.kind) {
        case 'read':
          schedule(reaction.afterMs, { kind: 'read', person: key, number: phone_number_id });
          break;
        case 'block':
          schedule(reaction.afterMs, { kind: 'change', person: key, switches: { blocked: true } });
          break;
        case 'pay':
          count(actor.answers, reaction.rule);
          schedule(reaction.afterMs, { kind: 'pay', person: key, message: message.id, status: reaction.status });
          break;
        case 'answer':
          count(actor.answers, reaction.rule);
          schedule(reaction.afterMs, {
            kind: 'write',
            person: key,
            message: { phone_number_id, ...reaction.message },
          });
          break;
      }
    }
  };

  /** A person has written: the business may answer. */
  onWritten(key: string, messageId: string): void {
    const actor = this.#byKey.get(key);
    const message = this.#deps.chats.find(messageId);
    if (!actor || !message) return;
    this.#letBusinessAnswer(actor, arrivalOf(message, ++actor.written));
  }

  /** A person has paid, or tried to. */
  onPaid(key: string, status: string): void {
    const actor = this.#byKey.get(key);
    if (actor) this.#letBusinessAnswer(actor, arrivalOfPayment(status, ++actor.written));
  }

  #letBusinessAnswer(actor: Actor, arrival: Arrival): void {
    const { key, group } = actor.planned;
    this.inbound.push({ type: arrival.type, group });
    const { businessRules, schedule, seed } = this.#deps;
    const answer = businessAnswerTo(businessRules, actor.planned, arrival, actor.businessAnswers, seed);
    if (!answer) return;
    count(actor.businessAnswers, answer.rule);
    schedule(answer.afterMs, { kind: 'send', person: key, message: answer.message });
  }
}

function count(counts: Map<number, number>, key: number): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
