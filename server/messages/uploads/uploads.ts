import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { FileFacts } from '#channels/media.ts';
import type { MessageContent } from '#channels/provider.ts';
import type { Provider } from '#channels/provider-port.ts';
import type { ProviderAccount, ProviderCalls } from '#channels/provider-account.ts';
import type { SenderAccount } from '#messages/outbox/sender-account.ts';
import type { BlobStore } from '#platform/blob-store.ts';
import { type Database, withWorkspace } from '#platform/database.ts';
import { Fault, type FieldProblem } from '#platform/fault.ts';
import { newId } from '#platform/ids.ts';
import type { VirusScanner } from '#platform/virus-scanner.ts';
import { type FilePlace, filePlaces, withProviderIds } from './file-places.ts';
import { probeFile } from './file-probe.ts';
import * as store from './uploads-store.ts';

export type Upload = store.UploadRow;

export interface UploadDeps {
  worker: Database;
  request: Database;
  blobs: BlobStore;
  calls: ProviderCalls;
  /** Null: nobody looks for viruses. */
  scanner: VirusScanner | null;
  adapterAccount: (provider: string) => ProviderAccount | undefined;
  /** Files on their way to a provider, by sender and upload: callers that come meanwhile wait for the same transfer. */
  transfers: Map<string, Promise<string>>;
}

/** How a file may be used at a provider: each kind with the reasons that speak against it. */
export interface FileUses {
  kind: string;
  problems: string[];
}

/** The provider must still know the file when the message leaves, and a retry may come later. */
const marginHours = 24;

/**
 * Takes a file in: as it arrives to the disk, then looked at, scanned, and kept. The same file under the same name is the
 * same upload. `checkWhole` is called when the body has ended, and throws what speaks against it. Throws `file_refused` for
 * what no kind of message could carry and for a virus.
 */
