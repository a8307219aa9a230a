import { type Database, type Queryable, sql } from '#platform/database.ts';
import type { Log } from '#platform/telemetry.ts';
import { Chore } from '#queue/chore.ts';
import { forgetRead } from '#queue/log.ts';
import { matchEarlyChanges } from './ingress/apply-changes.ts';
import { ExpiryWalk } from './outbox/expiry.ts';
import { releaseLately } from './outbox/holds.ts';
import { matchOrphans, reconcileUnknown } from './reconcile.ts';

export interface MaintenanceDeps {
  db: Database;
  log: Log;
  instanceId: string;
  /** Messages came back into the queue. */
  wake: () => void;
}

/** The chores of the message path: expiry, unknown outcomes, receipts without a message, and word of changes without one. */
export function maintenance({ db, log, instanceId, wake }: MaintenanceDeps): Chore {
  let round = 0;
  const expiry = new ExpiryWalk();
  const run = async (): Promise<void> => {
    round += 1;
    await expiry.round(db);
    if (round % 5 === 0) await releaseLately(db);
    for (;;) {
      const { resent, givenUp } = await reconcileUnknown(db, 500);
      if (resent > 0) wake();
      if (givenUp > 0) log.warn({ messages: givenUp }, 'messages were given up with an unknown outcome');
      if (resent + givenUp < 500) break;
    }
    while ((await matchOrphans(db)) === 500);
    while ((await matchEarlyChanges(db)) === 500);
  };
  return new Chore({ db, log, instanceId, name: 'maintenance:messages', everyMs: 2_000, run });
}

/** Days after which what is kept for its own sake goes. Messages and raw webhooks go by months: see retention.ts. */
const keptDays = { idempotencyKeys: 30, providerEvents: 31, orphans: 30, earlyChanges: 30, log: 7 };

/** Makes the partitions of this and the next month, and deletes what is older than it is kept. Run twice a day, as the owner. */
export async function keepHouse(owner: Queryable): Promise<void> {
  await owner.query(
    sql`select ensure_partitions(t::regclass, now()::date, 2) from unnest(array['message', 'message_state', 'attempt', 'message_event', 'raw_webhook']) as t`,
  );
  await owner.query(
    sql`delete from idempotency_key where created_at < now() - make_interval(days => ${keptDays.idempotencyKeys})`,
  );
  await owner.query(
    sql`delete from provider_event where seen_at < now() - make_interval(days => ${keptDays.providerEvents})`,
  );
  await owner.query(
    sql`delete from orphan_status where received_at < now() - make_interval(days => ${keptDays.orphans})`,
  );
  await owner.query(
    sql`delete from early_change where received_at < now() - make_interval(days => ${keptDays.earlyChanges})`,
  );
  await forgetRead(owner, keptDays.log);
}
