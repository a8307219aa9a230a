import fc from 'fast-check';
import type { MessageContent } from '#channels/provider.ts';
import {
  anyDistinct,
  anyId,
  anyLink,
  anyMedia,
  anySome,
  anyText,
  type KnownIds,
} from '#channels/providers/cloud-api/content/arbitrary-text.fixture.ts';
import { anyOrderDetails, anyOrderStatus } from './arbitrary-order.fixture.ts';

type Parts = Record<string, fc.Arbitrary<unknown>>;

const textObject = (max: number) => anyText(max, { singleLine: false }).map((text) => ({ text }));
const body = textObject(1024);
const footer = textObject(60);
const anyTextHeader = anyText(60).map((text) => ({ type: 'text', text }));

/** One arbitrary for each kind of interactive message. */
export function interactiveArbitraries(known: KnownIds): Record<string, fc.Arbitrary<MessageContent>> {
  const mediaHeader = (kind: 'image' | 'video' | 'document') =>
    anyMedia(kind, known, kind === 'document' ? { filename: anyId(50) } : {}).map((file) => ({
      type: kind,
      [kind]: file,
    }));
  const header = fc.oneof(anyTextHeader, mediaHeader('image'), mediaHeader('video'), mediaHeader('document'));
  const framed = { header, body, footer };
  return {
    button: interactive('button', { ...framed, action: anyButtons.map((buttons) => ({ buttons })) }),
    list: interactive('list', {
      header: anyTextHeader,
      body: textObject(4096),
      footer,
      action: fc.record({ button: anyText(20), sections: anySections('rows', 10, anyRow) }),
    }),
    ctaUrl: interactive('cta_url', { ...framed, action: anyLinkAction }),
    locationRequest: interactive('location_request_message', { body, action: named('send_location') }),
    address: interactive('address_message', { body, footer, action: named('address_message', anyAddressForm) }),
    flow: interactive('flow', { ...framed, action: named('flow', anyFlow) }),
    product: interactive('product', { body, footer, action: anyProduct }, 'body', 'footer'),
    productList: interactive(
      'product_list',
      {
        header: anyTextHeader,
        body,
        footer,
        action: fc.record({ catalog_id: anyId(20), sections: anySections('product_items', 30, anyProductItem) }),
      },
      'footer',
    ),
    catalog: interactive('catalog_message', {
      body,
      footer,
      action: fc.oneof(
        named('catalog_message'),
        named('catalog_message', fc.record({ thumbnail_product_retailer_id: anyId(100) })),
      ),
    }),
    carousel: interactive('carousel', { body, action: anyCards(mediaHeader).map((cards) => ({ cards })) }),
    callPermission: interactive('call_permission_request', { body, action: named('call_permission_request') }, 'body'),
    call: interactive('voice_call', { body, action: named('voice_call', anyCallButton) }),
    contactRequest: interactive('request_contact_info', { body, action: named('request_contact_info') }),
    orderDetails: interactive('order_details', {
      header: mediaHeader('image'),
      body,
      footer,
      action: named('review_and_pay', anyOrderDetails),
    }),
    orderStatus: interactive('order_status', { body, footer, action: named('review_order', anyOrderStatus) }),
  };
}

/** `optional` are the parts that may be left out; header and footer unless told. */
function interactive(type: string, parts: Parts, ...optional: string[]): fc.Arbitrary<MessageContent> {
  const free = optional.length > 0 ? optional : ['header', 'footer'];
  const requiredKeys = Object.keys(parts).filter((name) => !free.includes(name));
  return fc
    .record(parts, { requiredKeys })
    .map((fields) => ({ type: 'interactive', interactive: { type, ...fields } }));
}

function named(name: string, parameters?: fc.Arbitrary<unknown>): fc.Arbitrary<object> {
  return fc.record({ name: fc.constant(name), ...(parameters ? { parameters } : {}) });
}

const anyButtons: fc.Arbitrary<unknown[]> = fc
  .tuple(anyDistinct(anyId(256), 3, 3), anyDistinct(anyText(20), 3, 3), fc.integer({ min: 1, max: 3 }))
  .map(([ids, titles, count]) =>
    ids.slice(0, count).map((id, index) => ({ type: 'reply', reply: { id, title: titles[index] } })),
  );

const anyRow = (id: string): fc.Arbitrary<object> =>
  anySome({ id: fc.constant(id), title: anyText(24), description: anyText(72) }, 'id', 'title');

const anyProductItem = (id: string): fc.Arbitrary<object> => fc.constant({ product_retailer_id: id });

