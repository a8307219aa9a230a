import type { BlobStore } from '#platform/blob-store.ts';
import { type Database, sqlState } from '#platform/database.ts';
import type { Log } from '#platform/telemetry.ts';
import {
  type CondemnedTable,
  condemnMonth,
  deleteMedia,
  deleteNoticesOfMonth,
  detachMonth,
  dropMonth,
  listCondemned,
  listMediaOfMonth,
  listOldMonths,
  type RetentionClass,
} from './retention-store.ts';

export interface RetentionDeps {
  /** Of the owner of the tables. */
  owner: Database;
  blobs: BlobStore;
  log: Log;
  /** Days after which a class of what is kept goes; undefined keeps it for good. */
  days: Readonly<Record<RetentionClass, number | undefined>>;
}

const lockNotAvailable = '55P03';

/**
 * Drops the months that lie wholly before what is to be kept: a month with messages goes with their attempts, timelines, dead
 * letters, files and notices. A month of which something is still to be done stays, and is said. What an interrupted call left
 * half done is finished. One caller at a time.
 */
export async function dropOldMonths(deps: RetentionDeps, signal: AbortSignal): Promise<void> {
  const { owner, log } = deps;
  for (const kind of ['messages', 'webhooks'] as const) {
    const days = deps.days[kind];
    if (days !== undefined) {
      for (const month of await listOldMonths(owner, kind, days)) {
        const open = await condemnMonth(owner, kind, month);
        if (open > 0) log.warn({ kind, month, open }, 'an old month is kept: something of it is still to be done');
      }
    }
    for (const condemned of await listCondemned(owner, kind)) {
      if (signal.aborted) return;
      await finish(deps, condemned, signal);
    }
  }
}

async function finish(deps: RetentionDeps, condemned: CondemnedTable, signal: AbortSignal): Promise<void> {
  const { owner, log } = deps;
  const { table, month } = condemned;
  if (table === 'message') {
    await dropFiles(deps, month, signal);
    await deleteNoticesOfMonth(owner, month);
  }
  if (signal.aborted) return;
  try {
    await detachMonth(owner, condemned);
  } catch (error) {
    if (sqlState(error) !== lockNotAvailable) throw error;
    log.info({ table, month }, 'an old month is still being read, by a backup perhaps; it goes next time');
    return;
  }
  const tasks = await dropMonth(owner, condemned);
  log.info({ table, month, ...(tasks > 0 ? { tasks } : {}) }, 'an old month was dropped');
}

// The file first: a row without its file is found again, a file without its row never.
async function dropFiles({ owner, blobs }: RetentionDeps, month: string, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const media = await listMediaOfMonth(owner, month, 200);
    if (media.length === 0) return;
    for (const { storageKey } of media) if (storageKey !== null) await blobs.delete(storageKey);
    await deleteMedia(owner, media);
  }
}
