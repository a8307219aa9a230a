import { createHash } from 'node:crypto';
import { MediaUnavailable } from '#channels/media.ts';
import type { AccountAccess, FetchedMedia, ProviderCalls } from '#channels/provider-account.ts';
import { Fault } from '#platform/fault.ts';
import { OutgoingFailed } from '#platform/outgoing.ts';
import { textOf } from '#channels/providers/payloads/fields.ts';
import { callGraph } from './graph.ts';

const downloadMs = 5 * 60_000;

/**
 * Opens a file that a person sent: asks for its address, which works for five minutes, and downloads from there. The
 * access token goes to Meta's own file hosts and to the host of the connection only, whatever the answer names. The
 * bytes are checked against the sum that Meta gave while they pass: reading fails at the end when they differ.
 */
export async function fetchMedia(
  calls: ProviderCalls,
  access: AccountAccess,
  mediaId: string,
  maxBytes: number,
): Promise<FetchedMedia> {
  const { settings, secrets, senderExternalId } = access;
  const answer = await callGraph(calls, access, {
    path: `${encodeURIComponent(mediaId)}?phone_number_id=${encodeURIComponent(senderExternalId)}`,
  });
  // Meta keeps received files for seven days; an id that it no longer knows is gone.
  if (!answer.ok) throw new MediaUnavailable(answer.words, answer.error?.code === '100' || answer.error?.code === '33');
  const { url, mime_type: mimeType, sha256, file_size: size } = answer.fields;
  const sizeBytes = Number(size);
  if (Number.isFinite(sizeBytes) && sizeBytes > maxBytes) {
    throw new MediaUnavailable(`The file has ${sizeBytes} bytes; at most ${maxBytes} are taken.`, true);
  }
  if (typeof url !== 'string' || !isTrusted(url, settings.baseUrl)) {
    throw new MediaUnavailable('The address of the file is not on a host that the access token may go to.', true);
  }
  try {
    const download = await calls.open({
      url,
      headers: { authorization: `Bearer ${secrets.accessToken}` },
      timeoutMs: downloadMs,
      maxBytes,
    });
    if (download.status !== 200) {
      await discard(download.body);
      // An expired address is the usual reason, and the next try asks for a new one.
      throw new MediaUnavailable(`The file could not be downloaded (HTTP ${download.status}).`, false);
    }
    const served = download.headers['content-type'];
    const expected = textOf(sha256, 200);
    return {
      mimeType: textOf(mimeType, 200) ?? (typeof served === 'string' ? served : 'application/octet-stream'),
      sizeBytes: Number.isFinite(sizeBytes) ? sizeBytes : null,
      sha256: expected ?? null,
      body: checked(download.body, expected),
    };
  } catch (error) {
    throw explain(error);
  }
}

function explain(error: unknown): unknown {
  if (error instanceof OutgoingFailed) return new MediaUnavailable(error.message, error.reason === 'too_large', error);
  if (error instanceof Fault) return new MediaUnavailable(error.detail ?? error.title, true, error);
  return error;
}

/** Meta's file hosts over https, or exactly where the connection itself leads. */
function isTrusted(address: string, baseUrl: string): boolean {
  const url = URL.parse(address);
  if (!url || url.username !== '' || url.password !== '') return false;
  if (url.origin === new URL(baseUrl).origin) return true;
  const isMeta = url.hostname === 'lookaside.fbsbx.com' || /\.(?:fbcdn\.net|fbsbx\.com)$/.test(url.hostname);
  return isMeta && url.protocol === 'https:' && url.port === '';
}

/** Passes the bytes on and fails behind the last one when they are not those that were meant. */
async function* checked(body: AsyncIterable<Buffer>, expected: string | undefined): AsyncGenerator<Buffer> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of body) {
      hash.update(chunk);
      yield chunk;
    }
  } catch (error) {
    throw explain(error);
  }
  if (expected === undefined) return;
  const digest = hash.digest();
  // The answer has hex; older ones and webhooks have base64.
  const isHex = /^[0-9a-f]{64}$/i.test(expected);
  if (digest.toString(isHex ? 'hex' : 'base64') !== (isHex ? expected.toLowerCase() : expected)) {
    throw new MediaUnavailable('The file differs from the one that was announced.', false);
  }
}

async function discard(body: AsyncIterable<Buffer>): Promise<void> {
  // Leaving the loop ends the connection.
  for await (const _ of body) break;
}
