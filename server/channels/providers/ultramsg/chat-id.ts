import type { ProviderPerson } from '#channels/events.ts';
import type { Recipient } from '#channels/provider.ts';

// WhatsApp names its chats `digits@c.us` (a person by number), `digits@lid` (a person whose number is hidden) and `…@g.us`
// (a group). What else there is (`status@broadcast`, newsletters) is nobody who could be answered.
const forms = {
  phone: /^([1-9]\d{5,14})@(?:c\.us|s\.whatsapp\.net)$/,
  provider_user: /^\d{5,20}@lid$/,
  group: /^\d{5,20}(?:-\d{5,20})?@g\.us$/,
} as const;

/** Who a chat id means, or undefined when it means nobody who could be answered. */
export function readChatId(text: string): Exclude<Recipient, { kind: 'email' }> | undefined {
  const [, digits] = forms.phone.exec(text) ?? [];
  if (digits !== undefined) return { kind: 'phone', value: `+${digits}` };
  if (forms.provider_user.test(text)) return { kind: 'provider_user', value: text };
  return forms.group.test(text) ? { kind: 'group', value: text } : undefined;
}

/** The same person in the words of a webhook. */
export function personOfChat(text: string): ProviderPerson | undefined {
  const chat = readChatId(text);
  if (chat?.kind === 'phone') return { waId: chat.value.slice(1) };
  return chat?.kind === 'provider_user' ? { providerUserId: chat.value } : undefined;
}

/** How UltraMsg names a recipient. The form with `@c.us` and not the one with "+", which some say is refused. */
export function chatIdOf({ kind, value }: Pick<Recipient, 'kind' | 'value'>): string {
  return kind === 'phone' ? `${value.replace(/^\+/, '')}@c.us` : value;
}

/** The parts of WhatsApp's id of a message: `true_15550002222@c.us_3EB0…`, in groups with the author at the end. */
export function readMessageId(id: string): { fromMe: boolean; chat: string; author?: string } | undefined {
  const [, fromMe, chat, author] = /^(true|false)_([^_\s]+@[a-z.]+)_[^_\s]+(?:_([^_\s]+@[a-z.]+))?/.exec(id) ?? [];
  if (fromMe === undefined || chat === undefined) return undefined;
  return { fromMe: fromMe === 'true', chat, ...(author === undefined ? undefined : { author }) };
}
