import { afterAll, beforeAll, expect, it } from 'vitest';
import { SandboxUser, errorOf, eventually, idOf } from '#testing/sandbox-user.ts';

const INDIAN = '+919876543210';
let user: SandboxUser;

beforeAll(async () => {
  user = await SandboxUser.start({ service_window: 'off' });
});
afterAll(() => user[Symbol.asyncDispose]());

const link = 'https://example.com/a.png';
const body = { text: 'Look' };
const cta = (more: object = {}) => ({
  name: 'cta_url',
  parameters: { display_text: 'Open', url: 'https://example.com/', ...more },
});
const card = (card_index: number, more: object = {}) => ({
  card_index,
  type: 'cta_url',
  header: { type: 'image', image: { link } },
  body: { text: 'One\ntwo\nthree' },
  action: cta(),
  ...more,
});
const productCard = (card_index: number, catalog_id = 'c1') => ({
  card_index,
  type: 'product',
  action: { product_retailer_id: `p${card_index}`, catalog_id },
});
const money = (value: number) => ({ value, offset: 100 });
const item = (more: object = {}) => ({ retailer_id: 's', name: 'Bread', amount: money(1000), quantity: 2, ...more });
const order = (more: object = {}, inner: object = {}) => ({
  reference_id: 'ORD-1',
  type: 'physical-goods',
  currency: 'INR',
  payment_settings: [
    {
      type: 'payment_gateway',
      payment_gateway: { type: 'razorpay', configuration_name: 'shop', razorpay: { notes: {} } },
    },
  ],
  total_amount: money(2050),
  order: {
    status: 'pending',
    items: [item()],
    subtotal: money(2000),
    tax: money(100),
    shipping: money(50),
    discount: { ...money(100), discount_program_name: 'Friends' },
    ...inner,
  },
  ...more,
});
const orderMessage = (parameters: object) => ({
  type: 'order_details',
  body,
  action: { name: 'review_and_pay', parameters },
});
const orderStatus = (parameters: object) => ({
  type: 'order_status',
  body,
  action: { name: 'review_order', parameters: { reference_id: 'ORD-1', ...parameters } },
});
const flow = (more: object = {}) => ({
  type: 'flow',
  header: { type: 'document', document: { link, filename: 'a.pdf' } },
  body,
  footer: { text: 'F' },
  action: {
    name: 'flow',
    parameters: { flow_message_version: '3', flow_id: '42', flow_cta: 'Begin', ...more },
  },
});
const products = (count: number) => Array.from({ length: count }, (_, index) => ({ product_retailer_id: `p${index}` }));
const productList = (more: object = {}) => ({
  type: 'product_list',
  header: { type: 'text', text: 'Our bread' },
  body,
  action: { catalog_id: 'c1', sections: [{ product_items: products(30) }] },
  ...more,
});
const address = (parameters: object) => ({
  type: 'address_message',
  body,
  action: { name: 'address_message', parameters: { country: 'IN', ...parameters } },
});
const call = (parameters: object) => ({
  type: 'voice_call',
  body,
  action: { name: 'voice_call', parameters: { display_text: 'Call us', ...parameters } },
});

it.each([
  ['a link with a video above', { type: 'cta_url', header: { type: 'video', video: { link } }, body, action: cta() }],
  ['an address form', address({ values: { city: 'Pune' }, saved_addresses: [{ id: 'a', value: { city: 'Pune' } }] })],
  ['a flow', flow({ flow_action: 'navigate', flow_action_payload: { screen: 'ONE', data: { a: 1 } }, mode: 'draft' })],
  ['a product without a body', { type: 'product', action: { catalog_id: 'c1', product_retailer_id: 'p1' } }],
  ['thirty products', productList()],
  ['a catalog', { type: 'catalog_message', body, action: { name: 'catalog_message' } }],
  ['ten cards', { type: 'carousel', body, action: { cards: Array.from({ length: 10 }, (_, index) => card(index)) } }],
  ['two products as cards', { type: 'carousel', body, action: { cards: [productCard(0), productCard(1)] } }],
  ['a call button', call({ ttl_minutes: 43_200, payload: 'x'.repeat(512) })],
  ['a request to call', { type: 'call_permission_request', action: { name: 'call_permission_request' } }],
  ['a request for a contact', { type: 'request_contact_info', body, action: { name: 'request_contact_info' } }],
  ['an order to pay', orderMessage(order())],
  ['an order of Brazil', orderMessage(order(brazilian()))],
  ['the step of an order', orderStatus({ order: { status: 'shipped' }, payment: { status: 'captured' } })],
])('accepts %s and brings it to a phone', async (_name, interactive) => {
  const answer = await user.send({ to: INDIAN, type: 'interactive', interactive });
  expect(answer.status, answer.text).toBe(200);
  const statuses = await eventually(async () => {
    const found = await user.statusesOf(idOf(answer));
    return found.length === 2 ? found : undefined;
  });
  expect(statuses).toEqual(['sent', 'delivered']);
});

