import { type Queryable, prepared, sql } from '#platform/database.ts';

export interface FactTold {
  workspaceId: string;
  businessAccountId: string;
  /** The id of a sender, or `account`. */
  subject: string;
  fact: string;
  value: Record<string, unknown>;
  /** By the provider's clock, an ISO instant. */
  at: string;
}

/** Writes what is newer than what is known; of two words at one time always the same one counts. Gives those that count. */
export function upsertFacts(
  db: Queryable,
  told: FactTold[],
): Promise<Pick<FactTold, 'workspaceId' | 'businessAccountId' | 'subject' | 'fact' | 'value'>[]> {
  return db.query(
    sql`insert into account_fact as f (workspace_id, business_account_id, subject, fact, value, told_at)
        select distinct on (1, 2, 3, 4) "workspaceId", "businessAccountId", subject, fact, value, at
        from jsonb_to_recordset(${JSON.stringify(told)}::jsonb) as x(
          "workspaceId" uuid, "businessAccountId" text, subject text, fact text, value jsonb, at timestamptz)
        order by 1, 2, 3, 4, at desc, value desc
        on conflict (workspace_id, business_account_id, subject, fact) do update set value = excluded.value, told_at = excluded.told_at
          where (excluded.told_at, excluded.value) > (f.told_at, f.value)
        returning workspace_id as "workspaceId", business_account_id as "businessAccountId", subject, fact, value`,
  );
}

export interface FactRow {
  workspace_id: string;
  business_account_id: string;
  subject: string;
  fact: string;
  value: Record<string, unknown>;
  told_at: Temporal.Instant;
}

export function listAllFacts(db: Queryable): Promise<FactRow[]> {
  return db.query(
    prepared(
      'all-account-facts',
      sql`select workspace_id, business_account_id, subject, fact, value, told_at from account_fact order by 1, 2, 3, 4`,
    ),
  );
}

export interface AccountSender {
  workspaceId: string;
  businessAccountId: string;
  connectionId: string;
  senderId: string;
  externalId: string;
  phone: string | null;
}

/** The numbers that a workspace uses of some accounts. */
export function listSendersOfAccounts(
  db: Queryable,
  accounts: { workspaceId: string; businessAccountId: string }[],
): Promise<AccountSender[]> {
  return db.query(
    sql`select c.workspace_id as "workspaceId", c.business_account_id as "businessAccountId", c.id as "connectionId", s.id as "senderId",
               s.external_id as "externalId", s.phone
        from (select distinct * from jsonb_to_recordset(${JSON.stringify(accounts)}::jsonb) as x("workspaceId" uuid, "businessAccountId" text)) k
        join connection c on c.workspace_id = k."workspaceId" and c.business_account_id = k."businessAccountId" and c.removed_at is null
        join sender s on s.workspace_id = c.workspace_id and s.connection_id = c.id and s.removed_at is null
        order by s.id`,
  );
}

export async function updateDisplayName(
  db: Queryable,
  workspaceId: string,
  senderId: string,
  displayName: string,
): Promise<void> {
  await db.query(
    sql`update sender set display_name = ${displayName} where workspace_id = ${workspaceId}::uuid and id = ${senderId}::uuid`,
  );
}

/** What an account may do again, since a person says so: what was told up to now stands against it no longer. */
export async function liftRestrictions(db: Queryable, workspaceId: string, connectionId: string): Promise<void> {
  await db.query(
    sql`update account_fact f set value = f.value || '{"lifted": true}', told_at = greatest(f.told_at, now())
        from connection c
        where c.workspace_id = ${workspaceId}::uuid and c.id = ${connectionId}::uuid and f.workspace_id = c.workspace_id
          and f.business_account_id = c.business_account_id and f.subject = 'account'
          and (f.fact like 'restriction:%' or f.fact = 'standing')`,
  );
}

/** Whether the provider said that nothing of the account goes any more, and took nothing back. */
export async function isStoppedByProvider(db: Queryable, workspaceId: string, connectionId: string): Promise<boolean> {
  const rows = await db.query(
    sql`select 1 from account_fact f
        join connection c on c.workspace_id = f.workspace_id and c.business_account_id = f.business_account_id
        where c.workspace_id = ${workspaceId}::uuid and c.id = ${connectionId}::uuid and f.subject = 'account' and f.fact = 'standing'
          and f.value ->> 'stops' = 'true' and f.value -> 'lifted' is null`,
  );
  return rows.length > 0;
}
