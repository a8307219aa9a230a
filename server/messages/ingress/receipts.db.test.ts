import { describe, expect, it } from 'vitest';
import { matchOrphans } from '#messages/reconcile.ts';
import { settleBatch } from '#messages/outbox/outbox-store.ts';
import { sql } from '#platform/database.ts';
import { anInboundText, aReceipt, aWebhook, MessagePath, nowSeconds } from '#testing/message-path.ts';

const { database, path } = await MessagePath.ofFile();

/** A message between its point of no return and the provider's answer. */
async function dispatching(): Promise<string> {
  const id = await path.send();
  expect(await path.mark([id])).toHaveLength(1);
  return id;
}

async function accepted(): Promise<string> {
  const id = await dispatching();
  await settleBatch(path.worker, [await path.settlement(id)]);
  return id;
}

const ours = (id: string, attemptNo = 1) => ({ biz_opaque_callback_data: path.callbackData(id, attemptNo) });

describe('a receipt and the answer to its request', () => {
  it('F42: a receipt that comes before the answer settles the message, and the answer changes nothing', async () => {
    const id = await dispatching();
    await path.deliver(aReceipt(`wamid.${id}`, 'delivered', ours(id)));
    expect(await path.state(id)).toMatchObject({ place: null, status: 'delivered', outcomes: ['accepted'] });
    await settleBatch(path.worker, [await path.settlement(id)]);
    expect(await path.state(id)).toMatchObject({ place: null, status: 'delivered', providerMessageId: `wamid.${id}` });
  });

  it('an answer that was lost after the receipt leaves the message as the receipt told', async () => {
    const id = await dispatching();
    await path.deliver(aReceipt(`wamid.${id}`, 'sent', ours(id)));
    await settleBatch(path.worker, [await path.settlement(id, { next: 'unknown' })]);
    expect(await path.state(id)).toMatchObject({ place: null, status: 'sent', outcomes: ['accepted'] });
  });

  it('F23: an unknown outcome is settled by the receipt that carries its attempt', async () => {
    const id = await dispatching();
    await settleBatch(path.worker, [await path.settlement(id, { next: 'unknown' })]);
    expect(await path.state(id)).toMatchObject({ place: 'unknown', status: null, outcomes: ['unknown'] });
    await path.deliver(aReceipt(`wamid.${id}`, 'sent', ours(id)));
    expect(await path.state(id)).toMatchObject({
      place: null,
      status: 'sent',
      providerMessageId: `wamid.${id}`,
      outcomes: ['accepted'],
    });
  });

  it('a receipt that arrives while the answer is being stored is applied as well', async () => {
    const id = await dispatching();
    const settling = await path.worker.reserve();
    await settling.query(sql`begin`);
    await settleBatch(settling, [await path.settlement(id)]);
    // The row is locked by the uncommitted outcome; the receipt has to wait for it and to look again.
    const delivering = path.deliver(aReceipt(`wamid.${id}`, 'read', ours(id)));
    await waitForLock();
    await settling.query(sql`commit`);
    settling.release();
    await delivering;
    expect(await path.state(id)).toMatchObject({ place: null, status: 'read', outcomes: ['accepted'] });
  });

  it('proof that the first attempt went out takes back the repetition that waits', async () => {
    const id = await dispatching();
    await settleBatch(path.worker, [await path.settlement(id, { next: 'requeue', delayMs: 60_000 })]);
    expect(await path.state(id)).toMatchObject({ place: 'queued' });
    await path.deliver(aReceipt(`wamid.${id}`, 'sent', ours(id)));
    expect(await path.state(id)).toMatchObject({ place: null, status: 'sent' });
    expect(await path.mark([id])).toEqual([]);
  });

  it('B063: a foreign, forged or overlong callback word settles nothing', async () => {
    const id = await dispatching();
    const forged = path.callbackData(id).slice(0, -3) + 'AAA';
    for (const [index, word] of [forged, '{"a":1}', 'x'.repeat(512), ''].entries()) {
      await path.deliver(aReceipt(`wamid.forged.${index}`, 'delivered', { biz_opaque_callback_data: word }));
    }
    expect(await path.state(id)).toMatchObject({ place: 'dispatching', status: null });
  });
});

