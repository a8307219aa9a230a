import { sql } from '#server/platform/database.ts';
import type { World } from './world.ts';
import { until } from './until.ts';

interface Backlog {
  queued: number;
  dispatching: number;
  unknown: number;
  tasks: number;
  lag: number;
}

async function backlogOf(world: World): Promise<Backlog> {
  const [row] = await world.owner.query<Backlog>(
    sql`select count(*) filter (where state = 'queued' and due_at < now() + interval '2 minutes')::int as queued,
               count(*) filter (where state = 'dispatching')::int as dispatching,
               count(*) filter (where state = 'unknown')::int as unknown,
               (select count(*)::int from ingress_task where state = 'pending') as tasks,
               (select count(*)::int from log_event e, log_group g where (e.xid, e.position) > (g.xid, g.position)) as lag
        from outbox`,
  );
  if (!row) throw new Error('The database did not count.');
  return row;
}

/** Waits until everything that can move has moved: what is left is held, far in the future, or has no known outcome. */
export async function drain(world: World, limitMs = 90_000): Promise<void> {
  let last = '';
  let quiet = 0;
  try {
    await until(
      'everything is drained',
      async () => {
        const [backlog, pending] = [await backlogOf(world), await world.sandbox.pending()];
        last = JSON.stringify({ ...backlog, updates: pending.updates, deliveries: pending.deliveries });
        const open =
          backlog.queued + backlog.dispatching + backlog.tasks + backlog.lag + pending.updates + pending.deliveries;
        // Twice in a row: between two looks something may have been on its way from one place to the other.
        quiet = open === 0 ? quiet + 1 : 0;
        return quiet >= 2;
      },
      limitMs,
    );
  } catch (error) {
    throw new Error(`I4: not everything was drained: ${last}`, { cause: error });
  }
}

/**
 * Lets the time pass after which a message without an outcome is given up, and waits for what becomes of it: a code is
 * sent once more, everything else ends as a dead letter. Gives the messages that had no outcome, with their end.
 */
export async function letUnknownEnd(world: World): Promise<Map<string, { status: string; letter: string | null }>> {
  const ids = new Set<string>();
  for (let round = 0; round < 3; round += 1) {
    const unknown = await world.owner.query<{ id: string }>(
      sql`update outbox set unknown_at = unknown_at - interval '1 hour', dispatching_at = dispatching_at - interval '1 hour'
          where state = 'unknown' returning message_id as id`,
    );
    if (unknown.length === 0) break;
    for (const { id } of unknown) ids.add(id);
    await until('the unknown outcomes are decided', async () => {
      const [row] = await world.owner.query<{ count: number }>(
        sql`select count(*)::int as count from outbox where state = 'unknown' and unknown_at < now() - interval '30 minutes'`,
      );
      return row?.count === 0;
    });
    await drain(world);
  }
  const ends = await world.owner.query<{ id: string; status: string; letter: string | null }>(
    sql`select s.message_id as id, s.status, d.class as letter from message_state s
        left join dead_letter d on d.workspace_id = s.workspace_id and d.message_id = s.message_id
        where s.message_id = any(${[...ids]}::uuid[])`,
  );
  return new Map(ends.map(({ id, status, letter }) => [id, { status, letter }]));
}
