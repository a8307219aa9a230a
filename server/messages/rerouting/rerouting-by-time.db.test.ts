import { expect, it } from 'vitest';
import type { MessageRequest } from '#messages/accept/prepare.ts';
import type { Purpose } from '#messages/message.ts';
import { reconcileUnknown } from '#messages/reconcile.ts';
import { getMessage, redriveOne } from '#messages/messages.ts';
import { settleBatch } from '#messages/outbox/outbox-store.ts';
import { sql } from '#platform/database.ts';
import { aReceipt, aText } from '#testing/message-path.ts';
import { aReroutingPath } from './rerouting-path.fixture.ts';
import { WaitingWalk } from './waiting.ts';

// What nobody refused: its outcome is unknown, it was not delivered in its time, or it waits.

const { database, path, cloud, sms, setRule, routed, refuse, work, successorsOf, verdictOn } = await aReroutingPath();

/** The first sender does not answer, and nobody told for so long whether it has the message. */
async function unknownFor(seconds: number, purpose: Purpose): Promise<string> {
  const id = await routed({ purpose });
  await path.mark([id]);
  await settleBatch(path.worker, [await path.settlement(id, { next: 'unknown' })]);
  await database.db.query(
    sql`update outbox set unknown_at = now() - make_interval(secs => ${seconds}), dispatching_at = now() - make_interval(secs => ${seconds})
        where message_id = ${id}::uuid`,
  );
  return id;
}

it('a one-time code whose outcome stays unknown goes by SMS in place of a repetition; nothing else does', async () => {
  const [young, code, order] = [
    await unknownFor(20, 'authentication'),
    await unknownFor(31, 'authentication'),
    await unknownFor(899, 'transactional'),
  ];
  expect(await reconcileUnknown(path.worker)).toEqual({ resent: 0, givenUp: 0 });
  expect(await work()).toBe(1);
  expect(await reconcileUnknown(path.worker)).toEqual({ resent: 0, givenUp: 0 });
  expect(await successorsOf(code)).toHaveLength(1);
  expect(await path.state(code)).toMatchObject({
    place: null,
    status: 'unknown_final',
    outcomes: ['unknown'],
    letter: null,
  });
  for (const id of [young, order]) {
    expect(await path.state(id)).toMatchObject({ place: 'unknown' });
    expect(await successorsOf(id)).toEqual([]);
  }
  await path.deliver(aReceipt('wamid.code', 'delivered', { biz_opaque_callback_data: path.callbackData(code) }));
  expect(await path.state(code)).toMatchObject({ status: 'delivered', letter: null });
  await database.db.query(sql`delete from outbox where message_id = any(${[young, order]}::uuid[])`);
});

it('a code that no other sender may have is sent once more by the first', async () => {
  await setRule({ price_ceiling: { amount: '0.01', currency: 'EUR' } });
  const code = await unknownFor(31, 'authentication');
  await reconcileUnknown(path.worker);
  expect(await path.state(code)).toMatchObject({ place: 'unknown' });
  expect(await work()).toBe(0);
  expect(await reconcileUnknown(path.worker)).toEqual({ resent: 1, givenUp: 0 });
  await setRule({});
  expect(await path.state(code)).toMatchObject({ place: 'queued' });
  await database.db.query(sql`delete from outbox where message_id = ${code}::uuid`);
});

/** The first sender took it, to be delivered within so many seconds, and so long ago. */
async function takenFor(ttlSeconds: number, secondsAgo: number): Promise<string> {
  const direct_send = { category: 'utility', ttl_seconds: ttlSeconds } as const;
  const id = await routed({ content: aText('Your table is booked.'), direct_send });
  await path.mark([id]);
  await database.db.query(
    sql`update outbox set dispatching_at = now() - make_interval(secs => ${secondsAgo}) where message_id = ${id}::uuid`,
  );
  await settleBatch(path.worker, [await path.settlement(id)]);
  return id;
}

it('what was not delivered when its time at the provider and two minutes have passed goes by SMS, and not a moment before', async () => {
  const [over, waiting, unknown] = [await takenFor(60, 185), await takenFor(60, 175), await routed()];
  await path.mark([unknown]);
  await settleBatch(path.worker, [await path.settlement(unknown)]);
  const delivered = await takenFor(60, 185);
  await path.deliver(aReceipt(`wamid.${over}`, 'sent'), aReceipt(`wamid.${delivered}`, 'delivered'));
  expect(await work()).toBe(1);
  expect(await successorsOf(over)).toHaveLength(1);
  for (const id of [waiting, unknown, delivered]) expect(await successorsOf(id)).toEqual([]);
  expect(await verdictOn(delivered)).toBeUndefined();
  const rows = await database.db.query<{ id: string; state: string }>(
    sql`select message_id as id, state from reroute where message_id = any(${[waiting, unknown, delivered]}::uuid[])`,
  );
  expect(rows).toEqual([{ id: waiting, state: 'open' }]);
  await path.deliver(
    aReceipt(`wamid.${over}`, 'failed', { errors: [{ code: 131026, title: 'Undeliverable' }] }),
    aReceipt(`wamid.${waiting}`, 'failed', { errors: [{ code: 131026, title: 'Undeliverable' }] }),
  );
  expect(await work()).toBe(1);
  expect(await path.state(over)).toMatchObject({ letter: null });
  expect(await successorsOf(waiting)).toHaveLength(1);
});

