import { afterAll, beforeEach, expect, it } from 'vitest';
import { cloudApi } from '#channels/providers/cloud-api/cloud-api.ts';
import { ultramsg } from '#channels/providers/ultramsg/ultramsg.ts';
import { findMessage } from '#messages/messages-store.ts';
import { settleBatch } from '#messages/outbox/outbox-store.ts';
import type { Option } from '#messages/routing/as-text.ts';
import { sql } from '#platform/database.ts';
import { anInboundText, aText, deliverAll, MessagePath, nowSeconds } from '#testing/message-path.ts';
import { createTestDatabase } from '#testing/test-database.ts';
import type { Choice } from './read-choice.ts';

// What people answer to buttons and lists that were sent as text with numbers.

const database = await createTestDatabase();
afterAll(() => database.close());
const path = await MessagePath.open(database, ['instance1150'], 'instance1150', ultramsg);
const sizes = [
  { id: 'small', title: 'Small' },
  { id: 'large', title: 'Large' },
];
let count = 0;
let person = '';

beforeEach(() => {
  count += 1;
  person = `1555400${String(count).padStart(4, '0')}`;
});

/** A message that offers these answers, and that the provider has. */
async function offer(options: Option[] = sizes, by: MessagePath = path, to = person): Promise<string> {
  const id = await unsent(options, by, to);
  await by.mark([id]);
  count += 1;
  await settleBatch(by.worker, [await by.settlement(id, { wamid: idAtProvider(id) })]);
  return id;
}

async function unsent(options: Option[], by: MessagePath = path, to = person): Promise<string> {
  const id = await by.send({ to: `+${to}`, content: aText('Which size?') });
  await database.db.query(
    sql`update message set routing = ${JSON.stringify({ options, said_as: 'numbered_options' })}::json where id = ${id}::uuid`,
  );
  return id;
}

const idAtProvider = (id: string) => `true_${person}@c.us_${id}`;

function says(body: string, more: { quotes?: string; time?: string; from?: string; group?: string } = {}) {
  count += 1;
  const from = more.from ?? person;
  const chat = more.group ?? `${from}@c.us`;
  return {
    event_type: 'message_received',
    instanceId: '1150',
    id: '',
    referenceId: '',
    data: {
      id: `false_${chat}_IN${count}`,
      from: chat,
      to: '15550002222@c.us',
      ...(more.group === undefined ? {} : { author: `${from}@c.us` }),
      type: 'chat',
      body,
      fromMe: false,
      time: Number(more.time ?? nowSeconds()),
      ...(more.quotes === undefined ? {} : { quotedMsg: { id: more.quotes, type: 'chat' } }),
    },
  };
}

/** What was chosen by each message that came, in their order. */
async function choices(of: string = path.workspaceId): Promise<(Choice | null)[]> {
  const rows = await database.db.query<{ id: string }>(
    sql`select m.id from message m where m.workspace_id = ${of}::uuid and m.direction = 'inbound' and exists (
          select 1 from identity i where i.workspace_id = m.workspace_id and i.contact_id = coalesce(m.participant_id, m.contact_id)
            and i.match_key = ${person})
        order by m.id`,
  );
  expect(rows.length).toBeGreaterThan(0);
  const messages = await Promise.all(rows.map(({ id }) => findMessage(path.worker, of, id)));
  return messages.map((message) => message?.choice ?? null);
}

const ids = async () => (await choices()).map((choice) => choice?.id ?? null);

it('a number is taken for the answer that it stands for, and the log tells it', async () => {
  const offered = await offer();
  await path.deliver(says('2'));
  const choice = { message_id: offered, number: 2, id: 'large', title: 'Large' };
  expect(await choices()).toEqual([choice]);
  const [event] = await database.db.query<{ choice: unknown }>(
    sql`select e -> 'choice' as choice from log_event l, jsonb_array_elements(l.events::jsonb) e
        where l.workspace_id = ${path.workspaceId}::uuid and e -> 'choice' ->> 'message_id' = ${offered}`,
  );
  expect(event?.choice).toEqual(choice);
});

it('an answer is taken once, also when two processes receive it at the same time', async () => {
  for (let round = 0; round < 5; round += 1) {
    person = `1555401000${round}`;
    await offer();
    await Promise.all([path.deliver(says('2')), path.deliver(says('Large'))]);
    await path.deliver(says('2'), says('1'), says('1.'));
    expect((await ids()).filter((id) => id !== null).toSorted()).toEqual(['large', 'small']);
  }
});

it('what was sent to somebody else, or by another sender, is not answered', async () => {
  await offer(sizes, path, '15554020001');
  const other = await MessagePath.open(database, ['instance9'], 'instance9', ultramsg);
  await offer(sizes, other);
  await path.deliver(says('2'));
  expect(await choices()).toEqual([null]);
});

it('what was not handed over is not answered, and what may have been is', async () => {
  const waiting = await unsent(sizes);
  await path.deliver(says('2'));
  await path.mark([waiting]);
  await path.deliver(says('2'));
  expect(await ids()).toEqual([null, 'large']);
});

it('a message that quotes an older offer answers that one, and one that quotes something else answers none', async () => {
  const first = await offer([{ id: 'red', title: 'Red' }]);
  await offer();
  const other = await path.send({ to: `+${person}`, content: aText('Hello') });
  await path.mark([other]);
  await settleBatch(path.worker, [await path.settlement(other, { wamid: idAtProvider(other) })]);
  await path.deliver(
    says('1', { quotes: idAtProvider(first) }),
    says('1', { quotes: idAtProvider(other) }),
    says('1', { quotes: 'true_strange@c.us_1' }),
  );
  expect(await ids()).toEqual(['red', null, 'small']);
});

it('after a day an offer is not answered any more', async () => {
  const old = await offer();
  await database.db.query(
    sql`update message_state set accepted_at = now() - interval '25 hours' where message_id = ${old}::uuid`,
  );
  await path.deliver(says('2'));
  expect(await choices()).toEqual([null]);
});

it('a stop word stops, even when an answer is called like that', async () => {
  await offer([
    { id: 'go', title: 'Start' },
    { id: 'end', title: 'Stop' },
  ]);
  await path.deliver(says('Stop'));
  expect(await choices()).toEqual([null]);
  const { body } = await path.accept({ to: `+${person}`, purpose: 'transactional', content: aText() });
  expect(body[0]?.status).toBe('blocked');
});

it('in a group everybody has the choice', async () => {
  const group = `12036300000000${count}@g.us`;
  const id = await path.send({ group_id: group, content: aText('Which size?'), to: undefined } as never);
  await database.db.query(
    sql`update message set routing = ${JSON.stringify({ options: sizes })}::json where id = ${id}::uuid`,
  );
  await path.mark([id]);
  await path.deliver(says('2', { group }), says('2', { group }), says('2', { group, from: '15554030001' }));
  expect(await ids()).toEqual(['large', null]);
  person = '15554030001';
  expect(await ids()).toEqual(['large']);
});

it('nothing is looked for where buttons are buttons', async () => {
  const cloud = await MessagePath.open(database, ['106'], '102', cloudApi);
  await deliverAll(database, [{ path: cloud, body: anInboundText('2', { from: person }) }]);
  expect(await choices(cloud.workspaceId)).toEqual([null]);
});
