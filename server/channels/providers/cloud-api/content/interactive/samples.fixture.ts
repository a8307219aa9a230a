import type { MessageContent } from '#channels/provider.ts';

const image = { link: 'https://cdn.example.com/cat.jpg' };
const body = { text: 'Is this right?' };
const footer = { text: 'Thank you' };

function interactive<const Parts extends { type: string }>(parts: Parts): { type: 'interactive'; interactive: Parts } {
  return { type: 'interactive', interactive: parts };
}

const linkAction = {
  name: 'cta_url',
  parameters: { display_text: 'See dates', url: 'https://example.com/dates?click=1' },
};
const quickReplies = (card: number) => ({
  buttons: [{ type: 'quick_reply', quick_reply: { id: `take-${card}`, title: 'Take it' } }],
});
const mediaCard = (card_index: number, action: object) => ({
  card_index,
  type: 'cta_url',
  header: { type: 'image', image },
  body: { text: 'A cat' },
  action,
});
const productCard = (card_index: number, product_retailer_id: string) => ({
  card_index,
  type: 'product',
  action: { product_retailer_id, catalog_id: '194836987003835' },
});

/** What an order of India has to be paid. */
export const orderDetails = {
  reference_id: 'ORD-1.a_b',
  type: 'physical-goods',
  currency: 'INR',
  payment_settings: [
    {
      type: 'payment_gateway',
      payment_gateway: {
        type: 'razorpay',
        configuration_name: 'shop',
        razorpay: { receipt: 'r1', notes: { branch: 'north' } },
      },
    },
  ],
  total_amount: { value: 20500, offset: 100 },
  beneficiaries: [
    {
      name: 'Ada',
      address_line1: 'House 5',
      address_line2: 'Road 1',
      city: 'Mumbai',
      state: 'Maharashtra',
      country: 'India',
      postal_code: '400051',
    },
  ],
  order: {
    status: 'pending',
    type: 'quick_pay',
    catalog_id: '194836987003835',
    expiration: { timestamp: '4102444800', description: 'The order ends then' },
    items: [
      {
        retailer_id: 'bread',
        name: 'Bread',
        amount: { value: 10000, offset: 100 },
        sale_amount: { value: 9000, offset: 100 },
        quantity: 2,
        country_of_origin: 'India',
        importer_name: 'Bakers',
        importer_address: { address_line1: 'Road 2', city: 'Mumbai', postal_code: '400051', country_code: 'IN' },
        image,
      },
      { retailer_id: 'salt', name: 'Salt', amount: { value: 2000, offset: 100 }, quantity: 1 },
    ],
    subtotal: { value: 20000, offset: 100 },
    tax: { value: 1000, offset: 100, description: 'GST' },
    shipping: { value: 500, offset: 100, description: 'By bike' },
    discount: { value: 1000, offset: 100, description: 'Spring', discount_program_name: 'Friends' },
  },
};

const { payment_settings: _, ...unpaid } = orderDetails;

const brazilianOrder = {
  ...unpaid,
  reference_id: 'Pedido 5 é nosso',
  currency: 'BRL',
  payment_type: 'br',
  payment_settings: [
    {
      type: 'pix_dynamic_code',
      pix_dynamic_code: { code: '00020101', merchant_name: 'Loja', key: '39580525000189', key_type: 'CNPJ' },
    },
    { type: 'payment_link', payment_link: { uri: 'https://pay.example.com/5' } },
    { type: 'boleto', boleto: { digitable_line: '03399026944140000002628346101018898510000008848' } },
  ],
};