export async function addUpload(
  deps: UploadDeps,
  workspaceId: string,
  file: { filename: string | null; body: AsyncIterable<Buffer>; checkWhole: () => Promise<void> },
  provider: Provider,
): Promise<Upload> {
  const folder = await mkdtemp(join(tmpdir(), 'carillon-upload-'));
  try {
    const path = join(folder, 'file');
    const { sha256, sizeBytes } = await writeDown(file.body, path);
    await file.checkWhole();
    const facts = await probeFile(path, sizeBytes, file.filename);
    if (usesOf(provider, facts).every(({ problems }) => problems.length > 0)) throw refusedEverywhere(provider, facts);
    await scan(deps.scanner, path);
    const id = newId();
    const storageKey = `${workspaceId}/uploads/${id}`;
    await deps.blobs.put(storageKey, createReadStream(path));
    const kept = await store.insertUpload(deps.worker, workspaceId, {
      id,
      sha256,
      filename: file.filename,
      facts,
      storageKey,
    });
    if (kept.id !== id) await deps.blobs.delete(storageKey);
    return kept;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export const maxUploadBytes = 100 * 1024 * 1024;

/** The kinds of messages with a file at this provider, and what speaks against each. */
export function usesOf(provider: Provider, facts: FileFacts): FileUses[] {
  return Object.keys(provider.capabilities.mediaLimits).map((kind) => ({
    kind,
    problems: provider.problemsOfFile(facts, { kind, isVoice: false }),
  }));
}

/** The upload, or `not_found`. */
export async function getUpload(db: Database, workspaceId: string, id: string): Promise<Upload> {
  const upload = await withWorkspace(db, workspaceId, (tx) => store.findUpload(tx, workspaceId, id));
  if (!upload) throw new Fault('not_found', { detail: 'There is no upload with this id.' });
  return upload;
}

/** Forgets a file. Messages that were accepted with it keep the provider's own id. */
export async function removeUpload(deps: UploadDeps, workspaceId: string, id: string): Promise<void> {
  const upload = await getUpload(deps.request, workspaceId, id);
  const storageKey = await store.deleteUpload(deps.worker, workspaceId, upload.id);
  if (storageKey !== undefined) await deps.blobs.delete(storageKey);
}

/** What is needed of a message to put its files in place. */
export interface MessageWithFiles {
  account: SenderAccount;
  content: MessageContent;
  expiresAt: Temporal.Instant;
}

/**
 * Names each upload of ours as the provider of the message's sender names it: by the id that it gave before, as long as that
 * outlives the message, or by a new one. Gives the messages in their order, each with its new content, or the Fault of one
 * whose file is not there, or would be refused in that place, or could not be handed over. Messages without uploads cost no
 * query and come back as they are.
 */
export async function placeUploads<T extends MessageWithFiles>(
  deps: UploadDeps,
  messages: (T | Fault)[],
): Promise<(T | Fault)[]> {
  const wanted = messages.flatMap((message, place) => {
    if (message instanceof Fault) return [];
    const places = filePlaces(message.content);
    return places.length === 0 ? [] : [{ place, message, places }];
  });
  const [first] = wanted;
  if (!first) return messages;
  const ids = [...new Set(wanted.flatMap(({ places }) => places.map(({ uploadId }) => uploadId)))];
  const { workspaceId } = first.message.account;
  const uploads = new Map((await store.findUploads(deps.worker, workspaceId, ids)).map((row) => [row.id, row]));
  const known = new Map(
    (await store.findProviderUploads(deps.worker, workspaceId, ids)).map((row) => [
      `${row.senderId} ${row.uploadId}`,
      row,
    ]),
  );
  const placed = [...messages];
  await Promise.all(
    wanted.map(async ({ place, message, places }) => {
      placed[place] = await placeOne(deps, message, places, uploads, known).catch((error: unknown) => {
        if (error instanceof Fault) return error;
        throw error;
      });
    }),
  );
  return placed;
}

async function placeOne<T extends MessageWithFiles>(
  deps: UploadDeps,
  message: T,
  places: FilePlace[],
  uploads: ReadonlyMap<string, Upload>,
  known: ReadonlyMap<string, store.ProviderUpload>,
): Promise<T> {
  const { account, content } = message;
  const fields = places.flatMap((place) => problemsAt(account.provider, place, uploads.get(place.uploadId)));
  if (fields[0]) throw new Fault('invalid_request', { detail: `${fields[0].pointer}: ${fields[0].message}`, fields });
  const livesUntil = message.expiresAt.add({ hours: marginHours });
  const providerIds = new Map<string, string>();
  for (const { uploadId } of places) {
    const upload = uploads.get(uploadId);
    const at = known.get(`${account.senderId} ${uploadId}`);
    if (at && Temporal.Instant.compare(at.expiresAt, livesUntil) >= 0) providerIds.set(uploadId, at.providerMediaId);
    else if (upload) providerIds.set(uploadId, await handOver(deps, account, upload, livesUntil));
  }
  return { ...message, content: withProviderIds(content, providerIds) };
}

function problemsAt(provider: Provider, place: FilePlace, upload: Upload | undefined): FieldProblem[] {
  const problems = upload
    ? provider.problemsOfFile(upload.facts, place)
    : ['There is no upload with this id. POST /v1/uploads makes one.'];
  return problems.map((message) => ({ pointer: `/content${place.pointer}/id`, message }));
}

function handOver(
  deps: UploadDeps,
  account: SenderAccount,
  upload: Upload,
  livesUntil: Temporal.Instant,
): Promise<string> {
  const key = `${account.senderId} ${upload.id}`;
  const running = deps.transfers.get(key);
  if (running) return running;
  const transfer = transferOne(deps, account, upload, livesUntil).finally(() => deps.transfers.delete(key));
  deps.transfers.set(key, transfer);
  return transfer;
}

async function transferOne(
  deps: UploadDeps,
  account: SenderAccount,
  upload: Upload,
  livesUntil: Temporal.Instant,
): Promise<string> {
  const adapter = deps.adapterAccount(account.provider.name);
  const blob = await deps.blobs.get(upload.storageKey);
  if (!adapter?.uploadMedia) {
    const detail = 'This provider takes no files ahead of a message: give a link to the file instead.';
    throw new Fault('content_unsupported', { detail });
  }
  if (!blob) throw new Fault('conflict', { detail: 'The file is gone from the store. Upload it again.' });
  const { providerMediaId, expiresAt } = await adapter.uploadMedia(
    deps.calls,
    { settings: account.settings, secrets: account.secrets, senderExternalId: account.externalId },
    {
      filename: upload.filename ?? 'file',
      mimeType: upload.facts.mimeType ?? 'application/octet-stream',
      sizeBytes: blob.sizeBytes,
      body: blob.body,
    },
  );
  const { workspaceId, senderId } = account;
  await store.saveProviderUpload(
    deps.worker,
    { workspaceId, senderId, uploadId: upload.id },
    { providerMediaId, expiresAt },
  );
  if (Temporal.Instant.compare(expiresAt, livesUntil) < 0) {
    throw new Fault('invalid_request', {
      detail: `The provider keeps a file until ${expiresAt.toString({ smallestUnit: 'second' })}, and this message may leave later. Give it an earlier send_at and expires_at, or a link instead of a file.`,
    });
  }
  return providerMediaId;
}

async function writeDown(body: AsyncIterable<Buffer>, path: string): Promise<{ sha256: Buffer; sizeBytes: number }> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  await pipeline(
    body,
    async function* (chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        hash.update(chunk);
        sizeBytes += chunk.length;
        yield chunk;
      }
    },
    createWriteStream(path, { flags: 'wx', mode: 0o600 }),
  );
  return { sha256: hash.digest(), sizeBytes };
}

async function scan(scanner: VirusScanner | null, path: string): Promise<void> {
  if (!scanner) return;
  let infectedWith: string | null;
  try {
    ({ infectedWith } = await scanner(path));
  } catch (cause) {
    throw new Fault('upstream_failed', {
      detail: 'The virus scanner gave no verdict, so the file was not taken. Try again.',
      cause,
    });
  }
  if (infectedWith !== null) {
    throw new Fault('file_refused', { detail: `The virus scanner found ${infectedWith} in the file.` });
  }
}

// The kind that the file looks like is the one whose reasons help.
function refusedEverywhere(provider: Provider, facts: FileFacts): Fault {
  const uses = usesOf(provider, facts);
  const family = facts.mimeType?.split('/')[0];
  const likely = uses.find(({ kind }) => kind === family) ?? uses.find(({ kind }) => kind === 'document');
  return new Fault('file_refused', { detail: likely?.problems.join(' ') ?? 'No message can carry this file.' });
}
