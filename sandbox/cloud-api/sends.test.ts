import { expect, it } from 'vitest';
import { SandboxUser, errorOf, eventually, idOf } from '#testing/sandbox-user.ts';

const HELLO = { name: 'hello_world', language: { code: 'en_US' } };

it('answers a send as Meta does, with and without a version in the path', async () => {
  await using user = await SandboxUser.start();
  const { phone_number_id: phone } = user.account;
  for (const prefix of ['', '/v13.0', '/v26.0']) {
    const answer = await user.graph('POST', `${prefix}/${phone}/messages`, {
      messaging_product: 'whatsapp',
      to: '+1 (555) 000-1111',
      type: 'template',
      template: HELLO,
    });
    expect(answer.json).toMatchObject({
      messaging_product: 'whatsapp',
      contacts: [{ input: '+1 (555) 000-1111', wa_id: '15550001111' }],
      messages: [{ message_status: 'accepted' }],
    });
    const record = Buffer.from(idOf(answer).replace('wamid.', ''), 'base64').toString('latin1');
    expect(record.replaceAll(/[^ -~]/g, '.')).toMatch(/^\.\.\.15550001111\.\.\.\.\.\.[0-9A-F]{18}\.$/);
  }
});

it('writes every complete request into the ledger, refused ones too', async () => {
  await using user = await SandboxUser.start();
  const { phone_number_id: phone } = user.account;
  const wamid = idOf(await user.sendHello({ biz_opaque_callback_data: 'a1:1' }));
  await user.send({ type: 'text' });
  await user.graph('POST', `/${phone}/messages`, '{"messaging_product":');
  await user.graph('POST', `/${phone}/messages`, { messaging_product: 'whatsapp' }, 'wrong');
  const entries = await user.ledger();
  expect(entries.map((entry) => [entry.seq, entry.type, entry.outcome])).toEqual([
    [1, 'template', 'accepted'],
    [2, 'text', 'rejected:131008'],
    [3, 'unknown', 'rejected:100'],
    [4, 'text', 'rejected:190'],
  ]);
  expect(Object.keys(entries[0] ?? {})).toEqual([
    'seq',
    'at',
    'provider',
    'sender',
    'to',
    'type',
    'body',
    'callback_data',
    'traceparent',
    'provider_message_id',
    'outcome',
  ]);
  expect(entries[0]).toMatchObject({
    sender: phone,
    to: '+15550001111',
    callback_data: 'a1:1',
    provider_message_id: wamid,
  });
  expect(entries[2]?.body).toBe('{"messaging_product":');
});

it('refuses wrong credentials with the codes of Meta', async () => {
  await using user = await SandboxUser.start();
  const { account } = user;
  const path = `/${account.phone_number_id}/messages`;
  const message = { messaging_product: 'whatsapp', to: '+15550001111', type: 'template', template: HELLO };
  expect(errorOf(await user.request('POST', path, message))).toMatchObject({ status: 401, code: 190 });
  expect(errorOf(await user.graph('POST', path, message, 'EAA'))).toMatchObject({ status: 401, code: 190 });
  expect(errorOf(await user.graph('POST', path, message, account.limited_access_token))).toMatchObject({
    status: 403,
    code: 10,
  });
  expect(errorOf(await user.graph('POST', '/123456789012345/messages', message))).toMatchObject({
    status: 400,
    code: 100,
    subcode: 33,
  });
  expect(errorOf(await user.graph('POST', `/${account.foreign_phone_number_id}/messages`, message))).toMatchObject({
    status: 403,
    code: 200,
  });
  const query = await user.request('POST', `${path}?access_token=${account.access_token}`, message);
  expect(query.status).toBe(200);
});

