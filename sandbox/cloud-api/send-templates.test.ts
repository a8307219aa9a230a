import { afterAll, beforeAll, expect, it } from 'vitest';
import { SandboxUser, errorOf, eventually, idOf } from '#testing/sandbox-user.ts';

let user: SandboxUser;
const link = 'https://example.com/a.png';
const image = { type: 'image', image: { link } };
const example = { header_handle: ['4::aW1hZ2U='] };
const later = Date.now() + 86_400_000;

const DEFINITIONS: Record<string, { category?: string; components: object[] }> = {
  cards: {
    components: [
      { type: 'BODY', text: 'Hi {{1}}, look at these two for today', example: { body_text: [['Ada']] } },
      { type: 'CAROUSEL', cards: [cardDefinition('summer'), cardDefinition('winter')] },
    ],
  },
  offer: {
    components: [
      { type: 'HEADER', format: 'IMAGE', example },
      { type: 'LIMITED_TIME_OFFER', limited_time_offer: { text: 'Today only', has_expiration: true } },
      { type: 'BODY', text: 'Everything costs half until the clock is at zero.' },
      {
        type: 'BUTTONS',
        buttons: [
          { type: 'COPY_CODE', example: '50OFF' },
          { type: 'URL', text: 'Shop', url: 'https://example.com/{{1}}', example: ['https://example.com/a'] },
        ],
      },
    ],
  },
  shop: {
    components: [
      { type: 'BODY', text: 'Our whole shop is here for you.' },
      { type: 'BUTTONS', buttons: [{ type: 'CATALOG', text: 'View catalog' }] },
    ],
  },
  shelf: {
    components: [
      { type: 'HEADER', format: 'TEXT', text: 'Bread' },
      { type: 'BODY', text: 'What we baked for you this morning.' },
      { type: 'BUTTONS', buttons: [{ type: 'MPM', text: 'View items' }] },
    ],
  },
  form: {
    category: 'UTILITY',
    components: [
      { type: 'BODY', text: 'Please tell us when we may come.' },
      {
        type: 'BUTTONS',
        buttons: [{ type: 'FLOW', text: 'Begin', flow_id: '42', flow_action: 'navigate', navigate_screen: 'ONE' }],
      },
    ],
  },
  place: {
    category: 'UTILITY',
    components: [
      { type: 'HEADER', format: 'LOCATION' },
      { type: 'BODY', text: 'Your parcel waits for you here.' },
    ],
  },
  bill: {
    category: 'UTILITY',
    components: [
      { type: 'BODY', text: 'Your order is ready to be paid.' },
      { type: 'BUTTONS', buttons: [{ type: 'ORDER_DETAILS', text: 'Review and Pay' }] },
    ],
  },
};

function cardDefinition(path: string) {
  return {
    components: [
      { type: 'HEADER', format: 'IMAGE', example },
      { type: 'BODY', text: 'For {{1}} only, and only here', example: { body_text: [['Ada']] } },
      {
        type: 'BUTTONS',
        buttons: [
          { type: 'QUICK_REPLY', text: 'More' },
          { type: 'URL', text: 'Shop', url: `https://example.com/${path}/{{1}}`, example: ['https://example.com/a'] },
        ],
      },
    ],
  };
}

beforeAll(async () => {
  user = await SandboxUser.start({ service_window: 'off' });
  for (const [name, { category = 'MARKETING', components }] of Object.entries(DEFINITIONS)) {
    const definition = { name, language: 'en_US', category, components };
    const answer = await user.graph('POST', `/v24.0/${user.account.waba_id}/message_templates`, definition);
    expect(answer.status, answer.text).toBe(200);
  }
  await eventually(async () => {
    const { data } = (await user.request('GET', '/_sandbox/templates')).read<{ data: { status: string }[] }>();
    return data.every((template) => template.status === 'APPROVED') ? true : undefined;
  });
});
afterAll(() => user[Symbol.asyncDispose]());

function sendTemplate(name: string, components: object[], language = 'en_US') {
  return user.send({ type: 'template', template: { name, language: { code: language }, components } });
}

