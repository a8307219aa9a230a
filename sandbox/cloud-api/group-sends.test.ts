import { expect, it } from 'vitest';
import type { Settings } from '#control/settings.ts';
import { SandboxUser, errorOf, eventually, idOf } from '#testing/sandbox-user.ts';
import { WebhookReceiver } from '#testing/webhook-receiver.ts';

const ada = '+15550001111';
const bob = '+15550001112';

interface PhoneMessage {
  id: string;
  status: string;
  group_id: string;
  from: string;
  content: object;
  reactions: object[];
}

/** A sandbox with a group in which are those people. */
async function withGroup(
  people: readonly string[],
  settings: Partial<Settings> = {},
): Promise<{ user: SandboxUser; group: string }> {
  const user = await SandboxUser.start(settings);
  const path = `/${user.account.phone_number_id}/groups`;
  await user.graph('POST', path, { messaging_product: 'whatsapp', subject: 'Bells' });
  const { data } = (await user.request('GET', '/_sandbox/groups')).read<{
    data: { id: string; invite_link: string }[];
  }>();
  const group = data[0]?.id ?? '';
  for (const who of people) {
    await user.request('PUT', `/_sandbox/people/${encodeURIComponent(who)}`);
    const body = { invite_link: data[0]?.invite_link };
    const joined = await user.request('POST', `/_sandbox/people/${encodeURIComponent(who)}/groups`, body);
    if (joined.status !== 200) throw new Error(joined.text);
  }
  return { user, group };
}

function toGroup(group: string, more: Record<string, unknown> = {}) {
  return { recipient_type: 'group', to: group, type: 'text', text: { body: 'Hello all' }, ...more };
}

async function chatOf(user: SandboxUser, who: string, group: string): Promise<PhoneMessage[]> {
  const path = `/_sandbox/people/${encodeURIComponent(who)}/chats/${group}/messages`;
  return (await user.request('GET', path)).read<{ data: PhoneMessage[] }>().data;
}

it('brings a message to the phone of every participant, with a status for each', async () => {
  const { user: started, group } = await withGroup([ada, bob]);
  await using user = started;
  await using receiver = await WebhookReceiver.listen(user);
  await user.write(ada, { type: 'text', text: { body: 'Hi' }, group_id: group });
  const sent = await user.send(toGroup(group, { biz_opaque_callback_data: 'mine' }));
  expect(sent.json).toMatchObject({ contacts: [{ input: group }], messages: [{ group_id: group }] });
  const wamid = idOf(sent);
  const told = await eventually(() => {
    const all = receiver.elements('statuses').filter(({ id, status }) => id === wamid && status === 'delivered');
    return all.length === 2 ? all : undefined;
  });
  expect(new Set(told.map((status) => status['recipient_participant_id']))).toEqual(
    new Set(['15550001111', '15550001112']),
  );
  expect(told[0]).toMatchObject({
    recipient_id: group,
    recipient_type: 'group',
    recipient_participant_user_id: expect.any(String),
    biz_opaque_callback_data: 'mine',
    pricing: { category: 'group_service' },
  });
  for (const who of [ada, bob]) {
    const messages = await chatOf(user, who, group);
    expect(messages.at(-1)).toMatchObject({
      from: 'business',
      status: 'delivered',
      group_id: group,
      content: { text: { body: 'Hello all' } },
    });
    const { data } = (await user.request('GET', `/_sandbox/people/${encodeURIComponent(who)}/chats`)).read<{
      data: { phone_number_id: string; verified_name: string; unread: number }[];
    }>();
    // Bob has what Ada wrote as well.
    const unread = who === bob ? 2 : 1;
    expect(data[0]).toMatchObject({ phone_number_id: group, verified_name: 'Bells', unread });
    expect(data[1]).toMatchObject({ phone_number_id: user.account.phone_number_id, unread: 0 });
  }
  await user.request('POST', `/_sandbox/people/${encodeURIComponent(bob)}/chats/${group}/read`, {});
  const read = await eventually(() => receiver.elements('statuses').find(({ status }) => status === 'read'));
  expect(read).toMatchObject({ id: wamid, recipient_participant_id: '15550001112' });
  expect((await chatOf(user, ada, group)).at(-1)?.status).toBe('delivered');
});

