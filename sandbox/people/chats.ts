import type { StateJournal } from '#storage/state.ts';
import type { Rendered } from '#cloud-api/rendered.ts';

export type Json = Record<string, unknown>;

/** `expired`: the phone had no connection for as long as the message was to wait. The business is not told. */
export type MessageStatus = 'accepted' | 'sent' | 'delivered' | 'read' | 'played' | 'failed' | 'expired';

export interface Reaction {
  from: 'business' | 'person';
  emoji: string;
  /** In a group, when another participant than the one whose message it is reacted. */
  person_id?: string;
}

export interface Message {
  id: string;
  from: 'business' | 'person';
  person_id: string;
  phone_number_id: string;
  /** Milliseconds of the epoch. */
  at: number;
  type: string;
  /** The Cloud API object: `type` and its own key. */
  content: Json;
  context_id: string | null;
  status: MessageStatus;
  error: { code: number; details: string } | null;
  reactions: Reaction[];
  /** What the sender did to it later, in milliseconds of the epoch; absent in messages of older journals. */
  edited_at?: number;
  deleted_at?: number;
  rendered: Rendered | null;
  media_id: string | null;
  /** Of the business's messages: what the send said, for the statuses. */
  to: string | null;
  callback_data: string | null;
  category: string | null;
  /** May leave outside the service window although it is no template. */
  is_direct_send?: true;
  /** Waits for the assessment of its template. */
  is_held?: true;
  identity_hash?: string;
  /** Of a person's message: the business was not told the phone. */
  is_phone_hidden?: true;
  /** What a rule for faults decided. */
  planned_failure?: { code: number; details: string };
  /** The group in which it was written, and of what the business sent there the id that it knows: each participant has
   *  an own copy. */
  group_id?: string;
  group_wamid?: string;
  /** How long it waits for a phone without a connection; 30 days unless told. */
  ttl_seconds?: number;
}

export interface Chat {
  person_id: string;
  /** Of a chat in a group the id of the group. */
  phone_number_id: string;
  messages: Message[];
  /** When the person last wrote; the service window closes 24 hours later. */
  last_inbound_at: number | null;
  /** When the person came from an advertisement and was not answered yet. */
  referred_at: number | null;
  /** Until when all messages are free, because the business answered somebody who came from an advertisement. */
  free_entry_until: number | null;
}

/** The chat in which a message stands: the one with the number, or that of a group. */
export function chatIdOf(message: Pick<Message, 'group_id' | 'phone_number_id'>): string {
  return message.group_id ?? message.phone_number_id;
}

/** The id by which the business knows a message. */
export function wamidOf(message: Pick<Message, 'id' | 'group_wamid'>): string {
  return message.group_wamid ?? message.id;
}

const MESSAGES_PER_CHAT = 1000;

/** What was said between people and business numbers. The newest 1,000 messages of a chat are kept. */
export class Chats {
  readonly #state: StateJournal;
  readonly #byPerson = new Map<string, Map<string, Chat>>();
  readonly #messages = new Map<string, Message>();
  /** What was sent to groups, by the id that the business knows. */
  readonly #copies = new Map<string, Message[]>();

