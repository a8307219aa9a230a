import { expect, it } from 'vitest';
import { SandboxUser, errorOf, eventually } from '#testing/sandbox-user.ts';
import { WebhookReceiver } from '#testing/webhook-receiver.ts';

const hello = {
  messaging_product: 'whatsapp',
  to: '+15550001111',
  type: 'template',
  template: { name: 'hello_world', language: { code: 'en_US' } },
};

it('leads a new number from its code to its first message', async () => {
  await using user = await SandboxUser.start();
  const wanted = { cc: '49', phone_number: '15112345678', verified_name: 'Berlin' };
  const made = await user.graph('POST', `/${user.account.waba_id}/phone_numbers`, wanted);
  const { id } = made.read<{ id: string }>();
  const call = (edge: string, body: Record<string, unknown>) => user.graph('POST', `/${id}/${edge}`, body);
  expect(errorOf(await call('messages', hello)).code).toBe(133010);
  expect(errorOf(await call('register', { messaging_product: 'whatsapp', pin: '123456' })).code).toBe(133006);
  expect(errorOf(await call('verify_code', { code: '123456' })).code).toBe(136025);
  expect((await call('request_code', { code_method: 'SMS', language: 'en_US' })).json).toEqual({ success: true });
  expect(errorOf(await call('verify_code', { code: '000000' })).code).toBe(136025);
  expect((await call('verify_code', { code: '123456' })).json).toEqual({ success: true });
  expect((await call('register', { messaging_product: 'whatsapp', pin: '246810' })).json).toEqual({ success: true });
  expect((await user.graph('GET', `/${id}?fields=status,code_verification_status,is_pin_enabled`)).json).toEqual({
    id,
    status: 'CONNECTED',
    code_verification_status: 'VERIFIED',
    is_pin_enabled: true,
  });
  expect((await call('messages', hello)).status).toBe(200);
  expect((await user.graph('GET', `/${id}?fields=last_onboarded_time`)).json).toEqual({
    id,
    last_onboarded_time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+0000$/),
  });
  const twice = await user.graph('POST', `/${user.account.waba_id}/phone_numbers`, wanted);
  expect(errorOf(twice)).toMatchObject({ code: 100, subcode: 2388012 });
});

it('takes no code after ten minutes, and gives so many codes an hour', async () => {
  await using user = await SandboxUser.start({ limits: 'on', verification_codes_per_hour: 2 });
  const path = `/${user.account.phone_number_id}`;
  const ask = () => user.graph('POST', `${path}/request_code`, { code_method: 'VOICE', language: 'de' });
  await ask();
  await user.request('POST', '/_sandbox/clock', { advance_seconds: 601 });
  expect(errorOf(await user.graph('POST', `${path}/verify_code`, { code: '123456' })).details).toContain('expired');
  await ask();
  expect(errorOf(await ask()).code).toBe(136024);
});

it('wants the PIN that was set, and registers ten times in 72 hours', async () => {
  await using user = await SandboxUser.start({ limits: 'on' });
  await using receiver = await WebhookReceiver.listen(user);
  const path = `/${user.account.phone_number_id}`;
  expect((await user.graph('POST', path, { pin: '111222' })).json).toEqual({ success: true });
  expect(await eventually(() => receiver.values('security')[0])).toMatchObject({ event: 'PIN_CHANGED' });
  const register = (pin: string) => user.graph('POST', `${path}/register`, { messaging_product: 'whatsapp', pin });
  expect(errorOf(await register('123456')).code).toBe(133005);
  expect(errorOf(await register('12')).code).toBe(100);
  for (let round = 0; round < 5; round++) {
    expect((await user.graph('POST', `${path}/deregister`)).status).toBe(200);
    expect(errorOf(await user.sendHello()).code).toBe(133010);
    expect((await register('111222')).status).toBe(200);
  }
  expect(errorOf(await user.graph('POST', `${path}/deregister`)).code).toBe(133016);
  await user.request('POST', '/_sandbox/clock', { advance_seconds: 72 * 3600 + 1 });
  expect((await user.graph('POST', `${path}/deregister`)).status).toBe(200);
});