export const interactiveSamples = {
  button: interactive({
    type: 'button',
    header: { type: 'document', document: { link: 'https://cdn.example.com/a.pdf', filename: 'a.pdf' } },
    body,
    footer,
    action: {
      buttons: [
        { type: 'reply', reply: { id: 'yes', title: 'Yes' } },
        { type: 'reply', reply: { id: 'no', title: 'No' } },
      ],
    },
  }),
  list: interactive({
    type: 'list',
    header: { type: 'text', text: 'Menu' },
    body,
    footer,
    action: {
      button: 'Open',
      sections: [
        { title: 'Drinks', rows: [{ id: 'tea', title: 'Tea', description: 'Hot' }] },
        { title: 'Food', rows: [{ id: 'soup', title: 'Soup' }] },
      ],
    },
  }),
  ctaUrl: interactive({ type: 'cta_url', header: { type: 'image', image }, body, footer, action: linkAction }),
  locationRequest: interactive({ type: 'location_request_message', body, action: { name: 'send_location' } }),
  address: interactive({
    type: 'address_message',
    body,
    footer,
    action: {
      name: 'address_message',
      parameters: {
        country: 'IN',
        values: { name: 'Ada', phone_number: '+915550100', in_pin_code: '400051', city: 'Mumbai' },
        saved_addresses: [{ id: 'home', value: { name: 'Ada', in_pin_code: '400051', house_number: '5' } }],
        validation_errors: { in_pin_code: 'We do not deliver there.' },
      },
    },
  }),
  flow: interactive({
    type: 'flow',
    header: { type: 'text', text: 'Book' },
    body,
    footer,
    action: {
      name: 'flow',
      parameters: {
        flow_message_version: '3',
        flow_id: '1201',
        flow_cta: 'Book a table',
        flow_token: 'booking:7',
        mode: 'published',
        flow_action: 'navigate',
        flow_action_payload: { screen: 'DAY', data: { seats: 2 } },
      },
    },
  }),
  product: interactive({
    type: 'product',
    body,
    footer,
    action: { catalog_id: '194836987003835', product_retailer_id: 'bread' },
  }),
  productList: interactive({
    type: 'product_list',
    header: { type: 'text', text: 'Our bread' },
    body,
    footer,
    action: {
      catalog_id: '194836987003835',
      sections: [
        { title: 'White', product_items: [{ product_retailer_id: 'w1' }, { product_retailer_id: 'w2' }] },
        { title: 'Brown', product_items: [{ product_retailer_id: 'b1' }] },
      ],
    },
  }),
  catalog: interactive({
    type: 'catalog_message',
    body,
    footer,
    action: { name: 'catalog_message', parameters: { thumbnail_product_retailer_id: 'bread' } },
  }),
  linkCarousel: interactive({
    type: 'carousel',
    body,
    action: { cards: [mediaCard(0, linkAction), mediaCard(1, linkAction)] },
  }),
  replyCarousel: interactive({
    type: 'carousel',
    body,
    action: { cards: [mediaCard(0, quickReplies(0)), mediaCard(1, quickReplies(1))] },
  }),
  productCarousel: interactive({
    type: 'carousel',
    body,
    action: { cards: [productCard(0, 'bread'), productCard(1, 'salt')] },
  }),
  callPermission: interactive({ type: 'call_permission_request', body, action: { name: 'call_permission_request' } }),
  call: interactive({
    type: 'voice_call',
    body,
    action: { name: 'voice_call', parameters: { display_text: 'Call us', ttl_minutes: 100, payload: 'order 5' } },
  }),
  contactRequest: interactive({ type: 'request_contact_info', body, action: { name: 'request_contact_info' } }),
  orderDetails: interactive({
    type: 'order_details',
    header: { type: 'image', image },
    body,
    footer,
    action: { name: 'review_and_pay', parameters: orderDetails },
  }),
  brazilianOrder: interactive({
    type: 'order_details',
    body,
    action: { name: 'review_and_pay', parameters: brazilianOrder },
  }),
  orderStatus: interactive({
    type: 'order_status',
    body,
    action: {
      name: 'review_order',
      parameters: {
        reference_id: 'ORD-1',
        order: { status: 'partially_shipped', description: 'One of two parcels' },
        payment: { status: 'captured', timestamp: 1_722_445_231 },
      },
    },
  }),
} satisfies Record<string, MessageContent>;