const texts = (...values: string[]) => values.map((text) => ({ type: 'text', text }));
const button = (sub_type: string, index: number, ...parameters: object[]) => ({
  type: 'button',
  sub_type,
  index: String(index),
  parameters,
});
const card = (card_index: number, end: string, ...more: object[]) => ({
  card_index,
  components: [
    { type: 'header', parameters: [image] },
    { type: 'body', parameters: texts('Ada') },
    button('url', 1, { type: 'text', text: end }),
    ...more,
  ],
});
const cards = (...list: object[]) => [
  { type: 'body', parameters: texts('Ada') },
  { type: 'carousel', cards: list },
];
const offer = (expiration_time_ms: number) => ({
  type: 'limited_time_offer',
  parameters: [{ type: 'limited_time_offer', limited_time_offer: { expiration_time_ms } }],
});
const offerWith = (...components: object[]) => [{ type: 'header', parameters: [image] }, ...components];
const coupon = button('copy_code', 0, { type: 'coupon_code', coupon_code: '50OFF' });
const shopLink = button('url', 1, { type: 'text', text: 'half' });
const action = (sub_type: string, value: object) => button(sub_type, 0, { type: 'action', action: value });
const shelf = (sections: object[]) => action('mpm', { thumbnail_product_retailer_id: 'p1', sections });
const product = { product_retailer_id: 'p1' };
const money = (value: number) => ({ value, offset: 100 });
const order = {
  reference_id: 'ORD-7',
  type: 'digital-goods',
  currency: 'INR',
  payment_type: 'upi',
  payment_configuration: 'shop',
  total_amount: money(100),
  order: {
    status: 'pending',
    items: [{ retailer_id: 's', name: 'Song', amount: money(100), quantity: 1 }],
    subtotal: money(100),
    tax: money(0),
  },
};

it('draws cards, each with its own picture, text and buttons', async () => {
  const more = button('quick_reply', 0, { type: 'payload', payload: 'more' });
  const rendered = await drawn(await sendTemplate('cards', cards(card(0, 'a', more), card(1, 'b'))));
  expect(rendered).toMatchObject({ body: 'Hi Ada, look at these two for today' });
  expect(rendered['cards']).toEqual([
    {
      header: image,
      body: 'For Ada only, and only here',
      footer: null,
      buttons: [
        { type: 'quick_reply', text: 'More', payload: 'more' },
        { type: 'url', text: 'Shop', url: 'https://example.com/summer/a' },
      ],
    },
    expect.objectContaining({
      buttons: [expect.anything(), expect.objectContaining({ url: 'https://example.com/winter/b' })],
    }),
  ]);
});

it('draws an offer with its end, and where a tap on it leads', async () => {
  const tap = {
    type: 'tap_target_configuration',
    parameters: [
      { type: 'tap_target_configuration', tap_target_configuration: [{ url: 'https://example.com/', title: 'Shop' }] },
    ],
  };
  const rendered = await drawn(await sendTemplate('offer', offerWith(offer(later), coupon, shopLink, tap)));
  expect(rendered).toMatchObject({
    limited_time_offer: { text: 'Today only', expiration_time_ms: later },
    tap_target: { url: 'https://example.com/', title: 'Shop' },
    buttons: [{ code: '50OFF' }, { url: 'https://example.com/half' }],
  });
});

it('draws the buttons that open a catalog, products, a flow and an order', async () => {
  const sections = [{ title: 'Rye', product_items: [product] }];
  const location = { latitude: 52.5, longitude: 13.4, name: 'Shop', address: 'A 1' };
  const sends: [string, object[], object][] = [
    ['shop', [], { buttons: [{ type: 'catalog', text: 'View catalog' }] }],
    [
      'shop',
      [action('catalog', { thumbnail_product_retailer_id: 'p1' })],
      { buttons: [{ thumbnail_product_retailer_id: 'p1' }] },
    ],
    ['shelf', [shelf(sections)], { buttons: [{ type: 'mpm', sections }] }],
    [
      'form',
      [action('flow', { flow_token: 't', flow_action_data: { a: 1 } })],
      { buttons: [{ flow_id: '42', flow_token: 't' }] },
    ],
    ['place', [{ type: 'header', parameters: [{ type: 'location', location }] }], { header: { location } }],
    [
      'bill',
      [action('order_details', { order_details: order })],
      { buttons: [{ type: 'order_details', order_details: order }] },
    ],
  ];
  for (const [name, components, expected] of sends) {
    expect(await drawn(await sendTemplate(name, components)), name).toMatchObject(expected);
  }
});

