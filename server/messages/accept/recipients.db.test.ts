import { afterAll, describe, expect, it } from 'vitest';
import { ultramsg } from '#channels/providers/ultramsg/ultramsg.ts';
import { aMessageRequest, aText, MessagePath } from '#testing/message-path.ts';
import { sql } from '#platform/database.ts';
import { createTestDatabase } from '#testing/test-database.ts';

// Providers of one channel know people and groups by ids of their own.

const database = await createTestDatabase();
afterAll(() => database.close());
const cloud = await MessagePath.open(database);
const unofficial = await MessagePath.open(database, ['instance1150'], 'instance1150', ultramsg);

const to = (recipient: object) => ({ ...aMessageRequest({ content: aText() }), to: undefined as never, ...recipient });
const detailOf = async (path: MessagePath, recipient: object) => (await path.accept(to(recipient))).body[0]?.detail;

describe('who receives a message', () => {
  it('may be a hidden number or a group of WhatsApp, where the sender knows such', async () => {
    for (const recipient of [{ recipient: '133346537541875@lid' }, { group_id: '120363096187630544@g.us' }]) {
      expect((await unofficial.accept(to(recipient))).body[0]).toMatchObject({ status: 'queued' });
      expect(await detailOf(cloud, recipient)).toMatch(/no business-scoped user id/);
    }
  });

  it('is not somebody whom only another provider knows', async () => {
    expect(await detailOf(unofficial, { recipient: 'US.13491208655302741918' })).toMatch(/end with @lid/);
    expect(await detailOf(unofficial, { group_id: 'Y2FwaV9ncm91cDox' })).toMatch(/@g\.us/);
    expect(await detailOf(unofficial, { recipient: 'anybody' })).toMatch(/133346537541875@lid/);
  });

  it('as a contact without a number must be one whom the sender knows', async () => {
    const hidden = await unofficial.send(to({ recipient: '133346537541875@lid' }));
    const [row] = await database.db.query<{ contactId: string }>(
      sql`select contact_id as "contactId" from message where id = ${hidden}::uuid`,
    );
    const contact = { contact_id: row?.contactId ?? '' };
    expect((await unofficial.accept(to(contact))).body[0]).toMatchObject({ status: 'queued' });
    await database.db.query(
      sql`update identity set value = 'US.1', match_key = 'US.1' where contact_id = ${row?.contactId ?? ''}::uuid`,
    );
    expect(await detailOf(unofficial, contact)).toMatch(/^\/contact_id: This sender cannot write to the contact\./);
  });
});
