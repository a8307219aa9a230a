import type { ErrorEntry, ProviderError } from '#channels/provider.ts';
import { isProofRefused } from '#channels/providers/cloud-api/app-secret-proof.ts';
import { isFields } from '#channels/providers/payloads/fields.ts';
import { managementErrors } from './management-errors.ts';
import { answerErrors, sendErrors } from './message-errors.ts';

/** Every row: what the docs show and what the code decides by. */
export const errorTable: readonly ErrorEntry[] = [...sendErrors, ...managementErrors, ...answerErrors];

// What comes as a subcode is found by both codes and by its own.
const rowsByCode = new Map(
  errorTable.flatMap((row) => [
    [row.code, row] as const,
    ...(row.subcodeOf === undefined ? [] : [[`${row.subcodeOf}.${row.code}`, row] as const]),
  ]),
);

/** The row of an error that Meta gave, from the finest to the default: code with subcode, code, range. */
export function reactionTo(error: ProviderError): ErrorEntry {
  const row =
    (isProofRefused(error) && rowsByCode.get('100.appsecret_proof')) ||
    (error.subcode !== undefined && rowsByCode.get(`${error.code}.${error.subcode}`)) ||
    rowsByCode.get(error.code);
  if (row) return row;
  return answerReaction(/^2\d\d$/.test(error.code) ? '200' : 'unlisted');
}

/** The row of an answer that has no code of Meta's; the name is one of our own. */
export function answerReaction(code: 'http_redirect' | 'http_429' | 'unlisted' | 'unlisted_5xx' | '200'): ErrorEntry {
  const row = rowsByCode.get(code);
  if (!row) throw new Error(`The error table has no row ${code}.`);
  return row;
}

/** True when the table knows the code itself, so that its meaning is documented. */
export function isListed(error: ProviderError): boolean {
  return reactionTo(error).code !== 'unlisted';
}

/**
 * Reads Meta's error object, of an answer or of a webhook (where the title comes alone and without "(#code)").
 * Undefined when it is none: no object, or no usable code.
 */
export function readErrorObject(value: unknown): ProviderError | undefined {
  if (!isFields(value)) return undefined;
  const code = readCode(value['code']);
  if (code === undefined) return undefined;
  const details = (value['error_data'] as { details?: unknown } | null | undefined)?.details ?? value['error_user_msg'];
  const title = value['title'] ?? value['message'];
  const subcode = readCode(value['error_subcode']);
  const traceId = value['fbtrace_id'];
  return {
    code,
    ...(subcode === undefined ? undefined : { subcode }),
    title: typeof title === 'string' ? shorten(title.replace(/^\(#\d+\) /, '')) : 'No title',
    ...(typeof details === 'string' ? { details: shorten(details) } : undefined),
    ...(typeof traceId === 'string' ? { traceId: shorten(traceId) } : undefined),
  };
}

function readCode(value: unknown): string | undefined {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return String(value);
  return typeof value === 'string' && /^\d{1,15}$/.test(value) ? String(Number(value)) : undefined;
}

// Errors are kept with every attempt and shown on screens; a provider has no reason to send more.
function shorten(text: string): string {
  return text.replaceAll('\0', '').slice(0, 1000).toWellFormed();
}