/** Up to ten sections with at most `max` entries in all, made of ids that differ. */
export function anySections(
  name: string,
  max: number,
  anyEntry: (id: string) => fc.Arbitrary<object>,
): fc.Arbitrary<object[]> {
  const counts = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 10 });
  return counts
    .map((sizes) => {
      let left = max;
      return sizes.flatMap((size) => {
        const taken = Math.min(size, left);
        left -= taken;
        return taken > 0 ? [taken] : [];
      });
    })
    .chain((sizes) =>
      fc.tuple(
        ...sizes.map((size, section) =>
          fc.record({
            title: anyText(24),
            [name]: fc.tuple(...Array.from({ length: size }, (_, index) => anyEntry(`${section}-${index}`))),
          }),
        ),
      ),
    );
}

const anyLinkAction: fc.Arbitrary<object> = named('cta_url', fc.record({ display_text: anyText(20), url: anyLink }));

const anyAddress = anySome({
  name: anyText(50),
  phone_number: fc.constant('+915550100'),
  in_pin_code: fc.constant('400051'),
  house_number: anyId(10),
  floor_number: anyId(10),
  tower_number: anyId(10),
  building_name: anyText(50),
  address: anyText(100),
  landmark_area: anyText(50),
  city: anyText(50),
  state: anyText(50),
});

const anyAddressForm = anySome(
  {
    country: fc.constant('IN'),
    values: anyAddress,
    saved_addresses: fc.array(fc.record({ id: anyId(20), value: anyAddress }), { maxLength: 3 }),
    validation_errors: anySome({ in_pin_code: anyText(50), city: anyText(50) }),
  },
  'country',
);

const anyFlow: fc.Arbitrary<object> = fc
  .tuple(
    fc.oneof(fc.record({ flow_id: anyId(20) }), fc.record({ flow_name: anyId(50) })),
    anySome(
      {
        flow_message_version: fc.constant('3'),
        flow_cta: anyId(30),
        flow_token: anyText(200),
        mode: fc.constantFrom('draft', 'published'),
        flow_action: fc.constantFrom('navigate', 'data_exchange'),
        flow_action_payload: anySome(
          { screen: fc.constantFrom('DAY', 'TIME'), data: fc.record({ seats: fc.nat(9), note: anyText(50) }) },
          'screen',
        ),
      },
      'flow_message_version',
      'flow_cta',
    ),
  )
  .map(([flow, more]) => ({ ...flow, ...more }));

const anyProduct = fc.record({ catalog_id: anyId(20), product_retailer_id: anyId(100) });

const anyCallButton = anySome(
  { display_text: anyText(20), ttl_minutes: fc.integer({ min: 1, max: 43_200 }), payload: anyText(512) },
  'display_text',
);

const anyCardText = fc
  .tuple(anyText(40), anyText(40))
  .chain(([first, second]) => fc.constantFrom(first, `${first}\n${second}`, `${first}\n\n${second}`))
  .map((text) => ({ text }));

/** Cards of one make: links or quick replies below a picture or a film, or products of one catalog. */
function anyCards(mediaHeader: (kind: 'image' | 'video') => fc.Arbitrary<object>): fc.Arbitrary<object[]> {
  const count = fc.integer({ min: 2, max: 10 });
  const productCards = fc.tuple(count, anyId(20)).map(([length, catalog_id]) =>
    Array.from({ length }, (_, card_index) => ({
      card_index,
      type: 'product',
      action: { product_retailer_id: `product-${card_index}`, catalog_id },
    })),
  );
  const mediaCards = fc
    .tuple(count, fc.constantFrom<'image' | 'video'>('image', 'video'), fc.constantFrom(0, 1, 2))
    .chain(([length, kind, replies]) =>
      fc.tuple(
        ...Array.from({ length }, (_, card_index) =>
          anySome(
            {
              card_index: fc.constant(card_index),
              type: fc.constant('cta_url'),
              header: mediaHeader(kind),
              body: anyCardText,
              action: replies === 0 ? anyLinkAction : anyQuickReplies(card_index, replies),
            },
            'card_index',
            'type',
            'header',
            'action',
          ),
        ),
      ),
    );
  return fc.oneof(mediaCards, productCards);
}

function anyQuickReplies(card: number, count: number): fc.Arbitrary<object> {
  return anyDistinct(anyText(20), count, count).map((titles) => ({
    buttons: titles.map((title, index) => ({
      type: 'quick_reply',
      quick_reply: { id: `card-${card}-${index}`, title },
    })),
  }));
}
