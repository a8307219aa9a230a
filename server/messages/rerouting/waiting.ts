import { type Purpose, purposes } from '#messages/message.ts';
import type { SenderAccount } from '#messages/outbox/sender-account.ts';
import { type Queryable, sql } from '#platform/database.ts';

const rowsAtOnce = 500;
/** A sender that was no way for a message is one a while later: others come back, or it is paused no more. */
const askAgainSeconds = 60;

/** Up to where a line was read: it goes on behind that. */
interface Place {
  dueAt: string;
  messageId: string;
}

/**
 * Finds messages that wait for longer than their rule says at senders that hand nothing over. In an outage a million may
 * stand there, and reading them all at once would take the processor from what still goes: each look reads a bounded part
 * of each line, and goes on there the next time.
 */
export class WaitingWalk {
  readonly #rows: number;
  #places = new Map<string, Place>();

  /** `rows`: how many of each line are read in one look. */
  constructor(rows = rowsAtOnce) {
    this.#rows = rows;
  }

  /** Opens what it finds. Gives how many. */
  async look(db: Queryable, stuck: readonly Pick<SenderAccount, 'workspaceId' | 'senderId'>[]): Promise<number> {
    const rules = stuck.length > 0 ? await listImpatient(db) : [];
    const lines = stuck.flatMap(({ workspaceId, senderId }) => {
      const lanes = lanesOf(rules.filter((rule) => rule.workspaceId === workspaceId));
      return lanes.map((lane) => ({ senderId, lane, ...this.#places.get(`${senderId} ${lane}`) }));
    });
    const read = lines.length > 0 ? await openWaiting(db, lines, this.#rows) : [];
    // A line that ended is read from its beginning again, and one that moves meanwhile is not forgotten.
    this.#places = new Map(
      read.flatMap(({ senderId, lane, rows, dueAt, messageId }) =>
        rows < this.#rows ? [] : [[`${senderId} ${lane}`, { dueAt, messageId }]],
      ),
    );
    return read.reduce((sum, { opened }) => sum + opened, 0);
  }
}

interface ImpatientRule {
  workspaceId: string;
  purposes: Purpose[] | null;
}

/** The lanes of messages that these rules route. */
function lanesOf(rules: readonly ImpatientRule[]): Purpose[] {
  return purposes.filter((purpose) => rules.some((rule) => rule.purposes === null || rule.purposes.includes(purpose)));
}

/** Rules that reroute what waits. */
function listImpatient(db: Queryable): Promise<ImpatientRule[]> {
  return db.query(
    sql`select workspace_id as "workspaceId", rule #> '{when,purposes}' as purposes from routing_rule
        where (rule #>> '{reroute,enabled}')::boolean and rule #>> '{reroute,when_waiting_seconds}' is not null`,
  );
}

/**
 * Reads on in each line, and opens what waits too long there. One that was redriven is left alone: somebody wants it to go
 * there. Expects the index `outbox_ready`, and look-ups by key a row. Gives for each line how many were read and opened,
 * and the last one read.
 */
function openWaiting(
  db: Queryable,
  lines: ({ senderId: string; lane: Purpose } & Partial<Place>)[],
  rows: number,
): Promise<({ senderId: string; lane: Purpose; rows: number; opened: number } & Place)[]> {
  return db.query(
    sql`with read as materialized (
          select k."senderId", k.lane, o.workspace_id, o.message_id, o.due_at, o.state
          from jsonb_to_recordset(${JSON.stringify(lines)}::jsonb) as k("senderId" uuid, lane text, "dueAt" timestamptz, "messageId" uuid)
          cross join lateral (
            select * from outbox q
            where q.sender_id = k."senderId" and q.lane = k.lane
              and (q.due_at, q.message_id) > (coalesce(k."dueAt", '-infinity'), coalesce(k."messageId", '00000000-0000-0000-0000-000000000000'))
            order by q.due_at, q.message_id limit ${rows}
          ) o
        ), opened as (
          insert into reroute as q (workspace_id, message_id, trigger)
          select o.workspace_id, o.message_id, 'waiting'
          from read o
          cross join lateral (
            select * from message m where m.workspace_id = o.workspace_id and m.id = o.message_id and m.routing is not null offset 0
          ) m
          join routing_rule r on r.workspace_id = m.workspace_id and r.id = (m.routing #>> '{rule,id}')::uuid
          where o.state = 'queued' and (r.rule #>> '{reroute,enabled}')::boolean
            and (m.routing ->> 'hop')::int < (r.rule #>> '{reroute,max_hops}')::int
            and now() >= greatest(m.created_at, m.send_at) + make_interval(secs => (r.rule #>> '{reroute,when_waiting_seconds}')::float8)
            and not exists (select 1 from dead_letter d where d.workspace_id = o.workspace_id and d.message_id = o.message_id)
            and not exists (
              select 1 from reroute b where b.workspace_id = o.workspace_id and b.message_id = o.message_id
                and not (b.state = 'refused' and b.decided_at < now() - make_interval(secs => ${askAgainSeconds})))
          on conflict (workspace_id, message_id) do update
            set state = 'open', trigger = excluded.trigger, due_at = now(), decided_at = null where q.state = 'refused'
          returning message_id
        )
        select "senderId", lane, count(*) as rows, count(*) filter (where message_id in (select message_id from opened)) as opened,
               (array_agg(due_at::text order by due_at desc, message_id desc))[1] as "dueAt",
               (array_agg(message_id order by due_at desc, message_id desc))[1] as "messageId"
        from read group by 1, 2`,
  );
}
