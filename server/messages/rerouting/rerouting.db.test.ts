import { beforeAll, expect, it, vi } from 'vitest';
import { cloudApi } from '#channels/providers/cloud-api/cloud-api.ts';
import { reactionTo } from '#channels/providers/cloud-api/errors/errors.ts';
import { twilioSms } from '#channels/providers/twilio/twilio.ts';
import { suppress } from '#contacts/contacts.ts';
import type { MessageRequest } from '#messages/accept/prepare.ts';
import { reconcileUnknown } from '#messages/reconcile.ts';
import { getMessage, redriveOne, traceMessage } from '#messages/messages.ts';
import type { Purpose } from '#messages/message.ts';
import { settleBatch } from '#messages/outbox/outbox-store.ts';
import type { SenderAccount } from '#messages/outbox/sender-account.ts';
import { routeMessages } from '#messages/routing/router.ts';
import type { RuleDefinition } from '#messages/routing/rule.ts';
import { type Database, type Queryable, sql } from '#platform/database.ts';
import { Fault } from '#platform/fault.ts';
import { newId } from '#platform/ids.ts';
import { createLog } from '#platform/telemetry.ts';
import { consumeOnce, lag } from '#queue/log.ts';
import { aMessageRequest, aReceipt, aText, MessagePath } from '#testing/message-path.ts';
import { rerouteOpen } from './reroute.ts';
import { reroutingGroup } from './rerouting.ts';

// A number of the Cloud API and one for SMS, and a rule that leads from the first to the second.

const { database, path } = await MessagePath.ofFile();
const { workspaceId } = path;
const sms: SenderAccount = {
  ...path.account,
  senderId: newId(),
  connectionId: newId(),
  externalId: '+15550002222',
  provider: twilioSms,
};
const cloud: SenderAccount = { ...path.account, settings: { ...path.account.settings, directSend: true } };
const senders = [cloud, sms];
const price = { amount: '0.075', currency: 'EUR' };
const rule: RuleDefinition = {
  name: 'Orders',
  when: {},
  senders: [{ sender_id: path.senderId }, { sender_id: sms.senderId, price }],
  order: 'listed',
  reroute: { enabled: true, max_hops: 1 },
  twins: [{ template: 'hello_world', language: 'en_US', variants: [{ channel: 'sms', text: 'Hello from the shop.' }] }],
};
const group = reroutingGroup({ senders: () => senders });
const ruleId = newId();
const log = createLog({ level: 'silent' });
const deps = (db: Database = path.worker) => ({ db, log, senders: () => senders, silent: () => new Set<string>() });

beforeAll(async () => {
  await database.db.query(
    sql`insert into connection (workspace_id, id, provider, name, base_url, api_version, business_account_id, secrets)
        values (${workspaceId}, ${sms.connectionId}, ${twilioSms.name}, 'SMS', 'http://127.0.0.1:9', '2010', 'AC1', 'sealed')`,
  );
  await database.db.query(
    sql`insert into sender (workspace_id, id, connection_id, external_id, throughput_per_second)
        values (${workspaceId}, ${sms.senderId}, ${sms.connectionId}, ${sms.externalId}, 10)`,
  );
  await setRule({});
});

async function setRule(reroute: Partial<RuleDefinition['reroute']>): Promise<void> {
  const whole = { ...rule, reroute: { ...rule.reroute, ...reroute } };
  await database.db.query(
    sql`insert into routing_rule (workspace_id, id, position, rule) values (${workspaceId}, ${ruleId}, 1, ${JSON.stringify(whole)}::jsonb)
        on conflict (workspace_id, id) do update set rule = excluded.rule`,
  );
}

/** A message that the rule gave to the first sender. */
async function routed(changes: Partial<MessageRequest> = {}): Promise<string> {
  const routes = { db: path.worker, senders: () => senders, silent: () => new Set<string>() };
  const messages = await routeMessages(routes, workspaceId, [aMessageRequest(changes)], Temporal.Now.instant());
  const { body } = await path.acceptor().accept({
    workspaceId,
    actor: 'test',
    traceparent: null,
    idempotency: null,
    messages,
    respond: ([result]) => {
      if (result?.kind !== 'accepted') throw result?.kind === 'refused' ? result.fault : new Fault('internal');
      return { status: 202, body: result.messageId };
    },
  });
  return String(body);
}

/** The first sender is told no. */
async function refuse(id: string, code = '131026', attemptNo = 1): Promise<void> {
  await path.mark([id]);
  const error = { code, title: 'Undeliverable' };
  const row = reactionTo(error);
  await settleBatch(path.worker, [
    await path.settlement(id, {
      next: 'fail',
      attemptNo,
      error: { error, row },
      deadLetter: { class: 'rejected', code, title: error.title, fingerprint: `${cloudApi.name}:${code}` },
    }),
  ]);
}

/** Reads the log to its end, which is not there to be read while any transaction of the server is open. */
async function readLog(db: Database = path.worker): Promise<void> {
  await vi.waitFor(async () => {
    await consumeOnce(db, group);
    const [own] = (await lag(path.worker)).filter(({ name }) => name === group.name);
    expect(own?.entries).toBe(0);
  }, 20_000);
}

/** What one process does: reads the log, and decides. */
async function work(db: Database = path.worker): Promise<number> {
  await readLog(db);
  let rerouted = 0;
  for (;;) {
    const round = await rerouteOpen(deps(db), 50);
    rerouted += round.rerouted;
    if (round.decided === 0) return rerouted;
  }
}

async function successorsOf(id: string): Promise<string[]> {
  const rows = await database.db.query<{ id: string }>(
    sql`select id from message where routing ->> 'rerouted_from' = ${id} order by id`,
  );
  return rows.map((row) => row.id);
}

async function verdictOn(id: string): Promise<unknown> {
  const { events } = await traceMessage(path.request, workspaceId, id);
  return events.find(({ kind }) => kind === 'not_rerouted')?.detail['rule'];
}

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
