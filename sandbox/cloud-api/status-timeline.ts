import type { LiveChanges } from '#control/events.ts';
import type { Settings } from '#control/settings.ts';
import { type Chats, type Message, type MessageStatus, chatIdOf, wamidOf } from '#people/chats.ts';
import type { ContactBook } from '#people/contact-book.ts';
import type { People, Person } from '#people/people.ts';
import { type SandboxClock, isoInstant } from '#storage/clock.ts';
import type { NumberedLog } from '#storage/numbered-log.ts';
import type { StateJournal } from '#storage/state.ts';
import { contactOf, statusElement } from '#webhooks/contents.ts';
import type { WebhookQueue } from '#webhooks/queue.ts';
import type { NumberStates } from './account/number-states.ts';
import { AudienceLimits } from './audience-limits.ts';
import { answerReferral, billingOf, isWindowOpen, priceOf } from './billing.ts';
import { isObject } from './checks.ts';
import { type DeliveryFacts, type Failure, failureOf, isMarketingCategory } from './delivery-rules.ts';
import { FreeService } from './free-service.ts';
import { GraphError, titleOf } from './graph-error.ts';
import { LinkFiles } from './link-files.ts';
import type { Orders } from './orders.ts';
import type { Pricing } from './pricing.ts';
import { THIRTY_DAYS_SECONDS } from './send-check.ts';

/** What became of a message: the sandbox's own truth, which a webhook may or may not tell. */
export interface StatusFact {
  seq: number;
  at: string;
  wamid: string;
  /** In the words of its provider. */
  status: string;
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
  contactBook: ContactBook;
  facts: NumberedLog<StatusFact>;
  webhooks: WebhookQueue;
  changes: LiveChanges;
  orders: Orders;
  numbers: NumberStates;
}

/** Walks the business's messages through `sent`, `delivered` and `read`, or to `failed`. What is still to come is told
 *  by the message's status alone, so that a restart goes on where the killed process stopped. */
export class StatusTimeline {
  readonly #deps: Deps;

  /** Facts that an earlier run noted in the state and did not bring into their own log before it was killed. */
  readonly #missingFacts: StatusFact[] = [];
  readonly #audience: AudienceLimits;
  readonly #freeService: FreeService;
  readonly #linkFiles: LinkFiles;

  constructor(deps: Deps) {
    this.#deps = deps;
    this.#audience = new AudienceLimits(deps.settings, deps.state);
    this.#linkFiles = new LinkFiles(deps.clock);
    this.#freeService = new FreeService(deps.settings, deps.state);
    deps.state.on<StatusFact>('fact', (fact) => {
      if (fact.seq > deps.facts.lastSeq) this.#missingFacts.push(fact);
    });
    deps.state.snapshot(() => this.#missingFacts.map((fact) => ['fact', fact] as const));
  }

  /** Sets a message on its way; nothing happens before the caller has returned. */
  start(message: Message): void {
    const { clock, settings, random } = this.#deps;
    clock.after((100 + random() * 900) * settings.delay_factor, () => {
      if (settings.media_links === 'fetched') void this.#fetch(message);
      else this.#settle(message);
    });
  }

  async #fetch(message: Message): Promise<void> {
    this.#settle(message, await this.#linkFiles.failureOf(message.content));
  }

