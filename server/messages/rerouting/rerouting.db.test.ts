import { expect, it, vi } from 'vitest';
import { suppress } from '#contacts/contacts.ts';
import { getMessage, redriveOne, traceMessage } from '#messages/messages.ts';
import { settleBatch } from '#messages/outbox/outbox-store.ts';
import { type Database, type Queryable, sql } from '#platform/database.ts';
import { aMessageRequest, aReceipt } from '#testing/message-path.ts';
import { aReroutingPath } from './rerouting-path.fixture.ts';

// What the first sender is refused.

const { database, path, sms, price, group, setRule, routed, refuse, readLog, work, successorsOf, verdictOn } =
  await aReroutingPath();
const { workspaceId } = path;

it('what the first sender is refused goes by the second: a new message, linked both ways, with price and reason in both traces', async () => {
  const id = await routed();
  await refuse(id);
  expect(await work()).toBe(1);
  const [next = ''] = await successorsOf(id);
  const old = await getMessage(path.request, workspaceId, id);
  expect(old).toMatchObject({ status: 'failed', senderId: path.senderId, reroutedTo: next });
  const taken = await getMessage(path.request, workspaceId, next);
  expect(taken).toMatchObject({
    status: 'queued',
    senderId: sms.senderId,
    contactId: old.contactId,
    content: { type: 'text', text: { body: 'Hello from the shop.' } },
    routing: { hop: 1, rerouted_from: id, said_as: 'twin', price, tried: [path.senderId] },
    expiresAt: old.expiresAt,
  });
  expect(taken.routing?.reason).toBe('Refused: Undeliverable (131026)');
  const kinds = (await traceMessage(path.request, workspaceId, id)).events.filter(({ kind }) => kind === 'rerouted');
  expect(kinds).toMatchObject([
    { detail: { message_id: next, sender_id: sms.senderId, hop: 1, price, reason: taken.routing?.reason } },
  ]);
  const hop = (await traceMessage(path.request, workspaceId, next)).events.find(({ kind }) => kind === 'routed');
  expect(hop).toMatchObject({ title: 'Rerouted by the rule "Orders"', detail: { rerouted_from: id, price } });
});

it('a rerouted message is no open dead letter, cannot be redriven, and a further receipt does not open it again', async () => {
  const id = await routed();
  await refuse(id);
  await work();
  expect(await path.state(id)).toMatchObject({ letter: 'rerouted' });
  const [next] = await successorsOf(id);
  const by = { withUnknown: true, perSecond: 1, actor: 'test' };
  await expect(redriveOne(path.worker, workspaceId, id, by)).rejects.toMatchObject({
    code: 'conflict',
    detail: expect.stringContaining(`${next} took its place`),
  });
  await path.deliver(
    aReceipt('wamid.late', 'failed', {
      biz_opaque_callback_data: path.callbackData(id),
      errors: [{ code: 131026, title: 'Undeliverable' }],
    }),
  );
  expect(await work()).toBe(0);
  expect(await path.state(id)).toMatchObject({ letter: 'rerouted', place: null });
  expect(await successorsOf(id)).toEqual([next]);
});

it('two processes that read the same log at once reroute each message once', async () => {
  const ids = await Promise.all([1, 2, 3, 4, 5, 6].map(() => routed()));
  for (const id of ids) await refuse(id);
  const other = database.connect({ role: 'carillon_worker' });
  await Promise.all([work(), work(other), work(), work(other)]);
  for (const id of ids) expect(await successorsOf(id)).toHaveLength(1);
});

it('a consumer that reads the same entries again reroutes nothing twice', async () => {
  const id = await routed();
  await refuse(id);
  await work();
  await database.db.query(sql`delete from log_group where name = ${group.name}`);
  expect(await work()).toBe(0);
  expect(await successorsOf(id)).toHaveLength(1);
});

/** A process that dies right before the statement of which the text has these words. */
function dyingAt(words: string): Database {
  const { worker } = path;
  let isDead = false;
  const wrap = (queryable: Queryable): Queryable => ({
    query: (statement) => {
      isDead ||= statement.text.includes(words);
      return isDead ? Promise.reject(new Error('died')) : queryable.query(statement);
    },
  });
  const transaction: Database['transaction'] = (run) =>
    isDead ? Promise.reject(new Error('died')) : worker.transaction((tx) => run(wrap(tx)));
  return { ...worker, ...wrap(worker), transaction };
}

it('killed at any step between the claim and the end, nothing is half done, and the next process does it once', async () => {
  for (const step of ["set state = 'rerouted'", 'insert into message (', 'update reroute r']) {
    const id = await routed();
    await refuse(id);
    await expect(work(dyingAt(step)), step).rejects.toThrow('died');
    expect(await path.state(id), step).toMatchObject({ letter: 'open' });
    expect(await successorsOf(id), step).toEqual([]);
    // Its connection is found dead a moment later, and until then has what it locked.
    await vi.waitFor(async () => expect(await work(), step).toBe(1), 20_000);
    expect(await work(), step).toBe(0);
    expect(await successorsOf(id), step).toHaveLength(1);
  }
});

