import { Readable } from 'node:stream';
import { MediaUnavailable } from '#channels/media.ts';
import type { FetchedMedia, PassedCall, ProviderCalls } from '#channels/provider-account.ts';
import type { SenderAccount } from '#messages/outbox/sender-account.ts';
import { Fault } from '#platform/fault.ts';
import type { GraphDeps } from './graph.ts';
import { graphAnswer, type GraphErrorAnswer, unknownObject } from './graph-error.ts';

/** What a call may reach at the provider: what is told of numbers, their files and the list of templates, nothing else of the
 *  account. */
export interface PassedDeps extends Pick<GraphDeps, 'accountOf' | 'senders'> {
  calls: ProviderCalls;
  /** Where the caller reaches this server, without a slash at the end. */
  origin: string;
}

type Fields = Record<string, unknown>;

export interface PassedAnswer {
  status: number;
  body: object;
}

/** More than the provider takes, so that it is the provider who refuses by its own rules. */
const maxFileBytes = 101 * 1024 * 1024;
const idPattern = /^[\w.:-]{1,128}$/;

/** Has the file of a multipart request kept for the number. The bytes go on as they come. */
export function uploadMedia(
  deps: PassedDeps,
  sender: SenderAccount,
  upload: { contentType: string; contentLength: string | undefined; query: Record<string, string>; body: Readable },
): Promise<PassedAnswer> {
  if (!/^multipart\/form-data\s*;.*\bboundary=./i.test(upload.contentType))
    return Promise.resolve(graphAnswer(100, 'The upload must be multipart/form-data with a file.'));
  if (Number(upload.contentLength ?? 0) > maxFileBytes)
    return Promise.resolve(graphAnswer(100, 'Param file is too large: a file has at most 100 MB.'));
  return pass(deps, sender, {
    method: 'POST',
    path: [sender.externalId, 'media'],
    query: upload.query,
    headers: {
      'content-type': upload.contentType,
      ...(upload.contentLength === undefined ? {} : { 'content-length': upload.contentLength }),
    },
    body: Readable.from(capped(upload.body)),
  });
}

/** What comes in chunks has announced no length. */
async function* capped(body: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let sizeBytes = 0;
  for await (const chunk of body) {
    sizeBytes += chunk.length;
    if (sizeBytes > maxFileBytes) throw new Fault('body_too_large', { detail: 'A file has at most 100 MB.' });
    yield chunk;
  }
}

/** A file's description, with the address at which this server hands it out. */
export async function describeMedia(
  deps: PassedDeps,
  senders: SenderAccount[],
  mediaId: string,
): Promise<PassedAnswer> {
  const found = await findMedia(deps, senders, mediaId);
  if (!('sender' in found)) return found;
  const query = new URLSearchParams({ mid: mediaId, phone_number_id: found.sender.externalId });
  return {
    status: 200,
    body: { ...found.fields, url: `${deps.origin}/graph/whatsapp_business/attachments/?${query.toString()}` },
  };
}

export async function removeMedia(deps: PassedDeps, senders: SenderAccount[], mediaId: string): Promise<PassedAnswer> {
  // The same address removes other things too, such as a template: only what is a file may go.
  const found = await findMedia(deps, senders, mediaId);
  if (!('sender' in found)) return found;
  const query = { phone_number_id: found.sender.externalId };
  return pass(deps, found.sender, { method: 'DELETE', path: [mediaId], query });
}

/** Opens a file. Throws what Meta answers when it cannot be had. */
export async function openMedia(deps: PassedDeps, sender: SenderAccount, mediaId: string): Promise<FetchedMedia> {
  const account = deps.accountOf(sender);
  if (!account || !idPattern.test(mediaId)) throw unknownObject(mediaId);
  try {
    const access = { settings: sender.settings, secrets: sender.secrets, senderExternalId: sender.externalId };
    return await account.fetchMedia(deps.calls, access, mediaId, maxFileBytes);
  } catch (error) {
    if (error instanceof MediaUnavailable && error.isFinal) throw unknownObject(mediaId);
    if (error instanceof MediaUnavailable) throw new Fault('upstream_failed', { detail: error.message, cause: error });
    throw error;
  }
}

