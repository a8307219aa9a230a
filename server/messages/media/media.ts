import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { MediaUnavailable } from '#channels/media.ts';
import type { ConnectionSecrets, ConnectionSettings } from '#channels/provider.ts';
import type { Provider } from '#channels/provider-port.ts';
import type { ProviderAccount, ProviderCalls } from '#channels/provider-account.ts';
import type { BlobStore } from '#platform/blob-store.ts';
import { type Database, withWorkspace } from '#platform/database.ts';
import { Fault } from '#platform/fault.ts';
import type { VirusScanner } from '#platform/virus-scanner.ts';
import { addJob, type JobKind } from '#queue/jobs.ts';
import type { ConsumerGroup } from '#queue/log-consumer.ts';
import { findMedia, type MediaRow, updateFailure, updateRetried, updateStored } from './media-store.ts';

export type Media = MediaRow;

export interface MediaDeps {
  /** The pool behind the log. */
  worker: Database;
  blobs: BlobStore;
  calls: ProviderCalls;
  /** Null: nobody looks for viruses. */
  scanner: VirusScanner | null;
  account: (
    senderId: string,
  ) => { externalId: string; provider: Provider; settings: ConnectionSettings; secrets: ConnectionSecrets } | undefined;
  /** The side of the provider's adapter that talks with the account. */
  adapterAccount: (provider: string) => ProviderAccount | undefined;
}

interface FetchPayload {
  workspaceId: string;
  mediaId: string;
}

const jobName = 'fetch-media';
/** With the queue's growing pauses this is about a day; the provider keeps a file for seven. */
const maxAttempts = 12;

/** Sees files in received messages, and has each fetched by a job. */
export const mediaGroup: ConsumerGroup = {
  name: 'media',
  topics: ['message.received'],
  take: async (tx, entries) => {
    for (const entry of entries) {
      for (const event of entry.events) {
        if (event.type !== 'message.received' || typeof event['mediaId'] !== 'string') continue;
        await addJob(tx, {
          name: jobName,
          payload: { workspaceId: entry.workspaceId, mediaId: event['mediaId'] },
          key: `media:${event['mediaId']}`,
          maxAttempts,
        });
      }
    }
  },
};

/** The job that brings a file into our store. A failure is on record at once and is tried again; it never gives up
 *  silently: after the last try the file is `failed`, with the reason. */
export function fetchMediaJob(deps: MediaDeps): JobKind<unknown> {
  return {
    name: jobName,
    read: readPayload,
    run: async (payload, attempt) => {
      const { workspaceId, mediaId } = payload as FetchPayload;
      const media = await findMedia(deps.worker, workspaceId, mediaId);
      if (!media || media.state === 'stored') return;
      try {
        await fetchOne(deps, workspaceId, media);
      } catch (error) {
        const isFinal = attempt.no >= attempt.max || (error instanceof MediaUnavailable && error.isFinal);
        await updateFailure(
          deps.worker,
          workspaceId,
          mediaId,
          error instanceof Error ? error.message : String(error),
          isFinal,
        );
        if (!isFinal) throw error;
      }
    },
  };
}

async function fetchOne(deps: MediaDeps, workspaceId: string, media: Media): Promise<void> {
  const account = deps.account(media.senderId);
  const adapter = account ? deps.adapterAccount(account.provider.name) : undefined;
  if (!account || !adapter) throw new MediaUnavailable('The sender that received the file is gone.', true);
  const limit = account.provider.capabilities.mediaLimits[media.kind]?.maxBytes ?? 100 * 1024 * 1024;
  const file = await adapter.fetchMedia(
    deps.calls,
    { settings: account.settings, secrets: account.secrets, senderExternalId: account.externalId },
    media.providerMediaId,
    // People may send more than businesses: documents of a hundred megabytes arrive under every kind.
    Math.max(limit, 100 * 1024 * 1024),
  );
  const storageKey = `${workspaceId}/${media.id}`;
  const sizeBytes = await keep(deps, storageKey, file.body);
  await updateStored(deps.worker, workspaceId, media.id, { storageKey, sizeBytes, mimeType: file.mimeType });
}

// With a scanner the file waits on the disk for the verdict, so that nobody can open it before.
async function keep(deps: MediaDeps, storageKey: string, body: AsyncIterable<Buffer>): Promise<number> {
  if (!deps.scanner) return deps.blobs.put(storageKey, body);
  const folder = await mkdtemp(join(tmpdir(), 'carillon-media-'));
  try {
    const path = join(folder, 'file');
    await pipeline(body, createWriteStream(path, { flags: 'wx', mode: 0o600 }));
    const { infectedWith } = await deps.scanner(path);
    if (infectedWith !== null)
      throw new MediaUnavailable(`The virus scanner found ${infectedWith} in the file, so it was not kept.`, true);
    return await deps.blobs.put(storageKey, createReadStream(path));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The file's description, or `not_found`. */
export async function getMedia(db: Database, workspaceId: string, id: string): Promise<Media> {
  const media = await withWorkspace(db, workspaceId, (tx) => findMedia(tx, workspaceId, id));
  if (!media) throw new Fault('not_found', { detail: 'There is no file with this id.' });
  return media;
}

/** Has a failed file fetched again. Throws `not_found`, or `conflict` when it did not fail. */
export async function retryMedia(
  deps: { request: Database; worker: Database },
  workspaceId: string,
  id: string,
): Promise<void> {
  const media = await getMedia(deps.request, workspaceId, id);
  await deps.worker.transaction(async (tx) => {
    if (!(await updateRetried(tx, workspaceId, media.id)))
      throw new Fault('conflict', { detail: `The file is ${media.state}.` });
    await addJob(tx, {
      name: jobName,
      payload: { workspaceId, mediaId: media.id },
      key: `media:${media.id}`,
      maxAttempts,
    });
  });
}

function readPayload(payload: unknown): FetchPayload {
  const { workspaceId, mediaId } = (payload ?? {}) as Partial<FetchPayload>;
  if (typeof workspaceId !== 'string' || typeof mediaId !== 'string')
    throw new Error('The payload of fetch-media needs workspaceId and mediaId.');
  return { workspaceId, mediaId };
}
