import { expect, it } from 'vitest';
import { SandboxUser, eventually, idOf } from '#testing/sandbox-user.ts';
import { WebhookReceiver } from '#testing/webhook-receiver.ts';

const ADA = '+15550001111';
const adaPath = `/_sandbox/people/${ADA}`;

it('has Ada with a phone and Grace with a username from the start', async () => {
  await using user = await SandboxUser.start();
  const { data } = (await user.request('GET', '/_sandbox/people')).read<{
    data: Record<string, unknown>[];
  }>();
  expect(data).toMatchObject([
    { name: 'Ada', phone: ADA, wa_id: '15550001111', username: null, online: true, read_receipts: true },
    { name: 'Grace', phone: null, wa_id: null, username: 'grace.h' },
  ]);
  for (const who of [ADA, '15550001111', String(data[0]?.['id']), String(data[0]?.['user_id'])]) {
    expect((await user.request('GET', `/_sandbox/people/${encodeURIComponent(who)}`)).json).toMatchObject({
      name: 'Ada',
    });
  }
});

const bread = { product_retailer_id: 'bread', quantity: 2, item_price: 1.5, currency: 'EUR' };
const form = (name: string, answers: unknown) => ({ name, body: 'Sent', response_json: JSON.stringify(answers) });

it('an unknown number that writes becomes a person', async () => {
  await using user = await SandboxUser.start();
  await using receiver = await WebhookReceiver.listen(user);
  await user.write('+4915112345678', { type: 'text', text: { body: 'Hallo' } });
  const message = await eventually(() => receiver.elements('messages')[0]);
  expect(message).toMatchObject({ from: '4915112345678', from_user_id: expect.stringMatching(/^DE\.\d{20}$/) });
  const value = receiver.posts[0]?.json?.entry[0]?.changes[0]?.value;
  expect(value).toMatchObject({
    messaging_product: 'whatsapp',
    metadata: { display_phone_number: '15550783881', phone_number_id: user.account.phone_number_id },
    contacts: [{ wa_id: '4915112345678', profile: { name: expect.any(String) } }],
  });
});

it('a number is somebody: who has it already, or somebody new', async () => {
  await using user = await SandboxUser.start();
  const open = (who: string) => user.request('PUT', `/_sandbox/people/${who}`, {});
  expect((await open(ADA)).json).toMatchObject({ name: 'Ada', phone: ADA });
  const { id } = (await open('+4915112345678')).read<{ id: string }>();
  expect((await open('+4915112345678')).json).toMatchObject({ id, phone: '+4915112345678' });
  expect((await open('person_none')).status).toBe(404);
});

it('every inbound kind reaches the business in the shape of the Cloud API', async () => {
  await using user = await SandboxUser.start();
  await using receiver = await WebhookReceiver.listen(user);
  const upload = await user.request('POST', `${adaPath}/media?filename=a.png`, Buffer.from('89504e470d0a1a0a', 'hex'), {
    'content-type': 'image/png',
  });
  expect(upload.status, upload.text).toBe(201);
  const { id } = upload.read<{ id: string }>();
  const question = idOf(await user.sendHello());
  const context = { message_id: question };
  const messages: Record<string, unknown>[] = [
    { type: 'text', text: { body: 'Hi' }, context },
    { type: 'image', image: { id, caption: 'A' } },
    { type: 'location', location: { latitude: 40.78, longitude: -73.95 } },
    { type: 'contacts', contacts: [{ name: { formatted_name: 'Bo' } }] },
    { type: 'reaction', reaction: { message_id: question, emoji: '👍' } },
    { type: 'button', button: { payload: 'yes', text: 'Yes' }, context },
    { type: 'interactive', interactive: { type: 'button_reply', button_reply: { id: 'b1', title: 'Yes' } }, context },
    { type: 'interactive', interactive: { type: 'list_reply', list_reply: { id: 'r1', title: 'Row' } }, context },
    {
      type: 'interactive',
      interactive: { type: 'nfm_reply', nfm_reply: form('flow', { flow_token: 't', day: 'Fri' }) },
    },
    { type: 'order', order: { catalog_id: '1', product_items: [bread] } },
    { type: 'unsupported', unsupported: { type: 'poll_creation' } },
  ];
  for (const message of messages) expect((await user.write(ADA, message)).status).toBe(200);
  await eventually(() => (receiver.elements('messages').length === messages.length ? true : undefined));
  const elements = receiver.elements<{ type: string; image?: { url: string; mime_type: string } }>('messages');
  const told = new Map(elements.map((element) => [element.type, element]));
  expect(receiver.elements('messages').find((element) => element['type'] === 'text')).toMatchObject({
    context: { from: '15550783881', id: question },
    timestamp: expect.stringMatching(/^\d{10}$/),
  });
  expect(told.get('unsupported')).toMatchObject({ errors: [{ code: 131051 }] });
  const image = told.get('image')?.image ?? { url: '', mime_type: '' };
  expect(image).toMatchObject({ id, mime_type: 'image/png', caption: 'A' });
  const node = (await user.graph('GET', `/${id}`)).read<{ url: string; sha256: string }>();
  for (const url of [image.url, node.url]) {
    const { pathname, search } = new URL(url);
    const bytes = await user.graph('GET', pathname + search);
    expect([bytes.status, bytes.headers['content-type'], bytes.headers['content-length']]).toEqual([
      200,
      'image/png',
      '8',
    ]);
    expect((await user.request('GET', pathname + search)).status).toBe(401);
  }
  const { data } = (await user.request('GET', `${adaPath}/chats/${user.account.phone_number_id}/messages`)).read<{
    data: { id: string; reactions: unknown }[];
  }>();
  expect(data.find((message) => message.id === question)?.reactions).toEqual([{ from: 'person', emoji: '👍' }]);
});

