import { expect, it } from 'vitest';
import { sql } from '#platform/database.ts';
import { newId } from '#platform/ids.ts';
import { createTestDatabase } from '#testing/test-database.ts';
import { guardAgainstRestore } from './restore.ts';

it('F21: after a restore nothing that was waiting is sent blindly, and every connection waits for a person', async () => {
  await using database = await createTestDatabase();
  const { db } = database;
  const ids = { workspace: newId(), connection: newId(), sender: newId(), contact: newId(), message: newId() };
  expect(await guardAgainstRestore(db)).toBeNull();
  await db.query(sql`insert into workspace (id, name) values (${ids.workspace}::uuid, 'Main')`);
  await db.query(
    sql`insert into connection (workspace_id, id, provider, name, base_url, api_version, business_account_id, secrets)
        values (${ids.workspace}::uuid, ${ids.connection}::uuid, 'whatsapp-cloud', 'c', 'https://graph.example', 'v26.0', '1', '\\x00')`,
  );
  await db.query(
    sql`insert into outbox (workspace_id, message_id, sender_id, contact_id, lane, due_at, needs_window)
        values (${ids.workspace}::uuid, ${ids.message}::uuid, ${ids.sender}::uuid, ${ids.contact}::uuid, 'transactional', now(), false)`,
  );
  await db.query(
    sql`insert into reroute (workspace_id, message_id, trigger, due_at) values (${ids.workspace}::uuid, ${newId()}::uuid, 'not_delivered', now() + interval '1 hour')`,
  );
  expect(await guardAgainstRestore(db)).toBeNull();

  // What recovery to a point in the past looks like from inside: the server is on a later timeline than was noted here.
  await db.query(sql`update installation set timeline_id = timeline_id - 1`);
  expect(await guardAgainstRestore(db)).toEqual({ messages: 1, connections: 1 });
  const [row] = await db.query(sql`select state, attempt_no from outbox`);
  expect(row).toEqual({ state: 'unknown', attempt_no: 1 });
  expect(await db.query(sql`select outcome from attempt`)).toEqual([{ outcome: 'unknown' }]);
  const [connection] = await db.query<{ status: string; paused_by: string }>(
    sql`select status, paused_by from connection`,
  );
  expect(connection).toEqual({ status: 'paused', paused_by: 'person' });
  expect(await db.query(sql`select state, rule from reroute`)).toEqual([{ state: 'refused', rule: 'restored' }]);

  // Once is enough: the next start finds its own timeline.
  expect(await guardAgainstRestore(db)).toBeNull();
});