function brazilian() {
  const pix = { code: '0002', merchant_name: 'Padaria', key: 'a@example.com', key_type: 'EMAIL' };
  return {
    currency: 'BRL',
    payment_type: 'br',
    reference_id: 'x'.repeat(60),
    payment_settings: [{ type: 'pix_dynamic_code', pix_dynamic_code: pix }],
  };
}

it('accepts a contact with all that a contact can have', async () => {
  const contact = {
    name: { formatted_name: 'Bo Li', first_name: 'Bo', last_name: 'Li', prefix: 'Dr', suffix: 'Jr', middle_name: 'X' },
    phones: [{ phone: '+1 555 000 2222', type: 'CELL', wa_id: '15550002222' }],
    emails: [{ email: 'bo@example.com', type: 'WORK' }],
    urls: [{ url: 'https://example.com/', type: 'HOME' }],
    addresses: [{ street: 'A 1', city: 'B', state: 'C', zip: '1', country: 'US', country_code: 'us', type: 'HOME' }],
    org: { company: 'A', department: 'B', title: 'C' },
    birthday: '2000-02-29',
  };
  const message = (more: object) => ({ type: 'contacts', contacts: [{ ...contact, ...more }] });
  expect((await user.send(message({}))).status).toBe(200);
  expect(errorOf(await user.send(message({ birthday: '2001-02-29' }))).code).toBe(100);
  expect(errorOf(await user.send(message({ name: { first_name: 'Bo' } }))).code).toBe(131008);
  expect(errorOf(await user.send(message({ org: 'A' }))).code).toBe(100);
});

it.each([
  ['a footer of 61 characters', { ...flow(), footer: { text: 'x'.repeat(61) } }, 100],
  ['a header of 61 characters', productList({ header: { type: 'text', text: 'x'.repeat(61) } }), 100],
  ['a product list without a header', productList({ header: undefined }), 131008],
  ['31 products', productList({ action: { catalog_id: 'c1', sections: [{ product_items: products(31) }] } }), 131009],
  ['a picture above a product', { type: 'product', header: { type: 'image', image: { link } }, action: {} }, 100],
  ['a body of 1025 characters', { ...flow(), body: { text: 'x'.repeat(1025) } }, 100],
  ['a call label of 21 characters', call({ display_text: 'x'.repeat(21) }), 100],
  ['a call button for 30 days and a minute', call({ ttl_minutes: 43_201 }), 131009],
  ['an address form for another country', address({ country: 'US' }), 100],
  ['an address with an unknown field', address({ values: { planet: 'Mars' } }), 100],
  ['a flow with id and name', flow({ flow_name: 'x' }), 100],
  ['a flow of another version', flow({ flow_message_version: '2' }), 100],
  ['a flow without its label', flow({ flow_cta: undefined }), 131008],
  ['an empty payload of a flow', flow({ flow_action_payload: { screen: 'A', data: {} } }), 131009],
  ['an unknown action of a flow', flow({ flow_action: 'run' }), 100],
  ['one card', { type: 'carousel', body, action: { cards: [card(0)] } }, 131009],
  ['eleven cards', { type: 'carousel', body, action: { cards: Array.from({ length: 11 }, () => card(0)) } }, 131009],
  ['a footer under cards', { type: 'carousel', body, footer: body, action: { cards: [card(0), card(1)] } }, 100],
  ['cards out of order', { type: 'carousel', body, action: { cards: [card(1), card(0)] } }, 100],
  [
    'cards of two forms',
    { type: 'carousel', body, action: { cards: [card(0), card(1, { header: { type: 'video', video: { link } } })] } },
    131009,
  ],
  [
    'products of two catalogs',
    { type: 'carousel', body, action: { cards: [productCard(0), productCard(1, 'c2')] } },
    131009,
  ],
  [
    'a card with three line breaks',
    { type: 'carousel', body, action: { cards: [card(0), card(1, { body: { text: 'a\nb\nc\nd' } })] } },
    131009,
  ],
  ['an order that does not add up', orderMessage(order({ total_amount: money(2051) })), 131009],
  ['items that do not add up', orderMessage(order({}, { items: [item({ quantity: 3 })] })), 131009],
  ['an order in dollars', orderMessage(order({ currency: 'USD' })), 100],
  ['an offset of 10', orderMessage(order({ total_amount: { value: 2050, offset: 10 } })), 131009],
  ['a long reference in India', orderMessage(order({ reference_id: 'x'.repeat(36) })), 100],
  ['a reference with a space', orderMessage(order({ reference_id: 'a b' })), 131009],
  ['an order without tax', orderMessage(order({}, { tax: undefined })), 131008],
  [
    'an unknown gateway',
    orderMessage(order({ payment_settings: [{ type: 'payment_gateway', payment_gateway: { type: 'x' } }] })),
    100,
  ],
  ['an order that is shipped already', orderMessage(order({}, { status: 'shipped' })), 100],
  [
    'an order that ends too soon',
    orderMessage(order({}, { expiration: { timestamp: String(Math.floor(Date.now() / 1000) + 200) } })),
    131009,
  ],
  [
    'eleven items with a picture',
    orderMessage(
      order(
        { total_amount: money(22_050) },
        { subtotal: money(22_000), items: Array.from({ length: 11 }, () => item({ image: { link } })) },
      ),
    ),
    131009,
  ],
  ['an unknown step of an order', orderStatus({ order: { status: 'lost' } }), 100],
  ['a long description of a step', orderStatus({ order: { status: 'shipped', description: 'x'.repeat(121) } }), 100],
  ['the old name of the contact request', { type: 'contact_request', body, action: { name: 'contact_request' } }, 100],
])('refuses %s', async (_name, interactive, code) => {
  expect(errorOf(await user.send({ to: INDIAN, type: 'interactive', interactive })).code).toBe(code);
});

