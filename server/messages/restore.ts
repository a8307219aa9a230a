import { pauseEveryConnection } from '#channels/connections.ts';
import { type Database, type Queryable, sql } from '#platform/database.ts';

export interface RestoreReport {
  /** Messages that may have been sent after the moment that the database was taken back to. */
  messages: number;
  connections: number;
}

const reason =
  'The database was restored or has failed over, and may have forgotten what was sent since. Messages that were waiting are kept as unknown until their receipts come. Look at them, then resume the connection.';

/**
 * Finds out whether the database was taken back in time since the last start. If so nothing is sent blindly: every message
 * that was waiting becomes `unknown` (its receipt, which names the attempt, settles it), and every connection is paused
 * until a person resumes it. Without this a restore would send the traffic of the lost minutes again. Null when all is well.
 */
export async function guardAgainstRestore(owner: Database): Promise<RestoreReport | null> {
  return owner.transaction(async (tx) => {
    const [now] = await tx.query<{ timelineId: number }>(
      sql`select ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::int as "timelineId"`,
    );
    const timelineId = now?.timelineId ?? 0;
    const [known] = await tx.query<{ timelineId: number }>(
      sql`select timeline_id as "timelineId" from installation for update`,
    );
    await tx.query(
      sql`insert into installation (timeline_id) values (${timelineId}::int) on conflict (only_row) do update set timeline_id = excluded.timeline_id`,
    );
    if (!known || known.timelineId === timelineId) return null;
    return { messages: await doubtEverything(tx), connections: await pauseEveryConnection(tx, reason) };
  });
}

// The first attempt of a message that was waiting may have been made after that moment, so it is the one in doubt.
async function doubtEverything(tx: Queryable): Promise<number> {
  // What looks undelivered may have been delivered since, or have gone another way: receipts and hops are forgotten too.
  await tx.query(sql`update reroute set state = 'refused', rule = 'restored', decided_at = now() where state = 'open'`);
  const rows = await tx.query<object>(
    sql`with doubted as (
          update outbox set state = 'unknown', unknown_at = now(), attempt_no = greatest(attempt_no, 1::smallint),
                            dispatching_at = coalesce(dispatching_at, now())
          where state <> 'unknown'
          returning workspace_id, message_id, sender_id, attempt_no
        ), tried as (
          insert into attempt (workspace_id, message_id, attempt_no, sender_id, outcome, reason, next_action)
          select workspace_id, message_id, attempt_no, sender_id, 'unknown', 'The database was restored: whether this was sent is not known.', 'unknown'
          from doubted on conflict do nothing
        ), told as (
          insert into message_event (workspace_id, message_id, id, kind, detail)
          select workspace_id, message_id, gen_random_uuid(), 'restored', jsonb_build_object('advice', 'A receipt settles it; else it is given up and can be sent again from the dead letters.')
          from doubted
        )
        select message_id from doubted`,
  );
  return rows.length;
}
