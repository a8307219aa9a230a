import { expect, it } from 'vitest';
import { SandboxUser, errorOf, eventually, idOf } from '#testing/sandbox-user.ts';
import { intervalOf } from './analytics.ts';

async function delivered(user: SandboxUser, wamid: string): Promise<void> {
  await eventually(async () => ((await user.statusesOf(wamid)).includes('delivered') ? true : undefined));
}

it('counts what really happened: sent, delivered, read, tapped and paid', async () => {
  await using user = await SandboxUser.start();
  const reminder = {
    type: 'template',
    template: {
      name: 'appointment_reminder',
      language: { code: 'en_US' },
      components: [
        {
          type: 'body',
          parameters: ['first_name', 'day', 'time'].map((name) => ({ type: 'text', parameter_name: name, text: 'x' })),
        },
      ],
    },
  };
  const wamid = idOf(await user.send(reminder));
  await delivered(user, wamid);
  await user.request('POST', `/_sandbox/people/15550001111/chats/${user.account.phone_number_id}/read`, {});
  await user.write('+15550001111', {
    type: 'button',
    button: { payload: 'Yes', text: 'Yes' },
    context: { message_id: wamid },
  });
  await user.request('POST', '/_sandbox/people', { phone: '+15550003333', on_whatsapp: false });
  const failed = idOf(await user.sendHello({ to: '+15550003333' }));
  await eventually(async () => ((await user.statusesOf(failed)).includes('failed 131026') ? true : undefined));

  const now = Math.floor(Date.now() / 1000);
  const span = `start(${now - 86_400}).end(${now + 86_400})`;
  const { waba_id: wabaId } = user.account;
  const { data } = (await user.graph('GET', `/${wabaId}/message_templates?name=appointment_reminder`)).read<{
    data: { id: string }[];
  }>();
  const id = data[0]?.id ?? '';
  const template = await user.graph(
    'GET',
    `/${wabaId}/template_analytics?start=${now - 86_400}&end=${now + 86_400}&granularity=DAILY&template_ids=[${id}]`,
  );
  const points = template.read<{ data: { data_points: Record<string, unknown>[] }[] }>().data[0]?.data_points;
  expect(points).toMatchObject([
    {
      template_id: id,
      sent: 1,
      delivered: 1,
      read: 1,
      clicked: [{ type: 'quick_reply_button', button_content: 'Yes', count: 1 }],
      cost: [{ type: 'amount_spent', value: 0.02 }, { type: 'cost_per_delivered' }],
    },
  ]);
  const total = await user.graph('GET', `/${wabaId}?fields=id,analytics.${span}.granularity(DAY)`);
  expect(total.json).toMatchObject({ id: wabaId, analytics: { data_points: [{ sent: 1, delivered: 1 }] } });
  const conversations = await user.graph(
    'GET',
    `/${wabaId}?fields=conversation_analytics.${span}.granularity(DAILY).dimensions(["CONVERSATION_CATEGORY"])`,
  );
  expect(conversations.json).toMatchObject({
    conversation_analytics: { data: [{ data_points: [{ conversation_category: 'UTILITY', conversation: 1 }] }] },
  });
  const pricing = await user.graph(
    'GET',
    `/${wabaId}?fields=pricing_analytics.${span}.granularity(DAILY).dimensions(["PRICING_CATEGORY","COUNTRY"])`,
  );
  expect(pricing.json).toMatchObject({
    pricing_analytics: {
      data: [{ data_points: [{ pricing_category: 'UTILITY', country: 'US', volume: 1, cost: 0.02 }] }],
    },
  });
});

it('compares two templates by their sends and by who blocked the business afterwards', async () => {
  await using user = await SandboxUser.start();
  const list = await user.graph('GET', `/${user.account.waba_id}/message_templates?fields=name`);
  const { data } = list.read<{ data: { id: string; name: string }[] }>();
  const idOfName = (name: string) => data.find((template) => template.name === name)?.id ?? '';
  const [hello, other] = [idOfName('hello_world'), idOfName('login_code')];
  await delivered(user, idOf(await user.sendHello()));
  await user.request('PATCH', '/_sandbox/people/15550001111', { blocked: true });
  const now = Math.floor(Date.now() / 1000) + 60;
  const path = `/${hello}/compare?template_ids=[${other}]&end=${now}`;
  const compared = await user.graph('GET', `${path}&start=${now - 7 * 86_400}`);
  expect(compared.json).toMatchObject({
    data: [
      { metric: 'BLOCK_RATE', order_by_relative_metric: [other, hello] },
      {
        metric: 'MESSAGE_SENDS',
        number_values: [
          { key: hello, value: 1 },
          { key: other, value: 0 },
        ],
      },
      { metric: 'TOP_BLOCK_REASON' },
    ],
  });
  expect(errorOf(await user.graph('GET', `${path}&start=${now - 86_400}`)).code).toBe(100);
});

it('has no insights into templates before they are enabled', async () => {
  await using user = await SandboxUser.start();
  const { waba_id: wabaId } = user.account;
  await user.request('PATCH', `/_sandbox/wabas/${wabaId}`, { insights: false });
  const ask = () => user.graph('GET', `/${wabaId}/template_analytics?start=1&end=86401&template_ids=[1]`);
  expect(errorOf(await ask()).code).toBe(200007);
  await user.graph('POST', `/${wabaId}?is_enabled_for_insights=true`);
  expect((await ask()).json).toMatchObject({ data: [{ granularity: 'DAILY', data_points: [] }] });
});

it('refuses analytics without a span, and never gives the insights back', async () => {
  await using user = await SandboxUser.start();
  const path = `/${user.account.waba_id}`;
  expect(errorOf(await user.graph('GET', `${path}?fields=analytics.granularity(DAY)`)).code).toBe(100);
  expect(errorOf(await user.graph('POST', `${path}?is_enabled_for_insights=false`)).code).toBe(200006);
  expect((await user.graph('POST', `${path}?is_enabled_for_insights=true`)).json).toEqual({ id: user.account.waba_id });
});

it.each([
  ['HALF_HOUR', '2026-11-26T10:29:59Z', '2026-11-26T10:00:00Z', '2026-11-26T10:30:00Z'],
  ['DAY', '2026-11-26T23:59:59Z', '2026-11-26T00:00:00Z', '2026-11-27T00:00:00Z'],
  ['MONTH', '2024-02-29T12:00:00Z', '2024-02-01T00:00:00Z', '2024-03-01T00:00:00Z'],
] as const)('puts an instant in its %s', (granularity, at, start, end) => {
  const seconds = (text: string) => Temporal.Instant.from(text).epochMilliseconds / 1000;
  expect(intervalOf(Temporal.Instant.from(at).epochMilliseconds, granularity)).toEqual({
    start: seconds(start),
    end: seconds(end),
  });
});
