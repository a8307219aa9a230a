import { expect, it } from 'vitest';
import type { Settings } from '#control/settings.ts';
import type { PersonSwitches } from '#people/people.ts';
import { SandboxUser, errorOf, eventually, idOf } from '#testing/sandbox-user.ts';
import { WebhookReceiver } from '#testing/webhook-receiver.ts';

const ADA = '+15550001111';
const TEXT = { type: 'text', text: { body: 'x' } };
const SALE = {
  name: 'autumn_sale',
  language: { code: 'en' },
  components: [
    { type: 'header', parameters: [{ type: 'image', image: { link: 'https://example.com/a.png' } }] },
    { type: 'body', parameters: ['Ada', '20 %'].map((text) => ({ type: 'text', text })) },
    { type: 'button', sub_type: 'copy_code', index: 2, parameters: [{ type: 'coupon_code', coupon_code: '20OFF' }] },
  ],
};
const MARKETING = { type: 'template', template: SALE };

function change(user: SandboxUser, who: string, switches: PersonSwitches) {
  return user.request('PATCH', `/_sandbox/people/${encodeURIComponent(who)}`, switches);
}

function set(user: SandboxUser, settings: Partial<Settings>) {
  return user.request('POST', '/_sandbox/settings', settings);
}

function advance(user: SandboxUser, seconds: number) {
  return user.request('POST', '/_sandbox/clock', { advance_seconds: seconds });
}

/** The last status of a message, once it has come to its first end. */
async function endOf(user: SandboxUser, message: Record<string, unknown>): Promise<string> {
  const wamid = idOf(await user.send(message));
  return eventually(async () => (await user.statusesOf(wamid)).find((status) => status !== 'sent'));
}

it.each<[string, PersonSwitches, Record<string, unknown>, string]>([
  ['somebody who is not on WhatsApp', { on_whatsapp: false }, TEXT, 'failed 131026'],
  ['somebody who blocked the business', { blocked: true }, TEXT, 'failed 131026'],
  ['an old app, of a text', { old_client: true }, TEXT, 'delivered'],
  [
    'an old app, of a newer kind',
    { old_client: true },
    { type: 'interactive', interactive: catalog() },
    'failed 131026',
  ],
  ['marketing to somebody who stopped it', { marketing_opted_out: true }, MARKETING, 'failed 131050'],
  ['a text to somebody who stopped marketing', { marketing_opted_out: true }, TEXT, 'delivered'],
  ['marketing to somebody in an experiment', { in_experiment: true }, MARKETING, 'failed 130472'],
  ['marketing under the rule of the United States', { us_number_rule: true }, MARKETING, 'failed 131049'],
  ['a message for another phone', {}, { ...TEXT, recipient_identity_key_hash: 'DF2lS5v2W6x=' }, 'failed 137000'],
  [
    'a reaction to nothing',
    {},
    { type: 'reaction', reaction: { message_id: 'wamid.none', emoji: '👍' } },
    'failed 131009',
  ],
  ['an address form outside India', {}, { type: 'interactive', interactive: addressForm() }, 'failed 1026'],
  ['the step of an unknown order', {}, { type: 'interactive', interactive: orderStep('shipped') }, 'failed 2046'],
])('tells the end of %s', async (_name, switches, message, end) => {
  await using user = await SandboxUser.start({ service_window: 'off' });
  await change(user, ADA, switches);
  expect(await endOf(user, message)).toBe(end);
});

function catalog() {
  return { type: 'catalog_message', body: { text: 'x' }, action: { name: 'catalog_message' } };
}

function addressForm() {
  const action = { name: 'address_message', parameters: { country: 'IN' } };
  return { type: 'address_message', body: { text: 'x' }, action };
}

function orderStep(status: string) {
  const parameters = { reference_id: 'none', order: { status } };
  return { type: 'order_status', body: { text: 'x' }, action: { name: 'review_order', parameters } };
}

it('delivers to a phone whose identity hash was named', async () => {
  await using user = await SandboxUser.start({ service_window: 'off' });
  await change(user, ADA, { identity_key_hash: 'DF2lS5v2W6x=' });
  expect(await endOf(user, { ...TEXT, recipient_identity_key_hash: 'DF2lS5v2W6x=' })).toBe('delivered');
});

it('keeps marketing from numbers of the United States, if told so, and not from those of Canada', async () => {
  await using user = await SandboxUser.start({ us_marketing: 'paused' });
  expect(await endOf(user, { ...MARKETING, to: '+12025550123' })).toBe('failed 131049');
  expect(await endOf(user, { ...MARKETING, to: '+14165550123' })).toBe('delivered');
  expect(await endOf(user, { ...MARKETING, to: '+4915112345678' })).toBe('delivered');
});