it('lets nobody guess the PIN fast or often', async () => {
  await using user = await SandboxUser.start({ limits: 'on', pin_guesses_per_hour: 3 });
  const path = `/${user.account.phone_number_id}`;
  await user.graph('POST', path, { pin: '111222' });
  const register = (pin: string) => user.graph('POST', `${path}/register`, { messaging_product: 'whatsapp', pin });
  await user.request('POST', '/_sandbox/clock', { speed: 0 });
  expect(errorOf(await register('000001'))).toMatchObject({ status: 400, code: 133005 });
  expect(errorOf(await register('000002'))).toMatchObject({ status: 400, code: 133009 });
  await user.request('POST', '/_sandbox/clock', { advance_seconds: 2 });
  expect(errorOf(await register('000003')).code).toBe(133005);
  expect(errorOf(await register('111222'))).toMatchObject({
    code: 133008,
    details: expect.stringContaining('60 minutes'),
  });
  await user.request('POST', '/_sandbox/clock', { advance_seconds: 3600 });
  expect((await register('111222')).json).toEqual({ success: true });
});

it('registers nothing while the account is in maintenance', async () => {
  await using user = await SandboxUser.start({ account_state: 'maintenance' });
  const body = { messaging_product: 'whatsapp', pin: '111222' };
  const answer = await user.graph('POST', `/${user.account.phone_number_id}/register`, body);
  expect(errorOf(answer)).toMatchObject({ status: 400, code: 100, subcode: 2494100 });
});

it('blocks no more people than the list has room for', async () => {
  await using user = await SandboxUser.start({ block_list_limit: 1 });
  const block_users = [];
  for (const phone of ['+15550001111', '+15550002222']) {
    await user.write(phone, { type: 'text', text: { body: 'Hi' } });
    block_users.push({ user: phone });
  }
  const path = `/${user.account.phone_number_id}/block_users`;
  const partly = await user.graph('POST', path, { messaging_product: 'whatsapp', block_users });
  expect(partly.json).toMatchObject({
    block_users: {
      added_users: [{ input: '+15550001111' }],
      failed_users: [{ input: '+15550002222', errors: [{ code: 139101, title: 'The block list is full' }] }],
    },
  });
});

it.each([
  ['page_usernames', 147003],
  ['instagram_usernames', 147004],
] as const)('gives no username that is one of the %s: %i', async (setting, code) => {
  await using user = await SandboxUser.start({ [setting]: ['bright.lamps'] });
  const take = (username: string) => user.graph('POST', `/${user.account.phone_number_id}/username`, { username });
  expect(errorOf(await take('bright.lamps'))).toMatchObject({ status: 400, code });
  expect((await take('bright.lights')).json).toEqual({ success: true });
});

it('reviews a new display name and shows it then', async () => {
  await using user = await SandboxUser.start();
  await using receiver = await WebhookReceiver.listen(user);
  const path = `/${user.account.phone_number_id}`;
  await user.graph('POST', `${path}?new_display_name=Better%20Shop`);
  const told = await eventually(() => receiver.values('phone_number_name_update')[0]);
  expect(told).toMatchObject({ decision: 'APPROVED', requested_verified_name: 'Better Shop', rejection_reason: null });
  expect((await user.graph('GET', `${path}?fields=verified_name,name_status`)).json).toMatchObject({
    verified_name: 'Better Shop',
    name_status: 'APPROVED',
  });
});

it('tells of quality, throughput and limit, and shows them', async () => {
  await using user = await SandboxUser.start();
  await using receiver = await WebhookReceiver.listen(user);
  const { phone_number_id: id, waba_id: wabaId } = user.account;
  await user.request('PATCH', `/_sandbox/phone_numbers/${id}`, { quality: 'RED', throughput: 'HIGH' });
  await user.request('PATCH', `/_sandbox/wabas/${wabaId}`, { messaging_limit: 'TIER_250' });
  const events = await eventually(() => {
    const values = receiver.values<{ event: string }>('phone_number_quality_update');
    return values.length === 3 ? values : undefined;
  });
  expect(events.map((value) => value.event).toSorted()).toEqual(['DOWNGRADE', 'FLAGGED', 'THROUGHPUT_UPGRADE']);
  expect(await eventually(() => receiver.values('business_capability_update')[0])).toEqual({
    max_daily_conversations_per_business: 250,
    max_phone_numbers_per_business: 2,
  });
  const fields = 'quality_rating,throughput,whatsapp_business_manager_messaging_limit';
  expect((await user.graph('GET', `/${id}?fields=${fields}`)).json).toEqual({
    id,
    quality_rating: 'RED',
    throughput: { level: 'HIGH' },
    whatsapp_business_manager_messaging_limit: 'TIER_250',
  });
});

