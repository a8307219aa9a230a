import { expect, it } from 'vitest';
import { type Purpose, purposePolicies, purposes } from '#messages/message.ts';
import { discardDeadLetters, getMessage, redriveDeadLetters, redriveOne } from '#messages/messages.ts';
import { settleBatch } from '#messages/outbox/outbox-store.ts';
import { sql } from '#platform/database.ts';
import { aTemplate, aText, MessagePath } from '#testing/message-path.ts';
import { countDeadLetters, listGroups } from './dead-letters-store.ts';
import { mend } from './mend.ts';

const { database, path } = await MessagePath.ofFile();

/** A message that the provider refused for good, or whose outcome stayed unknown. */
async function deadLetter(
  kind: 'rejected' | 'unknown' = 'rejected',
  code = '131026',
  purpose: Purpose = 'transactional',
): Promise<string> {
  return bury(await path.send({ purpose }), kind, code);
}

async function bury(id: string, kind: 'rejected' | 'unknown', code: string): Promise<string> {
  await path.mark([id]);
  const letter = { class: kind, code, title: 'Refused', fingerprint: `whatsapp-cloud:${code}` };
  await settleBatch(path.worker, [await path.settlement(id, { next: 'fail', deadLetter: letter })]);
  return id;
}

const by = { withUnknown: false, perSecond: 100, actor: 'test' };

it('is sent again as a further attempt of the same message, and its end is told anew', async () => {
  const id = await deadLetter();
  expect(await path.state(id)).toMatchObject({ place: null, status: 'failed', letter: 'open' });
  await redriveOne(path.worker, path.workspaceId, id, by);
  expect(await path.state(id)).toMatchObject({ place: 'queued', status: null, letter: 'redriven', attemptNo: 1 });
  expect(await path.mark([id])).toMatchObject([{ attemptNo: 2 }]);
  await settleBatch(path.worker, [await path.settlement(id, { attemptNo: 2 })]);
  expect(await path.state(id)).toMatchObject({ status: 'accepted', outcomes: ['rejected', 'accepted'] });
});

it('twice at once is put back once', async () => {
  const id = await deadLetter();
  const done = await Promise.all(
    [1, 2, 3].map(() => redriveDeadLetters(path.worker, path.workspaceId, { ...by, messageIds: [id] })),
  );
  expect(done.flat()).toEqual([id]);
  await expect(redriveOne(path.worker, path.workspaceId, id, by)).rejects.toMatchObject({ code: 'conflict' });
});

it('of an unknown outcome needs to be told that doubling is accepted', async () => {
  const id = await deadLetter('unknown');
  await expect(redriveOne(path.worker, path.workspaceId, id, by)).rejects.toMatchObject({
    code: 'dead_letter_unknown_needs_override',
  });
  expect(await redriveDeadLetters(path.worker, path.workspaceId, { ...by, messageIds: [id] })).toEqual([]);
  await redriveOne(path.worker, path.workspaceId, id, { ...by, withUnknown: true });
  expect(await path.state(id)).toMatchObject({ place: 'queued' });
});

it('goes out with mended content, of another kind if need be, and the old content stays on record', async () => {
  const id = await deadLetter();
  await redriveOne(path.worker, path.workspaceId, id, { ...by, content: aText('Mended') });
  const [row] = await database.db.query<{ type: string; content: object; needsWindow: boolean; detail: object }>(
    sql`select m.type, m.content, o.needs_window as "needsWindow",
               (select detail from message_event e where e.message_id = m.id and e.kind = 'redriven') as detail
        from message m join outbox o on o.message_id = m.id where m.id = ${id}::uuid`,
  );
  expect(row).toMatchObject({ type: 'text', content: aText('Mended'), needsWindow: true });
  expect(row?.detail).toMatchObject({ by: 'test', edited: true, content_before: { type: 'template' } });
});