it('a media address ends after five minutes', async () => {
  await using user = await SandboxUser.start();
  const upload = await user.request('POST', `${adaPath}/media`, Buffer.from('x'), { 'content-type': 'image/png' });
  const { id } = upload.read<{ id: string }>();
  const { url } = (await user.graph('GET', `/${id}`)).read<{ url: string }>();
  const { pathname, search } = new URL(url);
  expect((await user.graph('GET', pathname + search)).status).toBe(200);
  await user.request('POST', '/_sandbox/clock', { advance_seconds: 301 });
  expect((await user.graph('GET', pathname + search)).status).toBe(404);
  await user.request('POST', '/_sandbox/clock', { advance_seconds: 8 * 86_400 });
  expect((await user.graph('GET', `/${id}`)).json).toMatchObject({ error: { code: 100, error_subcode: 33 } });
});

it('a phone that is offline gets what waited when it is online again', async () => {
  await using user = await SandboxUser.start();
  await user.request('PATCH', adaPath, { online: false });
  const wamid = idOf(await user.sendHello());
  await eventually(async () => ((await user.statusesOf(wamid)).includes('sent') ? true : undefined));
  await eventually(async () =>
    JSON.parse((await user.request('GET', '/_sandbox/pending')).text).timers === 0 ? true : undefined,
  );
  expect(await user.statusesOf(wamid)).toEqual(['sent']);
  await user.request('PATCH', adaPath, { online: true });
  await eventually(async () => ((await user.statusesOf(wamid)).includes('delivered') ? true : undefined));
});

it('without read receipts the business is not told that a message was read', async () => {
  await using user = await SandboxUser.start();
  await using receiver = await WebhookReceiver.listen(user);
  await user.request('PATCH', adaPath, { read_receipts: false, auto_read: true });
  const wamid = idOf(await user.sendHello());
  await eventually(async () => ((await user.statusesOf(wamid)).includes('read') ? true : undefined));
  await eventually(() => (receiver.statusesOf(wamid).length === 2 ? true : undefined));
  expect(receiver.statusesOf(wamid)).toEqual(['sent', 'delivered']);
});

it.each([
  [{ blocked: true }, 'hello_world', 'failed 131026'],
  [{ on_whatsapp: false }, 'hello_world', 'failed 131026'],
  [{ marketing_opted_out: true }, 'hello_world', 'sent'],
])('a person who is %j gets %s: %s', async (switches, name, first) => {
  await using user = await SandboxUser.start();
  await user.request('PATCH', adaPath, switches);
  const wamid = idOf(await user.send({ type: 'template', template: { name, language: { code: 'en_US' } } }));
  expect(await eventually(async () => (await user.statusesOf(wamid))[0])).toBe(first);
});

