import type { LiveChanges } from '#control/events.ts';
import type { Settings } from '#control/settings.ts';
import type { Chats, Message, MessageStatus } from '#people/chats.ts';
import type { People, Person } from '#people/people.ts';
import { type SandboxClock, isoInstant } from '#storage/clock.ts';
import type { NumberedLog } from '#storage/numbered-log.ts';
import type { StateJournal } from '#storage/state.ts';
import { contactOf, statusElement } from '#webhooks/contents.ts';
import type { WebhookQueue } from '#webhooks/queue.ts';
import { titleOf } from './graph-error.ts';

/** What became of a message: the sandbox's own truth, which a webhook may or may not tell. */
export interface StatusFact {
  seq: number;
  at: string;
  wamid: string;
  status: MessageStatus;
  to: string | null;
  callback_data: string | null;
  error_code?: number;
}

interface Deps {
  clock: SandboxClock;
  settings: Settings;
  random: () => number;
  state: StateJournal;
  people: People;
  chats: Chats;
  facts: NumberedLog<StatusFact>;
  webhooks: WebhookQueue;
  changes: LiveChanges;
}

const WINDOW_MS = 24 * 3_600_000;

/** Walks the business's messages through `sent`, `delivered` and `read`, or to `failed`. What is still to come is told
 *  by the message's status alone, so that a restart goes on where the killed process stopped. */
export class StatusTimeline {
  readonly #deps: Deps;

  /** Facts that an earlier run noted in the state and did not bring into their own log before it was killed. */
  readonly #missingFacts: StatusFact[] = [];

  constructor(deps: Deps) {
    this.#deps = deps;
    deps.state.on<StatusFact>('fact', (fact) => {
      if (fact.seq > deps.facts.lastSeq) this.#missingFacts.push(fact);
    });
    deps.state.snapshot(() => this.#missingFacts.map((fact) => ['fact', fact] as const));
  }

  /** Sets a message on its way; nothing happens before the caller has returned. */
  start(message: Message): void {
    const { clock, settings, random } = this.#deps;
    clock.after((100 + random() * 900) * settings.delay_factor, () => this.#settle(message));
  }

  /** Takes up the messages that an earlier run left on their way. */
  resume(): void {
    for (const { seq: _seq, ...fact } of this.#missingFacts.splice(0)) this.#note(fact);
    for (const message of this.#deps.chats.unfinished()) {
      if (message.status === 'accepted') this.start(message);
      else this.#deliverLater(message);
    }
  }

  /** The person's phone has a connection again: what waited arrives, in order. */
  deliverWaiting(person: Person): void {
    for (const chat of this.#deps.chats.chatsOf(person.id)) {
      for (const message of chat.messages) {
        if (message.from === 'business' && message.status === 'sent') this.#deliverLater(message);
      }
    }
  }

  /** The person opens the chat. Gives the number of messages that became read; without read receipts the business
   *  is not told. */
  read(person: Person, phoneNumberId: string): number {
    let count = 0;
    for (const message of this.#deps.chats.chat(person.id, phoneNumberId).messages) {
      if (message.from !== 'business' || message.status !== 'delivered') continue;
      this.#move(message, person, 'read', { isTold: person.read_receipts });
      count++;
    }
    if (count > 0) {
      this.#deps.changes.emit('chat_read', { person_id: person.id, phone_number_id: phoneNumberId });
    }
    return count;
  }

  #settle(message: Message): void {
    const person = this.#deps.people.find(message.person_id);
    if (!person || message.status !== 'accepted') return;
    const failure = this.#failureOf(message, person);
    if (failure) {
      this.#move(message, person, 'failed', { error: failure });
      return;
    }
    this.#move(message, person, 'sent', { withPricing: true });
    // Meta tells nothing of a reaction after `sent`.
    if (message.type !== 'reaction') this.#deliverLater(message);
  }

  #deliverLater(message: Message): void {
    const { clock, settings, random } = this.#deps;
    clock.after((300 + random() * 2700) * settings.delay_factor, () => {
      const person = this.#deps.people.find(message.person_id);
      if (!person?.online || message.status !== 'sent') return;
      this.#move(message, person, 'delivered', { withPricing: true });
      if (person.auto_read) this.read(person, message.phone_number_id);
    });
  }

  #failureOf(message: Message, person: Person): Message['error'] {
    const suffix = this.#deps.settings.magic_numbers && person.wa_id !== null ? person.wa_id.slice(-4) : '';
    if (!person.on_whatsapp || person.blocked || suffix === '0026') {
      return { code: 131026, details: 'Message Undeliverable.' };
    }
    if (message.type !== 'template' && (suffix === '0047' || !this.isWindowOpen(message))) {
      return {
        code: 131047,
        details:
          'Message failed to send because more than 24 hours have passed since the customer last replied to this number.',
      };
    }
    if (suffix === '0049') {
      return {
        code: 131049,
        details: 'In order to maintain a healthy ecosystem engagement, the message failed to be delivered.',
      };
    }
    if (suffix === '0050' || (message.category === 'marketing' && person.marketing_opted_out)) {
      return { code: 131050, details: 'Recipient has stopped marketing messages from this business.' };
    }
    if (suffix === '0053') return { code: 131053, details: 'Media upload error: the file could not be fetched.' };
    return null;
  }

  /** Whether free-form text may be sent at the message's time. */
  isWindowOpen(message: Message): boolean {
    if (this.#deps.settings.service_window === 'off') return true;
    const last = this.#deps.chats.chat(message.person_id, message.phone_number_id).last_inbound_at;
    return last !== null && message.at < last + WINDOW_MS;
  }

  #move(
    message: Message,
    person: Person,
    status: MessageStatus,
    options: { error?: Message['error']; withPricing?: boolean; isTold?: boolean },
  ): void {
    const { chats, changes, clock, settings, webhooks } = this.#deps;
    const now = clock.now();
    chats.setStatus(message, status, options.error ?? null);
    this.#note({
      at: isoInstant(now),
      wamid: message.id,
      status,
      to: message.to,
      callback_data: message.callback_data,
      ...(message.error ? { error_code: message.error.code } : {}),
    });
    changes.emit('status', {
      id: message.id,
      person_id: person.id,
      phone_number_id: message.phone_number_id,
      status,
      error: message.error && { ...message.error, title: titleOf(message.error.code) },
    });
    if (options.isTold === false) return;
    const element = statusElement(message, person, status, now, {
      webhookVersion: settings.webhook_version,
      withPricing: options.withPricing ?? false,
    });
    webhooks.tell(message.phone_number_id, {
      field: 'messages',
      part: 'statuses',
      contacts: status === 'failed' ? [] : [contactOf(person)],
      element,
      inbound_id: null,
    });
  }

  #note(fact: Omit<StatusFact, 'seq'>): void {
    const { facts, state } = this.#deps;
    facts.append(fact).catch(() => undefined);
    state.record('fact', { seq: facts.lastSeq, ...fact });
  }
}