  constructor(state: StateJournal) {
    this.#state = state;
    state.on<Message>('message', (message) => this.#keep(message));
    state.on<Pick<Message, 'id' | 'status' | 'error'>>('status', ({ id, status, error }) => {
      const message = this.#messages.get(id);
      if (message) Object.assign(message, { status, error });
    });
    state.on<string>('released', (id) => delete this.#messages.get(id)?.is_held);
    state.on<Pick<Message, 'id' | 'reactions'>>('reactions', ({ id, reactions }) => {
      const message = this.#messages.get(id);
      if (message) message.reactions = reactions;
    });
    state.on<Pick<Message, 'id' | 'content' | 'edited_at' | 'deleted_at'>>('rewritten', ({ id, ...change }) => {
      const message = this.#messages.get(id);
      if (message) Object.assign(message, change);
    });
    state.on<Omit<Chat, 'messages'>>('window', (window) => {
      Object.assign(this.chat(window.person_id, window.phone_number_id), window);
    });
    state.snapshot(() => this.#snapshot());
  }

  find(messageId: string): Message | undefined {
    return this.#messages.get(messageId);
  }

  /** What the participants of a group have of a message. */
  copiesOf(wamid: string): readonly Message[] {
    return this.#copies.get(wamid) ?? [];
  }

  /** A message by its id, or what this person has of one that was sent to a group. */
  findFor(personId: string, messageId: string): Message | undefined {
    return this.find(messageId) ?? this.copiesOf(messageId).find((copy) => copy.person_id === personId);
  }

  /** The chat of a person with a business number; made when there is none. */
  chat(personId: string, phoneNumberId: string): Chat {
    let chats = this.#byPerson.get(personId);
    if (!chats) this.#byPerson.set(personId, (chats = new Map()));
    let chat = chats.get(phoneNumberId);
    if (!chat) {
      chat = {
        person_id: personId,
        phone_number_id: phoneNumberId,
        messages: [],
        last_inbound_at: null,
        referred_at: null,
        free_entry_until: null,
      };
      chats.set(phoneNumberId, chat);
    }
    return chat;
  }

  chatsOf(personId: string): Iterable<Chat> {
    return this.#byPerson.get(personId)?.values() ?? [];
  }

  /** The business's messages whose way has not ended, oldest first. */
  unfinished(): Message[] {
    return [...this.#messages.values()].filter(
      (message) => message.from === 'business' && (message.status === 'accepted' || message.status === 'sent'),
    );
  }

  /** Every kept message of both sides, in no promised order. */
  all(): Iterable<Message> {
    return this.#messages.values();
  }

  add(message: Message): void {
    this.#keep(message);
    this.#state.record('message', message);
  }

  setStatus(message: Message, status: MessageStatus, error: Message['error'] = null): void {
    message.status = status;
    message.error = error;
    this.#state.record('status', { id: message.id, status, error });
  }

  /** A message that was held may go on its way. */
  release(message: Message): void {
    delete message.is_held;
    this.#state.record('released', message.id);
  }

  /** One reaction of each side, in a group of each participant; an empty emoji takes it back. */
  react(message: Message, from: Reaction['from'], emoji: string, reactorId = message.person_id): void {
    const isTheirs = from === 'person' && reactorId !== message.person_id;
    const by = isTheirs ? { person_id: reactorId } : {};
    message.reactions = message.reactions.filter(
      (reaction) => reaction.from !== from || reaction.person_id !== (isTheirs ? reactorId : undefined),
    );
    if (emoji !== '') message.reactions.push({ from, emoji, ...by });
    this.#state.record('reactions', { id: message.id, reactions: message.reactions });
  }

  /** The sender changed what it says. */
  edit(message: Message, content: Json, at: number): void {
    message.content = content;
    message.edited_at = at;
    this.#state.record('rewritten', { id: message.id, content, edited_at: at });
  }

  /** The sender took it back for everyone: it keeps its place, and nothing of what it said. */
  delete(message: Message, at: number): void {
    message.content = { type: message.type };
    message.deleted_at = at;
    this.#state.record('rewritten', { id: message.id, content: message.content, deleted_at: at });
  }

  openWindow(chat: Chat, at: number): void {
    chat.last_inbound_at = Math.max(at, chat.last_inbound_at ?? 0);
    this.#recordWindow(chat);
  }

  /** The person came from an advertisement: an answer within a day makes the next three days free. */
  noteReferral(chat: Chat, at: number): void {
    chat.referred_at = at;
    this.#recordWindow(chat);
  }

  openFreeEntry(chat: Chat, until: number): void {
    chat.referred_at = null;
    chat.free_entry_until = until;
    this.#recordWindow(chat);
  }

  #recordWindow({ messages: _messages, ...window }: Chat): void {
    this.#state.record('window', window);
  }

  closeWindow(chat: Chat): void {
    chat.last_inbound_at = null;
    this.#state.record('window', {
      person_id: chat.person_id,
      phone_number_id: chat.phone_number_id,
      last_inbound_at: null,
    });
  }

  #keep(message: Message): void {
    this.#messages.set(message.id, message);
    if (message.group_wamid !== undefined) {
      this.#copies.set(message.group_wamid, [...this.copiesOf(message.group_wamid), message]);
    }
    const { messages } = this.chat(message.person_id, chatIdOf(message));
    messages.push(message);
    // Cut in hundreds, so that a long chat does not shift its whole list for every message.
    if (messages.length > MESSAGES_PER_CHAT + 100) {
      for (const old of messages.splice(0, 100)) {
        this.#messages.delete(old.id);
        this.#copies.delete(wamidOf(old));
      }
    }
  }

  *#snapshot(): Iterable<readonly [string, unknown]> {
    for (const chats of this.#byPerson.values()) {
      for (const { messages, ...chat } of chats.values()) {
        if (chat.last_inbound_at !== null) yield ['window', chat];
        for (const message of messages) yield ['message', message];
      }
    }
  }
}
