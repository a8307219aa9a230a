import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { sql } from '#platform/database.ts';
import { newId } from '#platform/ids.ts';
import { MessagePath } from '#testing/message-path.ts';
import { createTestDatabase, type TestDatabase } from '#testing/test-database.ts';
import { cancelMessage } from '#messages/messages.ts';
import { settleBatch, withdrawStranded } from './outbox-store.ts';
import { ExpiryWalk } from './expiry.ts';
import { adoptAbandoned } from './unknown-store.ts';

let database: TestDatabase;
let path: MessagePath;

beforeAll(async () => {
  database = await createTestDatabase();
});
beforeEach(async () => {
  path = await MessagePath.open(database);
});
afterAll(() => database?.close());

/** As if the owner had stood still for longer than its lease. */
async function outliveLease(): Promise<void> {
  await database.db.query(sql`update lease set expires_at = now() - interval '1 second'`);
}

const key = (fence: number) => ({ workspaceId: path.workspaceId, senderId: path.senderId, fence });

it('a second owner fences the first off: the marks of one that comes back touch nothing', async () => {
  const [zombie, heir] = [newId(), newId()];
  const old = await path.lease(zombie);
  await outliveLease();
  const id = await path.send();
  expect(await path.mark([id], { fence: old })).toEqual([]);
  const fence = await path.lease(heir);
  expect(fence).toBeGreaterThan(old);
  expect(await path.mark([id], { fence: old })).toEqual([]);
  expect(await path.mark([id], { fence })).toMatchObject([{ messageId: id, attemptNo: 1 }]);
});

it('what a dead owner left between mark and answer becomes unknown, and is never marked again', async () => {
  const fence = await path.lease(newId());
  const id = await path.send();
  await path.mark([id], { fence });
  await outliveLease();
  const heir = newId();
  const next = await path.lease(heir);
  expect(await adoptAbandoned(path.worker, key(next))).toEqual([{ messageId: id }]);
  expect(await path.state(id)).toMatchObject({ place: 'unknown', outcomes: ['unknown'] });
  expect(await path.mark([id], { fence: next })).toEqual([]);
  // The zombie's answer is true all the same, whoever owns the sender by now.
  await settleBatch(path.worker, [await path.settlement(id)]);
  expect(await path.state(id)).toMatchObject({ place: null, status: 'accepted', outcomes: ['accepted'] });
});

it('an owner does not take its own marks for abandoned', async () => {
  const fence = await path.lease(newId());
  const id = await path.send();
  await path.mark([id], { fence });
  expect(await adoptAbandoned(path.worker, key(fence))).toEqual([]);
  expect(await path.state(id)).toMatchObject({ place: 'dispatching' });
});

it('a mark that was never used goes back to the queue as if it had not been; one that is under way does not', async () => {
  const fence = await path.lease(newId());
  const [used, unused, young] = [await path.send(), await path.send(), await path.send()];
  await path.mark([used, unused, young], { fence });
  await database.db.query(
    sql`update outbox set dispatching_at = now() - interval '1 minute' where message_id = any(${[used, unused]}::uuid[])`,
  );
  expect(await withdrawStranded(path.worker, key(fence), [used], 25)).toEqual([{ messageId: unused }]);
  expect(await path.state(unused)).toMatchObject({ place: 'queued', attemptNo: 0 });
  expect(await path.state(used)).toMatchObject({ place: 'dispatching' });
  expect(await path.state(young)).toMatchObject({ place: 'dispatching' });
});

it('a canceled message is not marked, and a marked one is not canceled', async () => {
  const dbs = { request: path.request, worker: path.worker };
  const canceled = await path.send();
  expect(await cancelMessage(dbs, path.workspaceId, canceled, 'test')).toMatchObject({ status: 'canceled' });
  expect(await path.mark([canceled])).toEqual([]);
  // Twice is not wrong.
  expect(await cancelMessage(dbs, path.workspaceId, canceled, 'test')).toMatchObject({ status: 'canceled' });

  const marked = await path.send();
  await path.mark([marked]);
  await expect(cancelMessage(dbs, path.workspaceId, marked, 'test')).rejects.toMatchObject({ code: 'not_cancelable' });
  expect(await path.state(marked)).toMatchObject({ place: 'dispatching' });
});

it('cancel and mark at the same moment: exactly one of them has the message', async () => {
  const dbs = { request: path.request, worker: path.worker };
  const fence = await path.lease();
  for (let round = 0; round < 20; round += 1) {
    const id = await path.send();
    const [marked, canceled] = await Promise.all([
      path.mark([id], { fence }),
      cancelMessage(dbs, path.workspaceId, id, 'test').then(
        () => true,
        () => false,
      ),
    ]);
    expect([marked.length === 1, canceled].filter(Boolean)).toHaveLength(1);
  }
});

it('a message whose time is over while it waits is ended, with the reason; one that is under way is not', async () => {
  const [waiting, underWay, living] = [await path.send(), await path.send(), await path.send()];
  await path.mark([underWay]);
  await database.db.query(
    sql`update outbox set expires_at = now() - interval '1 second' where message_id = any(${[waiting, underWay]}::uuid[])`,
  );
  expect(await new ExpiryWalk().round(path.worker)).toBe(1);
  expect(await path.state(waiting)).toMatchObject({ place: null, status: 'expired', events: ['expired'] });
  expect(await path.state(underWay)).toMatchObject({ place: 'dispatching' });
  expect(await path.state(living)).toMatchObject({ place: 'queued' });
});

it('a queue that is longer than a round of the walk is walked to its end, and then from its beginning again', async () => {
  const living = await path.send();
  await database.db.query(
    sql`insert into outbox (workspace_id, message_id, sender_id, contact_id, lane, due_at, expires_at, needs_window)
        select workspace_id, uuidv7(), sender_id, contact_id, lane, due_at, expires_at, needs_window
        from outbox, generate_series(1, 2000) where message_id = ${living}::uuid`,
  );
  const end = (place: 'first' | 'last') =>
    database.db.query(
      sql`update outbox set expires_at = now() - interval '1 second'
          where ctid = (select case ${place} when 'first' then min(ctid) else max(ctid) end from outbox where state = 'queued')`,
    );
  const walk = new ExpiryWalk(1);
  await end('last');
  const before = await walk.round(path.worker);
  let rounds = 1;
  while ((await walk.round(path.worker)) === 0 && rounds < 1_000) rounds += 1;
  expect(before).toBe(0);
  expect(rounds).toBeLessThan(1_000);
  await end('first');
  let again = 0;
  for (let n = 0; n <= 2 * rounds; n += 1) again += await walk.round(path.worker);
  expect(again).toBe(1);
});

it('the mark brings the facts of its own moment: a stop that was committed before it is seen', async () => {
  const id = await path.send({ to: '+15550007777' });
  const [row] = await database.db.query<{ contactId: string }>(
    sql`select contact_id as "contactId" from message where id = ${id}::uuid`,
  );
  await database.db.query(
    sql`insert into suppression (workspace_id, contact_id, channel, kind, reason, source)
        values (${path.workspaceId}, ${row?.contactId}, 'whatsapp', 'stop', 'test', 'test')`,
  );
  expect(await path.mark([id])).toMatchObject([{ suppressions: ['stop'] }]);
});
