import type { FileFacts } from '#channels/media.ts';
import { type Queryable, sql } from '#platform/database.ts';

export interface UploadRow {
  id: string;
  filename: string | null;
  facts: FileFacts;
  storageKey: string;
  createdAt: Temporal.Instant;
}

const columns = sql`id, filename, facts, storage_key as "storageKey", created_at as "createdAt"`;

/** Keeps an upload. Gives the one that has the same bytes under the same name when there is one already. */
export async function insertUpload(
  db: Queryable,
  workspaceId: string,
  upload: Omit<UploadRow, 'createdAt'> & { sha256: Buffer },
): Promise<UploadRow> {
  const { id, sha256, filename, facts, storageKey } = upload;
  const [row] = await db.query<UploadRow>(
    sql`insert into upload (workspace_id, id, sha256, filename, facts, storage_key)
        values (${workspaceId}::uuid, ${id}::uuid, ${sha256}::bytea, ${filename}, ${JSON.stringify(facts)}::json, ${storageKey})
        on conflict (workspace_id, sha256, coalesce(filename, '')) do update set sha256 = excluded.sha256
        returning ${columns}`,
  );
  if (!row) throw new Error('The database gave no row for an upload.');
  return row;
}

export async function findUpload(db: Queryable, workspaceId: string, id: string): Promise<UploadRow | undefined> {
  const [row] = await db.query<UploadRow>(
    sql`select ${columns} from upload where workspace_id = ${workspaceId}::uuid and id = ${id}::uuid`,
  );
  return row;
}

export function findUploads(db: Queryable, workspaceId: string, ids: string[]): Promise<UploadRow[]> {
  return db.query(
    sql`select ${columns} from upload where workspace_id = ${workspaceId}::uuid and id = any(${ids}::uuid[])`,
  );
}

/** Uploads, newest first. */
export function listUploads(
  db: Queryable,
  filter: { workspaceId: string; before: string | undefined },
  limit: number,
): Promise<UploadRow[]> {
  return db.query(
    sql`select ${columns} from upload
        where workspace_id = ${filter.workspaceId}::uuid and id < ${filter.before ?? 'ffffffff-ffff-ffff-ffff-ffffffffffff'}::uuid
        order by id desc limit ${limit}`,
  );
}

/** Forgets an upload; gives where its bytes are, or undefined when there is none. */
export async function deleteUpload(db: Queryable, workspaceId: string, id: string): Promise<string | undefined> {
  const [row] = await db.query<{ storageKey: string }>(
    sql`delete from upload where workspace_id = ${workspaceId}::uuid and id = ${id}::uuid returning storage_key as "storageKey"`,
  );
  return row?.storageKey;
}

export interface ProviderUpload {
  senderId: string;
  uploadId: string;
  providerMediaId: string;
  expiresAt: Temporal.Instant;
}

/** What providers call these uploads, at every sender that they were handed over for. */
export function findProviderUploads(
  db: Queryable,
  workspaceId: string,
  uploadIds: string[],
): Promise<ProviderUpload[]> {
  return db.query(
    sql`select sender_id as "senderId", upload_id as "uploadId", provider_media_id as "providerMediaId", expires_at as "expiresAt"
        from provider_upload where workspace_id = ${workspaceId}::uuid and upload_id = any(${uploadIds}::uuid[])`,
  );
}

export async function saveProviderUpload(
  db: Queryable,
  key: { workspaceId: string; senderId: string; uploadId: string },
  made: { providerMediaId: string; expiresAt: Temporal.Instant },
): Promise<void> {
  await db.query(
    sql`insert into provider_upload (workspace_id, upload_id, sender_id, provider_media_id, expires_at)
        values (${key.workspaceId}::uuid, ${key.uploadId}::uuid, ${key.senderId}::uuid, ${made.providerMediaId}, ${made.expiresAt}::timestamptz)
        on conflict (workspace_id, upload_id, sender_id) do update
          set provider_media_id = excluded.provider_media_id, expires_at = excluded.expires_at
          where provider_upload.expires_at < excluded.expires_at`,
  );
}
