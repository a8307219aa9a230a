import type { Json } from '#people/chats.ts';
import { type TwilioMessage, bareAddress } from './messages.ts';
import { accountPath, messageResource } from './resources.ts';
import { TwilioError } from './twilio-error.ts';

const DAY_MS = 86_400_000;

/** Which messages a list has; each bound is an instant. */
export interface MessageFilter {
  to: string | null;
  from: string | null;
  sentFrom: number;
  sentBefore: number;
  /** Whether messages that were not sent yet are found by the date on which they were made. */
  hasUnsent: boolean;
}

/** Reads `To`, `From` and `DateSent`, `DateSent<`, `DateSent>`; a day stands for all of it. */
export function readFilter(query: URLSearchParams, hasUnsent: boolean): MessageFilter {
  const on = instantOf(query.get('DateSent'));
  const until = instantOf(query.get('DateSent<'));
  const since = instantOf(query.get('DateSent>'));
  return {
    to: query.get('To') || null,
    from: query.get('From') || null,
    sentFrom: on?.from ?? since?.from ?? Number.NEGATIVE_INFINITY,
    sentBefore: on?.before ?? until?.before ?? Number.POSITIVE_INFINITY,
    hasUnsent,
  };
}

export function fits(message: TwilioMessage, filter: MessageFilter): boolean {
  if (filter.to !== null && !isSameAddress(message.to, filter.to)) return false;
  if (filter.from !== null && !(message.from !== null && isSameAddress(message.from, filter.from))) return false;
  if (filter.sentFrom === Number.NEGATIVE_INFINITY && filter.sentBefore === Number.POSITIVE_INFINITY) return true;
  const at = message.sent_at ?? (filter.hasUnsent ? message.created_at : null);
  return at !== null && at >= filter.sentFrom && at < filter.sentBefore;
}

/** A page of the messages, newest first, in Twilio's envelope. */
export function pageOf(messages: readonly TwilioMessage[], query: URLSearchParams, accountSid: string): Json {
  const size = Math.min(1000, Math.max(1, Number(query.get('PageSize') ?? 50) || 50));
  const page = Math.max(0, Number(query.get('Page') ?? 0) || 0);
  const token = query.get('PageToken');
  const start = token === null ? page * size : placeAfter(messages, token);
  const shown = messages.slice(start, start + size);
  const uri = (to: number, last?: string) => uriOf(query, accountSid, { PageSize: size, Page: to, PageToken: last });
  const last = shown.at(-1);
  return {
    first_page_uri: uri(0),
    end: start + shown.length - 1,
    previous_page_uri: page > 0 ? uri(page - 1) : null,
    messages: shown.map((message) => messageResource(message, accountSid)),
    uri: uri(page, token ?? undefined),
    page_size: size,
    start,
    next_page_uri: last && start + size < messages.length ? uri(page + 1, `PA${last.sid}`) : null,
    page,
  };
}

// The token names the last message that was told, so that what comes meanwhile moves no page.
function placeAfter(messages: readonly TwilioMessage[], token: string): number {
  const index = messages.findIndex(({ sid }) => sid === token.slice(2));
  if (index === -1) throw new TwilioError(20001, 'The PageToken is invalid');
  return index + 1;
}

function uriOf(
  query: URLSearchParams,
  accountSid: string,
  paging: Record<string, string | number | undefined>,
): string {
  const asked = new URLSearchParams(query);
  for (const [name, value] of Object.entries(paging)) {
    if (value === undefined) asked.delete(name);
    else asked.set(name, String(value));
  }
  return `${accountPath(accountSid)}/Messages.json?${asked.toString()}`;
}

function isSameAddress(one: string, other: string): boolean {
  return one === other || (bareAddress(one) !== one && one.toLowerCase() === other.toLowerCase());
}

function instantOf(text: string | null): { from: number; before: number } | undefined {
  if (text === null || text === '') return undefined;
  const at = Date.parse(text);
  if (!/^\d{4}-\d\d-\d\d/.test(text) || Number.isNaN(at)) {
    throw new TwilioError(20001, `The date ${text} is not of the form YYYY-MM-DD`);
  }
  // A whole day, or the second that is named.
  return { from: at, before: at + (text.length === 10 ? DAY_MS : 1000) };
}
