import type { Settings } from '#control/settings.ts';
import { type Chats, type Json, type Message, chatIdOf } from '#people/chats.ts';
import type { WebhookQueue } from '#webhooks/queue.ts';
import type { FreeService } from './free-service.ts';
import { type Pricing, conversationOf, pricingOf } from './pricing.ts';

interface Deps {
  webhooks: Pick<WebhookQueue, 'lowestVersion'>;
  settings: Settings;
  chats: Chats;
  freeService: FreeService;
}

const WINDOW_MS = 24 * 3_600_000;
const FREE_ENTRY_MS = 72 * 3_600_000;

/** Whether free-form messages may be sent at the message's time. */
export function isWindowOpen(message: Message, { chats, settings }: Pick<Deps, 'chats' | 'settings'>): boolean {
  if (settings.service_window === 'off') return true;
  const last = chats.chat(message.person_id, chatIdOf(message)).last_inbound_at;
  return last !== null && message.at < last + WINDOW_MS;
}

/** What a message costs if it is delivered at `now`. */
export function priceOf(message: Message, now: number, deps: Deps): Pricing {
  return pricingOf(
    {
      category: message.category ?? 'service',
      at: now,
      isWindowOpen: isWindowOpen(message, deps),
      isFreeEntry: freeEntryOf(message, deps) !== null || answersReferral(message, deps),
      hasFreeService: deps.freeService.isLeft(message.phone_number_id, now),
    },
    deps.settings.free_service_type,
  );
}

/** `pricing`, and `conversation` where the version of the webhooks has it, for a status. */
export function billingOf(message: Message, pricing: Pricing, isFirst: boolean, deps: Deps): Json {
  const options = { webhookVersion: deps.webhooks.lowestVersion, isFirst };
  const told = message.group_id === undefined ? pricing : { ...pricing, category: groupCategoryOf(pricing.category) };
  return { ...conversationOf(message, pricing, freeEntryOf(message, deps), options), pricing: told };
}

/** Messages to groups have categories of their own. */
function groupCategoryOf(category: string): string {
  return ['marketing', 'utility', 'service'].includes(category) ? `group_${category}` : category;
}

/** The first answer to somebody who came from an advertisement, within a day, makes 72 hours free. */
export function answerReferral(message: Message, deps: Pick<Deps, 'chats'>): void {
  if (!answersReferral(message, deps)) return;
  const chat = deps.chats.chat(message.person_id, chatIdOf(message));
  deps.chats.openFreeEntry(chat, message.at + FREE_ENTRY_MS);
}

function answersReferral(message: Message, { chats }: Pick<Deps, 'chats'>): boolean {
  const { referred_at: at } = chats.chat(message.person_id, chatIdOf(message));
  return at !== null && message.at >= at && message.at <= at + WINDOW_MS;
}

function freeEntryOf(message: Message, { chats }: Pick<Deps, 'chats'>): number | null {
  const { free_entry_until: until } = chats.chat(message.person_id, chatIdOf(message));
  return until !== null && message.at < until ? until : null;
}
