import type { LiveChanges } from '#control/events.ts';
import type { Settings } from '#control/settings.ts';
import type { MessageStatus } from '#people/chats.ts';
import type { People, Person } from '#people/people.ts';
import type { SandboxClock } from '#storage/clock.ts';
import { type Ack, type ChatMessage, type Conversations, rankOf } from './conversation.ts';

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

const STATUS_OF: Readonly<Record<Ack, MessageStatus>> = {
  pending: 'accepted',
  server: 'sent',
  device: 'delivered',
  read: 'read',
  played: 'played',
};

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

  deliverWaiting(instanceId: string, person: Person): void {
    for (const message of this.#deps.conversations.of(instanceId, person.id)) {
      if (message.from === 'business' && message.ack === 'server') this.#deliverLater(message);
    }
  }

  /** The person opens the chat; gives the number of messages that became read. */
  read(instanceId: string, person: Person): number {
    let count = 0;
    for (const message of this.#deps.conversations.of(instanceId, person.id)) {
      if (message.from !== 'business' || message.ack !== 'device') continue;
      this.#advance(message, 'read', person.read_receipts);
      count++;
    }
    if (count > 0) this.#deps.changes.emit('chat_read', { person_id: person.id, phone_number_id: instanceId });
    return count;
  }

  /** The person listens to it. */
  play(message: ChatMessage, person: Person): boolean {
    const isAudio = message.type === 'ptt' || message.type === 'audio';
    if (message.from !== 'business' || message.person_id !== person.id || !isAudio) return false;
    if (message.ack === 'device') this.#advance(message, 'read', person.read_receipts);
    if (message.ack === 'read') this.#advance(message, 'played', person.read_receipts);
    return message.ack === 'played';
  }

  #deliverLater(message: ChatMessage): void {
    const { clock, settings, random, people } = this.#deps;
    clock.after((300 + random() * 2700) * settings.delay_factor, () => {
      const person = people.find(message.person_id);
      // Whoever blocked the number gets nothing, and the number sees one tick for ever.
      if (!person?.online || person.blocked || message.ack !== 'server') return;
      const isSkipped = settings.ultramsg_acks === 'skipping' && person.auto_read && person.read_receipts;
      this.#advance(message, 'device', !isSkipped);
      if (person.auto_read) this.read(message.instance_id, person);
    });
  }

  #advance(message: ChatMessage, ack: Ack, isTold = true): void {
    if (rankOf(ack) <= rankOf(message.ack)) return;
    const { conversations, changes, settings, tellAck } = this.#deps;
    const status = STATUS_OF[ack];
    conversations.change(message, { ack, status });
    const { id, person_id, instance_id } = message;
    changes.emit('status', { id, person_id, phone_number_id: instance_id, status, error: null });
    if (!isTold) return;
    for (const told of toldFor(ack, settings.ultramsg_acks)) tellAck(message, told);
  }
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