it('tells what a participant writes, with the group_id, and what it answers', async () => {
  const { user: started, group } = await withGroup([ada, bob]);
  await using user = started;
  await using receiver = await WebhookReceiver.listen(user);
  await user.write(bob, { type: 'text', text: { body: 'Hi' }, group_id: group });
  const wamid = idOf(await user.send(toGroup(group)));
  const copy = await eventually(async () =>
    (await chatOf(user, ada, group)).find(({ from, status }) => from === 'business' && status === 'delivered'),
  );
  // As the phone does it: it knows the chat and its own copy.
  const chat = { phone_number_id: group };
  await user.write(ada, { type: 'text', text: { body: 'Yes' }, context: { message_id: copy.id }, ...chat });
  await user.write(ada, { type: 'reaction', reaction: { message_id: copy.id, emoji: '👍' }, ...chat });
  const told = await eventually(() => {
    const messages = receiver.elements('messages');
    return messages.length === 3 ? messages : undefined;
  });
  const { phone_number_id: number } = user.account;
  expect(receiver.posts[0]?.json?.entry[0]?.changes[0]?.value).toMatchObject({ metadata: { phone_number_id: number } });
  expect(told).toMatchObject([
    { from: '15550001112', group_id: group, text: { body: 'Hi' } },
    { from: '15550001111', group_id: group, text: { body: 'Yes' }, context: { id: wamid } },
    { from: '15550001111', group_id: group, reaction: { message_id: wamid, emoji: '👍' } },
  ]);
  expect((await chatOf(user, ada, group)).find(({ id }) => id === copy.id)?.reactions).toHaveLength(1);
  const stranger = await user.write('+15550001119', { type: 'text', text: { body: 'Me too' }, group_id: group });
  expect(stranger.status).toBe(400);
  const read = await user.send({ to: undefined, status: 'read', message_id: told[1]?.['id'] });
  expect(read.json).toEqual({ success: true });
});

it('shows each participant what the others write from then on, and lets them react and quote', async () => {
  const { user: started, group } = await withGroup([ada, bob]);
  await using user = started;
  await using receiver = await WebhookReceiver.listen(user);
  const written = idOf(await user.write(ada, { type: 'text', text: { body: 'Who comes?' }, group_id: group }));
  const chat = { phone_number_id: group };
  await user.write(bob, { type: 'text', text: { body: 'I' }, context: { message_id: written }, ...chat });
  await user.write(bob, { type: 'reaction', reaction: { message_id: written, emoji: '👍' }, ...chat });
  await user.write(ada, { type: 'reaction', reaction: { message_id: written, emoji: '🔔' }, ...chat });
  expect(await chatOf(user, bob, group)).toMatchObject([
    {
      id: written,
      from: 'member',
      content: { text: { body: 'Who comes?' } },
      reactions: [
        { from: 'person', emoji: '👍' },
        { from: 'member', emoji: '🔔' },
      ],
    },
    { from: 'person', content: { text: { body: 'I' } } },
  ]);
  expect(await chatOf(user, ada, group)).toMatchObject([
    { from: 'person', reactions: [{ from: 'member' }, { from: 'person' }] },
    { from: 'member' },
  ]);
  const answer = await eventually(() => receiver.elements('messages').find(({ context }) => context !== undefined));
  expect(answer).toMatchObject({ from: '15550001112', context: { from: '15550001111', id: written } });
  const edit = { original_message_id: written, message: { type: 'text', text: { body: 'Mine' } } };
  expect((await user.write(bob, { type: 'edit', edit, ...chat })).status).toBe(400);
});

