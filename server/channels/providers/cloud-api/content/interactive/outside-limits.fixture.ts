import type { Step } from '#channels/providers/cloud-api/content/outside-step.fixture.ts';
import { interactiveSamples as samples } from './samples.fixture.ts';

const x = (length: number) => 'x'.repeat(length);
const reply = (id: string, title: string) => ({ type: 'reply', reply: { id, title } });
const rows = (count: number, prefix = 'row') =>
  Array.from({ length: count }, (_, index) => ({ id: `${prefix}${index}`, title: 'Row' }));
const items = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ product_retailer_id: `product-${index}` }));
const sections = (count: number, name: string, entries: unknown[]) =>
  Array.from({ length: count }, (_, index) => ({ title: `Section ${index}`, [name]: entries }));

const action = '/interactive/action';
const parameters = `${action}/parameters`;
const image = { type: 'image', image: { link: 'https://cdn.example.com/cat.jpg' } };
const textHeader = { type: 'text', text: 'Header' };
const [firstCard] = samples.linkCarousel.interactive.action.cards;
const cards = (count: number) => Array.from({ length: count }, (_, index) => ({ ...firstCard, card_index: index }));
const [item] = samples.orderDetails.interactive.action.parameters.order.items;

const frame: readonly Step[] = [
  ['a header text of 61 characters', samples.list, '/interactive/header/text', x(61), 100],
  ['a body of buttons of 1,025 characters', samples.button, '/interactive/body/text', x(1025), 100],
  ['buttons without a body', samples.button, '/interactive/body', undefined, 131008],
  ['a footer of 61 characters', samples.button, '/interactive/footer/text', x(61), 100],
  ['a body of a list of 4,097 characters', samples.list, '/interactive/body/text', x(4097), 100],
  ['a list with an image', samples.list, '/interactive/header', image, 100, '/interactive/header/type'],
  ['a location request with a header', samples.locationRequest, '/interactive/header', textHeader, 100],
  ['a location request with a footer', samples.locationRequest, '/interactive/footer', { text: 'a' }, 100],
  ['a location request of 1,025 characters', samples.locationRequest, '/interactive/body/text', x(1025), 100],
  ['a product with a header', samples.product, '/interactive/header', textHeader, 100],
  ['a product with a body of 1,025 characters', samples.product, '/interactive/body/text', x(1025), 100],
  ['products without a header', samples.productList, '/interactive/header', undefined, 131008],
  ['products with an image', samples.productList, '/interactive/header', image, 100, '/interactive/header/type'],
  ['a catalog without a body', samples.catalog, '/interactive/body', undefined, 131008],
  ['a carousel with a footer', samples.linkCarousel, '/interactive/footer', { text: 'a' }, 100],
  ['a carousel with a header', samples.linkCarousel, '/interactive/header', textHeader, 100],
  ['a carousel without a body', samples.productCarousel, '/interactive/body', undefined, 131008],
  [
    'an order with a text as header',
    samples.orderDetails,
    '/interactive/header',
    textHeader,
    100,
    '/interactive/header/type',
  ],
  ['an interactive kind that does not exist', samples.button, '/interactive/type', 'buttons', 100],
];

const replies: readonly Step[] = [
  ['no buttons', samples.button, `${action}/buttons`, [], 131009],
  ['four buttons', samples.button, `${action}/buttons`, [1, 2, 3, 4].map((n) => reply(`${n}`, `${n}`)), 131009],
  ['a button title of 21 characters', samples.button, `${action}/buttons/0/reply/title`, x(21), 100],
  ['a button id of 257 characters', samples.button, `${action}/buttons/0/reply/id`, x(257), 100],
  ['a button id with a space at its end', samples.button, `${action}/buttons/0/reply/id`, 'yes ', 100],
  ['two buttons with one id', samples.button, `${action}/buttons/1/reply/id`, 'yes', 131009],
  ['two buttons with one title', samples.button, `${action}/buttons/1/reply/title`, 'Yes', 131009],
  ['a list button of 21 characters', samples.list, `${action}/button`, x(21), 100],
  [
    'eleven sections',
    samples.list,
    `${action}/sections`,
    Array.from({ length: 11 }, (_, index) => ({ title: `${index}`, rows: rows(1, `${index}-`) })),
    131009,
  ],
  [
    'eleven rows in all',
    samples.list,
    `${action}/sections`,
    [
      { title: 'a', rows: rows(6, 'a') },
      { title: 'b', rows: rows(5, 'b') },
    ],
    131009,
  ],
  ['a second section without a title', samples.list, `${action}/sections/1/title`, undefined, 131008],
  ['a section title of 25 characters', samples.list, `${action}/sections/0/title`, x(25), 100],
  ['a row id of 201 characters', samples.list, `${action}/sections/0/rows/0/id`, x(201), 100],
  ['a row title of 25 characters', samples.list, `${action}/sections/0/rows/0/title`, x(25), 100],
  ['a row description of 73 characters', samples.list, `${action}/sections/0/rows/0/description`, x(73), 100],
  ['two rows with one id', samples.list, `${action}/sections/1/rows/0/id`, 'tea', 131009],
];

