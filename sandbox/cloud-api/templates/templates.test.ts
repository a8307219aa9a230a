import { expect, it } from 'vitest';
import { SandboxUser, errorOf, eventually } from '#testing/sandbox-user.ts';
import { WebhookReceiver } from '#testing/webhook-receiver.ts';

const BODY = { type: 'BODY', text: 'Thank you, {{1}}, for coming by today.', example: { body_text: [['Ada']] } };
const THANKS = { name: 'thanks', language: 'en_US', category: 'UTILITY', components: [BODY] };

function pathOf(user: SandboxUser): string {
  return `/${user.account.waba_id}/message_templates`;
}

async function create(user: SandboxUser, change: Record<string, unknown> = {}): Promise<string> {
  const answer = await user.graph('POST', pathOf(user), { ...THANKS, ...change });
  if (answer.status !== 200) throw new Error(answer.text);
  return answer.read<{ id: string }>().id;
}

async function nodeOf(user: SandboxUser, id: string, fields = 'name,status,category,rejected_reason,quality_score') {
  return (await user.graph('GET', `/${id}?fields=${fields}`)).read<Record<string, unknown>>();
}

async function becomes(user: SandboxUser, id: string, status: string): Promise<Record<string, unknown>> {
  return eventually(async () => {
    const node = await nodeOf(user, id);
    return node['status'] === status ? node : undefined;
  });
}

it('approves a good template after the review, and tells it with the exact id', async () => {
  await using user = await SandboxUser.start();
  await using receiver = await WebhookReceiver.listen(user);
  const id = await create(user);
  await becomes(user, id, 'APPROVED');
  const post = await eventually(() => receiver.posts.find((each) => each.body.includes('"thanks"')));
  // A number, not a text, and not rounded: larger than what JavaScript can hold it may be.
  expect(post.body.toString()).toContain(`"message_template_id":${id},`);
  expect(post.json?.entry[0]).toMatchObject({ id: user.account.waba_id, time: expect.any(Number) });
  expect(receiver.values('message_template_status_update')[0]).toMatchObject({
    event: 'APPROVED',
    message_template_name: 'thanks',
    message_template_category: 'UTILITY',
    reason: 'NONE',
  });
});

it.each([
  ['INVALID_FORMAT', { components: [{ ...BODY, example: undefined }] }],
  ['INVALID_FORMAT', { components: [{ ...BODY, text: 'Thank you, {{2}}, for coming by to us today.' }] }],
  ['INVALID_FORMAT', { components: [{ ...BODY, text: 'Thanks for {{1}} coming by to us }} today.' }] }],
  ['ABUSIVE_CONTENT', { components: [{ ...BODY, text: 'Please tell us, {{1}}, the credit card number of yours.' }] }],
  ['SCAM', { components: [{ ...BODY, text: 'Good news, {{1}}: you have won the lottery of today.' }] }],
  ['TAG_CONTENT_MISMATCH', { components: [{ ...BODY, text: 'Спасибо, {{1}}, что вы пришли к нам сегодня.' }] }],
])('rejects with %s and says why', async (reason, change) => {
  await using user = await SandboxUser.start();
  await using receiver = await WebhookReceiver.listen(user);
  const id = await create(user, change);
  expect(await becomes(user, id, 'REJECTED')).toMatchObject({ rejected_reason: reason });
  const told = await eventually(() => receiver.values('message_template_status_update')[0]);
  expect(told).toMatchObject({ event: 'REJECTED', reason, rejection_info: { reason: expect.any(String) } });
});

it('takes a utility template that sells as marketing at once, or rejects it if it is told to', async () => {
  await using user = await SandboxUser.start();
  const components = [{ ...BODY, text: 'Hello {{1}}, everything has a discount of 20% until Sunday.' }];
  const flipped = await user.graph('POST', pathOf(user), { ...THANKS, components });
  expect(flipped.json).toMatchObject({ category: 'MARKETING' });
  await user.request('POST', '/_sandbox/settings', { utility_with_marketing: 'reject' });
  const id = await create(user, { name: 'strict', components });
  expect(await becomes(user, id, 'REJECTED')).toMatchObject({ rejected_reason: 'INCORRECT_CATEGORY' });
});

