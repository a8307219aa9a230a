import type { LiveChanges } from '#control/events.ts';
import type { Settings } from '#control/settings.ts';
import type { People, Person } from '#people/people.ts';
import type { SandboxClock } from '#storage/clock.ts';
import { type Ack, ACKS, type ChatMessage, type Conversations, STATUS_OF, chatIdOf, rankOf } from './conversation.ts';

interface Deps {
  clock: SandboxClock;
  settings: Settings;
  random: () => number;
  people: People;
  conversations: Conversations;
  changes: LiveChanges;
  /** Tells an ack, if the instance wants to hear of it. */
  tellAck: (message: ChatMessage, ack: Ack) => void;
}

/** The way of a message that has left: one tick, two ticks, blue ticks. Its ack alone tells what is still to come, so
 *  that a restart goes on from there. */
export class Acks {
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** Nothing happens before the caller has returned. */
  start(message: ChatMessage): void {
    const { clock, settings, random } = this.#deps;
    clock.after((100 + random() * 900) * settings.delay_factor, () => {
      if (message.ack !== 'pending') return;
      this.#advance(message, 'server');
      this.#deliverLater(message);
    });
  }

  resume(): void {
    for (const message of this.#deps.conversations.all()) {
      if (message.from !== 'business') continue;
      if (message.ack === 'pending') this.start(message);
      else if (message.ack === 'server') this.#deliverLater(message);
    }
  }

  deliverWaiting(messages: readonly ChatMessage[], person: Person): void {
    for (const message of messages) {
      if (message.from === 'business' && ackFor(person, message) === 'server') this.#deliverLater(message);
    }
  }

  /** The person opens the chat; gives the number of messages that became read. */
  read(messages: readonly ChatMessage[], person: Person): number {
    let count = 0;
    for (const message of messages) {
      if (message.from !== 'business' || ackFor(person, message) !== 'device') continue;
      this.#reach(message, person, 'read', person.read_receipts);
      count++;
    }
    const [first] = messages;
    if (first && count > 0) {
      this.#deps.changes.emit('chat_read', { person_id: person.id, phone_number_id: chatIdOf(first) });
    }
    return count;
  }

  /** The person listens to it. */
  play(message: ChatMessage, person: Person): boolean {
    const isAudio = message.type === 'ptt' || message.type === 'audio';
    const isTheirs = message.person_id === person.id || message.member_acks[person.id] !== undefined;
    if (message.from !== 'business' || !isTheirs || !isAudio) return false;
    if (ackFor(person, message) === 'device') this.#reach(message, person, 'read', person.read_receipts);
    if (ackFor(person, message) === 'read') this.#reach(message, person, 'played', person.read_receipts);
    return ackFor(person, message) === 'played';
  }

  #deliverLater(message: ChatMessage): void {
    const { clock, settings, random, people } = this.#deps;
    clock.after((300 + random() * 2700) * settings.delay_factor, () => {
      const ids = message.group_id === null ? [message.person_id] : Object.keys(message.member_acks);
      for (const person of ids.flatMap((id) => people.find(id) ?? [])) {
        // Whoever blocked the number gets nothing, and the number sees one tick for ever.
        if (!person.online || person.blocked || ackFor(person, message) !== 'server') continue;
        const isSkipped = settings.ultramsg_acks === 'skipping' && person.auto_read && person.read_receipts;
        this.#reach(message, person, 'device', !isSkipped);
        if (person.auto_read) this.read([message], person);
      }
    });
  }

  /** One person has it, or has read it. A group has when all its people have. */
  #reach(message: ChatMessage, person: Person, ack: Ack, isTold: boolean): void {
    if (message.group_id === null) {
      this.#advance(message, ack, isTold);
      return;
    }
    const { conversations, changes } = this.#deps;
    const acks = { ...message.member_acks, [person.id]: ack };
    conversations.change(message, { member_acks: acks });
    changes.emit('status', {
      id: message.id,
      person_id: person.id,
      phone_number_id: message.group_id,
      status: STATUS_OF[ack],
      error: null,
    });
    const least = Math.min(...Object.values(acks).map(rankOf));
    this.#advance(message, ACKS[least] ?? 'server', isTold);
  }

  #advance(message: ChatMessage, ack: Ack, isTold = true): void {
    if (rankOf(ack) <= rankOf(message.ack)) return;
    const { conversations, changes, settings, tellAck } = this.#deps;
    const status = STATUS_OF[ack];
    // The first tick is the same for everybody of a group.
    const members = ack === 'server' ? Object.keys(message.member_acks).map((id) => [id, ack]) : [];
    const { id, person_id, member_acks } = message;
    conversations.change(message, { ack, status, member_acks: { ...member_acks, ...Object.fromEntries(members) } });
    if (message.group_id === null) {
      changes.emit('status', { id, person_id, phone_number_id: message.instance_id, status, error: null });
    }
    if (!isTold) return;
    for (const told of toldFor(ack, settings.ultramsg_acks)) tellAck(message, told);
  }
}

/** How far a message has come on its way to the person. */
function ackFor({ id }: Person, message: ChatMessage): Ack | null {
  return message.group_id === null ? message.ack : (message.member_acks[id] ?? null);
}

/** The acks that are told when one has come. */
function toldFor(ack: Ack, how: Settings['ultramsg_acks']): readonly Ack[] {
  switch (how) {
    case 'every':
      return [ack];
    case 'doubled':
      return [ack, ack];
    case 'skipping':
      return ack === 'server' ? [] : [ack];
    case 'reversed':
      return ack === 'server' ? [] : ack === 'device' ? ['device', 'server'] : [ack];
  }
}
