import { expect, it } from 'vitest';
import { LinkedNumber } from '#testing/linked-number.ts';
import { SandboxUser, eventually } from '#testing/sandbox-user.ts';

const ADA = '15550001111';

async function fileOf(user: SandboxUser, type: string, name: string): Promise<string> {
  const path = `/_sandbox/people/${ADA}/media?filename=${name}`;
  const answer = await user.request('POST', path, Buffer.from('bytes'), { 'content-type': type });
  return answer.read<{ id: string }>().id;
}

it('each kind that a person writes comes under its word', async () => {
  await using user = await SandboxUser.start();
  await using number = await LinkedNumber.of(user);
  await number.listen();
  const [image, document, voice] = [
    await fileOf(user, 'image/png', 'a.png'),
    await fileOf(user, 'application/pdf', 'report.pdf'),
    await fileOf(user, 'audio/ogg', 'a.ogg'),
  ];
  const contact = { name: { formatted_name: 'Bo' }, phones: [{ phone: '+1 555', wa_id: '1555' }] };
  const kinds: [Record<string, unknown>, Record<string, unknown>][] = [
    [
      { type: 'text', text: { body: 'Hi 😀' } },
      { type: 'chat', body: 'Hi 😀', media: '' },
    ],
    [
      { type: 'image', image: { id: image, caption: 'A' } },
      { type: 'image', body: 'A', caption: 'A' },
    ],
    [
      { type: 'document', document: { id: document, caption: 'see attached' } },
      { type: 'document', body: 'report.pdf', filename: 'report.pdf', caption: 'see attached' },
    ],
    [
      { type: 'audio', audio: { id: voice, voice: true } },
      { type: 'ptt', body: '' },
    ],
    [
      { type: 'location', location: { latitude: 25.2, longitude: 55.27, address: 'ABC' } },
      { type: 'location', location: { lat: 25.2, lng: 55.27, address: 'ABC' } },
    ],
    [
      { type: 'contacts', contacts: [contact] },
      { type: 'vcard', body: expect.stringContaining('FN:Bo') as string },
    ],
    [{ type: 'contacts', contacts: [contact, contact] }, { type: 'multi_vcard' }],
    [{ type: 'unsupported', unsupported: { type: 'call_log' } }, { type: 'call_log' }],
  ];
  for (const [written] of kinds) expect((await number.write(ADA, written)).status).toBe(200);
  await eventually(() => (number.posts.length === kinds.length ? true : undefined));
  const told = number.events('message_received').toSorted((one, other) => sequence(one) - sequence(other));
  expect(told.map(({ data }) => data)).toMatchObject(kinds.map(([, data]) => data));
  expect(told[0]).toMatchObject({ id: '', referenceId: '', data: { from: `${ADA}@c.us`, to: `${number.phone}@c.us` } });
  expect(told[0]?.data['id']).toMatch(/^false_15550001111@c\.us_[0-9A-F]{20}$/);
  const file = await user.request('GET', new URL(String(told[1]?.data['media'])).pathname);
  expect([file.headers['content-type'], file.text]).toEqual(['image/png', 'bytes']);

  function sequence({ data }: { data: Record<string, unknown> }): number {
    return kinds.findIndex(([, wanted]) => wanted['type'] === data['type'] && data['type'] !== undefined);
  }
});

it('files are named only if the instance downloads them', async () => {
  await using user = await SandboxUser.start();
  await using number = await LinkedNumber.of(user);
  await number.listen({ webhook_message_download_media: 'false' });
  await number.write(ADA, { type: 'image', image: { id: await fileOf(user, 'image/png', 'a.png') } });
  const told = await eventually(() => number.events('message_received')[0]);
  expect(told.data).toMatchObject({ type: 'image', media: '' });
});

it('a reply names what it answers, and a reaction what it is for', async () => {
  await using user = await SandboxUser.start();
  await using number = await LinkedNumber.of(user);
  await number.listen();
  await number.say('Well?');
  const question = String(number.events('message_create')[0]?.data['id']);
  await number.write(ADA, { type: 'text', text: { body: 'yes' }, context: { message_id: question } });
  const reply = await eventually(() => number.events('message_received')[0]);
  expect(reply.data['quotedMsg']).toEqual({ id: question, body: 'Well?', type: 'chat' });
  for (const ultramsg_reaction_form of ['both', 'body', 'reaction']) {
    await user.request('POST', '/_sandbox/settings', { ultramsg_reaction_form });
    const count = number.events('message_reaction').length + 1;
    await number.write(ADA, { type: 'reaction', reaction: { message_id: question, emoji: '👍' } });
    await eventually(() => (number.events('message_reaction').length === count ? true : undefined));
  }
  const shapes = number
    .events('message_reaction')
    .map(({ data }) => [data['body'], data['reaction'], data['quotedMsg']]);
  const reaction = { msgId: question, emoji: '👍' };
  expect(shapes).toEqual([
    ['👍', reaction, {}],
    ['👍', undefined, { id: question }],
    ['', reaction, {}],
  ]);
});

