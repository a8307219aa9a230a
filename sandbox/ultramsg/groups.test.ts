import { expect, it } from 'vitest';
import { LinkedNumber } from '#testing/linked-number.ts';
import { SandboxUser, eventually } from '#testing/sandbox-user.ts';

const ADA = '15550001111';
const BO = '15550002222';

async function withGroup(user: SandboxUser): Promise<{ number: LinkedNumber; group: string }> {
  const number = await LinkedNumber.of(user);
  await user.request('PUT', `/_sandbox/people/${BO}`, {});
  await number.listen();
  return { number, group: await number.newGroup([ADA, BO]) };
}

async function shownTo(user: SandboxUser, who: string, group: string) {
  const answer = await user.request('GET', `/_sandbox/people/${who}/chats/${encodeURIComponent(group)}/messages`);
  return answer.read<{ data: { from: string; status: string; author?: { name: string }; reactions: unknown[] }[] }>()
    .data;
}

it('what somebody writes in a group comes from the group, with its author, and the others see it', async () => {
  await using user = await SandboxUser.start();
  const { number, group } = await withGroup(user);
  await using _ = number;
  await user.write(BO, { type: 'text', text: { body: 'Hi all' }, phone_number_id: group });
  const told = await eventually(() => number.events('message_received')[0]);
  expect(told.data).toMatchObject({ from: group, to: `${number.phone}@c.us`, author: `${BO}@c.us`, body: 'Hi all' });
  expect(told.data['id']).toMatch(new RegExp(`^false_${group}_[0-9A-F]{32}_${BO}@c\\.us$`));
  expect(told.data['sid']).toMatch(/^[0-9A-F]{32}$/);
  expect(await shownTo(user, ADA, group)).toMatchObject([
    { from: 'member', author: { name: expect.any(String) as string } },
  ]);
  expect(await shownTo(user, BO, group)).toMatchObject([{ from: 'person' }]);
  expect((await number.get('chats')).json).toMatchObject([{ id: group, isGroup: true, unread: 1 }]);
  expect((await number.get('chats/messages', { chatId: group })).json).toMatchObject([{ author: `${BO}@c.us` }]);
});

it('a message to a group has two ticks when all have it, and blue ones when all have read it', async () => {
  await using user = await SandboxUser.start();
  const { number, group } = await withGroup(user);
  await using _ = number;
  await user.request('PATCH', `/_sandbox/people/${BO}`, { online: false });
  const id = await number.say('Hello all', { to: group });
  expect(await number.statusOf(id)).toBe('sent');
  await eventually(async () => ((await shownTo(user, ADA, group))[0]?.status === 'delivered' ? true : undefined));
  expect([(await shownTo(user, BO, group))[0]?.status, number.acksOf(id)]).toEqual(['sent', ['server']]);
  await user.request('PATCH', `/_sandbox/people/${BO}`, { online: true });
  await eventually(() => (number.acksOf(id).includes('device') ? true : undefined));
  const read = (who: string) =>
    user.request('POST', `/_sandbox/people/${who}/chats/${encodeURIComponent(group)}/read`, {});
  expect((await read(ADA)).json).toEqual({ read: 1 });
  expect(number.acksOf(id)).toEqual(['server', 'device']);
  expect((await read(BO)).json).toEqual({ read: 1 });
  await eventually(() => (number.acksOf(id).includes('read') ? true : undefined));
  const [created] = number.events('message_create');
  expect(created?.data).toMatchObject({ to: group, author: '', fromMe: true });
});

it('each of the people has one reaction', async () => {
  await using user = await SandboxUser.start();
  const { number, group } = await withGroup(user);
  await using _ = number;
  await number.say('Hello all', { to: group });
  const message_id = String(number.events('message_create')[0]?.data['id']);
  for (const [who, emoji] of [
    [ADA, '👍'],
    [BO, '😀'],
    [BO, '❤️'],
  ] as const) {
    const answer = await user.write(who, { type: 'reaction', reaction: { message_id, emoji }, phone_number_id: group });
    expect(answer.status).toBe(200);
  }
  expect((await shownTo(user, ADA, group))[0]?.reactions).toMatchObject([{ emoji: '👍' }, { emoji: '❤️' }]);
});

it('groups are listed, and strangers are kept out', async () => {
  await using user = await SandboxUser.start();
  const { number, group } = await withGroup(user);
  await using _ = number;
  expect((await number.get('groups')).json).toMatchObject([
    { id: group, name: 'Book club', participants: [{ id: `${ADA}@c.us` }, { id: `${BO}@c.us` }] },
  ]);
  expect((await number.get('groups/ids')).json).toEqual([group]);
  expect((await number.get('groups/group', { groupId: group })).json).toMatchObject({ id: group });
  expect((await number.get('groups/group', { groupId: '1@g.us' })).json).toEqual({ error: 'group not found' });
  const unknown = await number.say('x', { to: '120363000000000000@g.us' });
  expect(await number.statusOf(unknown)).toBe('invalid');
  await user.request('PUT', '/_sandbox/people/15550003333', {});
  const strange = await user.write('15550003333', { type: 'text', text: { body: 'x' }, phone_number_id: group });
  expect(strange.status).toBe(404);
});
