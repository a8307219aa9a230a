import fc from 'fast-check';
import { anyId, anyLink, anySome, anyText } from '#channels/providers/cloud-api/content/arbitrary-text.fixture.ts';

const amount = (value: number, more: object = {}) => ({ value, offset: 100, ...more });
const anyPrice = fc.integer({ min: 0, max: 1_000_000 });

interface Item {
  price: number;
  /** Null: it is not on sale. */
  salePrice: number | null;
  quantity: number;
  name: string;
  image: string | null;
}

const anyItem: fc.Arbitrary<Item> = fc.record({
  price: anyPrice,
  salePrice: fc.option(anyPrice),
  quantity: fc.integer({ min: 1, max: 100 }),
  name: anyText(60),
  image: fc.option(anyLink),
});

const anyIndianRoute = fc.oneof(
  fc
    .constantFrom(
      { type: 'razorpay', razorpay: { receipt: 'r1', notes: { branch: 'north' } } },
      { type: 'payu', payu: { udf1: 'a', udf4: 'd' } },
      { type: 'billdesk', billdesk: { additional_info1: 'a', additional_info7: 'g' } },
      { type: 'zaakpay', zaakpay: { extra1: 'a', extra2: 'b' } },
      { type: 'razorpay' },
    )
    .chain((gateway) => anyId(60).map((name) => ({ ...gateway, configuration_name: name })))
    .map((gateway) => ({ payment_settings: [{ type: 'payment_gateway', payment_gateway: gateway }] })),
  anyLink.map((uri) => ({ payment_settings: [{ type: 'payment_link', payment_link: { uri } }] })),
  anyId(60).map((configuration) => ({ payment_type: 'upi', payment_configuration: configuration })),
);

const anyBrazilianRoute = fc
  .subarray(
    [
      {
        type: 'pix_dynamic_code',
        pix_dynamic_code: { code: '00020101', merchant_name: 'Loja', key: '39580525000189', key_type: 'CNPJ' },
      },
      { type: 'payment_link', payment_link: { uri: 'https://pay.example.com/5' } },
      { type: 'boleto', boleto: { digitable_line: '03399026944140000002628346101018898510000008848' } },
    ],
    { minLength: 1 },
  )
  .map((settings) => ({ payment_type: 'br', payment_settings: settings }));

const anyCountry = fc.oneof(
  fc.tuple(fc.constant('INR'), anyId(35), anyIndianRoute),
  fc.tuple(fc.constant('BRL'), anyText(60), anyBrazilianRoute),
);

/** An order to be paid, whose sums add up. */
export const anyOrderDetails: fc.Arbitrary<object> = fc
  .record({
    country: anyCountry,
    goods: fc.constantFrom('digital-goods', 'physical-goods'),
    items: fc.array(anyItem, { minLength: 1, maxLength: 10 }),
    tax: fc.integer({ min: 0, max: 10_000 }),
    shipping: fc.option(fc.integer({ min: 0, max: 10_000 })),
    discounted: fc.boolean(),
    description: anyText(60),
    // From 2034 to 2065: ahead of every clock that may judge it.
    expiration: fc.option(fc.integer({ min: 2_020_000_000, max: 3_000_000_000 })),
    beneficiary: fc.option(fc.record({ name: anyText(60), city: anyText(60), postal_code: fc.constant('400051') })),
  })
  .map(({ country: [currency, reference_id, route], goods, items, tax, shipping, discounted, ...more }) => {
    const subtotal = items.reduce((sum, item) => sum + (item.salePrice ?? item.price) * item.quantity, 0);
    const discount = discounted ? Math.floor(subtotal / 10) : null;
    return {
      reference_id,
      type: goods,
      currency,
      ...route,
      total_amount: amount(subtotal + tax + (shipping ?? 0) - (discount ?? 0)),
      ...(more.beneficiary ? { beneficiaries: [more.beneficiary] } : {}),
      order: {
        status: 'pending',
        items: items.map(itemOf),
        subtotal: amount(subtotal),
        tax: amount(tax, { description: more.description }),
        ...(shipping === null ? {} : { shipping: amount(shipping, { description: more.description }) }),
        ...(discount === null ? {} : { discount: amount(discount, { discount_program_name: more.description }) }),
        ...(more.expiration === null
          ? {}
          : { expiration: { timestamp: String(more.expiration), description: more.description } }),
      },
    };
  });

function itemOf({ price, salePrice, quantity, name, image }: Item, index: number): object {
  return {
    retailer_id: `sku-${index}`,
    name,
    amount: amount(price),
    ...(salePrice === null ? {} : { sale_amount: amount(salePrice) }),
    quantity,
    ...(image === null ? {} : { image: { link: image } }),
  };
}

export const anyOrderStatus: fc.Arbitrary<object> = anySome(
  {
    reference_id: anyId(35),
    order: anySome(
      {
        status: fc.constantFrom(
          'pending',
          'processing',
          'partially_shipped',
          'partially-shipped',
          'shipped',
          'completed',
          'canceled',
        ),
        description: anyText(120),
      },
      'status',
    ),
    payment: anySome(
      { status: fc.constantFrom('pending', 'captured', 'failed'), timestamp: fc.constant(1_722_445_231) },
      'status',
    ),
  },
  'reference_id',
  'order',
);