it.each([
  ['no product', { messaging_product: undefined, type: 'text', text: { body: 'x' } }, 100],
  ['no recipient', { to: undefined, type: 'text', text: { body: 'x' } }, 100],
  ['a recipient that is no number', { to: 'abc', type: 'text', text: { body: 'x' } }, 131009],
  ['the number itself', { to: '+15550783881', type: 'text', text: { body: 'x' } }, 131021],
  ['an unknown type', { type: 'hologram', hologram: {} }, 100],
  ['an empty text', { type: 'text', text: { body: '' } }, 131008],
  ['a long text', { type: 'text', text: { body: 'x'.repeat(4097) } }, 100],
  ['long callback data', { type: 'text', text: { body: 'x' }, biz_opaque_callback_data: 'x'.repeat(513) }, 100],
  ['media without id or link', { type: 'image', image: {} }, 100],
  ['media with an unknown id', { type: 'image', image: { id: '42' } }, 100],
  ['a link that is no address', { type: 'image', image: { link: 'ftp://x' } }, 100],
  ['a caption on audio', { type: 'audio', audio: { link: 'https://example.com/a.mp3', caption: 'x' } }, 100],
  ['a latitude out of range', { type: 'location', location: { latitude: 91, longitude: 0 } }, 131009],
  ['a contact without a name', { type: 'contacts', contacts: [{ phones: [] }] }, 131008],
  ['a reaction with a word', { type: 'reaction', reaction: { message_id: 'wamid.x', emoji: 'yes' } }, 131009],
  ['four buttons', { type: 'interactive', interactive: buttons(4) }, 131009],
  ['a long button title', { type: 'interactive', interactive: buttons(1, 'x'.repeat(21)) }, 100],
  [
    'buttons with the same title',
    { type: 'interactive', interactive: { ...buttons(1), action: { buttons: [button('a', 'T'), button('b', 'T')] } } },
    131009,
  ],
  [
    'a list without sections',
    { type: 'interactive', interactive: { type: 'list', body: { text: 'x' }, action: { button: 'Go', sections: [] } } },
    131009,
  ],
  [
    'an unknown interactive type',
    { type: 'interactive', interactive: { type: 'hologram', body: { text: 'x' }, action: {} } },
    100,
  ],
  [
    'a template that does not exist',
    { type: 'template', template: { name: 'nothing', language: { code: 'en_US' } } },
    132001,
  ],
  [
    'a template in another language',
    { type: 'template', template: { name: 'hello_world', language: { code: 'en' } } },
    132001,
  ],
  [
    'a parameter too many',
    {
      type: 'template',
      template: { ...HELLO, components: [{ type: 'body', parameters: [{ type: 'text', text: 'x' }] }] },
    },
    132000,
  ],
  ['a template header without its image', { type: 'template', template: sale([]) }, 132012],
  [
    'a text where an image belongs',
    { type: 'template', template: sale([{ type: 'header', parameters: [{ type: 'text', text: 'x' }] }]) },
    132012,
  ],
  [
    'a named template with positions',
    {
      type: 'template',
      template: {
        name: 'appointment_reminder',
        language: { code: 'en_US' },
        components: [{ type: 'body', parameters: [{ type: 'text', text: 'x' }] }],
      },
    },
    132012,
  ],
  [
    'a value with a new line',
    { type: 'template', template: sale([{ type: 'body', parameters: [{ type: 'text', text: 'a\nb' }] }]) },
    132018,
  ],
])('refuses %s', async (_name, message, code) => {
  await using user = await SandboxUser.start();
  expect(errorOf(await user.send(message)).code).toBe(code);
});

function button(id: string, title: string) {
  return { type: 'reply', reply: { id, title } };
}

function buttons(count: number, title?: string) {
  const list = Array.from({ length: count }, (_, index) => button(`b${index}`, title ?? `Title ${index}`));
  return { type: 'button', body: { text: 'Choose' }, action: { buttons: list } };
}

function sale(components: unknown[]) {
  return { name: 'autumn_sale', language: { code: 'en' }, components };
}