it('who opted out of marketing gets none, and the business hears of it', async () => {
  await using user = await SandboxUser.start();
  await using receiver = await WebhookReceiver.listen(user);
  await user.request('PATCH', adaPath, { marketing_opted_out: true });
  const post = await eventually(() => receiver.posts[0]);
  expect(post.json?.entry[0]?.changes[0]).toMatchObject({
    field: 'user_preferences',
    value: { user_preferences: [{ wa_id: '15550001111', category: 'marketing_messages', value: 'stop' }] },
  });
  const components = [
    { type: 'header', parameters: [{ type: 'image', image: { link: 'https://example.com/a.png' } }] },
    {
      type: 'body',
      parameters: [
        { type: 'text', text: 'Ada' },
        { type: 'text', text: '5 %' },
      ],
    },
    { type: 'button', sub_type: 'copy_code', index: '2', parameters: [{ type: 'coupon_code', coupon_code: 'A' }] },
  ];
  const wamid = idOf(
    await user.send({ type: 'template', template: { name: 'autumn_sale', language: { code: 'en' }, components } }),
  );
  expect(await eventually(async () => (await user.statusesOf(wamid))[0])).toBe('failed 131050');
});

it('shows chats with what is unread, and tells live changes', async () => {
  await using user = await SandboxUser.start();
  const stream = await fetch(`${user.address}/_sandbox/events`);
  const events: string[] = [];
  const reading = (async () => {
    for await (const chunk of stream.body ?? []) events.push(Buffer.from(chunk).toString('utf8'));
  })().catch(() => undefined);
  const wamid = idOf(await user.sendHello());
  await eventually(async () => ((await user.statusesOf(wamid)).includes('delivered') ? true : undefined));
  // The numbers of other providers stand below.
  const chats = async () =>
    (await user.request('GET', `${adaPath}/chats`)).read<{ data: Record<string, unknown>[] }>().data.slice(0, 1);
  expect(await chats()).toMatchObject([
    { unread: 1, last_message: { id: wamid, status: 'delivered' }, window_closes_at: null },
  ]);
  const read = await user.request('POST', `${adaPath}/chats/${user.account.phone_number_id}/read`, {});
  expect(read.json).toEqual({ read: 1 });
  expect(await chats()).toMatchObject([{ unread: 0 }]);
  await eventually(() => (events.join('').includes('event: chat_read') ? true : undefined));
  const kinds = Array.from(events.join('').matchAll(/^event: (\w+)$/gm), (match) => match[1]);
  expect(kinds).toEqual(['ready', 'message', 'status', 'status', 'status', 'chat_read']);
  await user.stop();
  await reading;
});

it.each([
  ['POST', '/_sandbox/people', { name: 'No address' }, 400],
  ['POST', '/_sandbox/people', { phone: 'abcdef' }, 400],
  ['POST', '/_sandbox/people', { phone: ADA }, 409],
  ['POST', '/_sandbox/people', { phone: '+15559990000', height: 180 }, 400],
  ['PATCH', adaPath, { online: 'yes' }, 400],
  ['PATCH', '/_sandbox/people/person_none', { online: true }, 404],
  ['POST', `${adaPath}/messages`, { type: 'hologram' }, 400],
  ['POST', `${adaPath}/messages`, { type: 'text' }, 400],
  ['POST', `${adaPath}/messages`, { type: 'text', text: { body: 'x' }, extra: 1 }, 400],
  ['POST', `${adaPath}/messages`, { type: 'image', image: { id: 'none' } }, 400],
  ['POST', `${adaPath}/messages`, '{"type":', 400],
  ['POST', `${adaPath}/messages`, { type: 'text', text: { body: 'x' }, origin: 'other' }, 400],
  ['GET', `${adaPath}/chats/123/messages`, undefined, 404],
  ['GET', '/_sandbox/ledger?after=x', undefined, 400],
  ['GET', '/_sandbox/ledger?limit=0', undefined, 400],
  ['POST', '/_sandbox/settings', { limits: 'maybe' }, 400],
  ['POST', '/_sandbox/settings', { colour: 'red' }, 400],
  ['POST', '/_sandbox/clock', { advance_seconds: -1 }, 400],
  ['POST', '/_sandbox/webhook', { url: 'file:///etc/passwd' }, 400],
  ['GET', '/_sandbox/media/123', undefined, 404],
] as const)('%s %s with %j is answered with %4$i and words', async (method, path, body, status) => {
  await using user = await SandboxUser.start();
  const answer = await user.request(method, path, body);
  expect(answer.status, answer.text).toBe(status);
  expect(answer.json).toMatchObject({ error: { message: expect.stringMatching(/\w+/) } });
});
