import { type Database, type Queryable, type Sql, sql } from '#platform/database.ts';

/** What is partitioned by month and goes together. */
export type RetentionClass = 'messages' | 'webhooks';

const tablesOf: Record<RetentionClass, readonly string[]> = {
  messages: ['message', 'message_state', 'attempt', 'message_event'],
  webhooks: ['raw_webhook'],
};

/** Said of a table that was chosen to go. An operator who detaches a month to keep it elsewhere does not say this. */
const sentence = 'Carillon drops this month';

/** The months of which every day is more than `days` ago, as `YYYY_MM`, the oldest first. */
export async function listOldMonths(db: Queryable, kind: RetentionClass, days: number): Promise<string[]> {
  const rows = await db.query<{ month: string }>(
    sql`select distinct right(c.relname, 7) as month
        from pg_inherits i join pg_class c on c.oid = i.inhrelid join pg_class p on p.oid = i.inhparent
        where p.relnamespace = current_schema()::regnamespace and p.relname = any(${tablesOf[kind]}::text[])
          and c.relname ~ ('^' || p.relname || '_[0-9]{4}_[0-9]{2}$') and not i.inhdetachpending
          and (to_date(right(c.relname, 7), 'YYYY_MM') + interval '1 month') at time zone 'UTC' <= now() - make_interval(days => ${days})
        order by 1`,
  );
  return rows.map((row) => row.month);
}

/** Chooses a month to go, unless something of it is still to be done: then it stays, and the number of that comes back. */
export async function condemnMonth(db: Database, kind: RetentionClass, month: string): Promise<number> {
  return db.transaction(async (tx) => {
    const open = kind === 'messages' ? await openMessages(tx, month) : await openTasks(tx, month);
    if (open > 0) return open;
    if (kind === 'messages') {
      await tx.query(sql`delete from dead_letter where ${within(sql`message_id`, month)}`);
      await tx.query(sql`delete from chosen_option where ${within(sql`offer_id`, month)}`);
      await tx.query(sql`delete from reroute where ${within(sql`message_id`, month)}`);
    }
    for (const table of tablesOf[kind]) {
      const [belongs] = await tx.query<object>(
        sql`select 1 from pg_inherits where inhrelid = to_regclass(${part(table, month)})`,
      );
      if (belongs) await tx.query(statement(`comment on table ${part(table, month)} is '${sentence}'`));
    }
    return 0;
  });
}

async function openMessages(tx: Queryable, month: string): Promise<number> {
  // What is put back into the queue has its dead letter locked, so behind these locks it is there already or cannot come.
  await tx.query(sql`select 1 from dead_letter where ${within(sql`message_id`, month)} order by message_id for update`);
  const [row] = await tx.query<{ n: number }>(
    sql`select count(*) as n from outbox where ${within(sql`message_id`, month)}`,
  );
  return row?.n ?? 0;
}

async function openTasks(tx: Queryable, month: string): Promise<number> {
  const [row] = await tx.query<{ n: number }>(
    sql`select count(*) as n from ingress_task where ${within(sql`id`, month)}`,
  );
  return row?.n ?? 0;
}

export interface CondemnedTable {
  table: string;
  month: string;
  /** Whether it still belongs to its whole: wholly, half (it was interrupted), or no more. */
  belongs: 'wholly' | 'half' | 'no';
}

/** The tables that were chosen to go and are there still, also after an earlier try that did not finish. */
export function listCondemned(db: Queryable, kind: RetentionClass): Promise<CondemnedTable[]> {
  return db.query(
    sql`select left(c.relname, -8) as table, right(c.relname, 7) as month,
               case when i.inhrelid is null then 'no' when i.inhdetachpending then 'half' else 'wholly' end as belongs
        from pg_class c left join pg_inherits i on i.inhrelid = c.oid
        where c.relnamespace = current_schema()::regnamespace and c.relkind = 'r'
          and left(c.relname, -8) = any(${tablesOf[kind]}::text[]) and c.relname ~ '_[0-9]{4}_[0-9]{2}$'
          and obj_description(c.oid, 'pg_class') = ${sentence}
        order by 2, 1`,
  );
}

/**
 * Takes a month out of its table. Dropping it at once would lock the whole table, and everybody who reads or writes it waits
 * behind whoever reads it for long, a backup for example. This locks nothing; interrupted, it is `half` done and goes on later.
 */
export async function detachMonth(db: Queryable, { table, month, belongs }: CondemnedTable): Promise<void> {
  if (belongs === 'no') return;
  const how = belongs === 'half' ? 'finalize' : 'concurrently';
  await db.query(statement(`alter table ${table} detach partition ${part(table, month)} ${how}`));
}

/** Call it after `detachMonth`. Gives how many tasks were for webhooks of this month, asked for in the last moment. */
export async function dropMonth(db: Queryable, { table, month }: CondemnedTable): Promise<number> {
  const tasks =
    table === 'raw_webhook'
      ? await db.query<object>(sql`delete from ingress_task where ${within(sql`id`, month)} returning id`)
      : [];
  await db.query(statement(`drop table ${part(table, month)}`));
  return tasks.length;
}

export function listMediaOfMonth(
  db: Queryable,
  month: string,
  limit: number,
): Promise<{ workspaceId: string; id: string; storageKey: string | null }[]> {
  return db.query(
    sql`select workspace_id as "workspaceId", id, storage_key as "storageKey" from media
        where ${within(sql`message_id`, month)} limit ${limit}`,
  );
}

export async function deleteMedia(db: Queryable, media: { workspaceId: string; id: string }[]): Promise<void> {
  await db.query(
    sql`delete from media m using jsonb_to_recordset(${JSON.stringify(media)}::jsonb) as k("workspaceId" uuid, id uuid)
        where m.workspace_id = k."workspaceId" and m.id = k.id`,
  );
}

/** What providers said that could not be shown as a message has the same kinds of words in it. That somebody asked for
 *  deletion stays on record. */
export async function deleteNoticesOfMonth(db: Queryable, month: string): Promise<void> {
  await db.query(sql`delete from provider_notice where ${within(sql`id`, month)} and field <> 'data_deletion'`);
}

function within(id: Sql, month: string): Sql {
  const first = `${month.replace('_', '-')}-01`;
  return sql`${id} >= uuid_v7_floor(${first}::date::timestamp at time zone 'UTC')
    and ${id} < uuid_v7_floor((${first}::date + interval '1 month') at time zone 'UTC')`;
}

// Names cannot be parameters. These are ours and a month of digits.
function part(table: string, month: string): string {
  if (!/^[a-z_]+ \d{4}_\d{2}$/.test(`${table} ${month}`)) throw new Error('This is no month of a table.');
  return `${table}_${month}`;
}

function statement(text: string): Sql {
  return { text, values: [] };
}