it('drops a one-time code that found no phone for ten minutes, and tells nothing of it', async () => {
  await using user = await SandboxUser.start();
  await using receiver = await WebhookReceiver.listen(user);
  await change(user, ADA, { online: false });
  const code = { type: 'text', text: '1234' };
  const components = [
    { type: 'body', parameters: [code] },
    { type: 'button', sub_type: 'url', index: 0, parameters: [code] },
  ];
  const template = { name: 'login_code', language: { code: 'en_US' }, components };
  const dropped = idOf(await user.send({ type: 'template', template }));
  const kept = idOf(await user.sendHello());
  await eventually(async () => ((await user.statusesOf(kept)).includes('sent') ? true : undefined));
  await eventually(async () => ((await user.statusesOf(dropped)).includes('sent') ? true : undefined));
  await advance(user, 601);
  await eventually(async () => ((await user.statusesOf(dropped)).includes('expired') ? true : undefined));
  await change(user, ADA, { online: true });
  await eventually(async () => ((await user.statusesOf(kept)).includes('delivered') ? true : undefined));
  const told = await eventually(() =>
    receiver.elements('statuses').length >= 3 ? receiver.elements('statuses') : undefined,
  );
  expect(told.filter((status) => status['id'] === dropped).map((status) => status['status'])).toEqual(['sent']);
});

it('tells that a voice message was played, after it was read', async () => {
  await using user = await SandboxUser.start({ service_window: 'off' });
  const audio = { link: 'https://example.com/a.ogg', voice: true };
  const wamid = idOf(await user.send({ type: 'audio', audio }));
  const play = (message_id: string) => user.request('POST', `/_sandbox/people/${ADA}/played`, { message_id });
  await eventually(async () => ((await user.statusesOf(wamid)).includes('delivered') ? true : undefined));
  expect((await play(wamid)).status).toBe(200);
  expect(await user.statusesOf(wamid)).toEqual(['sent', 'delivered', 'read', 'played']);
  expect((await play('wamid.none')).status).toBe(400);
});

it('makes three days free once the business has answered somebody from an advertisement', async () => {
  await using user = await SandboxUser.start({ free_service_messages: 0 });
  await using receiver = await WebhookReceiver.listen(user);
  const types = async (message: Record<string, unknown>) => {
    const wamid = idOf(await user.send(message));
    const statuses = () => receiver.elements('statuses').filter((status) => status['id'] === wamid);
    return eventually(() => {
      const delivered = statuses().find((status) => status['status'] === 'delivered');
      return delivered && { pricing: delivered['pricing'], conversation: delivered['conversation'] };
    });
  };
  await user.write(ADA, TEXT);
  expect(await types(TEXT)).toEqual({ pricing: expect.objectContaining({ billable: true, category: 'service' }) });
  await user.write(ADA, { ...TEXT, referral: { source_type: 'ad', source_id: '1', source_url: 'https://fb.me/1' } });
  const free = {
    pricing: { billable: false, pricing_model: 'PMP', type: 'free_entry_point', category: 'referral_conversion' },
    conversation: { id: expect.any(String), origin: { type: 'referral_conversion' } },
  };
  expect(await types(TEXT)).toEqual(free);
  await advance(user, 71 * 3600);
  expect(await types(MARKETING)).toEqual(free);
  await advance(user, 2 * 3600);
  expect(await types(MARKETING)).toEqual({
    pricing: expect.objectContaining({ billable: true, category: 'marketing' }),
  });
});

it('gives a number its free service messages for a month, and then charges', async () => {
  await using user = await SandboxUser.start({ free_service_messages: 1, service_window: 'off' });
  await using receiver = await WebhookReceiver.listen(user);
  const billableOf = async () => {
    const wamid = idOf(await user.send(TEXT));
    return eventually(() => {
      const told = receiver.elements('statuses').find((each) => each['id'] === wamid && each['status'] === 'delivered');
      return told && (told['pricing'] as unknown as { billable: boolean }).billable;
    });
  };
  expect([await billableOf(), await billableOf()]).toEqual([false, true]);
  await advance(user, 32 * 86_400);
  expect(await billableOf()).toBe(false);
});

it('fails what costs something when there is no method of payment', async () => {
  await using user = await SandboxUser.start({ payment_method: false });
  expect(await endOf(user, MARKETING)).toBe('failed 131042');
  await user.write(ADA, TEXT);
  expect(await endOf(user, TEXT)).toBe('delivered');
});