it.each([
  [2388039, { components: [BODY, { ...BODY }] }],
  [2388040, { components: [{ ...BODY, text: `Thank you, {{1}}, ${'very '.repeat(250)}much.` }] }],
  [2388047, { components: [BODY, { type: 'HEADER', format: 'TEXT', text: 'One\ntwo' }] }],
  [2388047, { components: [BODY, { type: 'HEADER', format: 'TEXT', text: 'Hello 👋' }] }],
  [2388072, { components: [{ type: 'HEADER', format: 'TEXT', text: 'Only a header' }] }],
  [2388073, { components: [BODY, { type: 'FOOTER', text: 'Bye {{1}}' }] }],
  [2388293, { components: [{ ...BODY, text: 'Hi {{1}}, {{2}} now' }] }],
  [2388299, { components: [{ ...BODY, text: 'We wait for you today, {{1}}' }] }],
])('refuses with the subcode %i, and says it to people, too', async (subcode, change) => {
  await using user = await SandboxUser.start();
  const refusal = await user.graph('POST', pathOf(user), { ...THANKS, ...change });
  expect(errorOf(refusal)).toMatchObject({ status: 400, code: 100, subcode });
  expect(refusal.json).toMatchObject({
    error: { error_user_title: expect.any(String), error_user_msg: expect.any(String), is_transient: false },
  });
});

const button = (type: string, more: Record<string, unknown> = {}) => ({ type, text: 'Tap', ...more });
const link = { url: 'https://shop.example.com/' };

it.each([
  ['a quick reply between links', [button('URL', link), button('QUICK_REPLY'), button('URL', link)]],
  ['three links', [button('URL', link), button('URL', link), button('URL', link)]],
  [
    'two numbers to call',
    [button('PHONE_NUMBER', { phone_number: '+15550001' }), button('PHONE_NUMBER', { phone_number: '+15550001' })],
  ],
  ['a variable in the middle of a link', [button('URL', { url: 'https://shop.example.com/{{1}}/x' })]],
  ['a label of 26 characters', [button('QUICK_REPLY', { text: 'x'.repeat(26) })]],
  ['a code of 21 characters', [button('COPY_CODE', { example: 'x'.repeat(21) })]],
  ['a one-time password outside of authentication', [button('OTP', { otp_type: 'COPY_CODE' })]],
  ['a kind that does not exist', [button('SHOUT')]],
])('refuses buttons with %s', async (_what, buttons) => {
  await using user = await SandboxUser.start();
  const refusal = await user.graph('POST', pathOf(user), {
    ...THANKS,
    components: [BODY, { type: 'BUTTONS', buttons }],
  });
  expect(errorOf(refusal)).toMatchObject({ status: 400, code: 100 });
});

it('refuses the cards of a carousel that differ from each other, and takes equal ones', async () => {
  await using user = await SandboxUser.start();
  const card = (type: string) => ({
    components: [
      { type: 'HEADER', format: 'IMAGE', example: { header_handle: ['4::aW1h'] } },
      { type: 'BODY', text: 'A thing' },
      { type: 'BUTTONS', buttons: [type === 'URL' ? button(type, link) : button(type)] },
    ],
  });
  const carousel = (...types: string[]) => ({
    ...THANKS,
    category: 'MARKETING',
    components: [BODY, { type: 'CAROUSEL', cards: types.map(card) }],
  });
  expect(errorOf(await user.graph('POST', pathOf(user), carousel('URL', 'QUICK_REPLY'))).code).toBe(100);
  expect(errorOf(await user.graph('POST', pathOf(user), carousel('URL'))).code).toBe(100);
  expect((await user.graph('POST', pathOf(user), carousel('URL', 'URL'))).status).toBe(200);
});

it('lists in pages whose cursors lead through all templates once', async () => {
  await using user = await SandboxUser.start();
  const names: string[] = [];
  let path: string | undefined = `/v24.0${pathOf(user)}?limit=2&fields=name`;
  while (path !== undefined) {
    const answer = await user.graph('GET', path);
    const { data, paging } = answer.read<{ data: { name: string }[]; paging?: { next?: string } }>();
    expect(data.length).toBeLessThanOrEqual(2);
    names.push(...data.map((template) => template.name));
    const next: URL | undefined = paging?.next === undefined ? undefined : new URL(paging.next);
    path = next && next.pathname + next.search;
  }
  expect(names.toSorted()).toEqual([
    'appointment_reminder',
    'autumn_sale',
    'hello_world',
    'login_code',
    'order_shipped',
  ]);
  const bad = await user.graph('GET', `${pathOf(user)}?after=nonsense`);
  expect(errorOf(bad).code).toBe(131059);
});

