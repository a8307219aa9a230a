import type { ErrorReaction, ProviderError, ProviderResponse, SendOutcome } from '#channels/provider.ts';
import { answerReaction, isListed, reactionTo, readErrorObject } from '#channels/providers/cloud-api/errors/errors.ts';
import { readRetryAfter } from '#channels/providers/payloads/retry-after.ts';

// Answers of the server's own side are documented for these codes although nothing was sent: the number or the app is
// not set up. Every other 5xx leaves open what was done.
const refusedWith5xx: readonly string[] = ['3', '131045', '133000', '134102'];

type Scope = 'sender' | 'pair' | 'connection';

const throttleScopes: Partial<Record<string, Scope>> = {
  '4': 'connection',
  '80007': 'connection',
  '130429': 'sender',
  '131056': 'pair',
  http_429: 'sender',
};

/**
 * Reads an answer to a send. Only two things are believed: a message id ("yes") and an error object of Meta's ("no").
 * Everything else, an empty 200 as much as a proxy's error page, leaves the outcome unknown, since the message may
 * have been taken before the answer was spoilt.
 */
export function readSendAnswer(response: ProviderResponse, now: Temporal.Instant): SendOutcome {
  const { httpStatus } = response;
  if (httpStatus >= 300 && httpStatus < 400) {
    const row = answerReaction('http_redirect');
    return { outcome: 'rejected', error: { code: row.code, title: `${row.title} (HTTP ${httpStatus})` }, row };
  }
  const answer = readJson(response);
  const isSuccess = httpStatus >= 200 && httpStatus < 300;
  if (isSuccess) {
    const accepted = readAccepted(answer);
    if (accepted) return accepted;
  }
  const error = readErrorObject((answer as { error?: unknown } | undefined)?.error);
  if (error) return readRefusal(error, response, now);
  if (httpStatus === 429) {
    const row = answerReaction('http_429');
    return throttled('sender', { code: row.code, title: row.title }, row, response, now);
  }
  return { outcome: 'unknown', reason: unknownReason(response, answer, isSuccess), httpStatus };
}

function readAccepted(answer: unknown): SendOutcome | undefined {
  if (typeof answer !== 'object' || answer === null) return undefined;
  const { messages, contacts } = answer as { messages?: unknown; contacts?: unknown };
  if (!Array.isArray(messages)) return undefined;
  const providerMessageIds: string[] = [];
  let held = false;
  for (const message of messages as ({ id?: unknown; message_status?: unknown } | null)[]) {
    const id = message?.id;
    if (!isId(id)) continue;
    // The same id twice is one message told twice.
    if (!providerMessageIds.includes(id)) providerMessageIds.push(id);
    // Held ones may still be dropped days later (132015), which a status reports.
    held ||= message?.message_status === 'held_for_quality_assessment' || message?.message_status === 'paused';
  }
  if (providerMessageIds.length === 0) return undefined;
  const contact = Array.isArray(contacts) ? (contacts[0] as { wa_id?: unknown; user_id?: unknown } | null) : undefined;
  return {
    outcome: 'accepted',
    providerMessageIds,
    ...(isId(contact?.wa_id) ? { recipientId: contact.wa_id } : undefined),
    ...(isId(contact?.user_id) ? { providerUserId: contact.user_id } : undefined),
    ...(held ? { held } : undefined),
  };
}

function readRefusal(error: ProviderError, response: ProviderResponse, now: Temporal.Instant): SendOutcome {
  const { httpStatus } = response;
  let row = reactionTo(error);
  if (httpStatus >= 500 && !refusedWith5xx.includes(error.code)) {
    if (!isListed(error)) row = answerReaction('unlisted_5xx');
    return { outcome: 'unknown', reason: `HTTP ${httpStatus} with the error ${error.code}`, httpStatus, error, row };
  }
  if (row.reaction === 'unknown') {
    return {
      outcome: 'unknown',
      reason: `Meta's error ${error.code} does not say what was done`,
      httpStatus,
      error,
      row,
    };
  }
  const scope = throttleScopes[row.code];
  return scope ? throttled(scope, error, row, response, now) : { outcome: 'rejected', error, row };
}

function throttled(
  scope: Scope,
  error: ProviderError,
  row: ErrorReaction,
  response: ProviderResponse,
  now: Temporal.Instant,
): SendOutcome {
  const retryAfterSeconds = readRetryAfter(response.headers['retry-after'], now);
  return {
    outcome: 'throttled',
    scope,
    error,
    row,
    ...(retryAfterSeconds === undefined ? undefined : { retryAfterSeconds }),
  };
}

/** The JSON of the body, or undefined when it is none or was cut. */
function readJson(response: ProviderResponse): unknown {
  const { body, truncated } = response;
  if (truncated || body.length === 0) return undefined;
  // TextDecoder drops a byte order mark, which JSON.parse would refuse.
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
  return isSuccess ? `${status} without a message id` : `${status} without an error of Meta's`;
}

// A wamid has about 60 characters. What cannot be stored as text is no id.
function isId(value: unknown): value is string {
  return (
    typeof value === 'string' &&
    value.length > 0 &&
    value.length <= 512 &&
    value.isWellFormed() &&
    !value.includes('\0')
  );
}
