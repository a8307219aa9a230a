import { prepared, type Queryable, sql } from '#platform/database.ts';

export interface OpenBreakerRow {
  connection_id: string;
  holder: string;
  /** Below zero when its holder was not heard of in time. By the database's clock. */
  remaining_ms: number;
}

export function listOpenBreakers(db: Queryable): Promise<OpenBreakerRow[]> {
  return db.query(
    prepared(
      'open-breakers',
      sql`select connection_id, holder, (extract(epoch from expires_at - now()) * 1000)::float8 as remaining_ms from open_breaker`,
    ),
  );
}

/** Says that the account's breaker is open, unless another process says so already. True when it was written. */
export async function upsertOpenBreaker(
  db: Queryable,
  key: { workspaceId: string; connectionId: string; holder: string },
  forMs: number,
): Promise<boolean> {
  const rows = await db.query(
    sql`insert into open_breaker as b (workspace_id, connection_id, holder, expires_at)
        select ${key.workspaceId}::uuid, id, ${key.holder}::uuid, now() + make_interval(secs => ${forMs / 1000}::float8)
        from connection where workspace_id = ${key.workspaceId} and id = ${key.connectionId}
        on conflict (workspace_id, connection_id) do update
          set holder = excluded.holder, expires_at = excluded.expires_at,
              opened_at = case when b.holder = excluded.holder then b.opened_at else excluded.opened_at end
          where b.holder = excluded.holder or b.expires_at <= now()
        returning 1`,
  );
  return rows.length > 0;
}

export async function deleteOpenBreaker(
  db: Queryable,
  key: { workspaceId: string; connectionId: string; holder: string },
): Promise<void> {
  await db.query(
    sql`delete from open_breaker where workspace_id = ${key.workspaceId} and connection_id = ${key.connectionId}
        and (holder = ${key.holder}::uuid or expires_at <= now())`,
  );
}
