import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sql, withWorkspace } from '#platform/database.ts';
import { createTestDatabase, type TestDatabase } from '#testing/test-database.ts';
import { findContactByAddress, getContact, type KnownAs, resolvePeople, suppress } from './contacts.ts';
import { movePerson } from './moves.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await database.db.query(sql`insert into workspace (id, name) values (${workspaceId}::uuid, 'W')`);
});
afterAll(() => database?.close());

const workspaceId = randomUUID();
const known = (kind: KnownAs['kind'], value: string): KnownAs => ({ workspaceId, channel: 'whatsapp', kind, value });
const bySms = (value: string): KnownAs => ({ workspaceId, channel: 'sms', kind: 'phone', value });
const person = (...identities: KnownAs[]) => [{ workspaceId, identities, name: null }];
const resolve = async (...identities: KnownAs[]) => (await resolvePeople(database.db, person(...identities)))[0] ?? '';
const find = (channel: string, address: string) => findContactByAddress(database.db, workspaceId, [channel], address);

it('who is written to and writes at the same moment is one contact, with all that both know', async () => {
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
    sql`select kind, contact_id as "contactId" from identity where workspace_id = ${workspaceId}::uuid and channel = 'whatsapp' order by kind`,
  );
  expect(rows).toEqual([
    { kind: 'phone', contactId },
    { kind: 'provider_user', contactId },
  ]);
  expect(await database.db.query(sql`select id from contact where workspace_id = ${workspaceId}::uuid`)).toEqual([
    { id: contactId },
  ]);
});

it('a phone is one contact on every channel, in every spelling, and a stop holds on its own channel', async () => {
  const contactId = await resolve(known('phone', '+5511987654321'));
  expect(await resolve(bySms('+551187654321'))).toBe(contactId);
  await withWorkspace(database.db, workspaceId, (tx) =>
    suppress(tx, [{ workspaceId, contactId, channel: 'sms', kind: 'stop', reason: 'STOP', source: 'keyword' }]),
  );
  const contact = await getContact(database.db, workspaceId, contactId);
  expect(contact.identities).toEqual([
    { channel: 'whatsapp', kind: 'phone', value: '+5511987654321' },
    { channel: 'sms', kind: 'phone', value: '+551187654321' },
  ]);
  expect(contact.suppressions).toMatchObject([{ channel: 'sms', kind: 'stop' }]);
});

it('people of before phones were shared are found on other channels once the database is migrated', async () => {
  const contactId = await resolve(known('phone', '+15550007777'));
  await database.db.query(sql`delete from identity where channel = 'any' and contact_id = ${contactId}::uuid`);
  const migration = new URL('../migrations/0024-one-phone-one-person.sql', import.meta.url);
  const text = await readFile(migration, 'utf8');
  for (let times = 0; times < 2; times++) await database.db.query({ text, values: [] });
  expect(await resolve(bySms('+15550007777'))).toBe(contactId);
});

it('who is met on two channels at the same moment is one contact', async () => {
  const { promise: mayCommit, resolve: commit } = Promise.withResolvers<void>();
  const { promise: isInserted, resolve: inserted } = Promise.withResolvers<void>();
  const first = database.db.transaction(async (tx) => {
    const ids = await resolvePeople(tx, person(known('phone', '+15550002222')));
    inserted();
    await mayCommit;
    return ids;
  });
  await isInserted;
  const second = database.db.transaction((tx) => resolvePeople(tx, person(bySms('+15550002222'))));
  await waitsForALock();
  commit();
  const [[contactId], [other]] = await Promise.all([first, second]);
  expect(other).toBe(contactId);
  expect(await find('sms', '+15550002222')).toBe(contactId);
});

it('a number that moved on one channel stays theirs on the other, and on the first it is its new owner’s', async () => {
  const contactId = await resolve(known('phone', '+15550003333'));
  await resolve(bySms('+15550003333'));
  const [before, after] = [[known('phone', '+15550003333')], [known('phone', '+15550004444')]];
  const at = Temporal.Now.instant();
  await database.db.transaction((tx) => movePerson(tx, { workspaceId, before, after, at: at.toString() }));
  expect(await resolve(bySms('+15550003333'))).toBe(contactId);
  expect(await resolve(bySms('+15550004444'))).toBe(contactId);
  // What they said before and comes late does not give them their old number back.
  const late = { workspaceId, identities: before, name: null, at: at.subtract({ seconds: 60 }).toString() };
  expect(await resolvePeople(database.db, [late])).toEqual([contactId]);
  expect(await resolve(known('phone', '+15550003333'))).not.toBe(contactId);
});

it('a person who moves to a number that another channel knows becomes one with whom it knows by it', async () => {
  const contactId = await resolve(known('phone', '+15550005555'));
  const other = await resolve(bySms('+15550006666'));
  const moved = await database.db.transaction((tx) =>
    movePerson(tx, {
      workspaceId,
      before: [known('phone', '+15550005555')],
      after: [known('phone', '+15550006666')],
      at: Temporal.Now.instant().toString(),
    }),
  );
  expect(moved).toMatchObject({ contactId, mergedFrom: other });
  expect(await find('sms', '+15550006666')).toBe(contactId);
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
