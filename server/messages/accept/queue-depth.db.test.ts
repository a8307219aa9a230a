import { expect, it } from 'vitest';
import { sql } from '#platform/database.ts';
import { createLog } from '#platform/telemetry.ts';
import { aMessageRequest, MessagePath } from '#testing/message-path.ts';
import { Acceptor } from './accept.ts';
import { QueueDepth } from './queue-depth.ts';

const { database, path } = await MessagePath.ofFile();

it('a workspace queues as many messages as may wait, and then only one-time codes; what it had accepted is answered again', async () => {
  const depth = new QueueDepth(path.worker, createLog({ level: 'silent' }), 3);
  const acceptor = new Acceptor({ db: path.worker, depth, offer: () => undefined, missed: () => undefined });
  const other = await MessagePath.open(database);
  const first = await path.accept(aMessageRequest(), { acceptor, key: 'first' });
  await path.accept([aMessageRequest(), aMessageRequest()], { acceptor });

  const full = { code: 'queue_full', status: 429, retryAfterSeconds: expect.any(Number) };
  await expect(path.accept(aMessageRequest(), { acceptor, key: 'late' })).rejects.toMatchObject(full);
  await expect(path.accept([aMessageRequest(), aMessageRequest()], { acceptor })).rejects.toMatchObject(full);
  expect(await path.accept(aMessageRequest(), { acceptor, key: 'first' })).toEqual({ ...first, replayed: true });
  expect(await path.accept(aMessageRequest({ purpose: 'authentication' }), { acceptor })).toMatchObject({
    status: 202,
  });
  expect(await other.accept(aMessageRequest(), { acceptor })).toMatchObject({ status: 202 });

  // Counted anew it is the same, and there is room again when messages have left.
  await depth.count();
  await expect(path.accept(aMessageRequest(), { acceptor, key: 'late' })).rejects.toMatchObject(full);
  await database.db.query(sql`delete from outbox where workspace_id = ${path.workspaceId}::uuid`);
  await depth.count();
  expect(await path.accept(aMessageRequest(), { acceptor, key: 'late' })).toMatchObject({
    status: 202,
    replayed: false,
  });
});
