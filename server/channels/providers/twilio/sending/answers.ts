import type { ErrorEntry, ProviderError, ProviderResponse, SendOutcome } from '#channels/provider.ts';
import { type Fields, isFields, textOf } from '#channels/providers/payloads/fields.ts';
import { readRetryAfter } from '#channels/providers/payloads/retry-after.ts';
import {
  answerReaction,
  isListed,
  reactionTo,
  readCode,
  readErrorBody,
  shorten,
} from '#channels/providers/twilio/errors/errors.ts';
import type { TwilioName } from '#channels/providers/twilio/names.ts';

const messageSid = /^[A-Z]{2}[0-9a-fA-F]{32}$/;
/** Refusals that say that nothing was looked at. */
const throttles: readonly string[] = ['20429', '21611', '63018'];

/**
 * Reads an answer to a send. Only two things are believed: the SID of a message ("yes") and an error of Twilio's under a
 * status of 4xx ("no"). Everything else leaves the outcome unknown, since the message may have been taken before the answer
 * was spoilt.
 */
export function readSendAnswer(provider: TwilioName, response: ProviderResponse, now: Temporal.Instant): SendOutcome {
  const { httpStatus } = response;
  if (httpStatus >= 300 && httpStatus < 400) {
    const row = answerReaction(provider, 'http_redirect');
    return { outcome: 'rejected', error: { code: row.code, title: `${row.title} (HTTP ${httpStatus})` }, row };
  }
  const answer = readJson(response);
  const isSuccess = httpStatus >= 200 && httpStatus < 300;
  const message = isSuccess ? readMessage(provider, answer) : undefined;
  if (message) return message;
  const error = isSuccess ? undefined : readErrorBody(answer);
  if (error && httpStatus >= 400) return readRefusal(provider, error, response, now);
  if (httpStatus === 429) {
    const row = answerReaction(provider, 'http_429');
    return throttled({ code: row.code, title: row.title }, row, response, now);
  }
  return { outcome: 'unknown', reason: unknownReason(response, answer, isSuccess), httpStatus };
}

function readMessage(provider: TwilioName, answer: unknown): SendOutcome | undefined {
  if (!isFields(answer)) return undefined;
  const { sid } = answer;
  if (typeof sid !== 'string' || !messageSid.test(sid)) return undefined;
  // No callback tells the status that a message begins with: one that has failed by now would never be heard of.
  return failedAtOnce(provider, answer) ?? { outcome: 'accepted', providerMessageIds: [sid] };
}

function failedAtOnce(provider: TwilioName, answer: Fields): SendOutcome | undefined {
  const { status, error_code: given, error_message: words } = answer;
  if (status !== 'failed' && status !== 'undelivered') return undefined;
  const code = readCode(given) ?? 'unlisted';
  const row = reactionTo(provider, code);
  return { outcome: 'rejected', error: { code, title: shorten(textOf(words, 5000) ?? row.title) }, row };
}

function readRefusal(
  provider: TwilioName,
  error: ProviderError,
  response: ProviderResponse,
  now: Temporal.Instant,
): SendOutcome {
  const { httpStatus } = response;
  const row = reactionTo(provider, error.code);
  if (httpStatus === 429) return throttled(error, slowing(provider, row), response, now);
  if (httpStatus >= 500) {
    const known = isListed(provider, error.code) ? row : answerReaction(provider, 'unlisted_5xx');
    return {
      outcome: 'unknown',
      reason: `HTTP ${httpStatus} with the error ${error.code}`,
      httpStatus,
      error,
      row: known,
    };
  }
  if (row.reaction === 'unknown')
    return { outcome: 'unknown', reason: `The error ${error.code} does not say what was done`, httpStatus, error, row };
  return throttles.includes(row.code) ? throttled(error, row, response, now) : { outcome: 'rejected', error, row };
}

// Whatever its code, Twilio did not look at what it answers with 429.
function slowing(provider: TwilioName, row: ErrorEntry): ErrorEntry {
  return throttles.includes(row.code) ? row : answerReaction(provider, 'http_429');
}

function throttled(
  error: ProviderError,
  row: ErrorEntry,
  response: ProviderResponse,
  now: Temporal.Instant,
): SendOutcome {
  const retryAfterSeconds = readRetryAfter(response.headers['retry-after'], now);
  return {
    outcome: 'throttled',
    scope: 'sender',
    error,
    row,
    ...(retryAfterSeconds === undefined ? undefined : { retryAfterSeconds }),
  };
}

/** The JSON of the body, or undefined when it is none or was cut. */
function readJson({ body, truncated }: ProviderResponse): unknown {
  if (truncated || body.length === 0) return undefined;
  try {
    return JSON.parse(decoder.decode(body));
  } catch {
    return undefined;
  }
}

const decoder = new TextDecoder();

function unknownReason(response: ProviderResponse, answer: unknown, isSuccess: boolean): string {
  const status = `HTTP ${response.httpStatus}`;
  if (response.truncated) return `${status} with an answer of more than a megabyte`;
  if (response.body.length === 0) return `${status} with an empty answer`;
  if (answer === undefined) return `${status} with an answer that is not JSON`;
  return isSuccess ? `${status} without the SID of a message` : `${status} without an error of Twilio's`;
}
