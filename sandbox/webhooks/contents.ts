import type { Json, Message } from '#people/chats.ts';
import type { Person } from '#people/people.ts';
import { epochSeconds } from '#storage/clock.ts';
import { webhookError } from '#cloud-api/graph-error.ts';

/** The `contacts[]` element of a person. The phone is absent for people who are known by their username only. */
export function contactOf(person: Person): Json {
  return {
    profile: { name: person.name, ...(person.username === null ? {} : { username: person.username }) },
    ...(person.wa_id === null ? {} : { wa_id: person.wa_id }),
    user_id: person.user_id,
  };
}

/** The `statuses[]` element. */
export function statusElement(
  message: Message,
  person: Person,
  status: string,
  at: number,
  options: { webhookVersion: number; withPricing: boolean },
): Json {
  return {
    id: message.id,
    status,
    timestamp: epochSeconds(at),
    ...(person.wa_id === null ? {} : { recipient_id: person.wa_id }),
    recipient_user_id: person.user_id,
    ...(message.callback_data === null ? {} : { biz_opaque_callback_data: message.callback_data }),
    ...(status === 'failed' && message.error
      ? { errors: [webhookError(message.error.code, message.error.details)] }
      : {}),
    ...(options.withPricing ? pricingOf(message, at, options) : {}),
  };
}

function pricingOf(message: Message, at: number, options: { webhookVersion: number }): Json {
  const category = message.category ?? 'service';
  const isFree = category === 'service';
  const conversation = {
    id: message.id.slice(-32).replaceAll(/\W/g, '0').toLowerCase(),
    expiration_timestamp: epochSeconds(at + 24 * 3_600_000),
    origin: { type: category },
  };
  return {
    ...(options.webhookVersion < 24 ? { conversation } : {}),
    pricing: {
      billable: !isFree,
      pricing_model: 'PMP',
      category,
      type: isFree ? 'free_customer_service' : 'regular',
    },
  };
}
