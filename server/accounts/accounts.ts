import type { Caller } from '#platform/http.ts';
import { newWorkspaceKey, randomToken, sha256, wrapKey } from '#platform/crypto.ts';
import type { Database, Queryable } from '#platform/database.ts';
import { Fault } from '#platform/fault.ts';
import { newId } from '#platform/ids.ts';
import { installationOwner, type KeyRing } from '#platform/key-ring.ts';
import * as store from './accounts-store.ts';
import { hashOfKey, makeApiKey, prefixOf } from './api-key.ts';
import { firstPreviousHash, hashOfEntry } from './audit-chain.ts';
import { missingScopes, type Scope } from './scopes.ts';
import { sessionSeconds } from './session-cookie.ts';

type FirstKey = { text: string; origin: 'generated' | 'environment' };

export type ApiKey = {
  id: string;
  name: string;
  prefix: string;
  scopes: string[];
  createdAt: Temporal.Instant;
  expiresAt: Temporal.Instant | undefined;
  lastUsedAt: Temporal.Instant | undefined;
  revokedAt: Temporal.Instant | undefined;
};

/** Makes sure that there is a workspace and that `key.text` opens it. Safe to call at every start, by several servers at
 *  once; `db` is the worker's. A key that was revoked stays revoked: then `isKeyUsable` is false. A new value of the
 *  environment variable takes the place of the earlier one. `secret` is what tokens of this installation are made with. Throws
 *  DecryptionFailed when the key-encryption key is not the one that everything was stored with. */
export async function openFirstWorkspace(
  db: Database,
  deps: { ring: KeyRing; key: FirstKey },
): Promise<{ workspaceId: string; isKeyUsable: boolean; secret: Buffer }> {
  return db.transaction(async (tx) => {
    await store.lockFirstStart(tx);
    const existing = await store.findFirstWorkspace(tx);
    const secret = await openInstallationSecret(tx, deps.ring, existing !== undefined);
    const workspaceId = existing?.id ?? (await addWorkspace(tx, 'Main', deps.ring.first));

    const { text, origin } = deps.key;
    const known = await store.findApiKeyByHash(tx, hashOfKey(text));
    if (known === undefined) {
      const id = newId();
      const name = origin === 'environment' ? 'From CARILLON_API_KEY' : 'Made at the first start';
      const secretHash = hashOfKey(text);
      await store.insertApiKey(tx, {
        workspaceId,
        id,
        name,
        prefix: prefixOf(text),
        secretHash,
        scopes: ['*'],
        origin,
        expiresAt: null,
      });
      await recordAudit(tx, {
        workspaceId,
        actor: 'system',
        action: 'api_key.create',
        subject: `api_key:${id}`,
        details: { name, scopes: ['*'], origin },
      });
      if (origin === 'environment') await store.revokeOtherEnvironmentKeys(tx, workspaceId, id);
    }
    return { workspaceId, isKeyUsable: known === undefined || known.revoked_at === null, secret };
  });
}

// Before it was kept by itself it was the key-encryption key: what was signed with that stays valid.
async function openInstallationSecret(tx: Queryable, ring: KeyRing, isUsed: boolean): Promise<Buffer> {
  const wrapped = await store.findInstallationSecret(tx);
  if (wrapped) return ring.unwrap(wrapped, installationOwner);
  const secret = isUsed ? ring.first : newWorkspaceKey();
  await store.insertInstallationSecret(tx, ring.wrap(secret, installationOwner));
  return secret;
}

/** A further workspace with its own encryption key. Returns its id. */
export async function addWorkspace(tx: Queryable, name: string, keyEncryptionKey: Buffer): Promise<string> {
  const id = newId();
  await store.insertWorkspace(tx, { id, name });
  const wrappedKey = wrapKey(keyEncryptionKey, newWorkspaceKey(), id);
  await store.insertWorkspaceKey(tx, { workspaceId: id, version: 1, wrappedKey });
  return id;
}

/** Throws `not_found`. */
export async function getWorkspace(db: Queryable, workspaceId: string) {
  const row = await store.findWorkspace(db, workspaceId);
  if (row === undefined) throw new Fault('not_found');
  return { id: row.id, name: row.name, createdAt: row.created_at };
}

/** Makes a key. `secret` is told this once and is nowhere to be found later. Throws `forbidden` for scopes that the
 *  caller does not have. */
