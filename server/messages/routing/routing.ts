import type { MessageContent } from '#channels/provider.ts';
import type { Option, SaidAs } from './as-text.ts';
import type { Price } from './price.ts';

/** A sender that came first and did not take the message. */
export interface Skipped {
  sender_id: string;
  reason: SkipReason;
  detail: string;
}

/** Why a sender is passed over. Of the first ones the message could wait there; the others do not take it. */
export const waitingReasons = ['paused', 'lane_stopped', 'not_answering', 'held'] as const;
export const refusingReasons = ['sender_gone', 'no_address', 'cannot_be_said', 'service_window_closed'] as const;
/** Why a sender is passed over when a message is rerouted, beside these. */
export const reroutingReasons = ['unofficial', 'too_expensive', 'price_unknown'] as const;
export type SkipReason =
  | (typeof waitingReasons)[number]
  | (typeof refusingReasons)[number]
  | (typeof reroutingReasons)[number];

/** Why a message goes by its sender. Kept with the message, in the words of the API. */
export interface Routing {
  rule: { id: string; name: string };
  skipped: Skipped[];
  price: Price | null;
  said_as: SaidAs;
  /** What was asked for, when it is said in another way. */
  original: MessageContent | null;
  /** The answers that it offers by number. */
  options: Option[] | null;
  /** How often it was rerouted before. */
  hop: number;
  /** The message that this one takes the place of. */
  rerouted_from: string | null;
  /** Why it does. */
  reason: string | null;
  /** The senders that had it before. */
  tried: string[];
}

export function isWaiting(reason: SkipReason): boolean {
  return (waitingReasons as readonly string[]).includes(reason);
}