it('has a service window for the whole group, and one that a chat with the number does not open', async () => {
  const { user: started, group } = await withGroup([ada, bob]);
  await using user = started;
  await user.write(ada, { type: 'text', text: { body: 'To the number' } });
  const closed = idOf(await user.send(toGroup(group)));
  await eventually(async () => {
    const statuses = await user.statusesOf(closed);
    return statuses.filter((status) => status === 'failed 131047').length === 2 ? true : undefined;
  });
  await user.write(ada, { type: 'text', text: { body: 'To the group' }, group_id: group });
  const open = idOf(await user.send(toGroup(group)));
  await eventually(async () => {
    const statuses = await user.statusesOf(open);
    return statuses.filter((status) => status === 'delivered').length === 2 ? true : undefined;
  });
});

it('refuses what a group does not take', async () => {
  const { user: started, group } = await withGroup([ada]);
  await using user = started;
  const alone = await withGroup([]);
  await using other = alone.user;
  expect(errorOf(await other.send(toGroup(alone.group))).code).toBe(131020);
  expect(errorOf(await user.send(toGroup('Y2FwaV9ncm91cDox'))).code).toBe(131041);
  expect(errorOf(await user.send({ ...toGroup(group), to: { a: 1 } })).code).toBe(131041);
  expect(errorOf(await user.send({ ...toGroup(group), to: null })).code).toBe(131008);
  const location = { latitude: 1, longitude: 2 };
  expect(errorOf(await user.send(toGroup(group, { type: 'location', location }))).code).toBe(131051);
  expect(errorOf(await user.send(toGroup(group, { text: {} }))).code).toBe(131008);
  await user.request('PATCH', `/_sandbox/groups/${group}`, { suspended: true });
  expect(errorOf(await user.send(toGroup(group)))).toMatchObject({ code: 131207, status: 403 });
  const written = await user.write(ada, { type: 'text', text: { body: 'Hi' }, group_id: group });
  expect(written.status).toBe(409);
  expect((await user.ledger()).filter(({ outcome }) => outcome === 'accepted')).toEqual([]);
});

it('takes in a group what the setting names, and nothing else', async () => {
  const { user: started, group } = await withGroup([ada, bob], { delay_factor: 0, service_window: 'off' });
  await using user = started;
  const send = (type: string, said: unknown) => user.send(toGroup(group, { text: undefined, type, [type]: said }));
  const code = { name: 'code', language: 'en_US', category: 'AUTHENTICATION' };
  const otp = { type: 'OTP', otp_type: 'COPY_CODE' };
  const components = [{ type: 'BODY' }, { type: 'BUTTONS', buttons: [otp] }];
  await user.graph('POST', `/v24.0/${user.account.waba_id}/message_templates`, { ...code, components });
  await user.request('PATCH', '/_sandbox/templates/code', { status: 'APPROVED' });
  const value = { type: 'text', text: '123456' };
  const oneTimeCode = {
    name: 'code',
    language: { code: 'en_US' },
    components: [
      { type: 'body', parameters: [value] },
      { type: 'button', sub_type: 'url', index: '0', parameters: [value] },
    ],
  };
  const greeting = idOf(await user.send(toGroup(group)));
  const button = { type: 'reply', reply: { id: 'yes', title: 'Yes' } };
  const asks = { type: 'button', body: { text: 'You come?' }, action: { buttons: [button] } };
  const others = [
    ['location', { latitude: 1, longitude: 2 }],
    ['contacts', [{ name: { formatted_name: 'Ada', first_name: 'Ada' } }]],
    ['reaction', { message_id: greeting, emoji: '👍' }],
    ['interactive', asks],
    ['template', oneTimeCode],
  ] as const;
  for (const [type, said] of others) expect(errorOf(await send(type, said)).code, type).toBe(131051);
  const group_kinds = [...others.map(([type]) => type), 'authentication_template'];
  await user.request('POST', '/_sandbox/settings', { group_kinds });
  for (const [type, said] of others) expect((await send(type, said)).status, type).toBe(200);
  expect(errorOf(await user.send(toGroup(group))).code).toBe(131051);
  const shown = ['text', ...others.map(([type]) => type).filter((type) => type !== 'reaction')];
  for (const who of [ada, bob]) {
    const chat = await chatOf(user, who, group);
    expect(chat[0]?.reactions).toEqual([{ from: 'business', emoji: '👍' }]);
    expect(chat.map(({ content }) => Object.keys(content)[1])).toEqual(shown);
  }
});