describe('receipts in any order and number', () => {
  it('F40: the displayed status never goes back, and a late receipt is marked as late', async () => {
    const id = await accepted();
    // The same instant each time: a receipt that comes again is told from a new one by that.
    const told = { timestamp: nowSeconds() };
    for (const status of ['read', 'delivered', 'sent', 'read', 'delivered'])
      await path.deliver(aReceipt(`wamid.${id}`, status, told));
    expect(await path.state(id)).toMatchObject({ status: 'read', rank: 4 });
    const late = await database.db.query<{ status: string }>(
      sql`select detail ->> 'status' as status from message_event
          where message_id = ${id}::uuid and kind = 'status' and (detail ->> 'late')::boolean order by id`,
    );
    expect(late.map(({ status }) => status)).toEqual(['delivered', 'sent']);
  });

  it('F40: the same receipt many times, in one body and in many, has its effect once', async () => {
    const id = await accepted();
    const status = { id: `wamid.${id}`, status: 'sent', timestamp: nowSeconds(), recipient_id: '1' };
    const body = aWebhook({ statuses: [status, status, status] });
    await path.deliver(body, body, body);
    expect((await path.state(id)).events.filter((kind) => kind === 'status')).toHaveLength(1);
  });

  it('failed and then delivered: what was delivered is shown, the failure is kept, and the change is on record', async () => {
    const id = await accepted();
    const errors = [{ code: 131026, title: 'Message undeliverable' }];
    await path.deliver(aReceipt(`wamid.${id}`, 'failed', { errors }));
    expect(await path.state(id)).toMatchObject({ status: 'failed', letter: 'open' });
    await path.deliver(aReceipt(`wamid.${id}`, 'delivered'));
    expect(await path.state(id)).toMatchObject({ status: 'delivered', failed: true, letter: 'recovered' });
    expect((await path.state(id)).events).toContain('corrected');
  });

  it('delivered and then failed stays delivered, and is no dead letter', async () => {
    const id = await accepted();
    await path.deliver(aReceipt(`wamid.${id}`, 'delivered'));
    await path.deliver(aReceipt(`wamid.${id}`, 'failed', { errors: [{ code: 131026, title: 'x' }] }));
    expect(await path.state(id)).toMatchObject({ status: 'delivered', failed: true, letter: null });
  });

  it('a failure that says that marketing is not wanted stops marketing to the person, also when it comes before its message is known', async () => {
    const errors = [{ code: 131050, title: 'User has stopped receipt of marketing messages' }];
    const kinds = async (id: string) =>
      (
        await database.db.query<{ kind: string }>(
          sql`select s.kind from suppression s join message m on m.contact_id = s.contact_id where m.id = ${id}::uuid`,
        )
      ).map(({ kind }) => kind);
    const known = await path.send({ to: '+15553110001', purpose: 'marketing' });
    await path.mark([known]);
    await settleBatch(path.worker, [await path.settlement(known)]);
    await path.deliver(aReceipt(`wamid.${known}`, 'failed', { errors }));
    expect(await kinds(known)).toEqual(['marketing_stop']);

    const early = await path.send({ to: '+15553110002', purpose: 'marketing' });
    await path.mark([early]);
    await path.deliver(aReceipt(`wamid.${early}`, 'failed', { errors }));
    expect(await kinds(early)).toEqual([]);
    await settleBatch(path.worker, [await path.settlement(early)]);
    await matchOrphans(path.worker);
    expect(await kinds(early)).toEqual(['marketing_stop']);
  });

  it('a message that could not be delivered keeps nobody from being written to again', async () => {
    const id = await accepted();
    await path.deliver(aReceipt(`wamid.${id}`, 'failed', { errors: [{ code: 131026, title: 'x' }] }));
    const rows = await database.db.query(
      sql`select s.kind from suppression s join message m on m.contact_id = s.contact_id where m.id = ${id}::uuid`,
    );
    expect(rows).toEqual([]);
  });

  it('B064: a status that we do not know is kept and carries no rank', async () => {
    const id = await accepted();
    await path.deliver(aReceipt(`wamid.${id}`, 'warning'));
    const state = await path.state(id);
    expect(state).toMatchObject({ status: 'accepted', rank: 1 });
    expect(state.events).toContain('status');
  });

  it('a status that we do not know settles a message whose answer is lost afterwards', async () => {
    const id = await dispatching();
    await path.deliver(aReceipt(`wamid.${id}`, 'warning', ours(id)));
    await settleBatch(path.worker, [await path.settlement(id, { next: 'unknown' })]);
    expect(await path.state(id)).toMatchObject({ place: null, status: 'accepted', rank: 1, outcomes: ['accepted'] });
  });

  it('a second id of the provider for one message is a contradiction on record', async () => {
    const id = await accepted();
    await path.deliver(aReceipt('wamid.twin', 'sent', ours(id)));
    expect(await path.state(id)).toMatchObject({ status: 'sent', providerMessageId: `wamid.${id}` });
    expect((await path.state(id)).events).toContain('conflict');
  });

  it('a receipt never changes a message that a person wrote', async () => {
    await path.deliver(anInboundText('Hello', { id: 'wamid.theirs' }));
    await path.deliver(aReceipt('wamid.theirs', 'read'));
    const [row] = await database.db.query<{ status: string }>(
      sql`select status from message_state where provider_message_id = 'wamid.theirs'`,
    );
    expect(row?.status).toBe('received');
  });

  it("B062: a receipt for another workspace's message changes nothing there", async () => {
    const other = await MessagePath.open(database);
    const id = await accepted();
    await other.deliver(aReceipt(`wamid.${id}`, 'read', ours(id)), aReceipt(`wamid.${id}`, 'delivered'));
    expect(await path.state(id)).toMatchObject({ status: 'accepted' });
  });
});

