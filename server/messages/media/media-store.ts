import { type Queryable, type Sql, sql } from '#platform/database.ts';

export interface MediaRow {
  id: string;
  messageId: string;
  connectionId: string;
  senderId: string;
  providerMediaId: string;
  kind: string;
  mimeType: string | null;
  sha256: string | null;
  filename: string | null;
  state: 'pending' | 'stored' | 'failed';
  storageKey: string | null;
  sizeBytes: number | null;
  attempts: number;
  error: string | null;
  createdAt: Temporal.Instant;
  updatedAt: Temporal.Instant;
}

const columns = sql`f.id, f.message_id as "messageId", f.connection_id as "connectionId", m.sender_id as "senderId", f.provider_media_id as "providerMediaId",
  f.kind, f.mime_type as "mimeType", f.sha256, f.filename, f.state, f.storage_key as "storageKey", f.size_bytes as "sizeBytes", f.attempts, f.error,
  f.created_at as "createdAt", f.updated_at as "updatedAt"`;
const joins = sql`join message m on m.workspace_id = f.workspace_id and m.id = f.message_id`;

export async function findMedia(db: Queryable, workspaceId: string, id: string): Promise<MediaRow | undefined> {
  const [row] = await db.query<MediaRow>(
    sql`select ${columns} from media f ${joins} where f.workspace_id = ${workspaceId}::uuid and f.id = ${id}::uuid`,
  );
  return row;
}

/** Files, newest first. */
export function listMedia(
  db: Queryable,
  filter: { workspaceId: string; state: string | undefined; before: string | undefined },
  limit: number,
): Promise<MediaRow[]> {
  let where: Sql = sql`f.workspace_id = ${filter.workspaceId}::uuid and f.id < ${filter.before ?? 'ffffffff-ffff-ffff-ffff-ffffffffffff'}::uuid`;
  if (filter.state !== undefined) where = sql`${where} and f.state = ${filter.state}`;
  return db.query(sql`select ${columns} from media f ${joins} where ${where} order by f.id desc limit ${limit}`);
}

export async function updateStored(
  db: Queryable,
  workspaceId: string,
  id: string,
  stored: { storageKey: string; sizeBytes: number; mimeType: string },
): Promise<void> {
  await db.query(
    sql`update media set state = 'stored', storage_key = ${stored.storageKey}, size_bytes = ${stored.sizeBytes}, mime_type = ${stored.mimeType},
          error = null, attempts = attempts + 1, updated_at = now()
        where workspace_id = ${workspaceId}::uuid and id = ${id}::uuid`,
  );
}

export async function updateFailure(
  db: Queryable,
  workspaceId: string,
  id: string,
  error: string,
  isFinal: boolean,
): Promise<void> {
  await db.query(
    sql`update media set state = ${isFinal ? 'failed' : 'pending'}, error = ${error.slice(0, 1000)}, attempts = attempts + 1, updated_at = now()
        where workspace_id = ${workspaceId}::uuid and id = ${id}::uuid and state <> 'stored'`,
  );
}

/** Failed files that shall be tried again; false when the file is not among them. */
export async function updateRetried(db: Queryable, workspaceId: string, id: string): Promise<boolean> {
  const rows = await db.query<object>(
    sql`update media set state = 'pending', error = null, updated_at = now()
        where workspace_id = ${workspaceId}::uuid and id = ${id}::uuid and state = 'failed' returning id`,
  );
  return rows.length > 0;
}
