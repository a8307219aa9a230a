import { expect, it } from 'vitest';
import { sql } from '#platform/database.ts';
import { MessagePath } from '#testing/message-path.ts';
import { withWorkspace } from '#platform/database.ts';
import { getMessage } from './messages.ts';
import { listMessages } from './messages-store.ts';

const { database, path } = await MessagePath.ofFile();

const lane = () => sql`workspace_id = ${path.workspaceId}::uuid and sender_id = ${path.senderId}::uuid`;

/** A message that was held for this reason. */
async function held(rule: 'lane_stopped' | 'sender_paused'): Promise<string> {
  const id = await path.send();
  const hold = { outcome: 'hold', rule, facts: { reason: 'A test' }, until: null };
  await database.db.query(sql`update outbox set hold = ${JSON.stringify(hold)} where message_id = ${id}::uuid`);
  return id;
}

async function shown(id: string): Promise<[status: string, rule: string | undefined, isListedAsHeld: boolean]> {
  const { status, decision } = await getMessage(path.request, path.workspaceId, id);
  const list = await withWorkspace(path.request, path.workspaceId, (tx) =>
    listMessages(tx, { workspaceId: path.workspaceId, status: 'held' }, 100),
  );
  return [status, decision?.rule, list.some((one) => one.id === id)];
}

it('a held message is shown as held for as long as its reason is there, and then as queued', async () => {
  const inLane = await held('lane_stopped');
  await database.db.query(
    sql`insert into lane_stop (workspace_id, sender_id, lane, stopped_by, reason)
        values (${path.workspaceId}, ${path.senderId}, 'transactional', 'test', 'A test')`,
  );
  expect(await shown(inLane)).toEqual(['held', 'lane_stopped', true]);
  await database.db.query(sql`delete from lane_stop where ${lane()}`);
  expect(await shown(inLane)).toEqual(['queued', 'no_window_needed', false]);

  const ofSender = await held('sender_paused');
  const pauseSender = (until: string | null) =>
    database.db.query(
      sql`update sender set status = 'paused', paused_reason = 'A test', paused_by = 'person', paused_until = ${until}::timestamptz
          where id = ${path.senderId}::uuid`,
    );
  await pauseSender(null);
  expect(await shown(ofSender)).toEqual(['held', 'sender_paused', true]);
  await pauseSender(Temporal.Now.instant().subtract({ seconds: 1 }).toString());
  expect((await shown(ofSender))[0], 'the pause is over by itself').toBe('queued');
  await database.db.query(
    sql`update connection set status = 'paused', paused_reason = 'A test', paused_by = 'person' where id = ${path.connectionId}::uuid`,
  );
  expect((await shown(ofSender))[0], 'the connection is paused').toBe('held');
});