  /** Takes up the messages that an earlier run left on their way. */
  resume(): void {
    for (const { seq: _seq, ...fact } of this.#missingFacts.splice(0)) this.note(fact);
    for (const message of this.#deps.chats.unfinished()) {
      if (message.is_held) continue;
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
  read(person: Person, chatId: string): number {
    let count = 0;
    for (const message of this.#deps.chats.chat(person.id, chatId).messages) {
      if (message.from !== 'business' || message.status !== 'delivered') continue;
      this.#move(message, person, 'read', { isTold: person.read_receipts });
      count++;
    }
    if (count > 0) {
      this.#deps.changes.emit('chat_read', { person_id: person.id, phone_number_id: chatId });
    }
    return count;
  }

  /** The person listens to a voice message. False if there is none that could be listened to. */
  play(person: Person, messageId: string): boolean {
    const message = this.#deps.chats.find(messageId);
    if (message?.from !== 'business' || message.person_id !== person.id || message.type !== 'audio') return false;
    if (message.status === 'delivered') this.#move(message, person, 'read', { isTold: person.read_receipts });
    if (message.status !== 'read') return message.status === 'played';
    this.#move(message, person, 'played', { isTold: person.read_receipts });
    return true;
  }

  /** The assessment of a template has ended: what was held for it goes on its way, or fails. */
  endHold(template: { name: string; language: string }, end: 'released' | 'dropped'): void {
    for (const message of this.#deps.chats.unfinished()) {
      if (!message.is_held || !isOfTemplate(message, template)) continue;
      this.#deps.chats.release(message);
      const person = this.#deps.people.find(message.person_id);
      if (end === 'released') this.start(message);
      else if (person) this.#move(message, person, 'failed', { error: DROPPED });
    }
  }

  /** The failure that a message of this kind would meet for the reach of the whole business, asked before it is taken;
   *  null where such failures are told later. */
  refusalOf(person: Person | undefined, isTemplate: boolean, phoneNumberId: string): GraphError | null {
    const { chats, clock, settings } = this.#deps;
    if (settings.messaging_limit_answer === 'asynchronous' || !isTemplate) return null;
    const now = clock.now();
    const last = person ? chats.chat(person.id, phoneNumberId).last_inbound_at : null;
    if (settings.service_window === 'off' || (last !== null && now < last + 86_400_000)) return null;
    const failure = this.#audience.overPortfolio(person, now);
    return failure && new GraphError(failure.code, failure.details);
  }

  #settle(message: Message, mediaFailure: Failure | null = null): void {
    const person = this.#deps.people.find(message.person_id);
    if (!person || message.status !== 'accepted') return;
    const isOpen = isWindowOpen(message, this.#deps);
    const pricing = priceOf(message, this.#deps.clock.now(), this.#billing);
    const failure = this.#failureOf({ message, person, isWindowOpen: isOpen, mediaFailure }, pricing);
    if (failure) {
      this.#move(message, person, 'failed', { error: failure });
      return;
    }
    if (!isOpen) this.#audience.countReached(person, message.at);
    if (!isOpen && isMarketingCategory(message.category)) this.#audience.countMarketing(person, message.at);
    answerReferral(message, this.#deps);
    this.#move(message, person, 'sent', { pricing });
    // Meta tells nothing of a reaction after `sent`.
    if (message.type !== 'reaction') this.#deliverLater(message);
  }

  #deliverLater(message: Message): void {
    const { clock, settings, random } = this.#deps;
    const expiresAt = message.at + (message.ttl_seconds ?? THIRTY_DAYS_SECONDS) * 1000;
    // Asked now: a clock that is moved far forward runs late what was due in time.
    const isLate = clock.now() >= expiresAt;
    clock.after((300 + random() * 2700) * settings.delay_factor, () => {
      const person = this.#deps.people.find(message.person_id);
      if (!person || message.status !== 'sent') return;
      if (isLate) this.#expire(message, person);
      else if (person.online) this.#deliver(message, person);
      // Only a short life needs an alarm. Whoever waits until nothing is left to happen does not wait for 30 days: the
      // end of those is noticed when the phone comes back.
      else if (message.ttl_seconds !== undefined) {
        clock.at(expiresAt, () => message.status === 'sent' && this.#expire(message, person));
      }
    });
  }

  #deliver(message: Message, person: Person): void {
    const now = this.#deps.clock.now();
    const pricing = priceOf(message, now, this.#billing);
    if (pricing.category === 'service') this.#freeService.take(message.phone_number_id, now);
    const isSkipped = person.auto_read && person.read_receipts && this.#deps.settings.open_chat === 'read';
    this.#move(message, person, 'delivered', { pricing, isTold: !isSkipped });
    // The price stands in the first of the two that is told.
    if (isSkipped) this.#move(message, person, 'read', { pricing });
    if (person.auto_read) this.read(person, chatIdOf(message));
  }

  /** The phone had no connection for as long as the message was to wait. Meta drops it and promises no status. */
  #expire(message: Message, person: Person): void {
    const isTold = this.#deps.settings.expired_messages === 'failed';
    if (isTold) this.#move(message, person, 'failed', { error: EXPIRED });
    else this.#move(message, person, 'expired', { isTold });
  }

  #failureOf(facts: Omit<DeliveryFacts, 'settings' | 'target'>, pricing: Pricing): Failure | null {
    const { chats, settings } = this.#deps;
    const { message, person, isWindowOpen: isOpen } = facts;
    const reaction = message.content['reaction'];
    const target = isObject(reaction) ? chats.find(String(reaction['message_id'])) : undefined;
    const failure = failureOf({ ...facts, settings, target });
    if (failure) return failure;
    if (!isOpen && isMarketingCategory(message.category)) {
      const withheld = this.#audience.overMarketing(person, message.at);
      if (withheld) return withheld;
    }
    if (pricing.billable && !settings.payment_method) return UNPAID;
    return (isOpen ? null : this.#audience.overPortfolio(person, message.at)) ?? this.#deps.orders.apply(message);
  }

  get #billing() {
    const { chats, settings, webhooks } = this.#deps;
    return { chats, settings, webhooks, freeService: this.#freeService };
  }

  #move(
    message: Message,
    person: Person,
    status: MessageStatus,
    options: { error?: Message['error']; pricing?: Pricing; isTold?: boolean },
  ): void {
    const { chats, changes, clock, numbers, webhooks } = this.#deps;
    const now = clock.now();
    chats.setStatus(message, status, options.error ?? null);
    this.note({
      at: isoInstant(now),
      wamid: wamidOf(message),
      status,
      to: message.to,
      callback_data: message.callback_data,
      ...(message.error ? { error_code: message.error.code } : {}),
    });
    changes.emit('status', {
      id: message.id,
      person_id: person.id,
      phone_number_id: chatIdOf(message),
      status,
      error: message.error && { ...message.error, title: titleOf(message.error.code) },
    });
    if (options.isTold === false) return;
    const { pricing } = options;
    const billing = pricing ? billingOf(message, pricing, status === 'sent', this.#billing) : {};
    const seen = this.#deps.contactBook.shown(person, message.phone_number_id);
    const element = statusElement(message, seen, status, now, billing);
    // Usernames come with what reached the person, not before.
    const known = status === 'sent' ? { ...seen, username: null } : seen;
    const contact = contactOf(known, numbers.hasIdentityCheck(message.phone_number_id));
    webhooks.tell(message.phone_number_id, {
      field: 'messages',
      part: 'statuses',
      contacts: status === 'failed' ? [] : [contact],
      element,
      inbound_id: null,
    });
  }

  /** Writes down what became of a message, so that a kill does not lose it. */
  note(fact: Omit<StatusFact, 'seq'>): void {
    const { facts, state } = this.#deps;
    facts.append(fact).catch(() => undefined);
    state.record('fact', { seq: facts.lastSeq, ...fact });
  }
}

const DROPPED: Failure = { code: 132015, details: 'The template was paused while its messages were assessed.' };
const EXPIRED: Failure = { code: 131026, details: 'Message Undeliverable: it was not delivered in time.' };
const UNPAID: Failure = { code: 131042, details: 'The business has no valid method of payment.' };

function isOfTemplate(message: Message, template: { name: string; language: string }): boolean {
  const sent = message.content['template'];
  if (!isObject(sent) || sent['name'] !== template.name) return false;
  const language = isObject(sent['language']) ? String(sent['language']['code']) : '';
  return language.replace('-', '_') === template.language.replace('-', '_');
}
