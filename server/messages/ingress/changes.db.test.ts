import { expect, it } from 'vitest';
import { sql } from '#platform/database.ts';
import { anInboundText, MessagePath } from '#testing/message-path.ts';

const { database, path } = await MessagePath.ofFile();

it('a message that a person edits or takes back stays as it came, and its timeline says so', async () => {
  const from = '15554000001';
  await path.deliver(
    anInboundText('Seven', { from, id: 'wamid.first' }),
    anInboundText('', {
      from,
      id: 'wamid.edit',
      type: 'edit',
      text: undefined,
      edit: { original_message_id: 'wamid.first', message: { type: 'text', text: { body: 'Eight' } } },
    }),
    anInboundText('', {
      from,
      id: 'wamid.revoke',
      type: 'revoke',
      text: undefined,
      revoke: { original_message_id: 'wamid.first' },
    }),
  );
  const [first] = await database.db.query<{ id: string; content: object }>(
    sql`select id, content from message where provider_message_id = 'wamid.first'`,
  );
  expect(first?.content).toMatchObject({ text: { body: 'Seven' } });
  expect((await path.state(first?.id ?? '')).events.toSorted()).toEqual(['edited', 'received', 'revoked']);
  const told = await database.db.query<{ type: string }>(
    sql`select e ->> 'type' as type from log_event, json_array_elements(events) e where topic = 'message.changed' order by 1`,
  );
  expect(told.map(({ type }) => type)).toEqual(['message.edited', 'message.revoked']);
});