it('a person without a phone number is a hidden id, and everybody can be', async () => {
  await using user = await SandboxUser.start();
  await using number = await LinkedNumber.of(user);
  await number.listen();
  const people = (await user.request('GET', '/_sandbox/people')).read<{
    data: { id: string; username: string | null }[];
  }>();
  const grace = people.data.find(({ username }) => username !== null);
  await number.write(grace?.id ?? '', { type: 'text', text: { body: 'Hi' } });
  const told = await eventually(() => number.events('message_received')[0]);
  expect(told.data['from']).toMatch(/^\d{15}@lid$/);
  expect(told.data['id']).toMatch(/^false_\d{15}@lid_/);
  const answered = await number.say('Hello', { to: String(told.data['from']) });
  expect(await number.statusOf(answered)).toBe('sent');
  await user.request('POST', '/_sandbox/settings', { ultramsg_lid_recipients: 'invalid' });
  expect(await number.statusOf(await number.say('Hello', { to: String(told.data['from']) }))).toBe('invalid');

  await user.request('POST', '/_sandbox/settings', { ultramsg_lids: 'everybody' });
  const id = await number.say('Hello');
  await eventually(() => (number.acksOf(id).includes('device') ? true : undefined));
  const ack = number.events('message_ack').find((event) => event.id === id);
  // The id hides the phone, `to` has it.
  expect(ack?.data['to']).toBe(`${ADA}@c.us`);
  expect(ack?.data['id']).toMatch(/^true_\d{15}@lid_3EB0[0-9A-F]{16}_out$/);
});

it('what people write is told again by message_create if the settings say so', async () => {
  await using user = await SandboxUser.start({ ultramsg_inbound_create: 'repeated' });
  await using number = await LinkedNumber.of(user);
  await number.listen();
  await number.write(ADA, { type: 'text', text: { body: 'Hi' } });
  await eventually(() => (number.posts.length === 2 ? true : undefined));
  const [received, created] = [number.events('message_received')[0], number.events('message_create')[0]];
  expect(created?.data).toEqual(received?.data);
});

it('the second tick of a person comes with the answer to the webhook, the blue ones when the chat is read', async () => {
  await using user = await SandboxUser.start();
  await using number = await LinkedNumber.of(user);
  await number.listen();
  await number.write(ADA, { type: 'text', text: { body: 'Hi' } });
  const status = async () => {
    const answer = await user.request('GET', `/_sandbox/people/${ADA}/chats/${number.id}/messages`);
    return answer.read<{ data: { status: string }[] }>().data[0]?.status;
  };
  await eventually(async () => ((await status()) === 'delivered' ? true : undefined));
  const chats = (await number.get('chats')).read<{ id: string; unread: number }[]>();
  expect(chats).toMatchObject([{ id: `${ADA}@c.us`, unread: 1 }]);
  await number.post('chats/read', { chatId: `${ADA}@c.us` });
  expect(await status()).toBe('read');
  expect((await number.get('chats/messages', { chatId: `${ADA}@c.us` })).json).toMatchObject([
    { body: 'Hi', type: 'chat' },
  ]);
});

it('whom the number blocked is not heard, and buttons are refused in words', async () => {
  await using user = await SandboxUser.start();
  await using number = await LinkedNumber.of(user);
  await number.listen();
  await number.write(ADA, { type: 'text', text: { body: 'heard' } });
  await number.post('contacts/block', { chatId: `${ADA}@c.us` });
  expect((await number.get('contacts/blocked')).json).toEqual([`${ADA}@c.us`]);
  await number.write(ADA, { type: 'text', text: { body: 'silence' } });
  await number.post('contacts/unblock', { chatId: `${ADA}@c.us` });
  await number.write(ADA, { type: 'text', text: { body: 'again' } });
  await eventually(() => (number.posts.length === 2 ? true : undefined));
  expect(new Set(number.posts.map(({ json }) => json.data['body']))).toEqual(new Set(['again', 'heard']));
  const button = await number.write(ADA, { type: 'button', button: { text: 'Yes', payload: 'yes' } });
  expect([button.status, button.json]).toEqual([
    409,
    { error: { message: 'type button is not for a number of UltraMsg', field: 'type' } },
  ]);
  const odd = await number.write(ADA, { type: 'text', text: { body: 'x' }, referral: {} });
  expect(odd.status).toBe(400);
});

it('an edit is silent, and a message that was taken back leaves its place', async () => {
  await using user = await SandboxUser.start();
  await using number = await LinkedNumber.of(user);
  await number.listen();
  const written = await number.write(ADA, { type: 'text', text: { body: 'Hi' } });
  const id = written.read<{ messages: { id: string }[] }>().messages[0]?.id;
  const message = { type: 'text', text: { body: 'Hello' } };
  await number.write(ADA, { type: 'edit', edit: { original_message_id: id, message } });
  await number.write(ADA, { type: 'revoke', revoke: { original_message_id: id } });
  await eventually(() => (number.posts.length === 2 ? true : undefined));
  const revoked = number.events('message_received').find(({ data }) => data['type'] === 'revoked');
  expect(revoked?.data['quotedMsg']).toMatchObject({ id });
  const shown = await user.request('GET', `/_sandbox/people/${ADA}/chats/${number.id}/messages`);
  expect(shown.json).toMatchObject({ data: [{ id, deleted_at: expect.any(String) as string }] });
});

it('the chat is on the phones once somebody uses the instance', async () => {
  await using user = await SandboxUser.start();
  const number = await LinkedNumber.of(user);
  const chats = async () => {
    const answer = await user.request('GET', `/_sandbox/people/${ADA}/chats`);
    return answer.read<{ data: { phone_number_id: string }[] }>().data.map((chat) => chat.phone_number_id);
  };
  expect(await chats()).not.toContain(number.id);
  await number.get('instance/status');
  expect(await chats()).toContain(number.id);
});
