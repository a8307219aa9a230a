import { MediaUnavailable } from '#channels/media.ts';
import type { AccountAccess, FetchedMedia, ProviderCalls } from '#channels/provider-account.ts';
import { Fault } from '#platform/fault.ts';
import { OutgoingFailed } from '#platform/outgoing.ts';

const downloadMs = 5 * 60_000;

/**
 * Opens a file that a person sent, at the address that the webhook named. Webhooks are not signed, so the address is not
 * trusted: https, or where the connection itself leads; the client refuses private networks; and no token goes along.
 */
export async function fetchMedia(
  calls: ProviderCalls,
  { settings }: AccountAccess,
  mediaId: string,
  maxBytes: number,
): Promise<FetchedMedia> {
  const url = URL.parse(mediaId);
  const isOwn = url !== null && url.origin === new URL(settings.baseUrl).origin;
  if (!url || url.username !== '' || url.password !== '' || (url.protocol !== 'https:' && !isOwn))
    throw new MediaUnavailable('The address of the file is no https address.', true);
  try {
    const download = await calls.open({ url: url.href, timeoutMs: downloadMs, maxBytes });
    if (download.status !== 200) {
      // Leaving the loop ends the connection.
      for await (const _ of download.body) break;
      const isGone = [403, 404, 410].includes(download.status);
      throw new MediaUnavailable(`The file could not be downloaded (HTTP ${download.status}).`, isGone);
    }
    const { 'content-type': type, 'content-length': length } = download.headers;
    return {
      mimeType: typeof type === 'string' ? type : 'application/octet-stream',
      sizeBytes: typeof length === 'string' && /^\d{1,15}$/.test(length) ? Number(length) : null,
      sha256: null,
      body: explained(download.body),
    };
  } catch (error) {
    throw explain(error);
  }
}

async function* explained(body: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield* body;
  } catch (error) {
    throw explain(error);
  }
}

function explain(error: unknown): unknown {
  if (error instanceof OutgoingFailed) return new MediaUnavailable(error.message, error.reason === 'too_large', error);
  if (error instanceof Fault) return new MediaUnavailable(error.detail ?? error.title, true, error);
  return error;
}
