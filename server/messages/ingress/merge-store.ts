import { type Queryable, sql } from '#platform/database.ts';

/** Gives one contact the messages and open windows of another that turned out to be the same person. */
export async function mergeMessages(
  db: Queryable,
  pair: { workspaceId: string; from: string; into: string },
): Promise<void> {
  const { workspaceId, from, into } = pair;
  const which = sql`workspace_id = ${workspaceId}::uuid and contact_id = ${from}::uuid`;
  await db.query(sql`update message set contact_id = ${into}::uuid where ${which}`);
  await db.query(
    sql`update message set participant_id = ${into}::uuid
        where workspace_id = ${workspaceId}::uuid and participant_id = ${from}::uuid`,
  );
  await db.query(sql`update outbox set contact_id = ${into}::uuid where ${which}`);
  await db.query(
    sql`insert into service_window as w (workspace_id, sender_id, contact_id, expires_at, last_inbound_at)
        select workspace_id, sender_id, ${into}::uuid, expires_at, last_inbound_at from service_window where ${which}
        on conflict (workspace_id, sender_id, contact_id) do update
          set expires_at = greatest(w.expires_at, excluded.expires_at), last_inbound_at = greatest(w.last_inbound_at, excluded.last_inbound_at)`,
  );
  await db.query(sql`delete from service_window where ${which}`);
}