it('mended into a template that is known as one for codes goes to phone numbers only', async () => {
  await database.db.query(
    sql`insert into known_template (workspace_id, business_account_id, name, language, category)
        values (${path.workspaceId}, '102', 'sign_in', 'en_US', 'AUTHENTICATION')`,
  );
  const content = { type: 'template', template: { name: 'sign_in', language: { code: 'en_US' } } };
  const placeUploads = <Messages>(messages: Messages) => Promise.resolve(messages);
  const deps = { db: path.request, senders: () => path.accounts, placeUploads };
  const recipient = 'US.13491208655302741918';
  const { body } = await path.accept({ purpose: 'transactional', content: aTemplate, recipient });
  const toUserId = await bury(body[0]?.id ?? '', 'rejected', '131026');
  await expect(mend(deps, path.workspaceId, toUserId, content)).rejects.toMatchObject({
    code: 'invalid_request',
    fields: [{ pointer: '/content', code: 'recipient_invalid' }],
  });
  expect(await mend(deps, path.workspaceId, toUserId, aTemplate)).toEqual(aTemplate);
  expect(await mend(deps, path.workspaceId, await deadLetter(), content)).toEqual(content);
});

it('of one cause are counted together, and go back spread over time', async () => {
  const ids = [];
  for (let n = 0; n < 4; n += 1) ids.push(await deadLetter('rejected', '131000'));
  const groups = await listGroups(path.worker, path.workspaceId);
  expect(groups.find(({ code }) => code === '131000')).toMatchObject({ messages: 4 });
  expect(
    await countDeadLetters(path.worker, { workspaceId: path.workspaceId, fingerprint: 'whatsapp-cloud:131000' }),
  ).toBe(4);
  await redriveDeadLetters(path.worker, path.workspaceId, { ...by, messageIds: ids, perSecond: 2 });
  const [spread] = await database.db.query<{ seconds: number }>(
    sql`select extract(epoch from max(due_at) - min(due_at))::float8 as seconds from outbox where message_id = any(${ids}::uuid[])`,
  );
  expect(spread?.seconds).toBeCloseTo(1.5);
});

it('has as long to be sent as a new message of its purpose, from when it is due: a one-time code ten minutes', async () => {
  const ids = await Promise.all(purposes.map((purpose) => deadLetter('rejected', '131026', purpose)));
  await redriveDeadLetters(path.worker, path.workspaceId, { ...by, messageIds: ids, perSecond: 1 });
  const rows = await database.db.query<{ lane: Purpose; seconds: number }>(
    sql`select lane, extract(epoch from expires_at - due_at)::float8 as seconds from outbox where message_id = any(${ids}::uuid[])`,
  );
  expect(rows).toHaveLength(purposes.length);
  for (const { lane, seconds } of rows) expect(seconds, lane).toBeCloseTo(purposePolicies[lane].expiresAfterSeconds);
  const [code] = ids;
  const { expiresAt, createdAt } = await getMessage(path.request, path.workspaceId, code ?? '');
  expect(expiresAt?.since(createdAt).total('seconds')).toBeGreaterThan(600);
});

it('that was let go is not sent again', async () => {
  const id = await deadLetter();
  expect(await discardDeadLetters(path.worker, path.workspaceId, [id], 'test')).toEqual([id]);
  expect(await discardDeadLetters(path.worker, path.workspaceId, [id], 'test')).toEqual([]);
  await expect(redriveOne(path.worker, path.workspaceId, id, by)).rejects.toMatchObject({ code: 'conflict' });
  expect(await path.state(id)).toMatchObject({ place: null, status: 'failed', letter: 'discarded' });
});

it('of another workspace is not found', async () => {
  const other = await MessagePath.open(database);
  const id = await deadLetter();
  await expect(redriveOne(other.worker, other.workspaceId, id, by)).rejects.toMatchObject({ code: 'not_found' });
  expect(await discardDeadLetters(other.worker, other.workspaceId, [id], 'test')).toEqual([]);
  expect(await path.state(id)).toMatchObject({ letter: 'open' });
});