/** Accepted so long ago, and not handed over. */
async function waitingFor(seconds: number, changes: Partial<MessageRequest> = {}): Promise<string> {
  const id = await routed(changes);
  await database.db.query(
    sql`update message set created_at = now() - make_interval(secs => ${seconds}) where id = ${id}::uuid`,
  );
  return id;
}

const stuckAt = (...senders: { workspaceId: string; senderId: string }[]) =>
  new WaitingWalk().look(path.worker, senders);

it('of a long line a bounded part is read in each look, until all of it was, and then again from its beginning', async () => {
  await setRule({ when_waiting_seconds: 60 }, { when: { purposes: ['service'] } });
  const ids = [];
  for (let n = 0; n < 5; n += 1) ids.push(await waitingFor(70, { purpose: 'service' }));
  await database.db.query(sql`update outbox set due_at = 'infinity' where message_id = ${ids[2]}::uuid`);
  const walk = new WaitingWalk(2);
  const opened = [];
  for (let n = 0; n < 4; n += 1) opened.push(await walk.look(path.worker, [cloud]));
  expect(opened).toEqual([2, 2, 1, 0]);
  expect(await work()).toBe(5);
  await waitingFor(70, { purpose: 'service' });
  expect(await walk.look(path.worker, [cloud])).toBe(1);
  expect(await work()).toBe(1);
  await setRule({});
});

it('what waits too long at a sender that hands nothing over goes by SMS, when its rule says after how long', async () => {
  const [early, late] = [await waitingFor(50), await waitingFor(70)];
  expect(await stuckAt(cloud)).toBe(0);
  await setRule({ when_waiting_seconds: 60 });
  expect(await stuckAt()).toBe(0);
  expect(await stuckAt(sms)).toBe(0);
  expect(await stuckAt(cloud)).toBe(1);
  expect(await work()).toBe(1);
  expect(await stuckAt(cloud)).toBe(0);
  const [next = ''] = await successorsOf(late);
  expect(await path.state(late)).toMatchObject({ place: null, status: 'canceled', letter: null, outcomes: [] });
  expect((await getMessage(path.request, path.workspaceId, next)).routing).toMatchObject({
    reason: expect.stringMatching(/^It waited for 7\d seconds without being handed over$/),
  });
  expect(await path.state(early)).toMatchObject({ place: 'queued' });
  await setRule({});
});

it('a message that waits goes once, by its sender or by SMS, whoever is first', async () => {
  await setRule({ when_waiting_seconds: 60 });
  for (let round = 0; round < 8; round += 1) {
    const id = await waitingFor(70);
    await stuckAt(cloud);
    const [marked] = await Promise.all([path.mark([id]), work()]);
    const successors = await successorsOf(id);
    expect(marked.length + successors.length).toBe(1);
    if (marked.length === 0) continue;
    expect(await path.state(id)).toMatchObject({ place: 'dispatching' });
    await settleBatch(path.worker, [await path.settlement(id)]);
  }
  await setRule({});
});

it('what is just being handed over is left alone, and looked at when that is clear', async () => {
  await setRule({ when_waiting_seconds: 60 });
  const id = await waitingFor(70);
  await stuckAt(cloud);
  await database.db.transaction(async (tx) => {
    await tx.query(sql`select 1 from outbox where message_id = ${id}::uuid for update`);
    expect(await work()).toBe(0);
  });
  expect(await successorsOf(id)).toEqual([]);
  expect(await work()).toBe(1);
  await setRule({});
});

it('what may have been handed over before does not go, nor what an operator put back; a "no" is asked again later and told once', async () => {
  await setRule({ when_waiting_seconds: 60 });
  const [unknown, redriven] = [await waitingFor(70), await waitingFor(70)];
  await database.db.query(
    sql`insert into attempt (workspace_id, message_id, attempt_no, sender_id, outcome) values (${path.workspaceId}, ${unknown}, 1, ${cloud.senderId}, 'unknown')`,
  );
  await refuse(redriven, '131047');
  await work();
  await redrive(redriven);
  for (let round = 0; round < 3; round += 1) {
    expect(await stuckAt(cloud)).toBe(1);
    expect(await work()).toBe(0);
    expect(await stuckAt(cloud)).toBe(0);
    await database.db.query(sql`update reroute set decided_at = now() - interval '61 seconds'`);
  }
  await setRule({});
  expect(await verdictOn(unknown)).toBe('outcome_unknown');
  expect((await path.state(unknown)).events.filter((kind) => kind === 'not_rerouted')).toHaveLength(1);
  for (const id of [unknown, redriven]) expect(await path.state(id)).toMatchObject({ place: 'queued' });
});

function redrive(id: string): Promise<void> {
  const by = { withUnknown: false, perSecond: 100, actor: 'test' };
  return redriveOne(path.worker, path.workspaceId, id, by);
}
