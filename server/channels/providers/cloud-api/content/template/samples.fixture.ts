import type { MessageContent } from '#channels/provider.ts';
import { orderDetails } from '#channels/providers/cloud-api/content/interactive/samples.fixture.ts';

const image = { link: 'https://cdn.example.com/cat.jpg' };
const text = (value: string) => ({ type: 'text', text: value });
const button = (sub_type: string, index: string | number, ...parameters: unknown[]) => ({
  type: 'button',
  sub_type,
  index,
  parameters,
});

function template<const Components extends readonly unknown[]>(name: string, ...components: Components) {
  return { type: 'template', template: { name, language: { code: 'en_US' }, components } };
}

const card = (card_index: number) => ({
  card_index,
  components: [
    { type: 'header', parameters: [{ type: 'image', image }] },
    { type: 'body', parameters: [text('Ada')] },
    button('quick_reply', '0', { type: 'payload', payload: `take-${card_index}` }),
    button('url', '1', text(`cat/${card_index}`)),
  ],
});

/** Sends of the templates in template-definitions.fixture.ts, with every component, button and parameter there is. */
export const templateSamples = {
  plain: { type: 'template', template: { name: 'any_plain', language: { code: 'en_US', policy: 'deterministic' } } },
  positional: template(
    'any_positional',
    { type: 'header', parameters: [text('Ada')] },
    {
      type: 'body',
      parameters: [
        text('Ada'),
        { type: 'currency', currency: { fallback_value: '$100.99', code: 'USD', amount_1000: 100_990 } },
        { type: 'date_time', date_time: { fallback_value: 'February 25, 1977' } },
      ],
    },
  ),
  named: template(
    'any_named',
    { type: 'header', parameters: [{ ...text('Oi'), parameter_name: 'greeting' }] },
    {
      type: 'body',
      parameters: [
        { ...text('Ada'), parameter_name: 'first_name' },
        { ...text('5'), parameter_name: 'order_no' },
      ],
    },
  ),
  imageHeader: template(
    'any_image',
    { type: 'header', parameters: [{ type: 'image', image }] },
    button('quick_reply', '0', { type: 'payload', payload: 'stop' }),
    button('url', '1', text('order/5')),
  ),
  videoHeader: template('any_video', {
    type: 'header',
    parameters: [{ type: 'video', video: { link: 'https://cdn.example.com/a.mp4' } }],
  }),
  documentHeader: template('any_document', {
    type: 'header',
    parameters: [{ type: 'document', document: { link: 'https://cdn.example.com/a.pdf', filename: 'a.pdf' } }],
  }),
  gifHeader: template('any_gif', {
    type: 'header',
    parameters: [{ type: 'gif', gif: { link: 'https://cdn.example.com/a.mp4' } }],
  }),
  locationHeader: template('any_location', {
    type: 'header',
    parameters: [{ type: 'location', location: { latitude: '1.5', longitude: '2', name: 'Shop', address: 'Street' } }],
  }),
  productHeader: template('any_product', {
    type: 'header',
    parameters: [{ type: 'product', product: { product_retailer_id: 'bread', catalog_id: '194836987003835' } }],
  }),
  coupon: template(
    'any_coupon',
    { type: 'body', parameters: [text('Ada')] },
    button('copy_code', '0', { type: 'coupon_code', coupon_code: '25OFF' }),
  ),
  offer: template(
    'any_offer',
    { type: 'header', parameters: [{ type: 'image', image }] },
    { type: 'body', parameters: [text('Ada')] },
    {
      type: 'limited_time_offer',
      parameters: [{ type: 'limited_time_offer', limited_time_offer: { expiration_time_ms: 4_102_444_800_000 } }],
    },
    button('copy_code', 0, { type: 'coupon_code', coupon_code: '25OFF' }),
    button('url', 1, text('offer')),
  ),
  catalogButton: template(
    'any_catalog',
    { type: 'body', parameters: [text('Ada')] },
    button('catalog', 0, { type: 'action', action: { thumbnail_product_retailer_id: 'bread' } }),
  ),
  products: template(
    'any_products',
    { type: 'body', parameters: [text('Ada')] },
    button('mpm', 0, {
      type: 'action',
      action: {
        thumbnail_product_retailer_id: 'bread',
        sections: [
          { title: 'White', product_items: [{ product_retailer_id: 'w1' }, { product_retailer_id: 'w2' }] },
          { title: 'Brown', product_items: [{ product_retailer_id: 'b1' }] },
        ],
      },
    }),
  ),
  flowButton: template(
    'any_flow',
    button('flow', '0', { type: 'action', action: { flow_token: 'booking:7', flow_action_data: { seats: 2 } } }),
  ),
  callButton: template(
    'any_call',
    button('voice_call', '0', { type: 'ttl_minutes', ttl_minutes: 1440 }, { type: 'payload', payload: 'order 5' }),
  ),
  orderButton: template(
    'any_order',
    button('order_details', 0, { type: 'action', action: { order_details: orderDetails } }),
  ),
  cards: template(
    'any_cards',
    { type: 'body', parameters: [text('Ada')] },
    { type: 'carousel', cards: [card(0), card(1)] },
  ),
  productCards: template('any_product_cards', {
    type: 'carousel',
    cards: ['bread', 'salt'].map((product_retailer_id, card_index) => ({
      card_index,
      components: [
        {
          type: 'header',
          parameters: [{ type: 'product', product: { product_retailer_id, catalog_id: '194836987003835' } }],
        },
      ],
    })),
  }),
  code: template('any_code', { type: 'body', parameters: [text('123456')] }, button('url', '0', text('123456'))),
  tapTarget: template('any_tap_target', {
    type: 'tap_target_configuration',
    parameters: [
      {
        type: 'tap_target_configuration',
        tap_target_configuration: [{ url: 'https://example.com/sale', title: 'Sale' }],
      },
    ],
  }),
  groupInvitation: template('any_group', {
    type: 'body',
    parameters: [{ type: 'group_id', group_id: 'Y2FwaV9ncm91cDox' }],
  }),
} satisfies Record<string, MessageContent>;