it('refuses what a restriction forbids until it ends, and says so in the health of the account', async () => {
  await using user = await SandboxUser.start();
  await using receiver = await WebhookReceiver.listen(user);
  const { waba_id: wabaId } = user.account;
  const restrictions = [{ type: 'RESTRICTED_BIZ_INITIATED_MESSAGING', hours: 1 }];
  await user.request('PATCH', `/_sandbox/wabas/${wabaId}`, { restrictions });
  expect(errorOf(await user.sendHello())).toMatchObject({ status: 403, code: 368 });
  await user.write('+15550001111', { type: 'text', text: { body: 'Hi' } });
  expect((await user.send({ type: 'text', text: { body: 'An answer' } })).status).toBe(200);
  const health = await user.graph('GET', `/${wabaId}?fields=health_status`);
  expect(health.json).toMatchObject({ health_status: { can_send_message: 'LIMITED' } });
  expect(await eventually(() => receiver.values('account_update')[0])).toMatchObject({
    event: 'ACCOUNT_RESTRICTION',
    restriction_info: [{ restriction_type: 'RESTRICTED_BIZ_INITIATED_MESSAGING', expiration: expect.any(Number) }],
  });
  await user.request('POST', '/_sandbox/clock', { advance_seconds: 3601 });
  expect((await user.sendHello()).status).toBe(200);
});

it('disables an account and takes it back', async () => {
  await using user = await SandboxUser.start();
  await using receiver = await WebhookReceiver.listen(user);
  const path = `/_sandbox/wabas/${user.account.waba_id}`;
  await user.request('PATCH', path, { ban: 'DISABLE' });
  expect(errorOf(await user.sendHello()).code).toBe(368);
  await user.request('PATCH', path, { ban: 'REINSTATE', violation: 'SPAM', review: 'PENDING' });
  expect((await user.sendHello()).status).toBe(200);
  const events = await eventually(() => {
    const values = receiver.values<{ event: string; ban_info?: { waba_ban_state: string } }>('account_update');
    return values.length === 3 ? values : undefined;
  });
  expect(events.map((value) => value.ban_info?.waba_ban_state ?? value.event).toSorted()).toEqual([
    'ACCOUNT_VIOLATION',
    'DISABLE',
    'REINSTATE',
  ]);
  expect(await eventually(() => receiver.values('account_review_update')[0])).toEqual({ decision: 'PENDING' });
});