describe('a receipt whose message nobody knows yet', () => {
  it('F43: is kept, and applied once the answer has told the id', async () => {
    const id = await dispatching();
    await path.deliver(aReceipt(`wamid.${id}`, 'delivered'));
    expect(await path.state(id)).toMatchObject({ place: 'dispatching', status: null });
    expect(await matchOrphans(path.worker)).toBe(0);
    await settleBatch(path.worker, [await path.settlement(id)]);
    expect(await matchOrphans(path.worker)).toBe(1);
    expect(await path.state(id)).toMatchObject({ status: 'delivered' });
    expect(await matchOrphans(path.worker)).toBe(0);
  });

  it('B057: with an absurd time takes the time of its receipt', async () => {
    const id = await dispatching();
    await path.deliver(aReceipt(`wamid.${id}`, 'delivered', { timestamp: '99999999999999' }));
    await settleBatch(path.worker, [await path.settlement(id)]);
    await matchOrphans(path.worker);
    const [row] = await database.db.query<{ isRecent: boolean }>(
      sql`select delivered_at > now() - interval '1 minute' as "isRecent" from message_state where message_id = ${id}::uuid`,
    );
    expect(row?.isRecent).toBe(true);
  });

  it('proves nothing about another number than its own', async () => {
    const two = await MessagePath.open(database, ['201', '202']);
    const [, second] = two.accounts;
    const { body } = await two.accept({
      sender_id: second?.senderId ?? '',
      to: '+15550009999',
      purpose: 'transactional',
      content: { type: 'template', template: { name: 'hello_world', language: { code: 'en_US' } } },
    });
    const id = body[0]?.id ?? '';
    await database.db.query(
      sql`update outbox set state = 'dispatching', attempt_no = 1, dispatching_at = now() where message_id = ${id}::uuid`,
    );
    const settlement = await two.settlement(id);
    await two.deliver(aWebhook({ statuses: [{ id: `wamid.${id}`, status: 'sent', timestamp: nowSeconds() }] }, '202'));
    await settleBatch(two.worker, [{ ...settlement, senderId: second?.senderId ?? '' }]);
    await matchOrphans(two.worker);
    const marks = await database.db.query<{ senderId: string }>(
      sql`select sender_id as "senderId" from receipt_watermark where workspace_id = ${two.workspaceId}::uuid`,
    );
    expect(marks).toEqual([{ senderId: second?.senderId }]);
  });
});

/** Until some statement waits for a row that another transaction holds. */
async function waitForLock(): Promise<void> {
  for (let round = 0; round < 500; round += 1) {
    const rows = await database.db.query(
      sql`select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    );
    if (rows.length > 0) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error('Nothing waited for a lock.');
}
