import { expect, it } from 'vitest';
import { LinkedNumber } from '#testing/linked-number.ts';
import { SandboxUser, eventually } from '#testing/sandbox-user.ts';

it('the echo of a message comes before its send call is answered, and the acks after it', async () => {
  await using user = await SandboxUser.start();
  await using number = await LinkedNumber.of(user);
  await number.listen();
  const id = await number.say('Hello', { referenceId: 'job:1' });
  expect(number.posts.map(({ json }) => json.event_type)).toContain('message_create');
  await eventually(() => (number.acksOf(id).includes('device') ? true : undefined));
  await user.request('POST', `/_sandbox/people/15550001111/chats/${number.id}/read`, {});
  await eventually(() => (number.acksOf(id).includes('read') ? true : undefined));
  expect(number.acksOf(id)).toEqual(['server', 'device', 'read']);
  const [created, ...acks] = number.posts.map(({ json }) => json);
  expect(created).toMatchObject({
    event_type: 'message_create',
    instanceId: '1150',
    id,
    referenceId: 'job:1',
    data: { ack: 'pending', type: 'chat', body: 'Hello', fromMe: true, from: `${number.phone}@c.us` },
  });
  expect(created?.data['id']).toMatch(/^true_15550001111@c\.us_3EB0[0-9A-F]{16}$/);
  expect(new Set(acks.map(({ data }) => data['id']))).toEqual(new Set([created?.data['id']]));
  expect(number.posts[0]?.contentType).toBe('application/json');
});

it('a voice message that is listened to is read, then played', async () => {
  await using user = await SandboxUser.start();
  await using number = await LinkedNumber.of(user);
  await number.listen();
  await number.post('messages/voice', { to: '15550001111', audio: 'https://example.com/a.ogg' });
  await eventually(() => (number.acksOf(1).includes('device') ? true : undefined));
  const [created] = number.events('message_create');
  const played = { message_id: created?.data['id'] };
  expect((await user.request('POST', '/_sandbox/people/15550001111/played', played)).status).toBe(200);
  await eventually(() => (number.acksOf(1).includes('played') ? true : undefined));
  expect(number.acksOf(1)).toEqual(['server', 'device', 'read', 'played']);
});

it('one tick is all that comes from a phone that is off or has blocked the number', async () => {
  await using user = await SandboxUser.start();
  await using number = await LinkedNumber.of(user);
  await number.listen();
  await user.request('PATCH', '/_sandbox/people/15550001111', { online: false });
  await user.request('POST', '/_sandbox/people', { phone: '+15550002222', blocked: true });
  const blocked = await number.say('x', { to: '+15550002222' });
  const off = await number.say('x');
  await eventually(() => (number.acksOf(off).length > 0 ? true : undefined));
  await user.request('PATCH', '/_sandbox/people/15550001111', { online: true });
  await eventually(() => (number.acksOf(off).length === 2 ? true : undefined));
  expect([number.acksOf(blocked), number.acksOf(off)]).toEqual([['server'], ['server', 'device']]);
});

it.each([
  ['doubled', ['server', 'server', 'device', 'device']],
  ['reversed', ['device', 'server']],
] as const)('acks can be %s', async (ultramsg_acks, expected) => {
  await using user = await SandboxUser.start({ ultramsg_acks, webhook_concurrency: 1 });
  await using number = await LinkedNumber.of(user);
  await number.listen();
  const id = await number.say('x');
  await eventually(() => (number.acksOf(id).length === expected.length ? true : undefined));
  expect(number.acksOf(id)).toEqual(expected);
});

it('acks can skip what a later one says', async () => {
  await using user = await SandboxUser.start({ ultramsg_acks: 'skipping' });
  await using number = await LinkedNumber.of(user);
  await number.listen();
  await user.request('PATCH', '/_sandbox/people/15550001111', { auto_read: true });
  const id = await number.say('x');
  await eventually(() => (number.acksOf(id).length > 0 ? true : undefined));
  expect(number.acksOf(id)).toEqual(['read']);
});

it('a webhook is tried three times, any 2xx ends it, and then it is lost', async () => {
  await using user = await SandboxUser.start();
  await using number = await LinkedNumber.of(user);
  await number.listen({ webhook_message_ack: 'false' });
  number.answers.push(500, 500, 500);
  await number.say('lost');
  const ended = async () => {
    const answer = await user.request('GET', '/_sandbox/webhooks');
    return answer.read<{ data: { attempts: number; delivered: boolean; url: string }[] }>().data;
  };
  await eventually(async () => ((await ended()).length === 1 ? true : undefined));
  number.answers.push(404, 204);
  await number.say('told');
  await eventually(async () => ((await ended()).length === 2 ? true : undefined));
  expect(await ended()).toMatchObject([
    { attempts: 3, delivered: false },
    { attempts: 2, delivered: true },
  ]);
  expect((await user.request('GET', '/_sandbox/pending')).json).toMatchObject({ updates: 0 });
});

