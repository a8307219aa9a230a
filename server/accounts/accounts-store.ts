import { type Queryable, prepared, sql } from '#platform/database.ts';
import type { AuditEntry } from './audit-chain.ts';

export type ApiKeyRow = {
  workspace_id: string;
  id: string;
  name: string;
  prefix: string;
  scopes: string[];
  origin: 'created' | 'generated' | 'environment';
  created_at: Temporal.Instant;
  expires_at: Temporal.Instant | null;
  last_used_at: Temporal.Instant | null;
  revoked_at: Temporal.Instant | null;
};

export type NewApiKey = {
  workspaceId: string;
  id: string;
  name: string;
  prefix: string;
  secretHash: Buffer;
  scopes: readonly string[];
  origin: ApiKeyRow['origin'];
  expiresAt: Temporal.Instant | null;
};

const apiKeyColumns = sql`workspace_id, id, name, prefix, scopes, origin, created_at, expires_at, last_used_at, revoked_at`;

/** One process at a time sets up what every installation has; the lock ends with the transaction. */
export async function lockFirstStart(tx: Queryable): Promise<void> {
  await tx.query(sql`select pg_advisory_xact_lock(hashtextextended('carillon first start', 0))`);
}

export async function findFirstWorkspace(db: Queryable): Promise<{ id: string; name: string } | undefined> {
  const [row] = await db.query<{ id: string; name: string }>(sql`select id, name from workspace order by id limit 1`);
  return row;
}

export async function findWorkspace(db: Queryable, id: string) {
  const [row] = await db.query<{ id: string; name: string; created_at: Temporal.Instant }>(
    sql`select id, name, created_at from workspace where id = ${id}`,
  );
  return row;
}

export async function insertWorkspace(db: Queryable, workspace: { id: string; name: string }): Promise<void> {
  await db.query(sql`insert into workspace (id, name) values (${workspace.id}, ${workspace.name})`);
}

export async function insertWorkspaceKey(
  db: Queryable,
  key: { workspaceId: string; version: number; wrappedKey: Buffer },
): Promise<void> {
  await db.query(
    sql`insert into workspace_key (workspace_id, version, wrapped_key) values (${key.workspaceId}, ${key.version}, ${key.wrappedKey})`,
  );
}

export async function listWorkspaceKeys(db: Queryable, workspaceId: string) {
  return db.query<{ version: number; wrapped_key: Buffer }>(
    sql`select version, wrapped_key from workspace_key where workspace_id = ${workspaceId} order by version`,
  );
}

export async function findInstallationSecret(db: Queryable): Promise<Buffer | undefined> {
  const [row] = await db.query<{ wrapped_secret: Buffer }>(sql`select wrapped_secret from installation_secret`);
  return row?.wrapped_secret;
}

export async function insertInstallationSecret(db: Queryable, wrapped: Buffer): Promise<void> {
  await db.query(sql`insert into installation_secret (wrapped_secret) values (${wrapped})`);
}

/** Everything that a key-encryption key has wrapped, locked against others who wrap. As the owner of the tables. */
export async function lockWrapped(
  owner: Queryable,
): Promise<{ workspaceId: string; version: number; wrapped: Buffer }[]> {
  await owner.query(sql`lock table workspace_key, installation_secret in share row exclusive mode`);
  return owner.query(
    sql`select workspace_id as "workspaceId", version, wrapped_key as wrapped from workspace_key order by 1, 2`,
  );
}

export async function updateWrapped(
  owner: Queryable,
  key: { workspaceId: string; version: number; wrapped: Buffer },
): Promise<void> {
  await owner.query(
    sql`update workspace_key set wrapped_key = ${key.wrapped} where workspace_id = ${key.workspaceId} and version = ${key.version}`,
  );
}

export async function updateInstallationSecret(owner: Queryable, wrapped: Buffer): Promise<void> {
  await owner.query(sql`update installation_secret set wrapped_secret = ${wrapped}`);
}

export async function insertApiKey(db: Queryable, key: NewApiKey): Promise<ApiKeyRow> {
  const [row] = await db.query<ApiKeyRow>(
    sql`insert into api_key (workspace_id, id, name, prefix, secret_hash, scopes, origin, expires_at)
      values (${key.workspaceId}, ${key.id}, ${key.name}, ${key.prefix}, ${key.secretHash}, ${key.scopes}, ${key.origin}, ${key.expiresAt})
      returning ${apiKeyColumns}`,
  );
  if (row === undefined) throw new Error('The insert of an API key returned no row.');
  return row;
}

/** Any key with this hash, revoked and expired ones too. Crosses workspaces: only for the authentication itself. */
export async function findApiKeyByHash(db: Queryable, secretHash: Buffer): Promise<ApiKeyRow | undefined> {
  const [row] = await db.query<ApiKeyRow>(
    prepared('find-api-key-by-hash', sql`select ${apiKeyColumns} from api_key where secret_hash = ${secretHash}`),
  );
  return row;
}

export async function listApiKeys(db: Queryable, workspaceId: string, afterId: string | undefined, limit: number) {
  return db.query<ApiKeyRow>(
    sql`select ${apiKeyColumns} from api_key
      where workspace_id = ${workspaceId} and (${afterId ?? null}::uuid is null or id < ${afterId ?? null}::uuid)
      order by id desc limit ${limit}`,
  );
}