/** The templates of a business account that a connection of the workspace has. The next page is asked for here again: the
 *  provider's own addresses of it have our token in them. */
export async function listTemplates(
  deps: PassedDeps,
  senders: SenderAccount[],
  businessAccountId: string,
  query: Record<string, string>,
): Promise<PassedAnswer> {
  const sender = senders.find((one) => one.settings.businessAccountId === businessAccountId);
  if (!sender) throw unknownObject(businessAccountId);
  const answer = await pass(deps, sender, { method: 'GET', path: [businessAccountId, 'message_templates'], query });
  const { paging } = answer.body as { paging?: Fields };
  if (!paging) return answer;
  const here = `${deps.origin}/graph/${encodeURIComponent(businessAccountId)}/message_templates`;
  const moved = ['next', 'previous'].flatMap((name) => {
    const address = URL.parse(typeof paging[name] === 'string' ? paging[name] : '');
    if (!address) return [];
    const kept = [...address.searchParams].filter(([key]) => templateParameters.includes(key));
    return [[name, `${here}?${new URLSearchParams(kept).toString()}`]];
  });
  const { cursors } = paging;
  return {
    ...answer,
    body: { ...answer.body, paging: { ...(cursors === undefined ? {} : { cursors }), ...Object.fromEntries(moved) } },
  };
}

export const templateParameters: readonly string[] = [
  'fields',
  'limit',
  'after',
  'before',
  'name',
  'status',
  'language',
  'category',
  'content',
  'name_or_content',
  'quality_score',
  'summary',
];

/** The first of the numbers that has the file, or why none has. */
async function findMedia(
  deps: PassedDeps,
  senders: SenderAccount[],
  mediaId: string,
): Promise<{ sender: SenderAccount; fields: Fields } | PassedAnswer> {
  if (!idPattern.test(mediaId)) throw unknownObject(mediaId);
  // A number is named, because an account may keep files for the number alone that they came with.
  let refused: PassedAnswer | undefined;
  for (const sender of senders) {
    const query = { phone_number_id: sender.externalId };
    const answer = await pass(deps, sender, { method: 'GET', path: [mediaId], query });
    const fields = answer.body as Fields;
    // By its id one could read anything that the token may see.
    if (answer.status === 200 && typeof fields['url'] === 'string' && typeof fields['mime_type'] === 'string')
      return { sender, fields };
    if (answer.status >= 400) refused ??= answer;
  }
  if (refused) return refused;
  throw unknownObject(mediaId);
}

/** One call under the token of the sender's connection. */
export async function pass(
  deps: PassedDeps,
  sender: SenderAccount,
  call: PassedCall,
): Promise<PassedAnswer | GraphErrorAnswer> {
  const account = deps.accountOf(sender);
  if (!account?.passThrough) throw unknownObject(sender.externalId);
  const answer = await account.passThrough(deps.calls, sender, call);
  const chunks: Buffer[] = [];
  for await (const chunk of answer.body) chunks.push(chunk);
  const body = parse(Buffer.concat(chunks));
  if (!body || (answer.status >= 300 && !body['error']))
    throw new Fault('upstream_failed', {
      detail: `The provider answered HTTP ${answer.status}, and not as the Cloud API does.`,
    });
  const { code } = (body['error'] ?? {}) as { code?: unknown };
  // The caller's own credential is good: that ours is not is for the operator to mend.
  if (code === 190 || code === 0)
    throw new Fault('upstream_failed', { detail: 'The provider refused the credentials of this connection.' });
  return { status: answer.status, body };
}

function parse(bytes: Buffer): Fields | undefined {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
  } catch {
    return undefined;
  }
}
