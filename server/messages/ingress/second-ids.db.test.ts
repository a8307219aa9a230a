import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { ultramsg } from '#channels/providers/ultramsg/ultramsg.ts';
import { settleBatch } from '#messages/outbox/outbox-store.ts';
import { matchOrphans } from '#messages/reconcile.ts';
import { sql } from '#platform/database.ts';
import { aText, MessagePath } from '#testing/message-path.ts';
import { createTestDatabase } from '#testing/test-database.ts';

// A provider with two ids for a message: that of the answer, and the one that WhatsApp gives it later.

const database = await createTestDatabase();
afterAll(() => database.close());
const instance = 'instance1150';
const path = await MessagePath.open(database, [instance], instance, ultramsg);

let count = 0;

/** A message that is about to be handed over, with the ids that it will have. */
async function dispatching() {
  count += 1;
  const id = await path.send({ content: aText() });
  expect(await path.mark([id])).toHaveLength(1);
  return { id, number: count, queued: `${instance}:${count}`, whatsAppId: `true_15550001111@c.us_3EB0${count}` };
}

type Sent = Awaited<ReturnType<typeof dispatching>>;

const answer = async ({ id, queued }: Sent) => {
  await settleBatch(path.worker, [await path.settlement(id, { wamid: queued })]);
};

function told({ id, number, whatsAppId }: Sent, ack: string, more: object = {}) {
  return {
    event_type: ack === '' ? 'message_create' : 'message_ack',
    instanceId: '1150',
    id: number,
    referenceId: path.callbackData(id),
    data: {
      id: whatsAppId,
      from: '15550002222@c.us',
      to: '15550001111@c.us',
      ack: ack || 'pending',
      type: 'chat',
      body: 'Hello',
      fromMe: true,
      time: Math.floor(Date.now() / 1000),
    },
    ...more,
  };
}

describe('a message with an id of the answer and one of WhatsApp', () => {
  it('gets the one of WhatsApp from its echo, and that is no contradiction', async () => {
    const sent = await dispatching();
    await answer(sent);
    expect(await path.state(sent.id)).toMatchObject({ status: 'accepted', providerMessageId: sent.queued });
    await path.deliver(told(sent, ''));
    const state = await path.state(sent.id);
    expect(state).toMatchObject({ status: 'accepted', providerMessageId: sent.whatsAppId });
    expect(state.events).not.toContain('conflict');
  });

  it('has it also when the echo comes before the answer', async () => {
    const sent = await dispatching();
    await path.deliver(told(sent, ''));
    expect(await path.state(sent.id)).toMatchObject({ place: null, status: 'accepted', outcomes: ['accepted'] });
    await answer(sent);
    await path.deliver(told(sent, 'device'));
    const state = await path.state(sent.id);
    expect(state).toMatchObject({ status: 'delivered', providerMessageId: sent.whatsAppId });
    expect(state.events).not.toContain('conflict');
  });

  it('is found by the number of the answer when the reference is missing, and then by the id alone', async () => {
    const sent = await dispatching();
    await answer(sent);
    await path.deliver(told(sent, 'server', { referenceId: '' }));
    expect(await path.state(sent.id)).toMatchObject({ status: 'sent', providerMessageId: sent.whatsAppId });
    await path.deliver(told(sent, 'read', { referenceId: '', id: '' }));
    expect(await path.state(sent.id)).toMatchObject({ status: 'read' });
  });

  it('is found later by a receipt without a reference that came before the answer', async () => {
    const sent = await dispatching();
    await path.deliver(told(sent, 'device', { referenceId: '' }));
    expect(await path.state(sent.id)).toMatchObject({ place: 'dispatching' });
    await answer(sent);
    expect(await matchOrphans(path.worker)).toBe(1);
    expect(await path.state(sent.id)).toMatchObject({ status: 'delivered', providerMessageId: sent.whatsAppId });
  });

  it('is settled by its echo when the answer was lost', async () => {
    const sent = await dispatching();
    await settleBatch(path.worker, [await path.settlement(sent.id, { next: 'unknown' })]);
    await path.deliver(told(sent, ''));
    expect(await path.state(sent.id)).toMatchObject({ place: null, status: 'accepted', outcomes: ['accepted'] });
  });

  it('never goes back, in whatever order and number its acknowledgements come', async () => {
    const sent = await dispatching();
    await answer(sent);
    for (const ack of ['read', 'server', '', 'device', 'read', 'pending', 'played', 'server'])
      await path.deliver(told(sent, ack));
    expect(await path.state(sent.id)).toMatchObject({ status: 'played', failed: false });
  });

  it('is another one at another instance, whatever number it has there', async () => {
    const other = await MessagePath.open(database, ['instance9'], 'instance9', ultramsg);
    const sent = await dispatching();
    await answer(sent);
    await other.deliver(told(sent, 'read', { referenceId: '', instanceId: '9' }));
    await path.deliver(told(sent, 'read', { referenceId: '', instanceId: '9' }));
    expect(await path.state(sent.id)).toMatchObject({ status: 'accepted' });
    const [notice] = await database.db.query<{ kind: string; reason: string }>(
      sql`select kind, reason from provider_notice where workspace_id = ${path.workspaceId}::uuid`,
    );
    expect(notice).toEqual({ kind: 'unrouted', reason: 'No sender of this connection has the id instance9.' });
  });
});

// Payloads that others recorded. They are read where they lie, beside this repository, and are no part of it.
const folder = new URL('../../../../shared/fixtures/ultramsg/', import.meta.url);
const isThere = existsSync(folder);
if (!isThere) console.info(`Recorded webhooks of UltraMsg are not applied: there is no folder ${folder.pathname}`);

describe.runIf(isThere)('recorded webhooks of UltraMsg', () => {
  it('are all applied or kept with a reason, and doubled they change nothing', async () => {
    const bodies = readdirSync(folder)
      .filter((name) => /^\d+\.json$/.test(name))
      .map((name) => readFileSync(new URL(name, folder)));
    expect(bodies.length).toBeGreaterThan(0);
    const instances = [
      ...new Set(bodies.map((body) => `instance${(JSON.parse(body.toString()) as { instanceId: string }).instanceId}`)),
    ];
    const recorded = await MessagePath.open(database, instances, 'recorded', ultramsg);
    const counts = async () => {
      const [row] = await database.db.query<Record<string, number>>(
        sql`select (select count(*)::int from message where workspace_id = ${recorded.workspaceId}::uuid) as messages,
                   (select count(*)::int from orphan_status where workspace_id = ${recorded.workspaceId}::uuid) as orphans,
                   (select count(*)::int from provider_notice where workspace_id = ${recorded.workspaceId}::uuid) as notices`,
      );
      return row;
    };
    await recorded.deliver(...bodies);
    const first = await counts();
    // Their messages are not ours, so receipts wait for them; nothing else is left over.
    const receipts = bodies.filter((body) => /"message_(?:ack|create)"/.test(body.toString())).length;
    expect(first).toEqual({ messages: bodies.length - receipts, orphans: receipts, notices: 0 });
    await recorded.deliver(...bodies, ...bodies.toReversed());
    expect(await counts()).toEqual(first);
  });
});