it('accepts every kind of message and shows templates as the person sees them', async () => {
  await using user = await SandboxUser.start();
  await user.write('+15550001111', { type: 'text', text: { body: 'Hi' } });
  const messages = [
    { type: 'text', text: { body: 'Hello', preview_url: true } },
    { text: { body: 'type is text by default' } },
    { type: 'image', image: { link: 'https://example.com/a.png', caption: 'A' } },
    { type: 'audio', audio: { link: 'https://example.com/a.ogg', voice: true } },
    { type: 'document', document: { link: 'https://example.com/a.pdf', filename: 'a.pdf' } },
    { type: 'sticker', sticker: { link: 'https://example.com/a.webp' } },
    { type: 'location', location: { latitude: '52.5', longitude: 13.4, name: 'Berlin' } },
    { type: 'contacts', contacts: [{ name: { formatted_name: 'Bo' }, phones: [{ phone: '+15550002222' }] }] },
    { type: 'interactive', interactive: { ...buttons(3), header: { type: 'text', text: 'H' }, footer: { text: 'F' } } },
    {
      type: 'interactive',
      interactive: {
        type: 'list',
        body: { text: 'Pick' },
        action: { button: 'Open', sections: [{ rows: [{ id: 'r1', title: 'One', description: 'First' }] }] },
      },
    },
    {
      type: 'interactive',
      interactive: {
        type: 'cta_url',
        body: { text: 'Look' },
        action: { name: 'cta_url', parameters: { display_text: 'Open', url: 'https://example.com/' } },
      },
    },
    {
      type: 'interactive',
      interactive: { type: 'location_request_message', body: { text: 'Where?' }, action: { name: 'send_location' } },
    },
    {
      type: 'template',
      template: sale([
        { type: 'header', parameters: [{ type: 'image', image: { link: 'https://example.com/a.png' } }] },
        {
          type: 'body',
          parameters: [
            { type: 'text', text: 'Ada' },
            { type: 'text', text: '20 %' },
          ],
        },
        { type: 'button', sub_type: 'quick_reply', index: '0', parameters: [{ type: 'payload', payload: 'STOP' }] },
        {
          type: 'button',
          sub_type: 'copy_code',
          index: 2,
          parameters: [{ type: 'coupon_code', coupon_code: '20OFF' }],
        },
      ]),
    },
  ];
  for (const message of messages) {
    const answer = await user.send(message);
    expect(answer.status, answer.text).toBe(200);
    await eventually(async () => ((await user.statusesOf(idOf(answer))).includes('delivered') ? true : undefined));
  }
  const path = `/_sandbox/people/+15550001111/chats/${user.account.phone_number_id}/messages`;
  const { data } = (await user.request('GET', path)).read<{ data: { type: string; rendered: unknown }[] }>();
  expect(data).toHaveLength(messages.length + 1);
  expect(data.at(-1)?.rendered).toEqual({
    header: { type: 'image', image: { link: 'https://example.com/a.png' } },
    body: 'Hi Ada! Everything is 20 % off until Sunday.',
    footer: 'Not interested? Tap Stop',
    buttons: [
      { type: 'quick_reply', text: 'Stop', payload: 'STOP' },
      { type: 'url', text: 'Shop', url: 'https://shop.example.com/sale' },
      { type: 'copy_code', text: 'Copy offer code', code: '20OFF' },
    ],
  });
});

it('fills named parameters in any order, and refuses a button without its value', async () => {
  await using user = await SandboxUser.start();
  const named = (name: string, text: string) => ({ type: 'text', parameter_name: name, text });
  const parameters = [named('time', '10:00'), named('first_name', 'Ada'), named('day', 'Friday')];
  const template = {
    name: 'appointment_reminder',
    language: { code: 'en_US' },
    components: [{ type: 'body', parameters }],
  };
  expect((await user.send({ type: 'template', template })).status).toBe(200);
  const code = {
    name: 'login_code',
    language: { code: 'en_US' },
    components: [{ type: 'body', parameters: [{ type: 'text', text: '1234' }] }],
  };
  expect(errorOf(await user.send({ type: 'template', template: code })).code).toBe(131008);
});

it('lets free-form text through for 24 hours after the person wrote, and not longer', async () => {
  await using user = await SandboxUser.start();
  const sendText = async () => {
    const wamid = idOf(await user.send({ type: 'text', text: { body: 'x' } }));
    return eventually(async () => (await user.statusesOf(wamid)).find((status) => status !== 'sent'));
  };
  expect(await sendText()).toBe('failed 131047');
  await user.write('+15550001111', { type: 'text', text: { body: 'Hi' } });
  expect(await sendText()).toBe('delivered');
  await user.request('POST', '/_sandbox/clock', { advance_seconds: 86_300 });
  expect(await sendText()).toBe('delivered');
  await user.request('POST', '/_sandbox/clock', { advance_seconds: 200 });
  expect(await sendText()).toBe('failed 131047');
});