/** The key after it was revoked (again: the first time counts), or undefined when there is none. */
export async function revokeApiKey(db: Queryable, workspaceId: string, id: string) {
  const [row] = await db.query<ApiKeyRow & { was_revoked: boolean }>(
    sql`update api_key k set revoked_at = coalesce(k.revoked_at, now())
      from (select id, revoked_at from api_key where workspace_id = ${workspaceId} and id = ${id} for update) before
      where k.workspace_id = ${workspaceId} and k.id = before.id
      returning k.workspace_id, k.id, k.name, k.prefix, k.scopes, k.origin, k.created_at, k.expires_at, k.last_used_at,
        k.revoked_at, before.revoked_at is not null as was_revoked`,
  );
  return row;
}

/** Revokes what an earlier value of the environment variable was good for. */
export async function revokeOtherEnvironmentKeys(db: Queryable, workspaceId: string, keptId: string): Promise<void> {
  await db.query(
    sql`update api_key set revoked_at = now()
      where workspace_id = ${workspaceId} and origin = 'environment' and id <> ${keptId} and revoked_at is null`,
  );
}

/** One statement for all keys that were used since the last time. */
export async function updateLastUsed(
  db: Queryable,
  uses: readonly { workspaceId: string; keyId: string; at: Temporal.Instant }[],
): Promise<void> {
  await db.query(
    sql`update api_key k set last_used_at = greatest(k.last_used_at, used.at)
      from unnest(${uses.map((use) => use.workspaceId)}::uuid[], ${uses.map((use) => use.keyId)}::uuid[],
        ${uses.map((use) => use.at.toString())}::timestamptz[]) as used (workspace_id, id, at)
      where k.workspace_id = used.workspace_id and k.id = used.id`,
  );
}

export async function insertSession(
  db: Queryable,
  session: { workspaceId: string; id: string; apiKeyId: string; tokenHash: Buffer; seconds: number },
): Promise<Temporal.Instant> {
  const [row] = await db.query<{ expires_at: Temporal.Instant }>(
    sql`insert into session (workspace_id, id, api_key_id, token_hash, expires_at)
      values (${session.workspaceId}, ${session.id}, ${session.apiKeyId}, ${session.tokenHash},
        now() + make_interval(secs => ${session.seconds}))
      returning expires_at`,
  );
  if (row === undefined) throw new Error('The insert of a session returned no row.');
  return row.expires_at;
}

export type SessionRow = ApiKeyRow & { session_id: string; session_expires_at: Temporal.Instant };

/** The session with the key behind it. Crosses workspaces: only for the authentication itself. */
export async function findSessionByHash(db: Queryable, tokenHash: Buffer): Promise<SessionRow | undefined> {
  const [row] = await db.query<SessionRow>(
    sql`select k.workspace_id, k.id, k.name, k.prefix, k.scopes, k.origin, k.created_at, k.expires_at, k.last_used_at,
        k.revoked_at, s.id as session_id, s.expires_at as session_expires_at
      from session s join api_key k on k.workspace_id = s.workspace_id and k.id = s.api_key_id
      where s.token_hash = ${tokenHash}`,
  );
  return row;
}

export async function deleteSession(db: Queryable, workspaceId: string, id: string): Promise<void> {
  await db.query(sql`delete from session where workspace_id = ${workspaceId} and id = ${id}`);
}

export async function deleteSessionsOfKey(db: Queryable, workspaceId: string, apiKeyId: string): Promise<void> {
  await db.query(sql`delete from session where workspace_id = ${workspaceId} and api_key_id = ${apiKeyId}`);
}

export async function deleteExpiredSessions(db: Queryable): Promise<void> {
  await db.query(sql`delete from session where expires_at < now()`);
}

/** Locks the workspace's audit trail until the transaction ends, and gives its newest entry. */
export async function lockAuditHead(tx: Queryable, workspaceId: string) {
  await tx.query(sql`select pg_advisory_xact_lock(hashtextextended('audit ' || ${workspaceId}::text, 0))`);
  // A statement of its own, so that it sees what the last holder of the lock committed.
  const [row] = await tx.query<{ now: Temporal.Instant; seq: number | null; hash: Buffer | null }>(
    sql`select clock_timestamp() as now, newest.seq, newest.hash
      from (select 1) one left join lateral (
        select seq, hash from audit_entry where workspace_id = ${workspaceId} order by seq desc limit 1) newest on true`,
  );
  if (row === undefined) throw new Error('The audit trail gave no head.');
  return row;
}

export async function insertAuditEntry(tx: Queryable, entry: AuditEntry & { hash: Buffer }): Promise<void> {
  await tx.query(
    sql`insert into audit_entry (workspace_id, seq, at, actor, action, subject, details, previous_hash, hash)
      values (${entry.workspaceId}, ${entry.seq}, ${entry.at}, ${entry.actor}, ${entry.action}, ${entry.subject},
        ${JSON.stringify(entry.details)}, ${entry.previousHash}, ${entry.hash})`,
  );
}

export type AuditEntryRow = {
  workspace_id: string;
  seq: number;
  at: Temporal.Instant;
  actor: string;
  action: string;
  subject: string;
  details: Record<string, unknown>;
  previous_hash: Buffer;
  hash: Buffer;
};

export async function listAuditEntries(db: Queryable, workspaceId: string, afterSeq: number, limit: number) {
  return db.query<AuditEntryRow>(
    sql`select workspace_id, seq, at, actor, action, subject, details, previous_hash, hash from audit_entry
      where workspace_id = ${workspaceId} and seq > ${afterSeq} order by seq limit ${limit}`,
  );
}
