import { createHash } from 'node:crypto';
import type { Json } from '#people/chats.ts';
import { epochSeconds } from '#storage/clock.ts';

/** What the price of a message depends on. Instants are milliseconds of the epoch. */
export interface PricedMessage {
  /** `service` for free-form messages, else the template's category; `marketing_lite` for the marketing API. */
  category: string;
  at: number;
  /** The person wrote in the 24 hours before. */
  isWindowOpen: boolean;
  /** Within 72 hours of the answer to somebody who came from an advertisement. */
  isFreeEntry: boolean;
  /** The number has free service messages left this month. */
  hasFreeService: boolean;
}

/** The `pricing` object of a status. */
export interface Pricing {
  billable: boolean;
  pricing_model: 'CBP' | 'PMP';
  category: string;
  type?: 'regular' | 'free_customer_service' | 'free_entry_point';
}

// By conversation until here, then for each delivered message.
const PER_MESSAGE_FROM = Date.UTC(2025, 6, 1);
// From here free-form messages cost as well, and so do utility templates inside the service window.
const SERVICE_CHARGED_FROM = Date.UTC(2026, 9, 1);

/** How a message is billed by the rules of its day. `freeServiceType` is what the free messages of a month carry, which
 *  Meta does not document. */
export function pricingOf(message: PricedMessage, freeServiceType: 'free_customer_service' | 'regular'): Pricing {
  const { at, category } = message;
  if (message.isFreeEntry) {
    const free = { billable: false, category: 'referral_conversion' };
    return at < PER_MESSAGE_FROM
      ? { ...free, pricing_model: 'CBP' }
      : { ...free, pricing_model: 'PMP', type: 'free_entry_point' };
  }
  if (at < PER_MESSAGE_FROM) return { billable: category !== 'service', pricing_model: 'CBP', category };
  const isFreeForm = category === 'service';
  const isFree =
    at < SERVICE_CHARGED_FROM
      ? isFreeForm || (category === 'utility' && message.isWindowOpen)
      : isFreeForm && message.hasFreeService;
  if (!isFree) return { billable: true, pricing_model: 'PMP', category, type: 'regular' };
  const type = at < SERVICE_CHARGED_FROM ? 'free_customer_service' : freeServiceType;
  return { billable: false, pricing_model: 'PMP', category, type };
}

/** The `conversation` object of a status, or nothing: since version 24 only free entries have it. Statuses after `sent`
 *  do not tell when it ends. `freeEntryUntil` is null outside a free entry. */
export function conversationOf(
  message: { person_id: string; phone_number_id: string; at: number },
  pricing: Pricing,
  freeEntryUntil: number | null,
  options: { webhookVersion: number; isFirst: boolean },
): Json {
  if (options.webhookVersion >= 24 && freeEntryUntil === null) return {};
  const day = Math.floor(message.at / 86_400_000);
  const key = [message.person_id, message.phone_number_id, pricing.category, freeEntryUntil ?? day].join(' ');
  const endsAt = freeEntryUntil ?? message.at + 86_400_000;
  return {
    conversation: {
      id: createHash('sha256').update(key).digest('hex').slice(0, 32),
      ...(options.isFirst ? { expiration_timestamp: epochSeconds(endsAt) } : {}),
      origin: { type: pricing.category },
    },
  };
}