it('keeps settings and the key of a number, and says when the key is older than the registration', async () => {
  await using user = await SandboxUser.start();
  const path = `/${user.account.phone_number_id}`;
  await user.graph('POST', `${path}/settings`, { calling: { status: 'ENABLED' } });
  await user.graph('POST', `${path}/settings`, { calling: { call_icon_visibility: 'DISABLE_ALL' } });
  expect((await user.graph('GET', `${path}/settings`)).json).toMatchObject({
    calling: { status: 'ENABLED', call_icon_visibility: 'DISABLE_ALL' },
    user_identity_change: { enable_identity_key_check: false },
  });
  const { generateKeyPairSync } = await import('node:crypto');
  const pem = (bits: number) =>
    generateKeyPairSync('rsa', { modulusLength: bits }).publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const upload = (key: string) =>
    user.request(
      'POST',
      `${path}/whatsapp_business_encryption`,
      new URLSearchParams({ business_public_key: key }).toString(),
      {
        authorization: `Bearer ${user.account.access_token}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
    );
  expect(errorOf(await upload('nonsense')).code).toBe(100);
  expect(errorOf(await upload(pem(1024))).code).toBe(100);
  expect((await upload(pem(2048))).json).toEqual({ success: true });
  const status = async () =>
    (await user.graph('GET', `${path}/whatsapp_business_encryption`)).read<{
      data: { business_public_key_signature_status: string }[];
    }>().data[0]?.business_public_key_signature_status;
  expect(await status()).toBe('VALID');
  await user.graph('POST', `${path}/register`, { messaging_product: 'whatsapp', pin: '123456' });
  expect(await status()).toBe('MISMATCH');
});

it.each([
  ['about', ''],
  ['about', 'x'.repeat(140)],
  ['address', 'x'.repeat(257)],
  ['description', 'x'.repeat(513)],
  ['email', 'nobody'],
  ['vertical', 'SPACE'],
  ['websites', ['https://a.example', 'https://b.example', 'https://c.example']],
  ['websites', ['a.example']],
  ['profile_picture_handle', '4::unknown'],
])('refuses a profile with %s %j', async (key, value) => {
  await using user = await SandboxUser.start();
  const path = `/${user.account.phone_number_id}/whatsapp_business_profile`;
  const refusal = await user.graph('POST', path, { messaging_product: 'whatsapp', [key]: value });
  expect(errorOf(refusal)).toMatchObject({ status: 400, code: 100 });
});

it('uploads a profile picture in two steps and shows it in the profile', async () => {
  await using user = await SandboxUser.start();
  const { account } = user;
  const bytes = Buffer.from('89504e470d0a1a0a0000000d', 'hex');
  const start = await user.graph(
    'POST',
    `/v24.0/${account.app_id}/uploads?file_name=a.png&file_length=12&file_type=image/png`,
  );
  const { id } = start.read<{ id: string }>();
  const put = (part: Buffer, offset: number) =>
    user.request('POST', `/v24.0/${id}`, part, {
      authorization: `OAuth ${account.access_token}`,
      'content-type': 'image/png',
      file_offset: String(offset),
    });
  await put(bytes.subarray(0, 5), 0);
  expect((await user.graph('GET', `/${id}`)).json).toEqual({ id, file_offset: 5 });
  expect(errorOf(await put(bytes.subarray(5), 0)).details).toContain('file_offset');
  const { h: handle } = (await put(bytes.subarray(5), 5)).read<{ h: string }>();
  const path = `/${account.phone_number_id}/whatsapp_business_profile`;
  const profile = {
    messaging_product: 'whatsapp',
    about: 'We ship',
    websites: ['https://a.example'],
    vertical: 'RETAIL',
    profile_picture_handle: handle,
  };
  expect((await user.graph('POST', path, profile)).json).toEqual({ success: true });
  const shown = await user.graph('GET', `${path}?fields=about,vertical,websites,profile_picture_url`);
  const [read] = shown.read<{ data: Record<string, string>[] }>().data;
  expect(read).toMatchObject({ about: 'We ship', vertical: 'RETAIL', websites: ['https://a.example'] });
  const address = new URL(read?.['profile_picture_url'] ?? '');
  expect((await user.request('GET', address.pathname)).status).toBe(200);
});

it('blocks who wrote lately, and answers for each of the others', async () => {
  await using user = await SandboxUser.start();
  const path = `/${user.account.phone_number_id}/block_users`;
  await user.write('+15550001111', { type: 'text', text: { body: 'Hi' } });
  const body = { messaging_product: 'whatsapp', block_users: [{ user: '+15550001111' }, { user: '+15550002222' }] };
  const partly = await user.graph('POST', path, body);
  expect(errorOf(partly)).toMatchObject({ status: 400, code: 139100 });
  expect(partly.json).toMatchObject({
    block_users: {
      added_users: [{ input: '+15550001111', wa_id: '15550001111' }],
      failed_users: [{ input: '+15550002222', errors: [{ code: 131047 }] }],
    },
  });
  const { data } = (await user.graph('GET', path)).read<{ data: { wa_id: string; user_id: string }[] }>();
  expect(data).toMatchObject([{ messaging_product: 'whatsapp', wa_id: '15550001111' }]);
  expect(errorOf(await user.sendHello()).code).toBe(130403);
  const byId = { recipient: data[0]?.user_id, to: undefined };
  expect(errorOf(await user.sendHello(byId)).code).toBe(130403);
  const removed = await user.graph('DELETE', path, { ...body, block_users: [{ user_id: data[0]?.user_id }] });
  expect(removed.json).toMatchObject({ block_users: { removed_users: [{ wa_id: '15550001111' }] } });
  expect((await user.sendHello()).status).toBe(200);
});

it('tells nothing of what a blocked person writes, and opens no window for it', async () => {
  await using user = await SandboxUser.start();
  await using receiver = await WebhookReceiver.listen(user);
  const path = `/${user.account.phone_number_id}/block_users`;
  const body = { messaging_product: 'whatsapp', block_users: [{ user: '+15550001111' }] };
  const write = (text: string) => user.write('+15550001111', { type: 'text', text: { body: text } });
  await write('one');
  await user.graph('POST', path, body);
  await write('two');
  await user.graph('DELETE', path, body);
  await write('three');
  const texts = await eventually(() => {
    const told = receiver.elements<{ text: { body: string } }>('messages').map((message) => message.text.body);
    return told.includes('three') ? told : undefined;
  });
  expect(texts.toSorted()).toEqual(['one', 'three']);
});

it('deregisters only what is registered', async () => {
  await using user = await SandboxUser.start();
  const path = `/${user.account.phone_number_id}/deregister`;
  expect((await user.graph('POST', path)).json).toEqual({ success: true });
  expect(errorOf(await user.graph('POST', path))).toMatchObject({ status: 500, code: 133000 });
});

it('gives a username only to who may reach 2,000 people', async () => {
  await using user = await SandboxUser.start();
  await user.request('PATCH', `/_sandbox/wabas/${user.account.waba_id}`, { messaging_limit: 'TIER_250' });
  const take = () => user.graph('POST', `/${user.account.phone_number_id}/username`, { username: 'small.house' });
  expect(errorOf(await take()).code).toBe(147002);
  await user.request('PATCH', `/_sandbox/wabas/${user.account.waba_id}`, { messaging_limit: 'TIER_2K' });
  expect((await take()).status).toBe(200);
});

it('keeps shop settings, prompts and commands', async () => {
  await using user = await SandboxUser.start();
  const path = `/${user.account.phone_number_id}`;
  const shop = `${path}/whatsapp_commerce_settings`;
  const { phone_number_id: id } = user.account;
  expect((await user.graph('GET', shop)).json).toEqual({
    data: [{ is_cart_enabled: true, is_catalog_visible: false, id }],
  });
  await user.graph('POST', `${shop}?is_catalog_visible=true`);
  expect((await user.graph('GET', shop)).json).toMatchObject({
    data: [{ is_cart_enabled: true, is_catalog_visible: true }],
  });
  const commands = [{ command_name: 'track', command_description: 'Where is my order?' }];
  await user.graph('POST', `${path}/conversational_automation`, { prompts: ['Opening hours'], commands });
  expect((await user.graph('GET', `${path}?fields=conversational_automation`)).json).toMatchObject({
    conversational_automation: { prompts: ['Opening hours'], commands },
  });
  const five = await user.graph('POST', `${path}/conversational_automation`, { prompts: ['a', 'b', 'c', 'd', 'e'] });
  expect(errorOf(five).code).toBe(131009);
});

it('makes short links, changes and deletes them', async () => {
  await using user = await SandboxUser.start();
  const path = `/${user.account.phone_number_id}/message_qrdls`;
  const made = await user.graph('POST', path, { prefilled_message: 'I want one', generate_qr_image: 'SVG' });
  const { code, qr_image_url: image } = made.read<{ code: string; qr_image_url: string }>();
  expect(made.json).toMatchObject({ deep_link_url: `https://wa.me/message/${code}` });
  const picture = await user.request('GET', new URL(image).pathname);
  expect(picture).toMatchObject({ status: 200, headers: { 'content-type': 'image/svg+xml' } });
  expect(picture.text).toContain('<svg');
  await user.graph('POST', path, { code, prefilled_message: 'I want two' });
  expect((await user.graph('GET', `${path}/${code}`)).json).toMatchObject({
    data: [{ prefilled_message: 'I want two' }],
  });
  expect((await user.graph('DELETE', `${path}/${code}`)).json).toEqual({ success: true });
  expect((await user.graph('GET', path)).json).toEqual({ data: [] });
  expect(errorOf(await user.graph('POST', path, { prefilled_message: 'x'.repeat(141) })).code).toBe(100);
});

it('takes a username, suggests some, and moves one within the portfolio', async () => {
  await using user = await SandboxUser.start();
  await using receiver = await WebhookReceiver.listen(user);
  const second = (await user.request('POST', '/_sandbox/phone_numbers', {})).read<{ phone_number_id: string }>();
  const take = (id: string, body: Record<string, unknown>) => user.graph('POST', `/${id}/username`, body);
  const { phone_number_id: first } = user.account;
  expect((await take(first, { username: 'carillon.house' })).json).toEqual({ success: true });
  expect((await user.graph('GET', `/${first}/username`)).json).toEqual({
    username: 'carillon.house',
    status: 'approved',
  });
  expect(await eventually(() => receiver.values('business_username_updates')[0])).toMatchObject({ status: 'approved' });
  expect(errorOf(await take(second.phone_number_id, { username: 'carillon.house' })).code).toBe(147005);
  const forced = { username: 'carillon.house', transfer_action: 'force_transfer' };
  expect((await take(second.phone_number_id, forced)).status).toBe(200);
  expect((await user.graph('GET', `/${first}/username`)).json).toEqual({ status: 'deleted' });
  expect(errorOf(await take(first, { username: 'grace.h' })).code).toBe(147001);
  for (const bad of ['ab', 'www.shop', 'a..b', '.ab', '123', 'shop.com']) {
    expect(errorOf(await take(first, { username: bad })).code).toBe(100);
  }
  const { data } = (await user.graph('GET', `/${first}/username_suggestions`)).read<{
    data: { username_suggestions: string[] }[];
  }>();
  expect((await take(first, { username: data[0]?.username_suggestions[0] })).status).toBe(200);
  expect((await user.graph('DELETE', `/${first}/username`)).json).toEqual({ success: true });
  expect((await user.graph('GET', `/${first}/username`)).json).toEqual({ status: 'deleted' });
});
