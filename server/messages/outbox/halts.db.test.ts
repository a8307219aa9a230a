import { expect, it } from 'vitest';
import { deleteStop, insertStop } from '#channels/stops-store.ts';
import { type Sql, sql } from '#platform/database.ts';
import { aTemplate, MessagePath } from '#testing/message-path.ts';
import type { MessageContent } from '#channels/provider.ts';
import { decideAtDispatch, isNews } from './dispatch-decision.ts';
import { Marker } from './marker.ts';
import type { ReadyMessage } from './outbox-store.ts';

const { path } = await MessagePath.ofFile();
const workspaceId = path.workspaceId;
const by = { workspace_id: workspaceId, stopped_by: 'a test', reason: 'Complaints' };

/** What becomes of a message that a process marks which has not heard of any stop. */
async function decided(): Promise<{ decision: ReturnType<typeof decideAtDispatch>; isNews: boolean }> {
  const messageId = await path.send({ purpose: 'transactional' });
  const owner = { workspaceId, senderId: path.senderId, fence: await path.lease() };
  const item = {
    messageId,
    content: aTemplate as MessageContent,
    lane: 'transactional',
    type: 'template',
    directSend: null,
  } as ReadyMessage;
  const { marked } = await new Marker(path.worker, owner).mark([item], path.account);
  const decision = decideAtDispatch(path.account, item, marked[0] as never);
  return { decision, isNews: isNews(path.account, item, decision) };
}

const run = async (statement: Sql): Promise<void> => void (await path.worker.query(statement));

it.each([
  {
    what: 'a stop of everything',
    rule: 'everything_stopped',
    stop: () => insertStop(path.worker, { ...by, scope: 'everything' }),
    resume: () => deleteStop(path.worker, workspaceId, 'everything'),
  },
  {
    what: 'a stop of the lane on all senders',
    rule: 'lane_stopped',
    stop: () => insertStop(path.worker, { ...by, scope: 'transactional' }),
    resume: () => deleteStop(path.worker, workspaceId, 'transactional'),
  },
  {
    what: 'a stop of the lane of the sender',
    rule: 'lane_stopped',
    stop: () =>
      run(sql`insert into lane_stop (workspace_id, sender_id, lane, stopped_by, reason)
              values (${workspaceId}::uuid, ${path.senderId}::uuid, 'transactional', 'a test', 'Complaints')`),
    resume: () => run(sql`delete from lane_stop where workspace_id = ${workspaceId}::uuid`),
  },
  {
    what: 'a pause of the sender',
    rule: 'sender_paused',
    stop: () =>
      run(sql`update sender set status = 'paused', paused_reason = 'Complaints', paused_by = 'person',
                paused_until = now() + interval '1 hour' where id = ${path.senderId}::uuid`),
    resume: () =>
      run(sql`update sender set status = 'active', paused_reason = null, paused_by = null, paused_until = null
              where id = ${path.senderId}::uuid`),
  },
  {
    what: 'a pause of the connection',
    rule: 'sender_paused',
    stop: () =>
      run(sql`update connection set status = 'paused', paused_reason = 'Complaints', paused_by = 'person'
              where id = ${path.connectionId}::uuid`),
    resume: () =>
      run(sql`update connection set status = 'active', paused_reason = null, paused_by = null
              where id = ${path.connectionId}::uuid`),
  },
])('$what holds at once, also where nobody has heard of it', async ({ rule, stop, resume }) => {
  await stop();
  const held = await decided();
  expect(held.decision).toMatchObject({ outcome: 'hold', rule, facts: { reason: 'Complaints' } });
  expect(held.isNews, 'whoever did not know it asks again').toBe(true);
  await resume();
  expect(await decided()).toMatchObject({ decision: { outcome: 'send' }, isNews: false });
});

it('a stop of another lane, or of another workspace, holds nothing', async () => {
  await insertStop(path.worker, { ...by, scope: 'marketing' });
  expect((await decided()).decision.outcome).toBe('send');
  await deleteStop(path.worker, workspaceId, 'marketing');
});
