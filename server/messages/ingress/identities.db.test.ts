import { expect, it } from 'vitest';
import { findContactByAddress, getContact } from '#contacts/contacts.ts';
import { conversationsGroup, pageConversations } from '#conversations/conversations.ts';
import { sql } from '#platform/database.ts';
import { newId } from '#platform/ids.ts';
import { createLog } from '#platform/telemetry.ts';
import { LogConsumer } from '#queue/log-consumer.ts';
import { anInboundText, aWebhook, MessagePath, nowSeconds } from '#testing/message-path.ts';

const { database, path } = await MessagePath.ofFile();

let people = 0;
/** A person with a phone and a user id, and those that they have after a change. */
const somebody = () => {
  const n = String((people += 1)).padStart(4, '0');
  return { phone: `1555200${n}`, userId: `US.1${n}`, newPhone: `1555300${n}`, newUserId: `US.2${n}` };
};
const says = (phone: string, body: string, more: Record<string, unknown> = {}) =>
  anInboundText(body, { from: phone, ...more });
const note = (system: object, more: object = {}) =>
  aWebhook({ messages: [{ id: `wamid.note.${newId()}`, timestamp: nowSeconds(), type: 'system', system, ...more }] });
const numberChanged = (who: { phone: string; newPhone: string }, more: object = {}, seconds = 0) =>
  note(
    { type: 'user_changed_number', body: 'changed', wa_id: who.newPhone, ...more },
    { from: who.phone, timestamp: nowSeconds(seconds) },
  );

const contactOf = (address: string) => findContactByAddress(path.worker, path.workspaceId, ['whatsapp'], address);
const addressesOf = async (id: string) =>
  (await getContact(path.request, path.workspaceId, id)).identities.map(({ value }) => value).toSorted();

it('a changed number moves the contact, and the old number is nobody’s', async () => {
  const who = somebody();
  await path.deliver(says(who.phone, 'Hello'));
  const before = await contactOf(`+${who.phone}`);
  await path.deliver(numberChanged(who, { user_id: who.newUserId }));
  expect(await contactOf(`+${who.newPhone}`)).toBe(before);
  expect(await contactOf(who.newUserId)).toBe(before);
  expect(await contactOf(`+${who.phone}`)).toBeUndefined();
  await path.deliver(says(who.phone, 'I have this number now', { timestamp: nowSeconds(5) }));
  expect(await contactOf(`+${who.phone}`)).not.toBe(before);
});

it('a changed user id moves the contact, told by a note of the system or by a field of its own', async () => {
  const [a, b] = [somebody(), somebody()];
  await path.deliver(says(a.phone, 'Hi', { from_user_id: a.userId }), says(b.phone, 'Hi', { from_user_id: b.userId }));
  const [idOfA, idOfB] = await Promise.all([contactOf(a.userId), contactOf(b.userId)]);
  await path.deliver(
    note({ type: 'user_changed_user_id', user_id: a.newUserId, previous_user_id: a.userId }),
    aWebhook({
      user_id_update: [
        { wa_id: b.phone, user_id: { previous: b.userId, current: b.newUserId }, timestamp: nowSeconds() },
      ],
    }),
  );
  expect([await contactOf(a.newUserId), await contactOf(b.newUserId)]).toEqual([idOfA, idOfB]);
  expect([await contactOf(a.userId), await contactOf(b.userId)]).toEqual([undefined, undefined]);
  expect(await addressesOf(idOfB ?? '')).toEqual([`+${b.phone}`, b.newUserId]);
});

it('when both ids were known, the two contacts become one: messages, window, stop and conversation', async () => {
  const who = somebody();
  await path.deliver(says(who.phone, 'Hello'), says(who.newPhone, 'STOP'));
  const [first = '', second = ''] = [await contactOf(`+${who.phone}`), await contactOf(`+${who.newPhone}`)];
  expect(first).not.toBe(second);
  await path.deliver(numberChanged(who));
  const contact = await getContact(path.request, path.workspaceId, first);
  expect(contact.identities.map(({ value }) => value)).toEqual([`+${who.newPhone}`]);
  expect(contact.suppressions).toMatchObject([{ kind: 'stop' }]);
  // By its old id the second is the first.
  expect(await getContact(path.request, path.workspaceId, second)).toMatchObject({ id: first });
  const left = await database.db.query<{ contactId: string; n: number }>(
    sql`select contact_id as "contactId", count(*) as n from message where contact_id in (${first}::uuid, ${second}::uuid) group by 1`,
  );
  expect(left).toEqual([{ contactId: first, n: 3 }]);
  const windows = await database.db.query(
    sql`select contact_id as id from service_window where contact_id in (${first}::uuid, ${second}::uuid)`,
  );
  expect(windows).toEqual([{ id: first }]);
  const { body } = await path.accept({
    contact_id: second,
    purpose: 'transactional',
    content: { type: 'text', text: { body: 'Hi' } },
  });
  expect(body[0]?.status).toBe('blocked');

  const consumer = new LogConsumer(path.worker, createLog({ level: 'silent' }), conversationsGroup);
  consumer.start();
  await expect
    .poll(async () => {
      const conversations = await pageConversations(path.request, path.workspaceId, null, 100);
      return conversations.map(({ contactId }) => contactId).filter((id) => id === first || id === second);
    })
    .toEqual([first]);
  await consumer.stop();
});

it('what was said before the change and comes late belongs to the person, and is no new contact', async () => {
  const who = somebody();
  await path.deliver(says(who.phone, 'Hello', { timestamp: nowSeconds(-60) }));
  const contactId = await contactOf(`+${who.phone}`);
  await path.deliver(numberChanged(who, {}, -30));
  await path.deliver(says(who.phone, 'Late', { timestamp: nowSeconds(-45) }));
  expect(await contactOf(`+${who.phone}`)).toBeUndefined();
  const said = await database.db.query<{ n: number }>(
    sql`select count(*) as n from message where contact_id = ${contactId ?? ''}::uuid`,
  );
  expect(said).toEqual([{ n: 3 }]);
});

it('two changes that come in the wrong order lead to one person', async () => {
  const who = somebody();
  const last = somebody().phone;
  await path.deliver(says(who.phone, 'Hello', { timestamp: nowSeconds(-60) }));
  const contactId = await contactOf(`+${who.phone}`);
  await path.deliver(numberChanged({ phone: who.newPhone, newPhone: last }, {}, -10), numberChanged(who, {}, -20));
  expect(await contactOf(`+${last}`)).toBe(contactId);
  expect(await addressesOf(contactId ?? '')).toEqual([`+${last}`]);
});

it('the same change told to several numbers, or twice, is one', async () => {
  const who = somebody();
  await path.deliver(says(who.phone, 'Hello'));
  const contactId = await contactOf(`+${who.phone}`);
  const at = nowSeconds();
  const once = numberChanged(who);
  const again = note(
    { type: 'user_changed_number', body: 'b', wa_id: who.newPhone },
    { from: who.phone, timestamp: at },
  );
  await path.deliver(once, once, again);
  expect(await contactOf(`+${who.newPhone}`)).toBe(contactId);
  expect(await contactOf(`+${who.phone}`)).toBeUndefined();
});