it.each<[string, string, object[], number]>([
  ['a carousel without its cards', 'cards', [{ type: 'body', parameters: texts('Ada') }], 132000],
  ['a card too many', 'cards', cards(card(0, 'a'), card(1, 'b'), card(2, 'c')), 132000],
  [
    'a card without its link',
    'cards',
    cards(card(0, 'a'), { card_index: 1, components: card(1, 'b').components.slice(0, 2) }),
    131008,
  ],
  [
    'a card with a text too many',
    'cards',
    cards(card(0, 'a'), {
      card_index: 1,
      components: [...card(1, 'b').components.slice(0, 1), { type: 'body', parameters: texts('a', 'b') }],
    }),
    132000,
  ],
  [
    'a card of 161 characters',
    'cards',
    cards(card(0, 'a'), {
      card_index: 1,
      components: [
        card(1, 'b').components[0] ?? {},
        { type: 'body', parameters: texts('x'.repeat(150)) },
        card(1, 'b').components[2] ?? {},
      ],
    }),
    132005,
  ],
  ['cards out of order', 'cards', cards(card(1, 'a'), card(0, 'b')), 100],
  ['cards for a template without', 'shop', cards(card(0, 'a'), card(1, 'b')).slice(1), 132018],
  ['an offer without its end', 'offer', offerWith(coupon, shopLink), 132000],
  ['an offer that is over', 'offer', offerWith(offer(1), coupon, shopLink), 131009],
  ['an offer for a template without', 'shop', [offer(later)], 132018],
  [
    'a code of 16 characters beside an offer',
    'offer',
    offerWith(offer(later), shopLink, button('copy_code', 0, { type: 'coupon_code', coupon_code: 'x'.repeat(16) })),
    100,
  ],
  [
    'a link that gets too long',
    'offer',
    offerWith(offer(later), coupon, button('url', 1, { type: 'text', text: 'x'.repeat(2000) })),
    132005,
  ],
  ['products without their button', 'shelf', [], 131008],
  [
    '31 products',
    'shelf',
    [
      shelf([
        { title: 'A', product_items: Array.from({ length: 30 }, () => product) },
        { title: 'B', product_items: [product] },
      ]),
    ],
    131009,
  ],
  ['a flow without its button', 'form', [], 131008],
  ['a button of another kind', 'form', [action('catalog', {})], 132018],
  ['a text for a location', 'place', [{ type: 'header', parameters: texts('here') }], 132012],
  [
    'an order that does not add up',
    'bill',
    [action('order_details', { order_details: { ...order, total_amount: money(99) } })],
    131009,
  ],
  ['a component twice', 'shop', [{ type: 'body' }, { type: 'body' }], 132018],
  ['an unknown component', 'shop', [{ type: 'limerick' }], 100],
  ['a misspelt field', 'shop', [{ type: 'body', paramaters: [] }], 100],
  ['a tap without a link', 'shop', [{ type: 'tap_target_configuration', parameters: [] }], 132018],
])('refuses %s', async (_name, template, components, code) => {
  const answer = await sendTemplate(template, components);
  expect(answer.status, answer.text).not.toBe(200);
  expect(errorOf(answer).code).toBe(code);
});

it('refuses a name for a value of a template that counts its values', async () => {
  const parameters = [{ type: 'text', parameter_name: 'name', text: 'A-17' }];
  const answer = await sendTemplate('order_shipped', [{ type: 'header', parameters }]);
  expect(errorOf(answer).code).toBe(132012);
});

it.each([
  ['PAUSED', 132015],
  ['DISABLED', 132016],
  ['REJECTED', 132001],
  ['PENDING', 132001],
])('refuses a template that is %s', async (status, code) => {
  await using other = await SandboxUser.start();
  await other.request('PATCH', '/_sandbox/templates/hello_world', { status });
  expect(errorOf(await other.sendHello()).code).toBe(code);
});

it('sends a one-time code to a phone and not to a user id', async () => {
  const code = [{ type: 'body', parameters: texts('1234') }, button('url', 0, { type: 'text', text: '1234' })];
  const answer = await sendTemplate('login_code', code);
  expect(answer.status, answer.text).toBe(200);
  const { data } = (await user.request('GET', '/_sandbox/people')).read<{ data: { user_id: string }[] }>();
  const template = { name: 'login_code', language: { code: 'en_US' }, components: code };
  const toUser = await user.send({ to: undefined, recipient: data[0]?.user_id, type: 'template', template });
  expect(errorOf(toUser).code).toBe(131062);
  const long = [{ type: 'body', parameters: texts('1234') }, button('url', 0, { type: 'text', text: 'x'.repeat(16) })];
  expect(errorOf(await sendTemplate('login_code', long)).code).toBe(100);
  const wrong = [{ type: 'body', parameters: texts('x'.repeat(16)) }, ...code.slice(1)];
  expect(errorOf(await sendTemplate('login_code', wrong)).code).toBe(100);
});

async function drawn(answer: Awaited<ReturnType<SandboxUser['send']>>): Promise<Record<string, unknown>> {
  expect(answer.status, answer.text).toBe(200);
  const path = `/_sandbox/people/+15550001111/chats/${user.account.phone_number_id}/messages?limit=200`;
  const { data } = (await user.request('GET', path)).read<{
    data: { id: string; rendered: Record<string, unknown> }[];
  }>();
  const message = data.find((each) => each.id === idOf(answer));
  if (!message) throw new Error('The message is not in the chat');
  return message.rendered;
}
