import { type Queryable, prepared, sql } from '#platform/database.ts';

const sliceBlocks = 250;
const slicesOfRound = 2;

/**
 * Ends messages whose time is over while they still wait. There is no index to find them by, so that no message pays for
 * one: the outbox is walked as it lies on the disk, a bounded part of it in each round, because reading a million rows at
 * once would take the processor from a one-time code. A row that moves behind the walk is met by the next one; dispatch
 * looks at the time by itself, so nobody is written to late.
 */
export class ExpiryWalk {
  readonly #blocks: number;
  #from = 0;

  /** `blocks`: how many blocks of the table, of 8 kB each, are read at once. */
  constructor(blocks = sliceBlocks) {
    this.#blocks = blocks;
  }

  /** Reads on from where the last round ended, to the end of the outbox at most. Gives how many messages have ended. */
  async round(db: Queryable): Promise<number> {
    let ended = 0;
    for (let slice = 0; slice < slicesOfRound; slice += 1) {
      const to = this.#from + this.#blocks;
      const { expired, blocks } = await expireBetween(db, this.#from, to);
      ended += expired;
      this.#from = to < blocks ? to : 0;
      if (this.#from === 0) break;
    }
    return ended;
  }
}

/** Expects a scan of the blocks from `from` up to `to`, and one look-up by key for each row that is over. */
async function expireBetween(db: Queryable, from: number, to: number): Promise<{ expired: number; blocks: number }> {
  const [walked] = await db.query<{ expired: number; blocks: number }>(
    prepared(
      'outbox-expire',
      sql`with late as materialized (
            select workspace_id, message_id from outbox
            where ctid >= ('(' || ${from}::bigint || ',0)')::tid and ctid < ('(' || ${to}::bigint || ',0)')::tid
              and expires_at <= now() and state = 'queued'
            for update skip locked
          ), over as (
            delete from outbox o using late
            where o.workspace_id = late.workspace_id and o.message_id = late.message_id
            returning o.workspace_id, o.message_id, o.contact_id, o.sender_id, o.expires_at, o.hold
          ), state as (
            insert into message_state (workspace_id, message_id, status) select workspace_id, message_id, 'expired' from over on conflict do nothing
          ), told as (
            insert into message_event (workspace_id, message_id, id, kind, detail)
            select workspace_id, message_id, gen_random_uuid(), 'expired',
                   jsonb_build_object('rule', 'expired', 'facts', jsonb_build_object('expires_at', expires_at, 'last_hold', hold))
            from over
          ), logged as (
            insert into log_event (workspace_id, topic, events)
            select workspace_id, 'message.state', jsonb_agg(jsonb_build_object('type', 'message.expire', 'messageId', message_id, 'contactId', contact_id, 'senderId', sender_id))
            from over group by workspace_id
          )
          select (select count(*)::int from over) as expired,
                 (pg_relation_size('outbox') / current_setting('block_size')::int)::int as blocks`,
    ),
  );
  if (!walked) throw new Error('The outbox was not read.');
  return walked;
}
