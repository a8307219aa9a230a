import { type Queryable, sql } from '#platform/database.ts';
import type { IdentityKey, IdentityKind } from './contacts-store.ts';

export interface Move extends IdentityKey {
  toKind: IdentityKind;
  toKey: string;
  toValue: string;
}

/** Keeps that an identity is another one from an instant on. What was told last counts. */
export async function upsertMoves(db: Queryable, moves: (Move & { at: string })[]): Promise<void> {
  await db.query(
    sql`insert into identity_move as i (workspace_id, channel, kind, match_key, to_kind, to_key, to_value, moved_at)
        select distinct on (1, 2, 3, 4) "workspaceId", channel, kind, "matchKey", "toKind", "toKey", "toValue", at
        from jsonb_to_recordset(${JSON.stringify(moves)}::jsonb) as x(
          "workspaceId" uuid, channel text, kind text, "matchKey" text, "toKind" text, "toKey" text, "toValue" text, at timestamptz)
        order by 1, 2, 3, 4, at desc
        on conflict (workspace_id, channel, kind, match_key) do update
          set to_kind = excluded.to_kind, to_key = excluded.to_key, to_value = excluded.to_value, moved_at = excluded.moved_at
          where excluded.moved_at > i.moved_at`,
  );
}

/** Lets what had moved to an identity that moves on itself lead on. */
export async function redirectMoves(db: Queryable, moves: Move[]): Promise<void> {
  await db.query(
    sql`update identity_move i set to_kind = x."toKind", to_key = x."toKey", to_value = x."toValue"
        from jsonb_to_recordset(${JSON.stringify(moves)}::jsonb) as x(
          "workspaceId" uuid, channel text, kind text, "matchKey" text, "toKind" text, "toKey" text, "toValue" text)
        where i.workspace_id = x."workspaceId" and i.channel = x.channel and i.to_kind = x.kind and i.to_key = x."matchKey"`,
  );
}

export function findMoves(db: Queryable, keys: IdentityKey[]): Promise<(Move & { movedAt: Temporal.Instant })[]> {
  return db.query(
    sql`select i.workspace_id as "workspaceId", i.channel, i.kind, i.match_key as "matchKey", i.to_kind as "toKind", i.to_key as "toKey",
               i.to_value as "toValue", i.moved_at as "movedAt"
        from jsonb_to_recordset(${JSON.stringify(keys)}::jsonb) as k("workspaceId" uuid, channel text, kind text, "matchKey" text)
        join identity_move i on i.workspace_id = k."workspaceId" and i.channel = k.channel and i.kind = k.kind and i.match_key = k."matchKey"`,
  );
}

/** Takes identities from whoever has them. */
export async function deleteIdentities(db: Queryable, keys: IdentityKey[]): Promise<void> {
  await db.query(
    sql`delete from identity i using jsonb_to_recordset(${JSON.stringify(keys)}::jsonb) as k(
          "workspaceId" uuid, channel text, kind text, "matchKey" text)
        where i.workspace_id = k."workspaceId" and i.channel = k.channel and i.kind = k.kind and i.match_key = k."matchKey"`,
  );
}

/** Makes two contacts one: what `from` is called, what it said of being written to and why it is not, goes to `into`. */
export async function mergeContacts(
  db: Queryable,
  pair: { workspaceId: string; from: string; into: string },
): Promise<void> {
  const { workspaceId, from, into } = pair;
  await db.query(
    sql`update identity set contact_id = ${into}::uuid where workspace_id = ${workspaceId}::uuid and contact_id = ${from}::uuid`,
  );
  await db.query(
    sql`insert into suppression as s (workspace_id, contact_id, channel, kind, reason, source, created_at)
        select workspace_id, ${into}::uuid, channel, kind, reason, source, created_at from suppression
        where workspace_id = ${workspaceId}::uuid and contact_id = ${from}::uuid
        on conflict (workspace_id, contact_id, channel, kind) do update set created_at = greatest(s.created_at, excluded.created_at)`,
  );
  await db.query(
    sql`insert into consent_word as w (workspace_id, contact_id, channel, kind, stopped_at, started_at)
        select workspace_id, ${into}::uuid, channel, kind, stopped_at, started_at from consent_word
        where workspace_id = ${workspaceId}::uuid and contact_id = ${from}::uuid
        on conflict (workspace_id, contact_id, channel, kind) do update
          set stopped_at = greatest(w.stopped_at, excluded.stopped_at), started_at = greatest(w.started_at, excluded.started_at)`,
  );
  // The last word of the one person counts, whichever of the two had said it.
  await db.query(
    sql`delete from suppression s using consent_word w
        where s.workspace_id = ${workspaceId}::uuid and s.contact_id = ${into}::uuid and s.source in ('keyword', 'provider')
          and w.workspace_id = s.workspace_id and w.contact_id = s.contact_id and w.channel = s.channel and w.kind = s.kind
          and w.started_at > coalesce(w.stopped_at, '-infinity')`,
  );
  await db.query(
    sql`update contact set merged_into = ${into}::uuid, updated_at = now()
        where workspace_id = ${workspaceId}::uuid and (id = ${from}::uuid or merged_into = ${from}::uuid)`,
  );
  await db.query(
    sql`update contact c set name = coalesce(c.name, f.name), updated_at = now() from contact f
        where c.workspace_id = ${workspaceId}::uuid and c.id = ${into}::uuid and f.workspace_id = c.workspace_id and f.id = ${from}::uuid`,
  );
}