it('sends templates and files to a group, and puts a message on top of it', async () => {
  const { user: started, group } = await withGroup([ada, bob]);
  await using user = started;
  const template = { name: 'hello_world', language: { code: 'en_US' } };
  const greeting = idOf(await user.send(toGroup(group, { type: 'template', template, text: undefined })));
  const image = { link: 'https://example.com/a.png' };
  const picture = await user.send(toGroup(group, { type: 'image', image, text: undefined }));
  expect(picture.status, picture.text).toBe(200);
  await eventually(async () => {
    const statuses = await user.statusesOf(greeting);
    return statuses.filter((status) => status === 'delivered').length === 2 ? true : undefined;
  });
  const pin = (type: string, message_id: string) =>
    user.send(toGroup(group, { type: 'pin', pin: { type, message_id, expiration_days: 1 }, text: undefined }));
  expect((await pin('pin', greeting)).json).toMatchObject({ messages: [{ group_id: group }] });
  const pins = async () => (await user.request('GET', `/_sandbox/groups/${group}`)).read<{ pins: object[] }>().pins;
  expect(await pins()).toMatchObject([{ message_id: greeting, until: expect.any(String) }]);
  expect(errorOf(await pin('pin', 'wamid.unknown')).code).toBe(131009);
  expect(errorOf(await pin('glue', greeting)).code).toBe(100);
  await pin('unpin', greeting);
  expect(await pins()).toEqual([]);
});

it('says of a template that is assessed that its message to a group is held, and lets it go afterwards', async () => {
  const { user: started, group } = await withGroup([ada, bob], { delay_factor: 0 });
  await using user = started;
  const assess = (pacing: string) => user.request('PATCH', '/_sandbox/templates/hello_world', { pacing });
  await assess('holding');
  const template = { name: 'hello_world', language: { code: 'en_US' } };
  const sent = await user.send(toGroup(group, { type: 'template', template, text: undefined }));
  expect(sent.json).toMatchObject({ messages: [{ group_id: group, message_status: 'held_for_quality_assessment' }] });
  expect(await user.statusesOf(idOf(sent))).toEqual([]);
  await assess('released');
  await eventually(async () => {
    const statuses = await user.statusesOf(idOf(sent));
    return statuses.filter((status) => status === 'delivered').length === 2 ? true : undefined;
  });
});

it('keeps what was said in a group, and goes on with it after a restart', async () => {
  const { user, group } = await withGroup([ada, bob]);
  await user.write(ada, { type: 'text', text: { body: 'Hi' }, group_id: group });
  await user.request('PATCH', `/_sandbox/people/${encodeURIComponent(bob)}`, { online: false });
  const wamid = idOf(await user.send(toGroup(group)));
  await eventually(async () => ((await user.statusesOf(wamid)).length === 3 ? true : undefined));
  const before = await chatOf(user, ada, group);
  await user.stop();
  await using again = await SandboxUser.start({}, user.folder);
  expect(await chatOf(again, ada, group)).toEqual(before);
  await again.request('PATCH', `/_sandbox/people/${encodeURIComponent(bob)}`, { online: true });
  await eventually(async () => {
    const statuses = await again.statusesOf(wamid);
    return statuses.filter((status) => status === 'delivered').length === 2 ? true : undefined;
  });
});
