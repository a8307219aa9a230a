import { expect, it } from 'vitest';
import { sql } from '#platform/database.ts';
import { newId } from '#platform/ids.ts';
import { append } from '#queue/log.ts';
import { createTestDatabase } from '#testing/test-database.ts';
import { readMessagePath } from './health.ts';

it('an empty database has nothing that waits', async () => {
  await using database = await createTestDatabase();
  const worker = database.connect({ role: 'carillon_worker' });
  const figures = await readMessagePath(worker, [newId()]);
  expect(Object.values(figures).filter((figure) => figure !== null && figure !== 0)).toEqual([]);
  expect(Object.keys(figures)).toContain('oldestDueSeconds');
});

it('what is due and not held, what is behind and what was left aside is counted', async () => {
  await using database = await createTestDatabase();
  const worker = database.connect({ role: 'carillon_worker' });
  const [workspace, sender, contact] = [newId(), newId(), newId()];
  await database.db.query(
    sql`insert into outbox (workspace_id, message_id, sender_id, contact_id, lane, due_at, needs_window, hold)
        values (${workspace}::uuid, ${newId()}::uuid, ${sender}::uuid, ${contact}::uuid, 'service', now() - interval '90 seconds', false, null),
               (${workspace}::uuid, ${newId()}::uuid, ${sender}::uuid, ${contact}::uuid, 'service', now() - interval '1 hour', false, '{"rule":"sender_paused"}')`,
  );
  await append(database.db, workspace, 'message.state', [{ type: 'message.done' }]);
  await database.db.query(sql`insert into log_group (name) values ('reader')`);
  await database.db.query(
    sql`insert into log_dead_letter (group_name, xid, position, workspace_id, topic, events, error)
        values ('reader', '1', 1, ${workspace}::uuid, 'message.state', '[]', 'poison')`,
  );
  const figures = await readMessagePath(worker, [sender]);
  expect(figures).toMatchObject({ entriesBehind: 1, parkedEntries: 1 });
  expect(figures.oldestDueSeconds).toBeGreaterThanOrEqual(90);
  expect(figures.oldestDueSeconds).toBeLessThan(3_000);
});
