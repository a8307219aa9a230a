import type { Rendered } from '#cloud-api/rendered.ts';
import type { Json } from '#people/chats.ts';
import type { StateJournal } from '#storage/state.ts';

export type Channel = 'sms' | 'whatsapp';

export type TwilioStatus =
  | 'accepted'
  | 'scheduled'
  | 'queued'
  | 'sending'
  | 'sent'
  | 'delivered'
  | 'undelivered'
  | 'failed'
  | 'canceled'
  | 'read'
  | 'received';

export interface TwilioMedia {
  sid: string;
  content_type: string;
  /** Of the business: where it is. */
  url?: string;
  /** Of a person: the file on the phone. */
  media_id?: string;
  /** Of a person's contact: the card itself. */
  text?: string;
}

/** A message with the fields of Twilio's resource, and what the phone shows of it. Instants are milliseconds. */
export interface TwilioMessage {
  sid: string;
  channel: Channel;
  direction: 'inbound' | 'outbound-api' | 'outbound-reply';
  person_id: string;
  /** Addresses as Twilio writes them, with the prefix of the channel. No sender while a service has not chosen it. */
  from: string | null;
  to: string;
  service_sid: string | null;
  body: string;
  media: TwilioMedia[];
  segments: number;
  status: TwilioStatus;
  error_code: number | null;
  created_at: number;
  updated_at: number;
  sent_at: number | null;
  send_at: number | null;
  validity_seconds: number;
  price: string | null;
  status_callback: string | null;
  callback_data: string | null;
  content_sid: string | null;
  /** Whether the values of the template have gaps. */
  has_gaps: boolean;
  /** What a rule for faults decided. */
  planned_failure?: number;
  discards_body: boolean;
  hides_address: boolean;
  /** Whether the business was told, or wants to be told, that it arrived. */
  feedback: 'unconfirmed' | 'confirmed' | null;
  /** The message that it answers. */
  context_sid: string | null;
  /** The bubbles that the phone draws, in the words of the Cloud API. */
  shown: Json[];
  rendered: Rendered | null;
  /** The person has had it on the screen. */
  is_seen: boolean;
}

/** The states that do not change any more, but for `read`. */
export const FINAL: ReadonlySet<TwilioStatus> = new Set([
  'delivered',
  'undelivered',
  'failed',
  'canceled',
  'read',
  'received',
]);

const KEPT = 50_000;

/** All messages of the account, in the order in which they came. The newest 50,000 are kept. */
export class TwilioMessages {
  readonly #state: StateJournal;
  readonly #bySid = new Map<string, TwilioMessage>();
  readonly #byPerson = new Map<string, Map<string, TwilioMessage>>();

  constructor(state: StateJournal) {
    this.#state = state;
    state.on<TwilioMessage>('twilio_message', (message) => this.#keep(message));
    state.on<{ sid: string } & Partial<TwilioMessage>>('twilio_change', ({ sid, ...change }) => {
      const message = this.#bySid.get(sid);
      if (message) Object.assign(message, change);
    });
    state.on<string>('twilio_message_gone', (sid) => this.#forget(sid));
    state.snapshot(() => [...this.#bySid.values()].map((message) => ['twilio_message', message] as const));
  }

  find(sid: string): TwilioMessage | undefined {
    return this.#bySid.get(sid);
  }

  add(message: TwilioMessage): void {
    this.#keep(message);
    this.#state.record('twilio_message', message);
    if (this.#bySid.size <= KEPT) return;
    const [oldest] = this.#bySid.keys();
    if (oldest !== undefined) this.remove(oldest);
  }

  change(message: TwilioMessage, change: Partial<TwilioMessage>): void {
    Object.assign(message, change);
    this.#state.record('twilio_change', { sid: message.sid, ...change });
  }

  remove(sid: string): void {
    this.#forget(sid);
    this.#state.record('twilio_message_gone', sid);
  }

  /** Newest first. */
  newestFirst(): TwilioMessage[] {
    return [...this.#bySid.values()].reverse();
  }

  /** Of one person with one address of the business, oldest first. */
  between(personId: string, address: string): TwilioMessage[] {
    const all = [...(this.#byPerson.get(personId)?.values() ?? [])];
    return all.filter((message) => addressOf(message) === address);
  }

  ofPerson(personId: string): Iterable<TwilioMessage> {
    return this.#byPerson.get(personId)?.values() ?? [];
  }

  /** The business's messages whose way has not ended, oldest first. */
  unfinished(): TwilioMessage[] {
    return [...this.#bySid.values()].filter((message) => !FINAL.has(message.status));
  }

  #keep(message: TwilioMessage): void {
    this.#bySid.set(message.sid, message);
    let own = this.#byPerson.get(message.person_id);
    if (!own) this.#byPerson.set(message.person_id, (own = new Map()));
    own.set(message.sid, message);
  }

  #forget(sid: string): void {
    const message = this.#bySid.get(sid);
    this.#bySid.delete(sid);
    if (message) this.#byPerson.get(message.person_id)?.delete(sid);
  }
}

/** The business's side of a message: the address of its sender. */
export function addressOf(message: TwilioMessage): string | null {
  return message.direction === 'inbound' ? message.to : message.from;
}

/** The phone or user id in an address: `whatsapp:+1555…` and `+1555…` are the same person's. */
export function bareAddress(address: string): string {
  return address.replace(/^whatsapp:/i, '');
}