it('reaches as many people in a day as the limit allows, those who wrote not counted', async () => {
  await using user = await SandboxUser.start({ limits: 'on', messaging_limit: 2 });
  const hello = (to: string) =>
    endOf(user, { to, type: 'template', template: { name: 'hello_world', language: { code: 'en_US' } } });
  expect(await hello('+15550000001')).toBe('delivered');
  expect(await hello('+15550000002')).toBe('delivered');
  expect(await hello('+15550000003')).toBe('failed 131048');
  expect(await hello('+15550000001')).toBe('delivered');
  await user.write('+15550000004', TEXT);
  expect(await hello('+15550000004')).toBe('delivered');
  await set(user, { messaging_limit_answer: 'synchronous', messaging_limit_error: 130429 });
  expect(errorOf(await user.sendHello({ to: '+15550000003' })).code).toBe(130429);
  await advance(user, 86_400);
  expect((await user.sendHello({ to: '+15550000003' })).status).toBe(200);
});

it('withholds marketing above the measure of one person until a day has passed or the person writes', async () => {
  await using user = await SandboxUser.start({ limits: 'on', marketing_per_person: 1, pair_burst: 100 });
  expect(await endOf(user, MARKETING)).toBe('delivered');
  expect(await endOf(user, MARKETING)).toBe('failed 131049');
  await user.write(ADA, TEXT);
  expect(await endOf(user, MARKETING)).toBe('delivered');
  expect(await endOf(user, { ...MARKETING, to: '+4915112345678' })).toBe('delivered');
  expect(await endOf(user, { ...MARKETING, to: '+4915112345678' })).toBe('delivered');
  await advance(user, 86_401);
  expect(await endOf(user, MARKETING)).toBe('delivered');
});

it('drops what waited for thirty days when the phone comes back, and can tell it', async () => {
  await using user = await SandboxUser.start({ expired_messages: 'failed' });
  await change(user, ADA, { online: false });
  const wamid = idOf(await user.sendHello());
  await eventually(async () => ((await user.statusesOf(wamid)).includes('sent') ? true : undefined));
  await advance(user, 31 * 86_400);
  await change(user, ADA, { online: true });
  expect(await eventually(async () => (await user.statusesOf(wamid))[1])).toBe('failed 131026');
});

it('names the key of a phone to a number that checks it, and keeps messages to that key', async () => {
  await using user = await SandboxUser.start({ service_window: 'off' });
  await using receiver = await WebhookReceiver.listen(user);
  const settings = { user_identity_change: { enable_identity_key_check: true } };
  expect((await user.graph('POST', `/${user.account.phone_number_id}/settings`, settings)).status).toBe(200);
  await user.write(ADA, TEXT);
  const hash = await eventually(() => receiver.elements('contacts')[0]?.['identity_key_hash'] as string | undefined);
  const bound = { ...TEXT, recipient_identity_key_hash: hash };
  expect(await endOf(user, bound)).toBe('delivered');
  const told = await eventually(() => receiver.elements('statuses').find((each) => each['status'] === 'delivered'));
  expect(told['recipient_identity_key_hash']).toBe(hash);
  await change(user, ADA, { identity_key_hash: 'bmV3IHBob25l' });
  expect(await endOf(user, bound)).toBe('failed 137000');
});

it('holds what is sent while a template is assessed, and lets it go or drops it afterwards', async () => {
  await using user = await SandboxUser.start();
  const assess = (pacing: string) => user.request('PATCH', '/_sandbox/templates/hello_world', { pacing });
  const hold = async () => {
    expect((await assess('holding')).status).toBe(200);
    const answer = await user.sendHello();
    expect(answer.json).toMatchObject({ messages: [{ message_status: 'held_for_quality_assessment' }] });
    return idOf(answer);
  };
  const released = await hold();
  expect(await user.statusesOf(released)).toEqual([]);
  await assess('released');
  await eventually(async () => ((await user.statusesOf(released)).includes('delivered') ? true : undefined));
  const dropped = await hold();
  await assess('dropped');
  expect(await eventually(async () => (await user.statusesOf(dropped))[0])).toBe('failed 132015');
  expect(errorOf(await user.sendHello()).code).toBe(132015);
});

it('keeps a held message over a restart', async () => {
  const first = await SandboxUser.start();
  await first.request('PATCH', '/_sandbox/templates/hello_world', { pacing: 'holding' });
  const wamid = idOf(await first.sendHello());
  await first.stop();
  await using second = await SandboxUser.start({}, first.folder);
  expect(await second.statusesOf(wamid)).toEqual([]);
  await second.request('PATCH', '/_sandbox/templates/hello_world', { pacing: 'released' });
  await eventually(async () => ((await second.statusesOf(wamid)).includes('delivered') ? true : undefined));
});