export async function createApiKey(
  tx: Queryable,
  caller: Caller,
  wanted: { name: string; scopes: readonly Scope[]; expiresAt: Temporal.Instant | undefined },
): Promise<ApiKey & { secret: string }> {
  const missing = missingScopes(caller.scopes, wanted.scopes);
  if (missing.length > 0) {
    throw new Fault('forbidden', {
      detail: `A key can only be given scopes that its maker has; missing: ${missing.join(', ')}.`,
    });
  }
  const id = newId();
  const secret = makeApiKey(id);
  const { workspaceId } = caller;
  const row = await store.insertApiKey(tx, {
    workspaceId,
    id,
    name: wanted.name,
    prefix: prefixOf(secret),
    secretHash: hashOfKey(secret),
    scopes: [...new Set(wanted.scopes)],
    origin: 'created',
    expiresAt: wanted.expiresAt ?? null,
  });
  const details = { name: wanted.name, scopes: row.scopes, expires_at: wanted.expiresAt?.toString() ?? null };
  await recordAudit(tx, {
    workspaceId,
    actor: actorOf(caller),
    action: 'api_key.create',
    subject: `api_key:${id}`,
    details,
  });
  return { ...toApiKey(row), secret };
}

/** The newest keys first, revoked ones too. */
export async function listApiKeys(
  db: Queryable,
  workspaceId: string,
  afterId: string | undefined,
  limit: number,
): Promise<ApiKey[]> {
  return (await store.listApiKeys(db, workspaceId, afterId, limit)).map(toApiKey);
}

/** Ends a key and every session that was started with it. Revoking again changes nothing. Throws `not_found`. */
export async function revokeApiKey(tx: Queryable, caller: Caller, id: string): Promise<ApiKey> {
  const { workspaceId } = caller;
  const row = await store.revokeApiKey(tx, workspaceId, id);
  if (row === undefined) throw new Fault('not_found', { detail: 'There is no such API key.' });
  await store.deleteSessionsOfKey(tx, workspaceId, id);
  if (!row.was_revoked) {
    await recordAudit(tx, {
      workspaceId,
      actor: actorOf(caller),
      action: 'api_key.revoke',
      subject: `api_key:${id}`,
      details: {},
    });
  }
  return toApiKey(row);
}

/** Starts a console session with the rights of the caller's key. `token` goes into the cookie. */
export async function startSession(
  tx: Queryable,
  caller: Caller,
): Promise<{ token: string; expiresAt: Temporal.Instant }> {
  const token = randomToken(32);
  const id = newId();
  const { workspaceId, keyId } = caller;
  const expiresAt = await store.insertSession(tx, {
    workspaceId,
    id,
    apiKeyId: keyId,
    tokenHash: sha256(token),
    seconds: sessionSeconds,
  });
  await recordAudit(tx, {
    workspaceId,
    actor: `api_key:${keyId}`,
    action: 'session.start',
    subject: `session:${id}`,
    details: {},
  });
  return { token, expiresAt };
}

export async function endSession(tx: Queryable, workspaceId: string, sessionId: string): Promise<void> {
  await store.deleteSession(tx, workspaceId, sessionId);
}

export type Audited = {
  workspaceId: string;
  actor: string;
  /** What was done, e.g. `api_key.revoke`. */
  action: string;
  /** To what, as `kind:id`. */
  subject: string;
  /** What is needed to understand it. No secrets, no names, no numbers of people. */
  details: Record<string, unknown>;
};

/** Adds an entry to the workspace's audit trail, in the transaction of the change itself. Changes of one workspace that
 *  are audited wait for each other from here to the end of the transaction, so call it last. */
export async function recordAudit(tx: Queryable, audited: Audited): Promise<void> {
  const head = await store.lockAuditHead(tx, audited.workspaceId);
  const entry = { ...audited, seq: (head.seq ?? 0) + 1, at: head.now, previousHash: head.hash ?? firstPreviousHash };
  await store.insertAuditEntry(tx, { ...entry, hash: hashOfEntry(entry) });
}

/** A page of the audit trail, oldest first, in the form that `findTampering` checks. */
export async function listAuditEntries(db: Queryable, workspaceId: string, afterSeq: number, limit: number) {
  const rows = await store.listAuditEntries(db, workspaceId, afterSeq, limit);
  return rows.map(({ workspace_id, previous_hash, ...row }) => ({
    ...row,
    workspaceId: workspace_id,
    previousHash: previous_hash,
  }));
}

/** How a caller is named in the audit trail. */
export function actorOf(caller: Caller): string {
  return caller.sessionId === undefined ? `api_key:${caller.keyId}` : `session:${caller.sessionId}`;
}

function toApiKey(row: store.ApiKeyRow): ApiKey {
  return {
    id: row.id,
    name: row.name,
    prefix: row.prefix,
    scopes: row.scopes,
    createdAt: row.created_at,
    expiresAt: row.expires_at ?? undefined,
    lastUsedAt: row.last_used_at ?? undefined,
    revokedAt: row.revoked_at ?? undefined,
  };
}