const requests: readonly Step[] = [
  ['a link label of 21 characters', samples.ctaUrl, `${parameters}/display_text`, x(21), 100],
  ['a link by ftp', samples.ctaUrl, `${parameters}/url`, 'ftp://example.com', 100],
  ['a link without an address', samples.ctaUrl, `${parameters}/url`, undefined, 131008],
  ['a location request of another name', samples.locationRequest, `${action}/name`, 'send_place', 100],
  ['an address of another country', samples.address, `${parameters}/country`, 'US', 100],
  ['an address without a country', samples.address, `${parameters}/country`, undefined, 131008],
  ['a flow of version 4', samples.flow, `${parameters}/flow_message_version`, '4', 100],
  ['a flow by id and name', samples.flow, `${parameters}/flow_name`, 'booking', 100, parameters],
  ['a flow without id and name', samples.flow, `${parameters}/flow_id`, undefined, 100, parameters],
  ['a flow label of 31 characters', samples.flow, `${parameters}/flow_cta`, x(31), 100],
  ['a flow in a mode that does not exist', samples.flow, `${parameters}/mode`, 'test', 100],
  ['a flow with an action that does not exist', samples.flow, `${parameters}/flow_action`, 'open', 100],
  ['a flow with empty data', samples.flow, `${parameters}/flow_action_payload/data`, {}, 131009],
  ['a call label of 21 characters', samples.call, `${parameters}/display_text`, x(21), 100],
  ['a call of 43,201 minutes', samples.call, `${parameters}/ttl_minutes`, 43_201, 131009],
  ['a call of no minutes', samples.call, `${parameters}/ttl_minutes`, 0, 131009],
  ['a call with 513 characters', samples.call, `${parameters}/payload`, x(513), 100],
  ['a contact request by its old name', samples.contactRequest, '/interactive/type', 'contact_request', 100],
  ['a contact request of another name', samples.contactRequest, `${action}/name`, 'send_contact', 100],
  ['a call permission of another name', samples.callPermission, `${action}/name`, 'call_me', 100],
];

const products: readonly Step[] = [
  ['a product without its id', samples.product, `${action}/product_retailer_id`, undefined, 131008],
  ['a product without its catalog', samples.product, `${action}/catalog_id`, undefined, 131008],
  [
    '31 products',
    samples.productList,
    `${action}/sections`,
    [{ title: 'a', product_items: items(31) }],
    131009,
    `${action}/sections/0/product_items`,
  ],
  [
    '31 products in all',
    samples.productList,
    `${action}/sections`,
    [...sections(1, 'product_items', items(30)), ...sections(1, 'product_items', items(1))],
    131009,
  ],
  [
    'eleven sections of products',
    samples.productList,
    `${action}/sections`,
    sections(11, 'product_items', items(1)),
    131009,
  ],
  ['a section of products of 25 characters', samples.productList, `${action}/sections/0/title`, x(25), 100],
  ['one card', samples.linkCarousel, `${action}/cards`, cards(1), 131009],
  ['eleven cards', samples.linkCarousel, `${action}/cards`, cards(11), 131009],
  ['a card at the place of another', samples.linkCarousel, `${action}/cards/1/card_index`, 0, 100],
  ['a text of a card of 161 characters', samples.linkCarousel, `${action}/cards/0/body/text`, x(161), 100],
  ['a text of a card of four lines', samples.linkCarousel, `${action}/cards/0/body/text`, 'a\nb\nc\nd', 131009],
  [
    'a picture beside a film',
    samples.linkCarousel,
    `${action}/cards/1/header`,
    { type: 'video', video: { link: 'https://cdn.example.com/a.mp4' } },
    131009,
    `${action}/cards/1/header/type`,
  ],
  ['a document on a card', samples.linkCarousel, `${action}/cards/0/header/type`, 'document', 100],
  [
    'a label on a card of 21 characters',
    samples.linkCarousel,
    `${action}/cards/0/action/parameters/display_text`,
    x(21),
    100,
  ],
  [
    'a reply on a card of 21 characters',
    samples.replyCarousel,
    `${action}/cards/0/action/buttons/0/quick_reply/title`,
    x(21),
    100,
  ],
  [
    'two cards with one reply id',
    samples.replyCarousel,
    `${action}/cards/1/action/buttons/0/quick_reply/id`,
    'take-0',
    131009,
  ],
  ['cards of two catalogs', samples.productCarousel, `${action}/cards/1/action/catalog_id`, '1', 131009],
];

