import { expect, it } from 'vitest';
import { sql } from '#platform/database.ts';
import { MessagePath } from '#testing/message-path.ts';
import { traceMessage } from './messages.ts';
import { settleBatch } from './outbox/outbox-store.ts';

const { database, path } = await MessagePath.ofFile();
let people = 0;
const somebody = () => `+1555000${String((people += 1)).padStart(4, '0')}`;

const reason = async (id: string) =>
  (await traceMessage(path.request, path.workspaceId, id, () => path.account)).waitsFor;

it('the line before a message is counted in its lane, and the messages to the same person in it', async () => {
  const to = somebody();
  await path.send({ to: somebody() });
  const second = await path.send({ to });
  await path.send({ to: somebody(), purpose: 'marketing' });
  const last = await path.send({ to });
  expect(await reason(second)).toMatchObject({
    rule: 'sender_line',
    detail: expect.stringContaining('one message of'),
  });
  expect(await reason(last)).toMatchObject({
    rule: 'earlier_to_person',
    detail: expect.stringContaining('one message to the same person'),
  });
  await database.db.query(sql`delete from outbox`);
});

it('a message behind one whose outcome is unknown says so, and that one waits for a receipt', async () => {
  const to = somebody();
  const first = await path.send({ to });
  await path.mark([first]);
  expect((await reason(first))?.rule).toBe('answer');
  await settleBatch(path.worker, [await path.settlement(first, { next: 'unknown' })]);
  expect((await reason(first))?.rule).toBe('receipt');
  const next = await path.send({ to });
  expect((await reason(next))?.rule).toBe('earlier_unknown');
  await database.db.query(sql`delete from outbox`);
});

it('who was written to as often as the provider lets a person be waits for that, and nobody else does', async () => {
  const to = somebody();
  const ids: string[] = [];
  for (let n = 0; n < 45; n += 1) ids.push(await path.send({ to }));
  await path.mark(ids);
  await settleBatch(path.worker, await Promise.all(ids.map((id) => path.settlement(id))));
  const account = { ...path.account, pairLimit: { burst: 45, secondsPerMessage: 6 } };
  const asked = async (id: string) =>
    (await traceMessage(path.request, path.workspaceId, id, () => account)).waitsFor?.rule;
  expect(await asked(await path.send({ to }))).toBe('person_limit');
  await database.db.query(sql`delete from outbox`);
  expect(await asked(await path.send({ to: somebody() }))).toBe('turn');
  expect((await traceMessage(path.request, path.workspaceId, ids[0] ?? '', () => account)).waitsFor).toBeNull();
});

it('a time of its own is told with the instant', async () => {
  const sendAt = Temporal.Now.instant().add({ hours: 2 }).round('second').toString();
  const scheduled = await path.send({ to: somebody(), send_at: sendAt });
  expect(await reason(scheduled)).toMatchObject({ rule: 'scheduled', until: Temporal.Instant.from(sendAt) });
});
