import type { Json } from '#people/chats.ts';
import { isObject, shown } from './checks.ts';
import { GraphError } from './graph-error.ts';

/** The fields of an object and what they hold: `true` is anything, a list is of such objects. */
interface Known {
  readonly [field: string]: true | Known | readonly [Known];
}

const TEXT: Known = { text: true };
const FILE: Known = { id: true, link: true };
const DOCUMENT: Known = { ...FILE, filename: true };
const HEADER: Known = { type: true, text: true, image: FILE, video: FILE, document: DOCUMENT };
const LOCATION: Known = { latitude: true, longitude: true, name: true, address: true };
const PRODUCTS: readonly [Known] = [{ title: true, product_items: [{ product_retailer_id: true }] }];
const REPLY: Known = { id: true, title: true };
const AMOUNT: Known = { value: true, offset: true, description: true };
const ADDRESS: Known = {
  name: true,
  address_line1: true,
  address_line2: true,
  city: true,
  state: true,
  zone_code: true,
  postal_code: true,
  country: true,
  country_code: true,
};
const PAYMENT: Known = {
  type: true,
  payment_gateway: { type: true, configuration_name: true, razorpay: true, payu: true, billdesk: true, zaakpay: true },
  payment_link: { uri: true },
  upi_intent_link: { link: true },
  pix_dynamic_code: { code: true, merchant_name: true, key: true, key_type: true },
  boleto: { digitable_line: true },
  offsite_card_pay: true,
};
const ORDER: Known = {
  reference_id: true,
  type: true,
  currency: true,
  payment_type: true,
  payment_configuration: true,
  payment_settings: [PAYMENT],
  total_amount: AMOUNT,
  beneficiaries: [ADDRESS],
  order: {
    status: true,
    type: true,
    catalog_id: true,
    expiration: { timestamp: true, description: true },
    items: [
      {
        retailer_id: true,
        name: true,
        amount: AMOUNT,
        sale_amount: AMOUNT,
        quantity: true,
        country_of_origin: true,
        importer_name: true,
        importer_address: ADDRESS,
        image: { link: true },
      },
    ],
    subtotal: AMOUNT,
    tax: AMOUNT,
    shipping: AMOUNT,
    discount: { ...AMOUNT, discount_program_name: true },
  },
};

/** By kind, the parts of an interactive message's action. */
const ACTIONS: Known = {
  button: { buttons: [{ type: true, reply: REPLY }] },
  list: { button: true, sections: [{ title: true, rows: [{ id: true, title: true, description: true }] }] },
  cta_url: { name: true, parameters: { display_text: true, url: true } },
  // Some clients repeat the body here, and Meta lets it be.
  location_request_message: { name: true, parameters: true },
  address_message: {
    name: true,
    parameters: { country: true, values: true, saved_addresses: [{ id: true, value: true }], validation_errors: true },
  },
  flow: {
    name: true,
    parameters: {
      flow_message_version: true,
      flow_id: true,
      flow_name: true,
      flow_cta: true,
      flow_token: true,
      mode: true,
      flow_action: true,
      flow_action_payload: { screen: true, data: true },
    },
  },
  product: { catalog_id: true, product_retailer_id: true },
  product_list: { catalog_id: true, sections: PRODUCTS },
  catalog_message: { name: true, parameters: { thumbnail_product_retailer_id: true } },
  carousel: {
    cards: [
      {
        card_index: true,
        type: true,
        header: HEADER,
        body: TEXT,
        action: {
          name: true,
          parameters: { display_text: true, url: true },
          buttons: [{ type: true, quick_reply: REPLY }],
          product_retailer_id: true,
          catalog_id: true,
        },
      },
    ],
  },
  call_permission_request: { name: true, parameters: true },
  voice_call: { name: true, parameters: { display_text: true, ttl_minutes: true, payload: true } },
  request_contact_info: { name: true },
  order_details: { name: true, parameters: ORDER },
  order_status: {
    name: true,
    parameters: {
      reference_id: true,
      order: { status: true, description: true },
      payment: { status: true, timestamp: true },
    },
  },
};

const PARAMETER: Known = {
  type: true,
  parameter_name: true,
  text: true,
  currency: { fallback_value: true, code: true, amount_1000: true },
  date_time: true,
  image: FILE,
  video: FILE,
  gif: FILE,
  document: DOCUMENT,
  location: LOCATION,
  product: { product_retailer_id: true, catalog_id: true },
  payload: true,
  coupon_code: true,
  action: {
    thumbnail_product_retailer_id: true,
    sections: PRODUCTS,
    flow_token: true,
    flow_action_data: true,
    order_details: ORDER,
  },
  ttl_minutes: true,
  group_id: true,
  limited_time_offer: { expiration_time_ms: true },
  tap_target_configuration: true,
};
const COMPONENT: Known = { type: true, sub_type: true, index: true, parameters: [PARAMETER] };

const CONTENTS: Known = {
  text: { body: true, preview_url: true },
  image: { ...FILE, caption: true },
  audio: { ...FILE, voice: true },
  video: { ...FILE, caption: true },
  document: { ...DOCUMENT, caption: true },
  sticker: FILE,
  location: LOCATION,
  reaction: { message_id: true, emoji: true },
  template: {
    name: true,
    namespace: true,
    language: { code: true, policy: true },
    components: [{ ...COMPONENT, cards: [{ card_index: true, components: [COMPONENT] }] }],
  },
};

const CONTACT: Known = {
  name: { formatted_name: true, first_name: true, last_name: true, middle_name: true, suffix: true, prefix: true },
  phones: [{ phone: true, type: true, wa_id: true }],
  emails: [{ email: true, type: true }],
  urls: [{ url: true, type: true }],
  addresses: [{ street: true, city: true, state: true, zip: true, country: true, country_code: true, type: true }],
  org: { company: true, department: true, title: true },
  birthday: true,
};

/** Refuses a field that no message of the type has, however deep: a misspelt one would be lost in silence. The content
 *  has passed the checks of its type before. */
export function refuseUnknownFields(message: Json, type: string): void {
  const content = message[type];
  if (type === 'contacts') {
    compare(content, [CONTACT], type);
  } else if (type === 'interactive') {
    const kind = isObject(content) ? shown(content['type']) : '';
    const action = ACTIONS[kind] as Known;
    compare(content, { type: true, header: HEADER, body: TEXT, footer: TEXT, action }, type);
  } else {
    compare(content, CONTENTS[type] as Known, type);
  }
}

function compare(value: unknown, known: true | Known | readonly [Known], path: string): void {
  if (known === true || typeof value !== 'object' || value === null) return;
  if (Array.isArray(value) !== isList(known)) {
    throw new GraphError(100, `Param ${path} must be ${isList(known) ? 'an array' : 'a JSON object'}.`);
  }
  if (isList(known)) {
    for (const [index, each] of (value as unknown[]).entries()) compare(each, known[0], `${path}[${index}]`);
    return;
  }
  for (const [key, inner] of Object.entries(value)) {
    const expected = Object.hasOwn(known, key) ? known[key] : undefined;
    if (expected === undefined) throw new GraphError(100, `Unexpected key "${key.slice(0, 100)}" on param "${path}".`);
    compare(inner, expected, `${path}['${key}']`);
  }
}

function isList(known: Known | readonly [Known]): known is readonly [Known] {
  return Array.isArray(known);
}