it.each([
  ['+15550000026', 'failed 131026'],
  ['+15550000047', 'failed 131047'],
  ['+15550000049', 'failed 131049'],
  ['+15550000050', 'failed 131050'],
  ['+15550000053', 'failed 131053'],
])('a message to %s ends as %s', async (to, end) => {
  await using user = await SandboxUser.start({ service_window: 'off' });
  const wamid = idOf(await user.send({ to, type: 'text', text: { body: 'x' } }));
  expect(await eventually(async () => (await user.statusesOf(wamid))[0])).toBe(end);
});

it('refuses the numbers of the limits at once', async () => {
  await using user = await SandboxUser.start();
  expect(errorOf(await user.sendHello({ to: '+15550000029' })).code).toBe(130429);
  expect(errorOf(await user.sendHello({ to: '+15550000056' })).code).toBe(131056);
});

it('limits a number to its throughput and a pair to its burst, and only those', async () => {
  await using user = await SandboxUser.start({ limits: 'on', throughput_per_second: 0.1, pair_burst: 2 });
  const other = (await user.request('POST', '/_sandbox/phone_numbers', {})).read<{
    phone_number_id: string;
  }>();
  await user.request('POST', '/_sandbox/settings', { throughput_per_second: 3 });
  const codes = [];
  for (const to of ['+15550001111', '+15550001111', '+15550001111', '+15550002222', '+15550003333']) {
    const answer = await user.sendHello({ to });
    codes.push(answer.status === 200 ? 200 : errorOf(answer).code);
  }
  expect(codes).toEqual([200, 200, 131056, 200, 130429]);
  const message = { messaging_product: 'whatsapp', to: '+15550001111', type: 'template', template: HELLO };
  expect((await user.graph('POST', `/${other.phone_number_id}/messages`, message)).status).toBe(200);
});

it('marks a person’s message as read, and shows typing', async () => {
  await using user = await SandboxUser.start();
  const wamid = idOf(await user.write('+15550001111', { type: 'text', text: { body: 'Hi' } }));
  const read = { to: undefined, status: 'read', message_id: wamid, typing_indicator: { type: 'text' } };
  expect((await user.send(read)).json).toEqual({ success: true });
  expect(errorOf(await user.send({ ...read, message_id: 'wamid.none' })).code).toBe(131009);
  const path = `/_sandbox/people/+15550001111/chats/${user.account.phone_number_id}/messages`;
  const { data } = (await user.request('GET', path)).read<{ data: { status: string }[] }>();
  expect(data[0]?.status).toBe('read');
  expect((await user.ledger()).map((entry) => entry.type)).toEqual(['read', 'read']);
});

it('tells the digits that WhatsApp made of a number', async () => {
  await using user = await SandboxUser.start();
  const waIdOf = async (to: string) =>
    (await user.sendHello({ to })).read<{ contacts: { wa_id: string }[] }>().contacts[0]?.wa_id;
  expect(await waIdOf('+5531987654321')).toBe('553187654321');
  expect(await waIdOf('+5511987654321')).toBe('5511987654321');
  expect(await waIdOf('+541123456789')).toBe('5491123456789');
  expect(await waIdOf('(555) 222-3333')).toBe('15552223333');
});

it('writes from a test number to its list only, and to no country that is closed', async () => {
  await using user = await SandboxUser.start({ test_recipients: ['+1 555 000 1111'] });
  expect((await user.sendHello()).status).toBe(200);
  expect(errorOf(await user.sendHello({ to: '+15550002222' })).code).toBe(131030);
  await user.request('POST', '/_sandbox/settings', { test_recipients: [] });
  expect((await user.sendHello({ to: '+15550002222' })).status).toBe(200);
  expect(errorOf(await user.sendHello({ to: '+8501912345678' }))).toMatchObject({ status: 403, code: 130497 });
});

it('lets an upgraded number send faster', async () => {
  await using user = await SandboxUser.start({ limits: 'on', throughput_per_second: 0.1 });
  await user.request('PATCH', `/_sandbox/phone_numbers/${user.account.phone_number_id}`, { throughput: 'HIGH' });
  const answers = await Promise.all(['+15550002222', '+15550003333'].map((to) => user.sendHello({ to })));
  expect(answers.map((answer) => answer.status)).toEqual([200, 200]);
});
