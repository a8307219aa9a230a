import fc from 'fast-check';
import { expect, it } from 'vitest';
import { findContactByAddress, getContact } from '#contacts/contacts.ts';
import { getMessage } from '#messages/messages.ts';
import { sql } from '#platform/database.ts';
import { anInboundText, aMessageRequest, aReceipt, aText, MessagePath } from '#testing/message-path.ts';

const { database, path } = await MessagePath.ofFile();
let made = 0;

/** A group that nobody has heard of, and two people in it. */
function aGroup() {
  const n = String((made += 1)).padStart(4, '0');
  return { id: `Y2FwaV9ncm91cDo${n}`, ada: `1555600${n}`, bob: `1555700${n}` };
}
const says = (group: string, from: string, body: string, changes: object = {}) =>
  path.deliver(anInboundText(body, { from, group_id: group, ...changes }));
const contactOf = (address: string) => findContactByAddress(path.worker, path.workspaceId, ['whatsapp'], address);
const suppressionsOf = async (address: string) => {
  const contact = await getContact(path.request, path.workspaceId, (await contactOf(address)) ?? '');
  return contact.suppressions.map(({ kind }) => kind);
};
const statusOf = async (content: object, to: object) => {
  const { body } = await path.accept({
    ...aMessageRequest({ content: content as never }),
    to: undefined,
    ...to,
  } as never);
  return body[0]?.status ?? body[0]?.code;
};

it('what is written in a group is of the group, names who wrote it, and opens the window of the group alone', async () => {
  const group = aGroup();
  await says(group.id, group.ada, 'Hello', { id: `w.${group.id}` });
  const [row] = await database.db.query<{ id: string }>(
    sql`select id from message where provider_message_id = ${`w.${group.id}`}`,
  );
  const message = await getMessage(path.request, path.workspaceId, row?.id ?? '');
  const [groupId, adaId] = [await contactOf(group.id), await contactOf(`+${group.ada}`)];
  expect(groupId).not.toBe(adaId);
  expect(message).toMatchObject({
    contactId: groupId,
    contactName: null,
    address: group.id,
    addressKind: 'group',
    participant: { id: adaId, name: 'Ada' },
  });
  expect(await statusOf(aText(), { group_id: group.id })).toBe('queued');
  expect(await statusOf(aText(), { contact_id: groupId })).toBe('queued');
  expect(await statusOf(aText(), { to: `+${group.ada}` })).toBe('blocked');
  await path.deliver(anInboundText('To the number', { from: group.bob }));
  expect(await statusOf(aText(), { to: `+${group.bob}` })).toBe('queued');
  const other = aGroup();
  expect(await statusOf(aText(), { group_id: other.id })).toBe('blocked');
  expect(await statusOf(aMessageRequest().content, { group_id: other.id })).toBe('queued');
});

it('one who writes a stop word in a group ends it for the group and for themselves, and only themselves back', async () => {
  const group = aGroup();
  await says(group.id, group.bob, 'Hello');
  await says(group.id, group.ada, 'STOP');
  expect(await suppressionsOf(group.id)).toEqual(['stop']);
  expect(await suppressionsOf(`+${group.ada}`)).toEqual(['stop']);
  expect(await suppressionsOf(`+${group.bob}`)).toEqual([]);
  expect(await statusOf(aMessageRequest().content, { group_id: group.id })).toBe('blocked');
  await says(group.id, group.ada, 'START', { timestamp: String(Math.floor(Date.now() / 1000) + 5) });
  expect(await suppressionsOf(`+${group.ada}`)).toEqual([]);
  expect(await suppressionsOf(group.id)).toEqual(['stop']);
});

it('content that is for groups only is refused for people, by contact as by address', async () => {
  const group = aGroup();
  await says(group.id, group.ada, 'Hello');
  const location = { type: 'location', location: { latitude: 1, longitude: 2 } };
  const pin = { type: 'pin', pin: { type: 'pin', message_id: 'wamid.X' } };
  const [groupId, adaId] = [await contactOf(group.id), await contactOf(`+${group.ada}`)];
  for (const to of [{ group_id: group.id }, { contact_id: groupId }]) {
    expect(await statusOf(location, to)).toBe('queued');
    expect(await statusOf(pin, to)).toBe('queued');
    expect(await statusOf(aText(), { ...to, recipient_identity_key_hash: 'x' })).toBe('invalid_request');
  }
  for (const to of [{ to: `+${group.ada}` }, { contact_id: adaId }])
    expect(await statusOf(pin, to)).toBe('content_unsupported');
  expect(await statusOf(aText(), { group_id: 'two words' })).toBe('invalid_request');
  expect(await statusOf(aText(), { group_id: group.id, to: `+${group.ada}` })).toBe('invalid_request');
});

type Told = { who: 'ada' | 'bob'; status: 'sent' | 'delivered' | 'read' | 'failed' };
const told = fc.record<Told>({
  who: fc.constantFrom('ada', 'bob'),
  status: fc.constantFrom('sent', 'delivered', 'read', 'failed'),
});
const ranks = { failed: 1, sent: 2, delivered: 3, read: 4 };

it('in whatever order receipts of participants come, a group has what anybody of it has, and failed is what nobody has', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(told, { minLength: 1, maxLength: 6 }), async (receipts) => {
      const group = aGroup();
      const id = await path.send({ to: undefined, group_id: group.id } as never);
      await path.mark([id]);
      const wamid = `wamid.${id}`;
      const of = ({ who, status }: Told) =>
        aReceipt(wamid, status, {
          recipient_type: 'group',
          recipient_id: group.id,
          recipient_participant_id: group[who],
          biz_opaque_callback_data: path.callbackData(id),
          ...(status === 'failed' ? { errors: [{ code: 131026, title: 'Undeliverable' }] } : {}),
        });
      await path.deliver(...receipts.map(of), ...receipts.map(of));
      const best = Math.max(...receipts.map(({ status }) => ranks[status]));
      const expected = Object.entries(ranks).find(([, rank]) => rank === best)?.[0];
      const { status, letter, events } = await path.state(id);
      expect(status).toBe(expected);
      expect(letter === 'open').toBe(expected === 'failed');
      const different = new Set(receipts.map(({ who, status: word }) => `${who} ${word}`));
      expect(events.filter((kind) => kind === 'status')).toHaveLength(different.size);
    }),
    { numRuns: 25 },
  );
});

it('a participant who wants no marketing is not written to, and the group is as before', async () => {
  const group = aGroup();
  const id = await path.send({ to: undefined, group_id: group.id } as never);
  await path.mark([id]);
  await path.deliver(
    aReceipt(`wamid.${id}`, 'failed', {
      recipient_type: 'group',
      recipient_id: group.id,
      participant_recipient_id: group.ada,
      biz_opaque_callback_data: path.callbackData(id),
      errors: [{ code: 131050, title: 'User stopped marketing' }],
    }),
  );
  expect(await suppressionsOf(`+${group.ada}`)).toEqual(['marketing_stop']);
  expect(await suppressionsOf(group.id)).toEqual([]);
});