it('names a misspelt field, wherever it stands, unless told to overlook it', async () => {
  const message = { to: INDIAN, type: 'interactive', interactive: flow({ flow_tokn: 'x' }) };
  const { code, details } = errorOf(await user.send(message));
  expect(code).toBe(100);
  expect(details).toBe('Unexpected key "flow_tokn" on param "interactive[\'action\'][\'parameters\']".');
  await user.request('POST', '/_sandbox/settings', { unknown_fields: 'ignored' });
  const answer = await user.send(message);
  await user.request('POST', '/_sandbox/settings', { unknown_fields: 'refused' });
  expect(answer.status).toBe(200);
});

it('takes the fields around the content, and refuses wrong ones', async () => {
  const text = { type: 'text', text: { body: 'x' } };
  const around = {
    messaging_account_id: user.account.waba_id,
    recipient_type: 'individual',
    context: { message_id: 'wamid.x' },
  };
  expect((await user.send({ ...text, ...around, category: 'utility', ttl_seconds: 60 })).status).toBe(200);
  const named = { ...text, category: 'utility', direct_send_template_name: 'order_update' };
  expect((await user.send(named)).status).toBe(200);
  expect(errorOf(await user.send({ ...named, direct_send_template_name: 7 })).status).toBe(400);
  expect(errorOf(await user.send({ ...text, category: 'marketing' })).code).toBe(100);
  expect(errorOf(await user.send({ ...text, ttl_seconds: 0 })).code).toBe(131009);
  const long = { type: 'text', text: { body: 'x'.repeat(1025) } };
  expect(errorOf(await user.send({ ...long, category: 'utility' })).code).toBe(100);
  expect((await user.send({ ...long, category: 'service' })).status).toBe(200);
});

it('takes the messaging account of the number by either name, and no other', async () => {
  const text = { type: 'text', text: { body: 'x' } };
  for (const name of ['messaging_account_id', 'paid_messaging_account_id']) {
    expect((await user.send({ ...text, [name]: user.account.waba_id })).status).toBe(200);
    expect(errorOf(await user.send({ ...text, [name]: user.account.phone_number_id }))).toMatchObject({
      status: 400,
      code: 100,
      details: `Param ${name} must be the id of a messaging account of the number.`,
    });
    expect(errorOf(await user.send({ ...text, [name]: 7 })).code).toBe(100);
  }
});

it('wants the messaging account named where a number has several, and with a read receipt never', async () => {
  await using several = await SandboxUser.start({ messaging_accounts: 'several', service_window: 'off' });
  const text = { type: 'text', text: { body: 'x' } };
  expect(errorOf(await several.send(text)).code).toBe(131008);
  expect((await several.send({ ...text, messaging_account_id: several.account.waba_id })).status).toBe(200);
  const message_id = idOf(await several.write(INDIAN, text));
  const read = { status: 'read', message_id };
  expect((await several.send(read)).status).toBe(200);
});

it('counts an emoji as one character', async () => {
  const text = (count: number) => ({ type: 'text', text: { body: '😀'.repeat(count) } });
  expect((await user.send(text(4096))).status).toBe(200);
  expect(errorOf(await user.send(text(4097))).code).toBe(100);
});

it('asks a person once a day for the permission to call', async () => {
  await using limited = await SandboxUser.start({ service_window: 'off', limits: 'on' });
  const interactive = { type: 'call_permission_request', action: { name: 'call_permission_request' } };
  const ask = () => limited.send({ type: 'interactive', interactive });
  const advance = () => limited.request('POST', '/_sandbox/clock', { advance_seconds: 86_400 });
  expect((await ask()).status).toBe(200);
  expect(errorOf(await ask()).code).toBe(138009);
  await advance();
  expect((await ask()).status).toBe(200);
  await advance();
  expect(errorOf(await ask()).code).toBe(138009);
});
