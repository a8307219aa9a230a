import { type Database, isDatabaseUnavailable, type Queryable, prepared, sql } from '#platform/database.ts';
import { failpoint } from '#platform/failpoints.ts';

/** A domain event: what happened, as ids and small facts. Bodies stay in the tables of their feature. */
export interface DomainEvent {
  type: string;
  [fact: string]: unknown;
}

export interface LogEntry {
  xid: string;
  position: number;
  workspaceId: string;
  topic: string;
  events: DomainEvent[];
}

/** Appends events of one topic and workspace, in the caller's transaction. They are read in this order. */
export async function append(db: Queryable, workspaceId: string, topic: string, events: DomainEvent[]): Promise<void> {
  if (events.length === 0) return;
  await db.query(
    prepared(
      'log-append',
      sql`insert into log_event (workspace_id, topic, events) values (${workspaceId}::uuid, ${topic}, ${JSON.stringify(events)}::json)`,
    ),
  );
}

/** After this many failures of the same place a group parks the row as a dead letter and goes on. */
const maxAttempts = 5;

/**
 * Reads the next entries for one group and moves its offset in the transaction of the effects: an effect written with
 * the `tx` of the handler happens exactly once, any other at least once. One process at a time reads for a group; the
 * others skip. Gives the number of entries taken.
 */
export async function consumeOnce(
  db: Database,
  group: { name: string; topics: readonly string[]; take: (tx: Queryable, entries: LogEntry[]) => Promise<void> },
  limit = 200,
): Promise<number> {
  try {
    return await db.transaction((tx) => take(tx, group, limit, group.take));
  } catch (error) {
    // No entry is to blame for a database that is away or busy.
    if (isDatabaseUnavailable(error)) throw error;
    const [state] = await db.query<{ attempts: number }>(
      // The first failure of a new group took the group's row back with it.
      sql`insert into log_group as g (name, attempts) values (${group.name}, 1)
          on conflict (name) do update set attempts = g.attempts + 1, updated_at = now() returning attempts`,
    );
    if ((state?.attempts ?? 0) < maxAttempts) throw error;
    return passPoison(db, group, limit);
  }
}

// One of the next entries is poisoned, and its neighbours are not to blame: each is tried alone, and the first that fails
// is parked, so that the group is not held up for ever. No more than one, since it may be the handler that is broken.
async function passPoison(
  db: Database,
  group: { name: string; topics: readonly string[]; take: (tx: Queryable, entries: LogEntry[]) => Promise<void> },
  limit: number,
): Promise<number> {
  for (let taken = 0; taken < limit; taken += 1) {
    try {
      if ((await db.transaction((tx) => take(tx, group, 1, group.take))) === 0) return taken;
    } catch (error) {
      if (isDatabaseUnavailable(error)) throw error;
      await db.transaction((tx) => take(tx, group, 1, (inner, entries) => park(inner, group, entries, error)));
      return taken + 1;
    }
  }
  return limit;
}

async function take(
  tx: Queryable,
  group: { name: string; topics: readonly string[] },
  limit: number,
  handler: (tx: Queryable, entries: LogEntry[]) => Promise<void>,
): Promise<number> {
  const offset = (await lockOffset(tx, group.name)) ?? (await beginGroup(tx, group.name));
  if (!offset) return 0;
  const entries = await tx.query<LogEntry>(
    prepared(
      'log-read',
      sql`select xid::text, position, workspace_id as "workspaceId", topic,
                 case when topic = any(${group.topics}::text[]) then events end as events from log_event
          where (xid, position) > (${offset.xid}::xid8, ${offset.position}::bigint)
            and xid < pg_snapshot_xmin(pg_current_snapshot())
          order by log_event.xid, position limit ${limit}`,
    ),
  );
  const last = entries.at(-1);
  if (!last) return 0;
  const wanted = entries.filter((entry) => group.topics.includes(entry.topic));
  if (wanted.length > 0) await handler(tx, wanted);
  await failpoint('log.beforeOffsetCommit');
  await tx.query(
    prepared(
      'log-move',
      sql`update log_group set xid = ${last.xid}::xid8, position = ${last.position}, attempts = 0, updated_at = now()
          where name = ${group.name}`,
    ),
  );
  return entries.length;
}

interface Offset {
  xid: string;
  position: number;
}

/** The place of the group, kept by us until the transaction ends; undefined while another process has it. */
async function lockOffset(tx: Queryable, name: string): Promise<Offset | undefined> {
  const [offset] = await tx.query<Offset>(
    prepared('log-offset', sql`select xid::text, position from log_group where name = ${name} for update skip locked`),
  );
  return offset;
}

async function beginGroup(tx: Queryable, name: string): Promise<Offset | undefined> {
  await tx.query(sql`insert into log_group (name) values (${name}) on conflict do nothing`);
  return lockOffset(tx, name);
}

async function park(tx: Queryable, group: { name: string }, entries: LogEntry[], error: unknown): Promise<void> {
  for (const entry of entries) {
    await tx.query(
      sql`insert into log_dead_letter (group_name, xid, position, workspace_id, topic, events, error)
          values (${group.name}, ${entry.xid}::xid8, ${entry.position}, ${entry.workspaceId}::uuid, ${entry.topic},
                  ${JSON.stringify(entry.events)}::jsonb, ${error instanceof Error ? error.message : String(error)})
          on conflict do nothing`,
    );
  }
}

/** Deletes entries that are older than so many days and that every group has read. Call it as the owner of the tables. */
export async function forgetRead(owner: Queryable, days: number): Promise<void> {
  await owner.query(
    sql`delete from log_event e where e.appended_at < now() - make_interval(days => ${days})
        and not exists (select 1 from log_group g where (g.xid, g.position) < (e.xid, e.position))`,
  );
}

/** What each group has not read yet, up to 100,000, and what it had to leave aside. */
export async function lag(db: Queryable): Promise<{ name: string; entries: number; deadLetters: number }[]> {
  return db.query(
    sql`select g.name,
               (select count(*) from (select 1 from log_event e where (e.xid, e.position) > (g.xid, g.position) limit 100000) as behind) as entries,
               (select count(*) from log_dead_letter d where d.group_name = g.name) as "deadLetters"
        from log_group g order by g.name`,
  );
}
