import { readFile, writeFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { LinkedNumber } from '#testing/linked-number.ts';
import { SandboxUser, eventually } from '#testing/sandbox-user.ts';

// The clock of these tests stands still unless they move it.
async function paused(settings: Record<string, unknown> = {}): Promise<SandboxUser> {
  const user = await SandboxUser.start({ delay_factor: 1, ...settings });
  await user.request('POST', '/_sandbox/clock', { speed: 0 });
  return user;
}

function advance(user: SandboxUser, seconds: number) {
  return user.request('POST', '/_sandbox/clock', { advance_seconds: seconds });
}

async function left(number: LinkedNumber): Promise<string[]> {
  return (await number.list({ status: 'sent', sort: 'asc' })).map(({ body }) => body);
}

it('what waits leaves by priority, the lower first, then as it came', async () => {
  await using user = await paused();
  const number = await LinkedNumber.of(user);
  await number.say('first');
  for (const body of ['promo 1', 'promo 2']) await number.say(body);
  await number.say('later', { priority: '11' });
  await number.say('code', { priority: '0' });
  expect(await left(number)).toEqual(['first']);
  const order: string[] = [];
  for (let count = 0; count < 4; count++) {
    await advance(user, 1);
    const now = await left(number);
    order.push(...now.filter((body) => body !== 'first' && !order.includes(body)));
  }
  expect(order).toEqual(['code', 'promo 1', 'promo 2', 'later']);
});

it('one message leaves each second, and one in fifteen seconds from ten that wait', async () => {
  await using user = await paused();
  const number = await LinkedNumber.of(user);
  for (let count = 0; count <= 10; count++) await number.say(`${count}`);
  expect(await left(number)).toEqual(['0']);
  await advance(user, 14);
  expect(await left(number)).toEqual(['0']);
  await advance(user, 1);
  expect(await left(number)).toEqual(['0', '1']);
  // Nine wait: the short delay holds again.
  await advance(user, 9);
  expect(await left(number)).toHaveLength(11);
});

it('what has waited for a day is expired, and can be sent again', async () => {
  await using user = await paused();
  const number = await LinkedNumber.of(user);
  await number.change({ offline: true });
  const id = await number.say('late');
  await advance(user, 86_399);
  expect(await number.statusOf(id)).toBe('queue');
  await advance(user, 1);
  expect(await number.statusOf(id)).toBe('expired');
  await number.change({ offline: false });
  expect(await number.statusOf(id)).toBe('expired');
  expect((await number.post('messages/resendByStatus', { status: 'expired' })).json).toEqual({ success: 'done' });
  expect(await number.statusOf(id)).toBe('sent');
  expect((await user.ledger()).map(({ type, provider_message_id }) => `${type} ${provider_message_id}`)).toEqual([
    'chat 1',
    'resend 1',
  ]);
});

it('a phone without a connection takes everything and bursts when it is back', async () => {
  await using user = await paused();
  const number = await LinkedNumber.of(user);
  await number.change({ offline: true });
  for (let count = 0; count < 20; count++) await number.say(`${count}`);
  expect((await number.get('instance/status')).json).toEqual({
    status: { accountStatus: { status: 'standby', substatus: 'normal' } },
  });
  expect((await number.get('messages/statistics')).json).toEqual({
    messages_statistics: { sent: 0, queue: 20, unsent: 0, invalid: 0, expired: 0 },
  });
  await number.change({ offline: false });
  expect(await left(number)).toHaveLength(20);
});

it('a burst can be paced, refused at the door, or cost the session', async () => {
  await using user = await paused({ ultramsg_reconnect: 'paced' });
  const number = await LinkedNumber.of(user);
  await number.change({ offline: true });
  for (let count = 0; count < 3; count++) await number.say(`${count}`);
  await number.change({ offline: false });
  expect(await left(number)).toHaveLength(1);
  await user.request('POST', '/_sandbox/settings', { ultramsg_offline_sends: 'refused' });
  await number.change({ offline: true });
  expect((await number.post('messages/chat', { to: '15550001111', body: 'x' })).json).toEqual({
    sent: 'false',
    message: 'WhatsApp not connected',
  });
  await user.request('POST', '/_sandbox/settings', { ultramsg_reconnect: 'burst', ultramsg_ban_burst: 1 });
  await number.change({ offline: false });
  expect(await left(number)).toHaveLength(2);
  expect((await number.get('instance/status')).json).toEqual({
    status: { accountStatus: { status: 'qr', substatus: 'normal' } },
  });
  expect((await number.get('messages/statistics')).json).toMatchObject({ messages_statistics: { queue: 1 } });
});

it('a number that is not on WhatsApp is invalid, bad content is unsent, and neither is repeated by itself', async () => {
  await using user = await SandboxUser.start();
  const number = await LinkedNumber.of(user);
  const invalid = await number.say('x', { to: '+15550000000' });
  const unsent = await number.say('x', { to: '+15550000053' });
  await user.request('POST', '/_sandbox/people', { phone: '+15550002222', on_whatsapp: false });
  const gone = await number.say('x', { to: '+15550002222' });
  const failing = { kind: 'fail_later', code: 1 };
  await user.fail(failing, { provider: 'ultramsg', times: 1 });
  const failed = await number.say('x');
  expect(await Promise.all([invalid, unsent, gone, failed].map((id) => number.statusOf(id)))).toEqual([
    'invalid',
    'unsent',
    'invalid',
    'unsent',
  ]);
  expect((await number.get('contacts/invalid')).json).toEqual(['15550000000@c.us', '15550002222@c.us']);
  expect((await number.get('contacts/check', { chatId: '15550002222@c.us' })).json).toEqual({
    status: 'invalid',
    chatId: '15550002222@c.us',
  });
  await user.request('PATCH', '/_sandbox/people/15550002222', { on_whatsapp: true });
  // An answer is kept for three days.
  const check = async (more = {}) => {
    const answer = await number.get('contacts/check', { chatId: '15550002222@c.us', ...more });
    return answer.read<{ status: string }>().status;
  };
  expect([await check(), await check({ nocache: 'true' })]).toEqual(['invalid', 'valid']);
  await number.post('messages/resendById', { id: String(gone) });
  expect(await number.statusOf(gone)).toBe('sent');
});

it('resending touches nothing that has left or waits', async () => {
  await using user = await SandboxUser.start();
  const number = await LinkedNumber.of(user);
  const sent = await number.say('x');
  await number.change({ offline: true });
  const waiting = await number.say('y');
  for (const id of [sent, waiting]) await number.post('messages/resendById', { id: String(id) });
  expect(await user.ledger()).toHaveLength(2);
  expect((await number.post('messages/resendById', { id: '99' })).json).toEqual({ error: 'message not found' });
  expect((await number.post('messages/resendByStatus', { status: 'sent' })).json).toEqual({
    error: [{ status: 'must be one of unsent, expired' }],
  });
});

it('clearing the queue keeps what waited from ever leaving', async () => {
  await using user = await SandboxUser.start();
  const number = await LinkedNumber.of(user);
  await number.say('left');
  await number.change({ state: 'qr' });
  await number.say('waits');
  expect((await number.post('messages/clear', { status: 'queue' })).json).toEqual({ success: 'done' });
  await user.request('POST', `/_sandbox/ultramsg/instances/${number.id}/scan`);
  expect((await number.list()).map(({ body }) => body)).toEqual(['left']);
  expect((await number.post('messages/clear', { status: 'all' })).json).toEqual({
    error: [{ status: 'must be one of queue, sent, unsent, invalid, expired' }],
  });
});

it('the list is filtered, sorted and paged', async () => {
  await using user = await SandboxUser.start();
  const number = await LinkedNumber.of(user);
  for (let count = 1; count <= 5; count++) await number.say(`${count}`, { referenceId: `job:${count}` });
  await number.say('other', { to: '15550002222@c.us' });
  await eventually(async () => ((await number.list({ ack: 'device' })).length === 6 ? true : undefined));
  const bodies = async (filters: Record<string, string>) => (await number.list(filters)).map(({ body }) => body);
  expect(await bodies({ referenceId: 'job:3' })).toEqual(['3']);
  expect(await bodies({ id: '2' })).toEqual(['2']);
  expect(await bodies({ to: '+1 555 000 2222' })).toEqual(['other']);
  expect(await bodies({ from: number.phone, ack: 'device', to: '15550001111@c.us', sort: 'asc', limit: '2' })).toEqual([
    '1',
    '2',
  ]);
  expect(await bodies({ from: '15550009999' })).toEqual([]);
  expect(await bodies({ status: 'unsent' })).toEqual([]);
  const page = await number.get('messages', { page: '2', limit: '4', sort: 'desc', status: 'all', id: '' });
  expect(page.json).toMatchObject({ total: 6, pages: 2, limit: 4, page: 2 });
  expect(page.read<{ messages: unknown[] }>().messages).toMatchObject([
    { body: '2' },
    {
      id: 1,
      referenceId: 'job:1',
      from: `${number.phone}@c.us`,
      to: '15550001111@c.us',
      body: '1',
      priority: 10,
      status: 'sent',
      ack: 'device',
      type: 'chat',
      metadata: {},
    },
  ]);
  expect((await number.get('messages', { ack: 'seen' })).json).toHaveProperty('error');
});

it('queue, acks and webhooks that were not told go on after the sandbox was killed', async () => {
  const first = await paused();
  const number = await LinkedNumber.of(first);
  await number.say('one');
  await number.say('two');
  await first.stop();
  await using user = await SandboxUser.start({ delay_factor: 0 }, first.folder);
  const again = await LinkedNumber.of(user);
  expect(again.token).toBe(number.token);
  const acked = await eventually(async () => {
    const list = await again.list({ ack: 'device', sort: 'asc' });
    return list.length === 2 ? list : undefined;
  });
  expect(acked.map(({ body }) => body)).toEqual(['one', 'two']);
  expect(await again.say('three')).toBe(3);
});

it('what the ledger has as taken is stored, although the killed run had not stored it', async () => {
  const first = await SandboxUser.start();
  const number = await LinkedNumber.of(first);
  await number.change({ offline: true });
  await number.say('stored');
  const state = await readFile(`${first.folder}/state.jsonl`, 'utf8');
  await number.say('lost', { referenceId: 'job:2' });
  const asked = await number.write('15550001111', { type: 'text', text: { body: 'Well?' } });
  const msgId = asked.read<{ messages: { id: string }[] }>().messages[0]?.id ?? '';
  await number.post('messages/reaction', { msgId, emoji: '👍' });
  await first.stop();
  await writeFile(`${first.folder}/state.jsonl`, state);
  await using user = await SandboxUser.start({}, first.folder);
  const again = await LinkedNumber.of(user);
  expect(await again.list({ referenceId: 'job:2' })).toMatchObject([{ id: 2, body: 'lost', status: 'queue' }]);
  expect(await again.say('next')).toBe(4);
});
