import type { Json } from './phone-under-test.ts';

const interactive = (type: string, action: Json, more: Json = {}): Json => ({
  type: 'interactive',
  interactive: { type, body: { text: `*${type}*: _please_ look` }, action, ...more },
});
const amount = (value: number): Json => ({ value, offset: 100 });
const footer = { text: 'The bakery at the harbour' };
const link = (text: string): Json => ({
  name: 'cta_url',
  parameters: { display_text: text, url: 'https://shop.example/bread' },
});
const picture = (id: string): Json => ({ type: 'image', image: { id } });

/** One message of the business of each kind that has buttons or forms, by a name for its test; `imageId` is a picture of
 *  the business. */
export function interactiveMessages(imageId: string): Readonly<Record<string, Json>> {
  return {
    'reply buttons': interactive(
      'button',
      { buttons: ['Morning', 'Evening'].map((title) => ({ type: 'reply', reply: { id: title, title } })) },
      { header: { type: 'text', text: 'When shall we come?' }, footer },
    ),
    list: interactive('list', {
      button: 'Shops',
      sections: [
        { title: 'Near', rows: [{ id: 'r1', title: 'Harbour', description: 'By the sea' }] },
        { title: 'Far', rows: [{ id: 'r2', title: 'Hill' }] },
      ],
    }),
    link: interactive('cta_url', link('Open the shop'), { header: picture(imageId), footer }),
    location: interactive('location_request_message', { name: 'send_location' }),
    contact: interactive('request_contact_info', { name: 'request_contact_info' }),
    calls: interactive('call_permission_request', { name: 'call_permission_request' }),
    address: interactive('address_message', {
      name: 'address_message',
      parameters: {
        country: 'IN',
        values: { name: 'Ada', city: 'Pune' },
        saved_addresses: [{ id: 'home', value: { name: 'Ada', city: 'Goa', address: '1 Beach Road' } }],
        validation_errors: { in_pin_code: 'We do not deliver there' },
      },
    }),
    form: interactive('flow', {
      name: 'flow',
      parameters: {
        flow_message_version: '3',
        flow_id: '1',
        flow_cta: 'Book a table',
        flow_token: 'token-1',
        flow_action: 'navigate',
        flow_action_payload: { screen: 'BOOKING', data: { day: 'Friday' } },
      },
    }),
    product: interactive('product', { catalog_id: '77', product_retailer_id: 'rye-bread' }),
    products: interactive(
      'product_list',
      {
        catalog_id: '77',
        sections: [
          {
            title: 'Bread',
            product_items: [{ product_retailer_id: 'rye-bread' }, { product_retailer_id: 'baguette' }],
          },
          { title: 'Cake', product_items: [{ product_retailer_id: 'plum-cake' }] },
        ],
      },
      { header: { type: 'text', text: 'Fresh today' } },
    ),
    catalog: interactive('catalog_message', {
      name: 'catalog_message',
      parameters: { thumbnail_product_retailer_id: 'rye-bread' },
    }),
    'cards with links': interactive('carousel', {
      cards: ['Rye', 'Wheat', 'Spelt'].map((name, card_index) => ({
        card_index,
        type: 'cta_url',
        header: picture(imageId),
        body: { text: `*${name}* bread` },
        action: link(`Buy ${name}`),
      })),
    }),
    'cards with products': interactive('carousel', {
      cards: ['rye-bread', 'baguette'].map((product_retailer_id, card_index) => ({
        card_index,
        type: 'product',
        action: { catalog_id: '77', product_retailer_id },
      })),
    }),
    'order to pay': interactive('order_details', {
      name: 'review_and_pay',
      parameters: {
        reference_id: 'ORD-1',
        type: 'digital-goods',
        currency: 'INR',
        payment_settings: [
          { type: 'payment_gateway', payment_gateway: { type: 'razorpay', configuration_name: 'shop' } },
        ],
        total_amount: amount(21_000),
        order: {
          status: 'pending',
          items: [{ retailer_id: 'rye-bread', name: 'Rye bread', amount: amount(10_000), quantity: 2 }],
          subtotal: amount(20_000),
          tax: { ...amount(1000), description: 'GST' },
        },
      },
    }),
    'order status': interactive('order_status', {
      name: 'review_order',
      parameters: { reference_id: 'ORD-1', order: { status: 'shipped', description: 'On its way' } },
    }),
  };
}

/** A template with a coupon and many buttons, and what is sent for it. */
export const manyButtons = {
  name: 'many_buttons',
  language: 'en',
  category: 'MARKETING',
  components: [
    { type: 'BODY', text: 'Hello {{1}}, autumn is here.', example: { body_text: [['Ada']] } },
    { type: 'FOOTER', text: 'Not interested? Tap Stop' },
    {
      type: 'BUTTONS',
      buttons: [
        { type: 'URL', text: 'See it', url: 'https://shop.example/{{1}}', example: ['https://shop.example/a'] },
        { type: 'PHONE_NUMBER', text: 'Call us', phone_number: '+15550001234' },
        { type: 'COPY_CODE', example: 'AUTUMN' },
        { type: 'QUICK_REPLY', text: 'Remind me' },
        { type: 'QUICK_REPLY', text: 'Stop' },
      ],
    },
  ],
  sent: {
    type: 'template',
    template: {
      name: 'many_buttons',
      language: { code: 'en' },
      components: [
        { type: 'body', parameters: [{ type: 'text', text: 'Ada' }] },
        { type: 'button', sub_type: 'url', index: '0', parameters: [{ type: 'text', text: 'autumn' }] },
        {
          type: 'button',
          sub_type: 'copy_code',
          index: '2',
          parameters: [{ type: 'coupon_code', coupon_code: '25OFF' }],
        },
        { type: 'button', sub_type: 'quick_reply', index: '4', parameters: [{ type: 'payload', payload: 'STOP' }] },
      ],
    },
  },
};
