import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sql } from '#platform/database.ts';
import { createTestDatabase, type TestDatabase } from '#testing/test-database.ts';
import { type KnownAs, resolvePeople } from './contacts.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database?.close());

const workspaceId = randomUUID();
const known = (kind: KnownAs['kind'], value: string): KnownAs => ({ workspaceId, channel: 'whatsapp', kind, value });
const person = (...identities: KnownAs[]) => [{ workspaceId, identities, name: null }];

it('who is written to and writes at the same moment is one contact, with all that both know', async () => {
  await database.db.query(sql`insert into workspace (id, name) values (${workspaceId}::uuid, 'W')`);
  const phone = known('phone', '+15550001111');
  const user = known('provider_user', 'US.1349');
  const { promise: mayCommit, resolve: commit } = Promise.withResolvers<void>();
  const { promise: isInserted, resolve: inserted } = Promise.withResolvers<void>();
  const writtenTo = database.db.transaction(async (tx) => {
    const ids = await resolvePeople(tx, person(phone));
    inserted();
    await mayCommit;
    return ids;
  });
  await isInserted;
  // It finds nobody, and waits for the other where both add the phone.
  const writes = database.db.transaction((tx) => resolvePeople(tx, person(user, phone)));
  await waitsForALock();
  commit();
  const [[contactId], [other]] = await Promise.all([writtenTo, writes]);
  expect(other).toBe(contactId);
  const rows = await database.db.query<{ kind: string; contactId: string }>(
    sql`select kind, contact_id as "contactId" from identity where workspace_id = ${workspaceId}::uuid order by kind`,
  );
  expect(rows).toEqual([
    { kind: 'phone', contactId },
    { kind: 'provider_user', contactId },
  ]);
  expect(await database.db.query(sql`select id from contact where workspace_id = ${workspaceId}::uuid`)).toEqual([
    { id: contactId },
  ]);
});

async function waitsForALock(): Promise<void> {
  const giveUpAt = performance.now() + 20_000;
  for (;;) {
    const [row] = await database.db.query<{ n: number }>(
      sql`select count(*)::int as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    );
    if ((row?.n ?? 0) > 0) return;
    if (performance.now() > giveUpAt) throw new Error('Nobody waits for a lock.');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
