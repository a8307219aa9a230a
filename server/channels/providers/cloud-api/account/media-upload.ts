import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import type { AccountAccess, FileToUpload, ProviderCalls, UploadedMedia } from '#channels/provider-account.ts';
import { proofParameter } from '#channels/providers/cloud-api/app-secret-proof.ts';
import { Fault } from '#platform/fault.ts';
import { OutgoingFailed } from '#platform/outgoing.ts';
import { readGraphAnswer } from './graph.ts';

const uploadMs = 5 * 60_000;
/** Meta keeps an uploaded file so long: cloud-api reference, media. */
const keptDays = 30;

/**
 * Uploads a file to the account of a number, as it is read: nothing of it is kept in memory. Throws Fault `upstream_failed`
 * with Meta's words. A file that was uploaded although its answer was lost costs nothing but its place at Meta.
 */
export async function uploadMedia(
  calls: ProviderCalls,
  access: AccountAccess,
  file: FileToUpload,
): Promise<UploadedMedia> {
  const { settings, secrets, senderExternalId } = access;
  const boundary = `carillon-${randomBytes(12).toString('hex')}`;
  const head = Buffer.from(
    field(boundary, 'messaging_product', 'whatsapp') +
      field(boundary, 'type', file.mimeType) +
      `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="${quoted(file.filename)}"\r\nContent-Type: ${file.mimeType}\r\n\r\n`,
  );
  const tail = Buffer.from(`\r\n--${boundary}--\r\n`);
  const proof = proofParameter(secrets);
  const url = `${settings.baseUrl.replace(/\/+$/, '')}/${settings.apiVersion}/${encodeURIComponent(senderExternalId)}/media`;
  const startedAt = Temporal.Now.instant();
  try {
    const answer = await calls.request({
      url: proof === '' ? url : `${url}?${proof}`,
      method: 'POST',
      headers: {
        authorization: `Bearer ${secrets.accessToken}`,
        'content-type': `multipart/form-data; boundary=${boundary}`,
        'content-length': String(head.length + file.sizeBytes + tail.length),
      },
      body: Readable.from(parts(head, file.body, tail)),
      timeoutMs: uploadMs,
    });
    const read = readGraphAnswer(answer.status, answer.body);
    if (!read.ok) throw failed(read.words);
    const { id } = read.fields;
    if (typeof id !== 'string' || id === '') throw failed('The answer to the upload has no id.');
    return { providerMediaId: id, expiresAt: startedAt.add({ hours: keptDays * 24 }) };
  } catch (error) {
    if (error instanceof OutgoingFailed) throw failed(error.message, error);
    throw error;
  }
}

async function* parts(head: Buffer, body: AsyncIterable<Buffer>, tail: Buffer): AsyncGenerator<Buffer> {
  yield head;
  yield* body;
  yield tail;
}

function field(boundary: string, name: string, value: string): string {
  return `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
}

// As browsers write it: what would end the name or the line is written in percent.
function quoted(filename: string): string {
  return filename.replaceAll('\r', '%0D').replaceAll('\n', '%0A').replaceAll('"', '%22');
}

function failed(words: string, cause?: unknown): Fault {
  return new Fault('upstream_failed', { detail: `The file could not be handed to the provider. ${words}`, cause });
}