const orders: readonly Step[] = [
  ['a reference of 36 characters in India', samples.orderDetails, `${parameters}/reference_id`, x(36), 100],
  ['a reference with a space in India', samples.orderDetails, `${parameters}/reference_id`, 'ORD 1', 131009],
  ['a reference of 61 characters in Brazil', samples.brazilianOrder, `${parameters}/reference_id`, x(61), 100],
  ['an order without a reference', samples.orderDetails, `${parameters}/reference_id`, undefined, 131008],
  ['goods of another kind', samples.orderDetails, `${parameters}/type`, 'services', 100],
  ['a currency that cannot be paid', samples.orderDetails, `${parameters}/currency`, 'USD', 100],
  ['an order in India that nothing pays', samples.orderDetails, `${parameters}/payment_settings`, undefined, 131008],
  [
    'a gateway that does not exist',
    samples.orderDetails,
    `${parameters}/payment_settings/0/payment_gateway/type`,
    'stripe',
    100,
  ],
  ['an order in Brazil of another payment type', samples.brazilianOrder, `${parameters}/payment_type`, 'upi', 100],
  [
    'a key of Pix of another type',
    samples.brazilianOrder,
    `${parameters}/payment_settings/0/pix_dynamic_code/key_type`,
    'IBAN',
    100,
  ],
  ['a total that is one too high', samples.orderDetails, `${parameters}/total_amount/value`, 20501, 131009],
  ['a total in another unit', samples.orderDetails, `${parameters}/total_amount/offset`, 1000, 131009],
  ['a subtotal that is one too high', samples.orderDetails, `${parameters}/order/subtotal/value`, 20001, 131009],
  [
    'a discount that nobody took off',
    samples.orderDetails,
    `${parameters}/order/discount/value`,
    999,
    131009,
    `${parameters}/total_amount/value`,
  ],
  ['an amount with decimals', samples.orderDetails, `${parameters}/order/items/1/amount/value`, 20.5, 131009],
  ['an order without tax', samples.orderDetails, `${parameters}/order/tax`, undefined, 131008],
  ['a tax described in 61 characters', samples.orderDetails, `${parameters}/order/tax/description`, x(61), 100],
  [
    'a shipping described in 61 characters',
    samples.orderDetails,
    `${parameters}/order/shipping/description`,
    x(61),
    100,
  ],
  [
    'a discount named in 61 characters',
    samples.orderDetails,
    `${parameters}/order/discount/discount_program_name`,
    x(61),
    100,
  ],
  ['an order that is over', samples.orderDetails, `${parameters}/order/expiration/timestamp`, '1700000000', 131009],
  [
    'an end described in 121 characters',
    samples.orderDetails,
    `${parameters}/order/expiration/description`,
    x(121),
    100,
  ],
  ['an order that is paid already', samples.orderDetails, `${parameters}/order/status`, 'completed', 100],
  ['an item of 61 characters', samples.orderDetails, `${parameters}/order/items/0/name`, x(61), 100],
  ['none of an item', samples.orderDetails, `${parameters}/order/items/1/quantity`, 0, 131009],
  [
    'eleven items with pictures',
    samples.orderDetails,
    `${parameters}/order/items`,
    Array.from({ length: 11 }, () => item),
    131009,
  ],
  ['an order status that does not exist', samples.orderStatus, `${parameters}/order/status`, 'lost', 100],
  ['an order status of 121 characters', samples.orderStatus, `${parameters}/order/description`, x(121), 100],
  ['an order status without a reference', samples.orderStatus, `${parameters}/reference_id`, undefined, 131008],
  ['a payment status that does not exist', samples.orderStatus, `${parameters}/payment/status`, 'paid', 100],
];

export const interactiveOutside: readonly Step[] = [...frame, ...replies, ...requests, ...products, ...orders];