it('nothing is told that the instance did not ask for', async () => {
  await using user = await SandboxUser.start();
  await using number = await LinkedNumber.of(user);
  await number.listen({ webhook_message_create: 'off', webhook_message_ack: '0', webhook_message_received: 'on' });
  await number.say('x');
  await number.write('15550001111', { type: 'text', text: { body: 'Hi' } });
  await eventually(() => (number.posts.length > 0 ? true : undefined));
  expect(number.posts.map(({ json }) => json.event_type)).toEqual(['message_received']);
  await number.post('instance/settings', {});
  await number.write('15550001111', { type: 'text', text: { body: 'Hi' } });
  expect((await user.request('GET', '/_sandbox/pending')).json).toMatchObject({ updates: 0 });
});

it('payloads have the fields of their year', async () => {
  await using user = await SandboxUser.start({ ultramsg_payloads: 2021 });
  await using number = await LinkedNumber.of(user);
  await number.listen({ webhook_message_create: 'false', webhook_message_ack: 'false' });
  for (const year of [2021, 2023, 2025]) {
    await user.request('POST', '/_sandbox/settings', { ultramsg_payloads: year });
    await number.write('15550001111', { type: 'text', text: { body: String(year) } });
    await eventually(() => number.posts.find(({ json }) => json.data['body'] === String(year)));
  }
  const keys = number.posts.map(({ json }) => [Object.keys(json), Object.keys(json.data)]);
  const data2023 =
    'id from to author pushname ack type body media fromMe self isForwarded isMentioned quotedMsg mentionedIds time';
  expect(keys).toEqual([
    [['event_type', 'instanceId', 'data'], 'id from to ack type body media fromMe isForwarded time'.split(' ')],
    [['event_type', 'instanceId', 'id', 'referenceId', 'data'], data2023.split(' ')],
    [
      ['event_type', 'instanceId', 'id', 'referenceId', 'hash', 'data'],
      data2023.replace('id from', 'id sid from').split(' '),
    ],
  ]);
});

it('a webhook can be a form with the JSON in one field', async () => {
  await using user = await SandboxUser.start({ ultramsg_webhook_form: 'form' });
  await using number = await LinkedNumber.of(user);
  await number.listen();
  await number.write('15550001111', { type: 'text', text: { body: 'a & b = ü' } });
  const post = await eventually(() => number.posts[0]);
  expect(post.contentType).toBe('application/x-www-form-urlencoded');
  expect(post.body).toMatch(/^data=%7B/);
  expect(post.json.data['body']).toBe('a & b = ü');
});

it('rules for faults lose, double and spoil webhooks', async () => {
  await using user = await SandboxUser.start();
  await using number = await LinkedNumber.of(user);
  await number.listen({ webhook_message_create: 'false' });
  await user.fail({ kind: 'webhook_lost' }, { provider: 'ultramsg', status: 'server' });
  await user.fail({ kind: 'webhook_doubled' }, { provider: 'ultramsg', field: 'message_ack', status: 'device' });
  await user.fail({ kind: 'webhook_poison' }, { provider: 'ultramsg', field: 'message_received', times: 1 });
  const id = await number.say('x', { referenceId: 'job:1' });
  await eventually(() => (number.acksOf(id).length === 2 ? true : undefined));
  expect(number.acksOf(id)).toEqual(['device', 'device']);
  await number.write('15550001111', { type: 'text', text: { body: 'Hi' } });
  await eventually(() => number.posts.find(({ json }) => typeof json.event_type === 'number'));
  await user.request('DELETE', '/_sandbox/faults');
  await user.fail({ kind: 'webhook_unknown_wamid' }, { provider: 'ultramsg', times: 1 });
  await number.write('15550001111', { type: 'text', text: { body: 'Hi' } });
  const stranger = await eventually(() => number.events('message_ack').find((event) => event.id === 999_999_999));
  expect(stranger.data['fromMe']).toBe(true);
  await user.fail({ kind: 'webhook_truncated' }, { provider: 'ultramsg', times: 1 });
  await number.write('15550001111', { type: 'text', text: { body: 'cut' } });
  await eventually(() => number.posts.find(({ json }) => json.event_type === 'broken'));
});

it('what is typed on the phone of the number is told without a number and a reference', async () => {
  await using user = await SandboxUser.start();
  await using number = await LinkedNumber.of(user);
  await number.listen();
  const typed = { to: '+15550001111', body: 'By hand' };
  const answer = await user.request('POST', `/_sandbox/ultramsg/instances/${number.id}/messages`, typed);
  const created = await eventually(() => number.events('message_create')[0]);
  expect(created).toMatchObject({
    id: '',
    referenceId: '',
    data: { id: answer.read<{ id: string }>().id, fromMe: true },
  });
  expect(await number.list()).toEqual([]);
});
