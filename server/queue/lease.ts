import { type Queryable, prepared, sql } from '#platform/database.ts';

export interface Lease {
  name: string;
  /** Grows with every new owner. A write under an older fence is refused. */
  fence: number;
}

/** Takes or prolongs each lease that is free, expired or already the holder's. Gives those that are now the holder's.
 *  Times are the database's, so clocks of machines need not agree. */
export async function acquireLeases(db: Queryable, holder: string, names: string[], seconds: number): Promise<Lease[]> {
  if (names.length === 0) return [];
  return db.query<Lease>(
    prepared(
      'acquire-leases',
      sql`insert into lease as l (name, holder, fence, expires_at)
          select name, ${holder}::uuid, 1, now() + make_interval(secs => ${seconds}::double precision)
          from unnest(${[...names].sort()}::text[]) as name order by name
          on conflict (name) do update
            set holder = excluded.holder,
                fence = case when l.holder = excluded.holder and l.expires_at > now() then l.fence else l.fence + 1 end,
                expires_at = excluded.expires_at
            where l.holder = excluded.holder or l.expires_at <= now()
          returning name, fence`,
    ),
  );
}

/** Gives leases back at once, so that another process need not wait for them to expire. */
export async function releaseLeases(db: Queryable, holder: string, names: string[]): Promise<void> {
  await db.query(
    sql`update lease set expires_at = now() where holder = ${holder}::uuid and name = any(${names}::text[])`,
  );
}
