import type { Message } from '#people/chats.ts';

/** A message of the business as the analytics see it. Instants are milliseconds of the epoch. */
export interface CountedMessage {
  at: number;
  phone_number_id: string;
  country: string;
  category: string;
  template_id: string | null;
  is_sent: boolean;
  is_delivered: boolean;
  is_read: boolean;
  /** Quick replies that were tapped, by their text. */
  clicks: readonly string[];
}

export type Granularity = 'HALF_HOUR' | 'DAY' | 'MONTH';

export interface Span {
  /** Seconds of the epoch. */
  start: number;
  end: number;
}

/** What a delivered message of each category costs here, in the currency of the account. Real prices differ by country
 *  and change; these are only there to be added up. */
const PRICES: Readonly<Record<string, number>> = { MARKETING: 0.08, UTILITY: 0.02, AUTHENTICATION: 0.02, SERVICE: 0 };

export function priceOf(category: string): number {
  return PRICES[category.toUpperCase()] ?? 0;
}

export function isSent({ status }: Message): boolean {
  return status !== 'accepted' && status !== 'failed';
}

export function isDelivered({ status }: Message): boolean {
  return status === 'delivered' || isRead(status);
}

export function isRead(status: Message['status']): boolean {
  return status === 'read' || status === 'played';
}

/** The start and end of the interval in which an instant lies, in UTC. */
export function intervalOf(atMs: number, granularity: Granularity): Span {
  const seconds = Math.floor(atMs / 1000);
  switch (granularity) {
    case 'HALF_HOUR': {
      const start = seconds - (seconds % 1800);
      return { start, end: start + 1800 };
    }
    case 'DAY': {
      const start = seconds - (seconds % 86_400);
      return { start, end: start + 86_400 };
    }
    case 'MONTH': {
      const date = Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO('UTC');
      const first = date.with({ day: 1 }).startOfDay();
      const next = first.add({ months: 1 });
      return { start: first.epochMilliseconds / 1000, end: next.epochMilliseconds / 1000 };
    }
  }
}

/** The messages of a span, in the groups that have the same interval and the same value of each dimension. */
export function groupMessages(
  messages: readonly CountedMessage[],
  span: Span,
  granularity: Granularity,
  keysOf: (message: CountedMessage) => Readonly<Record<string, string>>,
): { interval: Span; keys: Readonly<Record<string, string>>; messages: CountedMessage[] }[] {
  const groups = new Map<
    string,
    { interval: Span; keys: Readonly<Record<string, string>>; messages: CountedMessage[] }
  >();
  for (const message of messages) {
    if (message.at < span.start * 1000 || message.at >= span.end * 1000) continue;
    const interval = intervalOf(message.at, granularity);
    const keys = keysOf(message);
    const key = JSON.stringify([interval.start, keys]);
    const group = groups.get(key) ?? { interval, keys, messages: [] };
    groups.set(key, group);
    group.messages.push(message);
  }
  return [...groups.values()].toSorted((one, other) => one.interval.start - other.interval.start);
}

export function countWhere(messages: readonly CountedMessage[], test: (message: CountedMessage) => boolean): number {
  return messages.filter(test).length;
}
