import fc from 'fast-check';
import { expect, it } from 'vitest';
import { sql } from '#platform/database.ts';
import { anInboundText, MessagePath } from '#testing/message-path.ts';
import { markChanged, matchEarlyChanges } from './apply-changes.ts';

const { database, path } = await MessagePath.ofFile();
let people = 0;

/** A message, its edit and its deletion, as the webhooks of each. */
function aChangedMessage() {
  const from = `1555400${String((people += 1)).padStart(4, '0')}`;
  const id = `wamid.first.${from}`;
  const change = (type: 'edit' | 'revoke', more: object = {}) =>
    anInboundText('', {
      from,
      id: `wamid.${type}.${from}`,
      type,
      text: undefined,
      [type]: { original_message_id: id, ...more },
    });
  return {
    id,
    first: anInboundText('Seven', { from, id }),
    edit: change('edit', { message: { type: 'text', text: { body: 'Eight' } } }),
    revoke: change('revoke'),
  };
}

async function storyOf(providerId: string) {
  const [row] = await database.db.query<{ id: string; content: object }>(
    sql`select id, content from message where provider_message_id = ${providerId}`,
  );
  const told = await database.db.query<{ type: string }>(
    sql`select e ->> 'type' as type from log_event, json_array_elements(events) e
        where topic = 'message.changed' and e ->> 'messageId' = ${row?.id ?? ''} order by 1`,
  );
  const { events } = await path.state(row?.id ?? '');
  return { content: row?.content, events: events.toSorted(), told: told.map(({ type }) => type) };
}

const waiting = () =>
  database.db.query(sql`select change_id from early_change where workspace_id = ${path.workspaceId}::uuid`);

it('a message that a person edits or takes back stays as it came, and its timeline says so', async () => {
  const { id, first, edit, revoke } = aChangedMessage();
  await path.deliver(first, edit, revoke);
  expect(await storyOf(id)).toEqual({
    content: expect.objectContaining({ text: { body: 'Seven' } }),
    events: ['edited', 'received', 'revoked'],
    told: ['message.edited', 'message.revoked'],
  });
});

it('in whatever order and however often a message and its changes come, each change marks it once', async () => {
  const order = fc
    .array(fc.constantFrom('first', 'edit', 'revoke'), { maxLength: 4 })
    .chain((more) => fc.shuffledSubarray(['first', 'edit', 'revoke', ...more], { minLength: more.length + 3 }));
  await fc.assert(
    fc.asyncProperty(order, async (names) => {
      const changed = aChangedMessage();
      for (const name of names) await path.deliver(changed[name as 'first' | 'edit' | 'revoke']);
      expect(await storyOf(changed.id)).toMatchObject({
        events: ['edited', 'received', 'revoked'],
        told: ['message.edited', 'message.revoked'],
      });
      expect(await waiting()).toEqual([]);
    }),
    { numRuns: 25 },
  );
});

it('a change that one process keeps while another receives its message marks it soon after', async () => {
  const { id, first } = aChangedMessage();
  const looked = Promise.withResolvers<void>();
  const received = Promise.withResolvers<void>();
  // The process with the change has looked for the message before it came, and commits behind it.
  const keeping = path.worker.transaction(async (tx) => {
    await markChanged(tx, [aRevoke(id)]);
    looked.resolve();
    await received.promise;
  });
  await looked.promise;
  await path.deliver(first);
  received.resolve();
  await keeping;
  expect((await storyOf(id)).events).toEqual(['received']);
  expect(await matchEarlyChanges(path.worker)).toBe(1);
  expect((await storyOf(id)).events).toEqual(['received', 'revoked']);
  expect(await matchEarlyChanges(path.worker)).toBe(0);
});

function aRevoke(original: string): Parameters<typeof markChanged>[1][number] {
  return {
    workspaceId: path.workspaceId,
    id: '019aa000-0000-7000-8000-000000000001',
    senderId: path.senderId,
    contactId: '019aa000-0000-7000-8000-000000000002',
    participantId: null,
    type: 'revoke',
    content: { type: 'revoke', revoke: { original_message_id: original } },
    address: '+15554000001',
    addressKind: 'phone',
    replyTo: null,
    choice: null,
    providerMessageId: `revoke of ${original}`,
    providerAt: '2026-11-26T12:00:00.000Z',
    windowFrom: null,
    rawWebhookId: '019aa000-0000-7000-8000-000000000003',
    connectionId: path.connectionId,
    media: null,
    stale: false,
  };
}
