import fc from 'fast-check';
import type { MessageContent } from '#channels/provider.ts';
import {
  anyId,
  anyMedia,
  anySome,
  anyText,
  anyWord,
  type KnownIds,
} from '#channels/providers/cloud-api/content/arbitrary-text.fixture.ts';
import { anySections } from '#channels/providers/cloud-api/content/interactive/arbitrary-interactive.fixture.ts';
import { anyOrderDetails } from '#channels/providers/cloud-api/content/interactive/arbitrary-order.fixture.ts';

type Component = fc.Arbitrary<unknown>;

// Short enough for the rendered text to stay within its limit, whatever the template says around it.
const anyValue = anyWord(100);
const text = (value: string) => ({ type: 'text', text: value });

const bodyOf = (...parameters: fc.Arbitrary<unknown>[]): Component =>
  fc.record({ type: fc.constant('body'), parameters: fc.tuple(...parameters) });
const headerOf = (parameter: fc.Arbitrary<unknown>): Component =>
  fc.record({ type: fc.constant('header'), parameters: fc.tuple(parameter) });

function button(subType: string, index: number, ...parameters: fc.Arbitrary<unknown>[]): Component {
  return fc.record({
    type: fc.constant('button'),
    sub_type: fc.constant(subType),
    // Meta takes the place as a string and as a number.
    index: fc.constantFrom<string | number>(index, String(index)),
    parameters: fc.tuple(...parameters),
  });
}

const hello = bodyOf(anyValue.map(text));
const anyPayload = anyWord(128).map((payload) => ({ type: 'payload', payload }));
const anyCoupon = (max: number) => anyId(max).map((coupon_code) => ({ type: 'coupon_code', coupon_code }));
const link = (index: number) => button('url', index, anyId(100).map(text));
const action = (given: fc.Arbitrary<unknown>) => fc.record({ type: fc.constant('action'), action: given });

const anyBodyValue = fc.oneof(
  anyValue.map(text),
  fc
    .record({ fallback_value: anyWord(50), code: fc.constantFrom('USD', 'EUR', 'BRL'), amount_1000: fc.nat() })
    .map((currency) => ({ type: 'currency', currency })),
  anyWord(50).map((fallback_value) => ({ type: 'date_time', date_time: { fallback_value } })),
);

const namedBody = fc
  .tuple(anyValue, anyValue)
  .map(([first, second]) => [
    { ...text(first), parameter_name: 'first_name' },
    { ...text(second), parameter_name: 'order_no' },
  ])
  .chain((parameters) => fc.shuffledSubarray(parameters, { minLength: 2 }))
  .map((parameters) => ({ type: 'body', parameters }));

const anyProduct = fc.record({ product_retailer_id: anyId(100), catalog_id: anyId(20) });
const productHeader = headerOf(anyProduct.map((product) => ({ type: 'product', product })));

const anyOffer = fc.integer({ min: 2_020_000_000_000, max: 3_000_000_000_000 }).map((end) => ({
  type: 'limited_time_offer',
  parameters: [{ type: 'limited_time_offer', limited_time_offer: { expiration_time_ms: end } }],
}));

const anyLocation = fc.record({
  latitude: fc.integer({ min: -90, max: 90 }),
  longitude: fc.integer({ min: -180, max: 180 }),
  name: anyText(50),
  address: anyText(100),
});

/** One arbitrary for each of `templateDefinitions`, by its name: a send that fits it. */
export function templateArbitraries(known: KnownIds): Record<string, fc.Arbitrary<MessageContent>> {
  const mediaHeader = (kind: 'image' | 'video' | 'document') =>
    headerOf(
      anyMedia(kind, known, kind === 'document' ? { filename: anyId(50) } : {}).map((file) => ({
        type: kind,
        [kind]: file,
      })),
    );
  const cards = (count: number) => [
    hello,
    fc
      .tuple(
        ...Array.from({ length: count }, (_, index) =>
          fc.record({
            card_index: fc.constant(index),
            components: fc.tuple(mediaHeader('image'), hello, button('quick_reply', 0, anyPayload), link(1)),
          }),
        ),
      )
      .map((list) => ({ type: 'carousel', cards: list })),
  ];
  const sends: Record<string, Component[]> = {
    any_plain: [],
    any_positional: [headerOf(anyWord(50).map(text)), bodyOf(anyBodyValue, anyBodyValue, anyBodyValue)],
    any_named: [headerOf(anyWord(50).map((value) => ({ ...text(value), parameter_name: 'greeting' }))), namedBody],
    any_image: [mediaHeader('image'), button('quick_reply', 0, anyPayload), link(1)],
    any_video: [mediaHeader('video')],
    any_document: [mediaHeader('document')],
    any_location: [headerOf(anyLocation.map((location) => ({ type: 'location', location })))],
    any_product: [productHeader],
    any_coupon: [hello, button('copy_code', 0, anyCoupon(20))],
    any_offer: [mediaHeader('image'), hello, anyOffer, button('copy_code', 0, anyCoupon(15)), link(1)],
    any_catalog: [hello, button('catalog', 0, action(anySome({ thumbnail_product_retailer_id: anyId(100) })))],
    any_products: [hello, button('mpm', 0, action(anyProducts))],
    any_flow: [
      button(
        'flow',
        0,
        action(anySome({ flow_token: anyText(200), flow_action_data: fc.record({ seats: fc.nat(9) }) })),
      ),
    ],
    any_call: [button('voice_call', 0, anyPayload)],
    any_order: [button('order_details', 0, action(fc.record({ order_details: anyOrderDetails })))],
    any_cards: cards(2),
    any_3_cards: cards(3),
    any_10_cards: cards(10),
    any_product_cards: [anyProductCards],
    any_tap_target: [anyTapTarget],
    any_group: [bodyOf(anyId(100).map((group_id) => ({ type: 'group_id', group_id })))],
  };
  return {
    ...Object.fromEntries(
      Object.entries(sends).map(([name, components]) => [name, send(name, fc.tuple(...components))]),
    ),
    any_code: send('any_code', anyCode),
  };
}

function send(name: string, components: fc.Arbitrary<unknown[]>): fc.Arbitrary<MessageContent> {
  return components.map((list) => ({
    type: 'template',
    template: { name, language: { code: 'en_US' }, ...(list.length > 0 ? { components: list } : {}) },
  }));
}

const anyProducts = fc.record({
  thumbnail_product_retailer_id: anyId(100),
  sections: anySections('product_items', 30, (id) => fc.constant({ product_retailer_id: id })),
});

const anyProductCards = fc.tuple(productHeader, productHeader).map((headers) => ({
  type: 'carousel',
  cards: headers.map((header, card_index) => ({ card_index, components: [header] })),
}));

const anyTapTarget = anyText(60).map((title) => ({
  type: 'tap_target_configuration',
  parameters: [
    {
      type: 'tap_target_configuration',
      tap_target_configuration: [{ url: 'https://example.com/sale', title }],
    },
  ],
}));

const anyCode = anyId(15).map((code) => [
  { type: 'body', parameters: [text(code)] },
  { type: 'button', sub_type: 'url', index: '0', parameters: [text(code)] },
]);