it('no key of a caller leads to a rerouted message, or keeps one from being made', async () => {
  const id = await routed();
  for (const key of [id, `reroute:${id}`]) await path.accept(aMessageRequest(), { key });
  await refuse(id);
  expect(await work()).toBe(1);
  const [next = ''] = await successorsOf(id);
  const [kept] = await database.db.query<{ n: number }>(
    sql`select count(*) as n from idempotency_key where message_id = ${next}::uuid`,
  );
  expect(kept?.n).toBe(0);
});

it('whoever asked to get no SMS gets none: the refused message stays a dead letter, and its trace says why', async () => {
  const to = '+15550003333';
  const id = await routed({ to });
  const { contactId } = await getMessage(path.request, workspaceId, id);
  await suppress(path.worker, [
    { workspaceId, contactId, channel: 'sms', kind: 'stop', reason: 'STOP', source: 'operator' },
  ]);
  await refuse(id);
  expect(await work()).toBe(0);
  expect(await path.state(id)).toMatchObject({ letter: 'open' });
  expect(await verdictOn(id)).toBe('policy:recipient_opted_out');
});

it('131049 is not gone around, and 131047 is no matter of the channel', async () => {
  for (const [code, verdict] of [
    ['131049', 'ecosystem_limit'],
    ['131047', 'not_for_another_channel'],
  ] as const) {
    const id = await routed();
    await refuse(id, code);
    expect(await work()).toBe(0);
    expect(await verdictOn(id)).toBe(verdict);
    expect(await path.state(id)).toMatchObject({ letter: 'open' });
  }
});

it('a message that named its sender is never rerouted, and none while the rule has it off', async () => {
  const named = await routed({ sender_id: path.senderId });
  await refuse(named);
  await setRule({ enabled: false });
  const off = await routed();
  await refuse(off);
  expect(await work()).toBe(0);
  await setRule({});
  expect([await verdictOn(named), await verdictOn(off)]).toEqual([undefined, undefined]);
  expect([await successorsOf(named), await successorsOf(off)]).toEqual([[], []]);
});

it('above the price ceiling it stays', async () => {
  await setRule({ price_ceiling: { amount: '0.05', currency: 'EUR' } });
  const id = await routed();
  await refuse(id);
  expect(await work()).toBe(0);
  await setRule({});
  expect(await verdictOn(id)).toBe('too_expensive');
});

it('who redrives it first keeps it: then it is rerouted only when it fails again', async () => {
  const id = await routed();
  await refuse(id);
  await readLog();
  await redriveOne(path.worker, workspaceId, id, { withUnknown: false, perSecond: 100, actor: 'test' });
  expect(await work()).toBe(0);
  expect(await verdictOn(id)).toBe('overtaken');
  await refuse(id, '131026', 2);
  expect(await work()).toBe(1);
  expect(await successorsOf(id)).toHaveLength(1);
});

it('one that cannot be worked out holds up none of the others', async () => {
  const [bad, good] = [await routed(), await routed()];
  await refuse(bad);
  await refuse(good);
  await database.db.query(sql`update message set address = 'nobody' where id = ${bad}::uuid`);
  await vi.waitFor(async () => {
    await work();
    expect(await verdictOn(bad)).toBe('failed');
  }, 20_000);
  expect(await successorsOf(good)).toHaveLength(1);
  expect(await path.state(bad)).toMatchObject({ letter: 'open' });
});

it('the second sender fails as well: one hop is all that the rule allows', async () => {
  const id = await routed();
  await refuse(id);
  await work();
  const [next = ''] = await successorsOf(id);
  const error = { code: '30003', title: 'Unreachable' };
  await database.db.query(
    sql`update outbox set state = 'dispatching', attempt_no = 1, dispatching_at = now() where message_id = ${next}::uuid`,
  );
  await settleBatch(path.worker, [
    await path.settlement(next, {
      next: 'fail',
      senderId: sms.senderId,
      error: { error, row: { reroute: 'channel' } },
      deadLetter: { class: 'rejected', code: '30003', title: 'Unreachable', fingerprint: 'twilio:30003' },
    }),
  ]);
  expect(await work()).toBe(0);
  expect(await verdictOn(next)).toBe('hops_used');
});

it('of a message that was deleted nothing is left to decide', async () => {
  const id = await routed();
  await refuse(id);
  await readLog();
  await database.db.query(sql`delete from message where id = ${id}::uuid`);
  expect(await work()).toBe(0);
  expect(await database.db.query(sql`select 1 from reroute where message_id = ${id}::uuid`)).toEqual([]);
});
