import { expect, it } from 'vitest';
import type { Settings } from '#control/settings.ts';
import { SandboxUser, errorOf, eventually, idOf } from '#testing/sandbox-user.ts';
import { WebhookReceiver } from '#testing/webhook-receiver.ts';

const parameters = ['Ada', '20 %'].map((text) => ({ type: 'text', text }));
const SALE = {
  name: 'autumn_sale',
  language: { code: 'en' },
  components: [
    { type: 'header', parameters: [{ type: 'image', image: { link: 'https://example.com/a.png' } }] },
    { type: 'body', parameters },
    { type: 'button', sub_type: 'copy_code', index: 2, parameters: [{ type: 'coupon_code', coupon_code: '20OFF' }] },
  ],
};
const HELLO = { name: 'hello_world', language: { code: 'en_US' } };

function market(user: SandboxUser, message: Record<string, unknown>) {
  return user.graph('POST', `/v24.0/${user.account.phone_number_id}/marketing_messages`, {
    messaging_product: 'whatsapp',
    to: '+15550001111',
    ...message,
  });
}

function change(user: SandboxUser, settings: Partial<Settings>) {
  return user.request('POST', '/_sandbox/settings', settings);
}

it('sends marketing templates by their own endpoint and bills them as marketing_lite', async () => {
  await using user = await SandboxUser.start();
  await using receiver = await WebhookReceiver.listen(user);
  const more = { product_policy: 'STRICT', message_activity_sharing: true };
  const answer = await market(user, { type: 'template', template: SALE, ...more });
  expect(answer.status, answer.text).toBe(200);
  const told = await eventually(() =>
    receiver.elements('statuses').length === 2 ? receiver.elements('statuses') : undefined,
  );
  const pricing = { billable: true, pricing_model: 'PMP', type: 'regular', category: 'marketing_lite' };
  expect(told.map((status) => status['pricing'])).toEqual([pricing, pricing]);
  expect((await user.ledger()).map((entry) => [entry.endpoint, entry.outcome])).toEqual([
    ['marketing_messages', 'accepted'],
  ]);
});

it('refuses by that endpoint what is no marketing, and marketing that must go by it elsewhere', async () => {
  await using user = await SandboxUser.start();
  const codeOf = async (message: Record<string, unknown>) => errorOf(await market(user, message)).code;
  expect(await codeOf({ type: 'text', text: { body: 'x' } })).toBe(131055);
  expect(await codeOf({ type: 'template', template: HELLO })).toBe(134100);
  expect(await codeOf({ type: 'template', template: SALE, product_policy: 'LOOSE' })).toBe(100);
  await change(user, { marketing_api: 'not_onboarded' });
  expect(await codeOf({ type: 'template', template: SALE })).toBe(134102);
  await change(user, { marketing_on_cloud_api: 'off' });
  expect(errorOf(await user.send({ type: 'template', template: SALE })).code).toBe(131063);
  expect((await user.sendHello()).status).toBe(200);
});

it('takes up a message of that endpoint after a restart', async () => {
  const first = await SandboxUser.start({ delay_factor: 1000 });
  const wamid = idOf(await market(first, { type: 'template', template: SALE }));
  await first.stop();
  await using second = await SandboxUser.start({ delay_factor: 0 }, first.folder);
  await eventually(async () => ((await second.statusesOf(wamid)).includes('delivered') ? true : undefined));
});

it('lets a new template rest until it is known there, and keeps one with a highest price from elsewhere', async () => {
  await using user = await SandboxUser.start();
  const definition = {
    name: 'spring',
    language: 'en_US',
    category: 'MARKETING',
    bid_spec: { bid_amount: 100, bid_strategy: 'LOWEST_COST_WITH_BID_CAP' },
    components: [{ type: 'BODY', text: 'Spring is here and so are we.' }],
  };
  const created = await user.graph('POST', `/v24.0/${user.account.waba_id}/message_templates`, definition);
  expect(created.status, created.text).toBe(200);
  const message = { type: 'template', template: { name: 'spring', language: { code: 'en_US' } } };
  const code = await eventually(async () => {
    const found = errorOf(await market(user, message)).code;
    return found === 132001 ? undefined : found;
  });
  expect(code).toBe(134101);
  expect(errorOf(await user.send(message)).code).toBe(131061);
  await user.request('POST', '/_sandbox/clock', { advance_seconds: 600 });
  expect((await market(user, message)).status).toBe(200);
});

it('sends a GIF by its own endpoint only, where it is shown as a video', async () => {
  await using user = await SandboxUser.start({ marketing_sync_seconds: 0 });
  const definition = {
    name: 'moving',
    language: 'en_US',
    category: 'MARKETING',
    components: [
      { type: 'HEADER', format: 'GIF', example: { header_handle: ['4::aW1hZ2U='] } },
      { type: 'BODY', text: 'This moves, and so do we.' },
    ],
  };
  const created = await user.graph('POST', `/v24.0/${user.account.waba_id}/message_templates`, definition);
  expect(created.status, created.text).toBe(200);
  await user.request('PATCH', '/_sandbox/templates/moving', { status: 'APPROVED' });
  const gif = { link: 'https://example.com/a.mp4' };
  const components = [{ type: 'header', parameters: [{ type: 'gif', gif }] }];
  const message = { type: 'template', template: { name: 'moving', language: { code: 'en_US' }, components } };
  expect(errorOf(await user.send(message)).code).toBe(131055);
  expect((await market(user, message)).status).toBe(200);
  const path = `/_sandbox/people/+15550001111/chats/${user.account.phone_number_id}/messages`;
  const { data } = (await user.request('GET', path)).read<{ data: { rendered: { header: object } }[] }>();
  expect(data.at(-1)?.rendered.header).toEqual({ type: 'video', video: gif });
});

it('keeps to the lifetime of a marketing template by that endpoint only', async () => {
  await using user = await SandboxUser.start();
  const name = 'short_news';
  const made = await user.graph('POST', `/${user.account.waba_id}/message_templates`, {
    name,
    language: 'en_US',
    category: 'MARKETING',
    message_send_ttl_seconds: 43_200,
    components: [{ type: 'BODY', text: 'Our new collection is there.' }],
  });
  expect(made.status, made.text).toBe(200);
  await user.request('PATCH', `/_sandbox/templates/${name}`, { status: 'APPROVED' });
  await change(user, { marketing_sync_seconds: 0 });
  const offline = { phone: '+15550004444', online: false };
  await user.request('POST', '/_sandbox/people', offline);
  const message = { to: offline.phone, type: 'template', template: { name, language: { code: 'en_US' } } };
  const short = idOf(await market(user, message));
  const long = idOf(await user.send(message));
  await eventually(async () => ((await user.statusesOf(long)).length === 1 ? true : undefined));
  await user.request('POST', '/_sandbox/clock', { advance_seconds: 43_300 });
  await eventually(async () => ((await user.statusesOf(short)).includes('expired') ? true : undefined));
  await user.request('PATCH', `/_sandbox/people/${encodeURIComponent(offline.phone)}`, { online: true });
  await eventually(async () => ((await user.statusesOf(long)).includes('delivered') ? true : undefined));
  expect(await user.statusesOf(short)).toEqual(['sent', 'expired']);
});