it('finds by status, category, language and content', async () => {
  await using user = await SandboxUser.start();
  const find = async (query: string) =>
    (await user.graph('GET', `${pathOf(user)}?fields=name&${query}`))
      .read<{ data: { name: string }[] }>()
      .data.map((template) => template.name);
  expect(await find('category=MARKETING')).toEqual(['autumn_sale']);
  expect(await find('status=PAUSED')).toEqual([]);
  expect(await find('language=en')).toEqual(['autumn_sale']);
  expect(await find('content=on%20its%20way')).toEqual(['order_shipped']);
  const summary = await user.graph('GET', `${pathOf(user)}?summary=total_count,message_template_limit`);
  expect(summary.json).toMatchObject({ summary: { total_count: 5, message_template_limit: 250 } });
});

it('reviews an edited template again, and once a day only while it is approved', async () => {
  await using user = await SandboxUser.start({ limits: 'on' });
  await using receiver = await WebhookReceiver.listen(user);
  const id = await create(user);
  await becomes(user, id, 'APPROVED');
  const edited = { components: [{ ...BODY, text: 'Many thanks, {{1}}, for your visit of today.' }] };
  expect((await user.graph('POST', `/${id}`, edited)).json).toMatchObject({ success: true });
  await becomes(user, id, 'APPROVED');
  const told = await eventually(() => receiver.values('message_template_components_update')[0]);
  expect(told).toMatchObject({ message_template_element: 'Many thanks, {{1}}, for your visit of today.' });
  expect(errorOf(await user.graph('POST', `/${id}`, edited)).details).toContain('24 hours');
  expect(errorOf(await user.graph('POST', `/${id}`, { category: 'MARKETING' })).details).toContain('category');
  await user.request('POST', '/_sandbox/clock', { advance_seconds: 86_401 });
  expect((await user.graph('POST', `/${id}`, edited)).status).toBe(200);
});

it('deletes one language, all languages or many, and keeps the name of an approved one for 30 days', async () => {
  await using user = await SandboxUser.start();
  const english = await create(user);
  const german = await create(user, {
    language: 'de',
    components: [{ ...BODY, text: 'Danke, {{1}}, für den Besuch heute.' }],
  });
  await becomes(user, english, 'APPROVED');
  await becomes(user, german, 'APPROVED');
  expect((await user.graph('DELETE', `${pathOf(user)}?name=thanks&hsm_id=${german}`)).json).toEqual({ success: true });
  expect((await user.graph('GET', `/${german}`)).status).toBe(400);
  expect((await user.graph('GET', `/${english}`)).status).toBe(200);
  const again = await user.graph('POST', pathOf(user), { ...THANKS, language: 'de' });
  expect(errorOf(again).subcode).toBe(2388023);
  await user.request('POST', '/_sandbox/clock', { advance_seconds: 30 * 86_400 + 1 });
  expect((await user.graph('POST', pathOf(user), { ...THANKS, language: 'de' })).status).toBe(200);
  expect((await user.graph('DELETE', `${pathOf(user)}?name=thanks`)).json).toEqual({ success: true });
  const ids = [await create(user, { name: 'one' }), await create(user, { name: 'two', language: 'en_GB' })];
  const many = await user.graph('DELETE', `${pathOf(user)}?hsm_ids=${encodeURIComponent(JSON.stringify(ids))}`);
  expect(many.json).toEqual({ success: true });
  expect(errorOf(await user.graph('DELETE', `${pathOf(user)}?name=one`)).subcode).toBe(2593002);
});

