import type { Json } from '#people/chats.ts';
import type { MessageView } from '#people/message-view.ts';
import type { Person } from '#people/people.ts';
import type { LedgerEntry } from '#storage/ledger.ts';

/** A provider beside the Cloud API, as the parts that all of them share see it. */
export interface OtherProvider {
  /** As the ledger, the rules for faults and the credentials name it. */
  readonly name: string;
  /** The chats that its numbers have on the phones; a provider without any leaves it out. */
  readonly chats?: OtherChats;
  /** Webhooks that have still to be told. */
  readonly pendingWebhooks: number;
  /** Where it is served and what its calls are authorized by. */
  describe(address: string): Json;
  /** Stores what the ledger has as accepted, if a killed run had not stored it. */
  restore(entry: LedgerEntry): void;
  /** Goes on where the last run stopped. */
  resume(): void;
  /** The settings have changed. */
  adapt(): void;
  close(): Promise<void>;
}

/** The chats of people with the numbers of one provider. */
export interface OtherChats {
  of(person: Person): OtherChat[];
  has(chatId: string): boolean;
  /** Oldest first. */
  messages(person: Person, chatId: string): MessageView[];
  /** The person has the chat open; gives the number of messages that became read. */
  read(person: Person, chatId: string): number;
  /** The person listens to a message; false if it is none that could be listened to. */
  play?(person: Person, messageId: string): boolean;
  /** The person writes, with the chat as `phone_number_id`. Gives the id; throws a `Refusal`. */
  write(person: Person, body: Json): string;
  /** The phone of the person has a connection again. */
  deliverWaiting(person: Person): void;
}

/** A chat as the list on the phone shows it. */
export interface OtherChat {
  /** The id of the chat: no number of the Cloud API has it. */
  phone_number_id: string;
  display_phone_number: string;
  verified_name: string;
  /** What its messages go by. */
  channel: 'sms' | 'whatsapp';
  unread: number;
  last_message: MessageView | null;
  window_closes_at: string | null;
  /** Present where the number may always write. */
  has_window?: false;
}
