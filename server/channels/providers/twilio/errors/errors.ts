import type { ErrorEntry, ProviderError } from '#channels/provider.ts';
import { type Fields, isFields } from '#channels/providers/payloads/fields.ts';
import { type TwilioName, smsName, whatsappName } from '#channels/providers/twilio/names.ts';
import type { TwilioRow } from './error-row.ts';
import { answerRows, sharedRows, smsRows, whatsappRows } from './error-rows.ts';

const own = (provider: TwilioName, rows: readonly TwilioRow[]): ErrorEntry[] =>
  rows.map((row) => ({ provider, ...row }));

/** Every row of each provider: what the docs show and what the code decides by. */
export const errorTables: Readonly<Record<TwilioName, readonly ErrorEntry[]>> = {
  [smsName]: own(smsName, [...sharedRows, ...smsRows, ...answerRows]),
  [whatsappName]: own(whatsappName, [...sharedRows, ...whatsappRows, ...answerRows]),
};

const indexes = Object.fromEntries(
  Object.entries(errorTables).map(([name, rows]) => [name, new Map(rows.map((row) => [row.code, row]))]),
);

/** The row of a code of Twilio's, or the one for codes that nobody knows yet. */
export function reactionTo(provider: TwilioName, code: string): ErrorEntry {
  return rowOf(provider, code) ?? answerReaction(provider, 'unlisted');
}

/** True when the table knows the code itself, so that its meaning is documented. */
export function isListed(provider: TwilioName, code: string): boolean {
  return rowOf(provider, code) !== undefined;
}

/** The row of an answer or a status that has no code of Twilio's. */
export function answerReaction(
  provider: TwilioName,
  code: 'canceled' | 'http_redirect' | 'http_429' | 'unlisted' | 'unlisted_5xx',
): ErrorEntry {
  const row = rowOf(provider, code);
  if (!row) throw new Error(`The error table has no row ${code}.`);
  return row;
}

/** The error in the body of an answer. Undefined when there is none of Twilio's. */
export function readErrorBody(value: unknown): ProviderError | undefined {
  if (!isFields(value)) return undefined;
  const code = readCode(value['code']);
  // A message has its status and its id; an error has neither of both, but a message in words.
  if (code === undefined || typeof value['message'] !== 'string') return undefined;
  return { code, title: shorten(value['message'] || 'No title'), ...detailsOf(value) };
}

/** A code as Twilio writes it in answers and in status callbacks; undefined when it is none. */
export function readCode(value: unknown): string | undefined {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0) return String(value);
  return typeof value === 'string' && /^\d{1,9}$/.test(value) && Number(value) > 0 ? String(Number(value)) : undefined;
}

/** Errors are kept with every attempt and shown on screens; a provider has no reason to send more. */
export function shorten(text: string): string {
  return text.replaceAll('\0', '').slice(0, 1000).toWellFormed();
}

function detailsOf(value: Fields): { details?: string } {
  const details = value['details'] ?? value['detail'];
  return typeof details === 'string' && details !== '' ? { details: shorten(details) } : {};
}

function rowOf(provider: TwilioName, code: string): ErrorEntry | undefined {
  return indexes[provider]?.get(code);
}