it('pauses for 3 hours, then for 6, then disables; each with its webhook', async () => {
  await using user = await SandboxUser.start();
  await using receiver = await WebhookReceiver.listen(user);
  const drop = () => user.request('PATCH', '/_sandbox/templates/hello_world', { quality: 'RED' });
  const pass = (hours: number) => user.request('POST', '/_sandbox/clock', { advance_seconds: hours * 3600 });
  await drop();
  expect(errorOf(await user.sendHello()).code).toBe(132015);
  await pass(2.9);
  expect(errorOf(await user.sendHello()).code).toBe(132015);
  await pass(0.2);
  expect((await user.sendHello()).status).toBe(200);
  await drop();
  await pass(5.9);
  expect(errorOf(await user.sendHello()).code).toBe(132015);
  await pass(0.2);
  expect((await user.sendHello()).status).toBe(200);
  await drop();
  expect(errorOf(await user.sendHello()).code).toBe(132016);
  const told = await eventually(() => {
    const values = receiver.values<{ event: string; other_info: { title: string } }>('message_template_status_update');
    return values.length === 5 ? values : undefined;
  });
  expect(told.map((value) => `${value.event} ${value.other_info.title}`).toSorted()).toEqual([
    'APPROVED UNPAUSE',
    'APPROVED UNPAUSE',
    'DISABLED DISABLED',
    'PAUSED FIRST_PAUSE',
    'PAUSED SECOND_PAUSE',
  ]);
  const drops = await eventually(() => {
    const values = receiver.values('message_template_quality_update');
    return values.length === 3 ? values : undefined;
  });
  // A pause begins anew: what was before it counts no longer.
  for (const value of drops)
    expect(value).toMatchObject({ previous_quality_score: 'UNKNOWN', new_quality_score: 'RED' });
  const gone = await user.graph('DELETE', `${pathOf(user)}?name=hello_world`);
  expect(errorOf(gone).details).toContain('disabled');
});

it('keeps a pause over a restart of the sandbox, and ends it in time', async () => {
  const first = await SandboxUser.start();
  await first.request('PATCH', '/_sandbox/templates/hello_world', { quality: 'RED' });
  await first.stop();
  await using user = await SandboxUser.start({}, first.folder);
  expect(errorOf(await user.sendHello()).code).toBe(132015);
  await user.request('POST', '/_sandbox/clock', { advance_seconds: 3 * 3600 + 1 });
  expect((await user.sendHello()).status).toBe(200);
});

it('unpauses by hand', async () => {
  await using user = await SandboxUser.start();
  const answer = await user.request('PATCH', '/_sandbox/templates/hello_world', { quality: 'RED' });
  const { id } = answer.read<{ id: string }>();
  expect((await user.graph('POST', `/${id}/unpause`)).json).toEqual({ success: true });
  expect((await user.graph('POST', `/${id}/unpause`)).json).toMatchObject({ success: false });
  expect((await user.sendHello()).status).toBe(200);
});

it('archives and brings back, and names what failed', async () => {
  await using user = await SandboxUser.start();
  await using receiver = await WebhookReceiver.listen(user);
  const { data } = (await user.graph('GET', `${pathOf(user)}?name=hello_world`)).read<{ data: { id: string }[] }>();
  const id = data[0]?.id ?? '';
  const archived = await user.graph('POST', `${pathOf(user)}/archive`, { hsm_ids: `${id},999` });
  expect(archived.json).toMatchObject({ archived_templates: [id], failed_templates: { 999: expect.any(String) } });
  expect(errorOf(await user.sendHello()).code).toBe(132001);
  const back = await user.graph('POST', `${pathOf(user)}/unarchive`, { hsm_ids: id });
  expect(back.json).toEqual({ unarchived_templates: [id], failed_templates: {} });
  expect((await user.sendHello()).status).toBe(200);
  const events = await eventually(() => {
    const values = receiver.values<{ event: string }>('message_template_status_update');
    return values.length === 2 ? values.map((value) => value.event) : undefined;
  });
  expect(events.toSorted()).toEqual(['ARCHIVED', 'UNARCHIVED']);
});

it('makes one-time-password templates in several languages, as their preview shows them', async () => {
  await using user = await SandboxUser.start();
  const components = [
    { type: 'BODY', add_security_recommendation: true },
    { type: 'FOOTER', code_expiration_minutes: 5 },
    { type: 'BUTTONS', buttons: [{ type: 'OTP', otp_type: 'COPY_CODE' }] },
  ];
  const wanted = { name: 'code', languages: ['en_US', 'de'], category: 'AUTHENTICATION', components };
  const made = await user.graph('POST', `/${user.account.waba_id}/upsert_message_templates`, wanted);
  const { data } = made.read<{ data: { id: string; status: string; language: string }[] }>();
  expect(data.map((each) => `${each.language} ${each.status}`)).toEqual(['en_US APPROVED', 'de APPROVED']);
  const preview = await user.graph(
    'GET',
    `/${user.account.waba_id}/message_template_previews?category=AUTHENTICATION&languages=de&add_security_recommendation=true&code_expiration_minutes=5&button_types=OTP`,
  );
  const [shown] = preview.read<{ data: { body: string; footer: string }[] }>().data;
  const { components: kept } = await nodeOf(user, data[1]?.id ?? '', 'components');
  expect(kept).toMatchObject([
    { type: 'BODY', text: shown?.body },
    { type: 'FOOTER', text: shown?.footer },
    { type: 'BUTTONS', buttons: [{ type: 'URL', otp_type: 'COPY_CODE', text: 'Code kopieren' }] },
  ]);
  const again = await user.graph('POST', `/${user.account.waba_id}/upsert_message_templates`, wanted);
  expect(again.read<{ data: { id: string }[] }>().data.map((each) => each.id)).toEqual(data.map((each) => each.id));
  const wrong = [{ type: 'BODY' }, { type: 'BUTTONS', buttons: [{ type: 'OTP', otp_type: 'ZERO_TAP' }] }];
  const refused = await user.graph('POST', pathOf(user), { ...wanted, language: 'en', components: wrong });
  expect(errorOf(refused).details).toContain('zero_tap_terms_accepted');
});

