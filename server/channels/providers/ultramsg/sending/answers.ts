import type { ErrorEntry, ProviderError, ProviderResponse, SenderAddress, SendOutcome } from '#channels/provider.ts';
import { type Fields, isFields } from '#channels/providers/payloads/fields.ts';
import { readRetryAfter } from '#channels/providers/payloads/retry-after.ts';
import { readError, rowOf } from '#channels/providers/ultramsg/errors/errors.ts';
import { queuedMessageId } from '#channels/providers/ultramsg/instance.ts';

/**
 * Reads an answer to a send. A yes is one thing only: HTTP 2xx with JSON that has no error, says `sent: "true"` and has an
 * id. A no is an error in words, or HTTP 404, which is how the client of UltraMsg knows that there is no such instance.
 * Everything else leaves open whether the message is in the queue. A yes means just that: it waits in UltraMsg's queue.
 */
export function readSendAnswer(response: ProviderResponse, now: Temporal.Instant, sender: SenderAddress): SendOutcome {
  const { httpStatus } = response;
  if (httpStatus >= 300 && httpStatus < 400) {
    const row = rowOf('http_redirect');
    return { outcome: 'rejected', error: { code: row.code, title: `${row.title} (HTTP ${httpStatus})` }, row };
  }
  // An error of the server's own side may come after the message was queued, whatever its body says.
  if (httpStatus >= 500) return { outcome: 'unknown', reason: `HTTP ${httpStatus}`, httpStatus };
  const answer = readJson(response);
  const saysYes = answer !== undefined && String(answer['sent']).toLowerCase() === 'true';
  // What says yes and no at once is neither.
  const refused = answer && !saysYes ? readError(answer) : undefined;
  if (refused) return refusal(refused.error, refused.row, response, now);
  if (answer && saysYes && httpStatus >= 200 && httpStatus < 300) {
    const id = idOf(answer['id']);
    const hasNoError = answer['error'] === undefined || answer['error'] === null;
    if (hasNoError && id !== undefined)
      return { outcome: 'accepted', providerMessageIds: [queuedMessageId(sender.externalId, id)] };
  }
  if (httpStatus === 404 || httpStatus === 429) {
    const row = rowOf(httpStatus === 404 ? 'instance_not_found' : 'http_429');
    return refusal({ code: row.code, title: row.title }, row, response, now);
  }
  return { outcome: 'unknown', reason: unknownReason(response, answer), httpStatus };
}

function refusal(
  error: ProviderError,
  row: ErrorEntry,
  response: ProviderResponse,
  now: Temporal.Instant,
): SendOutcome {
  if (row.reaction !== 'retry_sender') return { outcome: 'rejected', error, row };
  const retryAfterSeconds = readRetryAfter(response.headers['retry-after'], now);
  return {
    outcome: 'throttled',
    scope: 'sender',
    error,
    row,
    ...(retryAfterSeconds === undefined ? undefined : { retryAfterSeconds }),
  };
}

const decoder = new TextDecoder();

function readJson({ body, truncated }: ProviderResponse): Fields | undefined {
  if (truncated || body.length === 0) return undefined;
  try {
    const value: unknown = JSON.parse(decoder.decode(body));
    return isFields(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

// A small number that counts up in each instance.
function idOf(value: unknown): string | undefined {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return String(value);
  return typeof value === 'string' && /^[\w-]{1,64}$/.test(value) ? value : undefined;
}

function unknownReason({ httpStatus, truncated, body }: ProviderResponse, answer: Fields | undefined): string {
  const status = `HTTP ${httpStatus}`;
  if (truncated) return `${status} with an answer of more than a megabyte`;
  if (body.length === 0) return `${status} with an empty answer`;
  if (!answer) return `${status} with an answer that is not JSON`;
  return `${status} with an answer that says neither yes nor no`;
}
