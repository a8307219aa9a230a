import type { Step } from '#channels/providers/cloud-api/content/outside-step.fixture.ts';
import { templateSamples as samples } from './samples.fixture.ts';

const x = (length: number) => 'x'.repeat(length);
const components = '/template/components';
const header = `${components}/0/parameters/0`;
const text = (value: string) => ({ type: 'text', text: value });
const items = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ product_retailer_id: `product-${index}` }));
const [, carousel] = samples.cards.template.components;
const [firstCard] = carousel.cards;

/** Steps outside of what is known of a template without having it, and of what it says of itself. */
export const templateOutside: readonly Step[] = [
  ['a template name with capitals', samples.plain, '/template/name', 'Any_plain', 132001],
  ['a language by its name', samples.plain, '/template/language/code', 'English', 132001],
  ['a template without a language', samples.plain, '/template/language', undefined, 131008],
  [
    'two headers',
    samples.positional,
    `${components}/1`,
    { type: 'header', parameters: [text('a')] },
    132018,
    `${components}/1/type`,
  ],
  ['two values in a header', samples.positional, `${components}/0/parameters`, [text('a'), text('b')], 132000],
  ['a header text of 61 characters', samples.positional, `${header}/text`, x(61), 132005],
  ['a value with a line break', samples.positional, `${components}/1/parameters/0/text`, 'a\nb', 132018],
  ['a value with a tab', samples.positional, `${components}/1/parameters/0/text`, 'a\tb', 132018],
  ['a value with five spaces', samples.positional, `${components}/1/parameters/0/text`, 'a     b', 132018],
  ['an empty value', samples.positional, `${components}/1/parameters/0/text`, '', 131008],
  [
    'a picture in a body',
    samples.positional,
    `${components}/1/parameters/0`,
    { type: 'image', image: { id: '1' } },
    132012,
    `${components}/1/parameters/0/type`,
  ],
  [
    'a currency without a fallback',
    samples.positional,
    `${components}/1/parameters/1/currency/fallback_value`,
    undefined,
    131008,
  ],
  [
    'a named value beside one without a name',
    samples.named,
    `${components}/1/parameters/0/parameter_name`,
    undefined,
    132012,
    `${components}/1/parameters`,
  ],
  ['a header of another kind', samples.imageHeader, `${header}/type`, 'audio', 132012],
  ['a header without its picture', samples.imageHeader, `${header}/image`, undefined, 131008],
  ['a button at the tenth place', samples.imageHeader, `${components}/1/index`, '10', 100],
  ['a button of another kind', samples.imageHeader, `${components}/1/sub_type`, 'phone_number', 132018],
  ['two buttons at one place', samples.imageHeader, `${components}/2/index`, '0', 132018],
  ['a link without its end', samples.imageHeader, `${components}/2/parameters`, [], 132000],
  ['a payload of 257 characters', samples.imageHeader, `${components}/1/parameters/0/payload`, x(257), 100],
  ['a coupon of 21 characters', samples.coupon, `${components}/1/parameters/0/coupon_code`, x(21), 100],
  ['a coupon of an offer of 16 characters', samples.offer, `${components}/3/parameters/0/coupon_code`, x(16), 100],
  [
    'an offer that is over',
    samples.offer,
    `${components}/2/parameters/0/limited_time_offer/expiration_time_ms`,
    1_700_000_000_000,
    131009,
  ],
  [
    'an offer without an end',
    samples.offer,
    `${components}/2/parameters/0/limited_time_offer/expiration_time_ms`,
    undefined,
    131008,
  ],
  [
    '31 products of a template',
    samples.products,
    `${components}/1/parameters/0/action/sections`,
    [{ title: 'a', product_items: items(31) }],
    131009,
    `${components}/1/parameters/0/action/sections/0/product_items`,
  ],
  [
    'a section of a template of 25 characters',
    samples.products,
    `${components}/1/parameters/0/action/sections/0/title`,
    x(25),
    100,
  ],
  [
    'products without a picture',
    samples.products,
    `${components}/1/parameters/0/action/thumbnail_product_retailer_id`,
    undefined,
    131008,
  ],
  ['one card of a template', samples.cards, `${components}/1/cards`, [firstCard], 131009],
  [
    'eleven cards of a template',
    samples.cards,
    `${components}/1/cards`,
    Array.from({ length: 11 }, (_, index) => ({ ...firstCard, card_index: index })),
    131009,
  ],
  ['a card without components', samples.cards, `${components}/1/cards/0/components`, undefined, 131008],
  [
    'an order of a template that does not add up',
    samples.orderButton,
    `${components}/0/parameters/0/action/order_details/total_amount/value`,
    1,
    131009,
  ],
];