it('approves what comes from the library at once', async () => {
  await using user = await SandboxUser.start();
  const found = await user.graph('GET', `/message_template_library?search=delivery&topic=ORDER_MANAGEMENT`);
  expect(found.json).toMatchObject({ data: [{ name: 'delivery_update_1', category: 'UTILITY' }] });
  const made = await user.graph('POST', pathOf(user), {
    name: 'my_delivery',
    language: 'en_US',
    category: 'UTILITY',
    library_template_name: 'delivery_update_1',
    library_template_button_inputs: [
      {
        type: 'URL',
        url: { base_url: 'https://shop.example.com/{{1}}', url_suffix_example: 'https://shop.example.com/1' },
      },
      { type: 'PHONE_NUMBER', phone_number: '+15550783881' },
    ],
  });
  expect(made.json).toMatchObject({ status: 'APPROVED', category: 'UTILITY' });
  const unknown = { ...THANKS, library_template_name: 'nothing' };
  expect(errorOf(await user.graph('POST', pathOf(user), unknown)).code).toBe(100);
});

it('announces a correction of the category a day ahead, and then makes it', async () => {
  await using user = await SandboxUser.start();
  await using receiver = await WebhookReceiver.listen(user);
  await user.request('PATCH', '/_sandbox/templates/hello_world', { correct_category: 'MARKETING' });
  const notice = await eventually(() => receiver.values('template_category_update')[0]);
  expect(notice).toMatchObject({ new_category: 'UTILITY', correct_category: 'MARKETING' });
  await eventually(() => receiver.values('template_correct_category_detection')[0]);
  await user.request('POST', '/_sandbox/clock', { advance_seconds: 86_401 });
  const done = await eventually(() => receiver.values('template_category_update')[1]);
  expect(done).toMatchObject({ previous_category: 'UTILITY', new_category: 'MARKETING' });
});

it('takes only handles of uploads as examples, if it is told to', async () => {
  await using user = await SandboxUser.start({ template_handles: 'known' });
  const withHandle = (handle: string) => ({
    ...THANKS,
    components: [BODY, { type: 'HEADER', format: 'IMAGE', example: { header_handle: [handle] } }],
  });
  const refused = await user.graph('POST', pathOf(user), withHandle('4::aW1h'));
  expect(errorOf(refused).details).toContain('header_handle');
  const start = await user.graph('POST', `/${user.account.app_id}/uploads?file_length=3&file_type=image/png`);
  const { id } = start.read<{ id: string }>();
  const { h } = (
    await user.request('POST', `/${id}`, Buffer.from('abc'), {
      authorization: `OAuth ${user.account.access_token}`,
      'content-type': 'application/octet-stream',
    })
  ).read<{ h: string }>();
  expect((await user.graph('POST', pathOf(user), withHandle(h))).status).toBe(200);
});

it('has room for so many templates, and for so many new ones in an hour', async () => {
  await using user = await SandboxUser.start({ limits: 'on', template_count_limit: 6 });
  await create(user);
  const full = await user.graph('POST', pathOf(user), { ...THANKS, name: 'one_more' });
  expect(errorOf(full)).toMatchObject({ code: 100, subcode: 2388019 });
  await user.request('POST', '/_sandbox/settings', { template_count_limit: 250, template_creations_per_hour: 1 });
  const fast = await user.graph('POST', pathOf(user), { ...THANKS, name: 'one_more' });
  expect(errorOf(fast).code).toBe(80007);
  await user.request('POST', '/_sandbox/clock', { advance_seconds: 3601 });
  expect((await user.graph('POST', pathOf(user), { ...THANKS, name: 'one_more' })).status).toBe(200);
});
