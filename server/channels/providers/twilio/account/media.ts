import { MediaUnavailable } from '#channels/media.ts';
import type { AccountAccess, FetchedMedia, ProviderCalls } from '#channels/provider-account.ts';
import { authorizationOf } from '#channels/providers/twilio/sending/authorization.ts';
import { mediaPathOf } from '#channels/providers/twilio/webhooks/media-address.ts';
import { Fault } from '#platform/fault.ts';
import { type OutgoingAnswer, OutgoingFailed } from '#platform/outgoing.ts';

const downloadMs = 5 * 60_000;

/**
 * Opens a file that a person sent. Twilio answers with an address of its store that works for some hours; the credentials
 * go to the host of the connection only, and to the store nothing goes along.
 */
export async function fetchMedia(
  calls: ProviderCalls,
  access: AccountAccess,
  mediaId: string,
  maxBytes: number,
): Promise<FetchedMedia> {
  const { settings, secrets } = access;
  const path = mediaPathOf(mediaId, settings.apiVersion);
  if (path === undefined) throw new MediaUnavailable('This is not the id of a file at Twilio.', true);
  const limits = { timeoutMs: downloadMs, maxBytes };
  try {
    const headers = { authorization: authorizationOf(settings, secrets) };
    const first = await calls.open({ url: settings.baseUrl + path, headers, ...limits });
    const store = await storeOf(first);
    return await readFile(store === undefined ? first : await calls.open({ url: store, ...limits }));
  } catch (error) {
    throw explain(error);
  }
}

/** Where the answer leads, if it leads anywhere. */
async function storeOf({ status, headers, body }: OutgoingAnswer): Promise<string | undefined> {
  if (![301, 302, 303, 307, 308].includes(status)) return undefined;
  await discard(body);
  const { location } = headers;
  const url = typeof location === 'string' ? URL.parse(location) : null;
  if (!url || url.username !== '' || url.password !== '')
    throw new MediaUnavailable('The address of the file is not a whole one.', true);
  return url.href;
}

async function readFile({ status, headers, body }: OutgoingAnswer): Promise<FetchedMedia> {
  if (status !== 200) {
    await discard(body);
    throw new MediaUnavailable(`The file could not be downloaded (HTTP ${status}).`, status === 404 || status === 410);
  }
  const { 'content-type': type, 'content-length': length } = headers;
  return {
    mimeType: typeof type === 'string' ? type : 'application/octet-stream',
    sizeBytes: typeof length === 'string' && /^\d{1,15}$/.test(length) ? Number(length) : null,
    sha256: null,
    body: explained(body),
  };
}

function explain(error: unknown): unknown {
  if (error instanceof OutgoingFailed) return new MediaUnavailable(error.message, error.reason === 'too_large', error);
  if (error instanceof Fault) return new MediaUnavailable(error.detail ?? error.title, true, error);
  return error;
}

async function* explained(body: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield* body;
  } catch (error) {
    throw explain(error);
  }
}

async function discard(body: AsyncIterable<Buffer>): Promise<void> {
  // Leaving the loop ends the connection.
  for await (const _ of body) break;
}
