import type { Bill, Drawing, ProductSection } from './drawing.ts';
import { fieldsOf, listOf, numberOf, optional, textOf, type Fields } from './fields.ts';

/** An amount in words, such as "€ 12.50". A currency that is none is named behind the number. */
export function amountWords(value: number, currency: string): string {
  if (!/^[a-z]{3}$/iu.test(currency)) return `${value.toFixed(2)} ${currency}`.trim();
  return new Intl.NumberFormat(undefined, { style: 'currency', currency }).format(value);
}

/** The sections of products that a message offers; those without a product are left out. */
export function readProductSections(value: unknown): ProductSection[] {
  return listOf(value)
    .map(fieldsOf)
    .map((section) => ({
      title: textOf(section['title']),
      productIds: listOf(section['product_items'])
        .map((product) => textOf(fieldsOf(product)['product_retailer_id']))
        .filter(Boolean),
    }))
    .filter(({ productIds }) => productIds.length > 0);
}

export function productCountWords(sections: readonly ProductSection[]): string {
  const count = sections.reduce((sum, { productIds }) => sum + productIds.length, 0);
  return count === 1 ? '1 product' : `${count} products`;
}

/** The parameters of `order_details` or `order_status` as a bill. */
export function readBill(parameters: Fields): Bill {
  const order = fieldsOf(parameters['order']);
  const currency = textOf(parameters['currency']);
  const payment = textOf(fieldsOf(parameters['payment'])['status']);
  const ends = numberOf(fieldsOf(order['expiration'])['timestamp']);
  return {
    reference: textOf(parameters['reference_id']),
    status: statusWords(textOf(order['status'])),
    ...optional('description', order['description']),
    ...optional('payment', payment && statusWords(payment)),
    items: listOf(order['items']).map((each) => {
      const line = fieldsOf(each);
      return {
        name: textOf(line['name']) || textOf(line['retailer_id']),
        quantity: numberOf(line['quantity']) || 1,
        amount: offsetWords(line['sale_amount'] ?? line['amount'], currency),
      };
    }),
    lines: ['subtotal', 'tax', 'shipping', 'discount'].flatMap((name) => {
      const line = fieldsOf(order[name]);
      if (line['value'] === undefined) return [];
      const about = textOf(line['description']) || textOf(line['discount_program_name']);
      const label = name.charAt(0).toUpperCase() + name.slice(1);
      const amount = offsetWords(line, currency);
      return [{ label: about ? `${label} (${about})` : label, amount: name === 'discount' ? `−${amount}` : amount }];
    }),
    ...(fieldsOf(parameters['total_amount'])['value'] === undefined
      ? {}
      : { total: offsetWords(parameters['total_amount'], currency) }),
    ...(ends > 0 ? { endsAtMs: ends * 1000 } : {}),
    beneficiaries: listOf(parameters['beneficiaries']).map((each) => {
      const beneficiary = fieldsOf(each);
      return ['name', 'address_line1', 'address_line2', 'city', 'state', 'postal_code', 'country']
        .map((part) => textOf(beneficiary[part]))
        .filter(Boolean)
        .join(', ');
    }),
  };
}

// The provider writes amounts as whole numbers with a divisor: 21000 and 100 are 210.00.
function offsetWords(value: unknown, currency: string): string {
  const amount = fieldsOf(value);
  return amountWords(numberOf(amount['value']) / (numberOf(amount['offset']) || 1), currency);
}

// Both spellings of "partially_shipped" are documented.
function statusWords(status: string): string {
  const words = status.replace(/[_-]+/gu, ' ').trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** A basket that the customer sent. The total is given when every product has a price in one currency. */
export function readOrder(order: Fields): Drawing {
  const products = listOf(order['product_items']).map(fieldsOf);
  const currencies = new Set(products.map((product) => textOf(product['currency'])));
  const [currency = ''] = currencies;
  const isPriced = products.length > 0 && products.every((product) => textOf(product['item_price']) !== '');
  const sum = products.reduce(
    (total, product) => total + numberOf(product['item_price']) * numberOf(product['quantity']),
    0,
  );
  return {
    kind: 'order',
    ...optional('text', order['text']),
    products: products.map((product) => ({
      id: textOf(product['product_retailer_id']),
      quantity: numberOf(product['quantity']),
      ...(textOf(product['item_price']) === ''
        ? {}
        : { price: amountWords(numberOf(product['item_price']), textOf(product['currency'])) }),
    })),
    ...(isPriced && currencies.size === 1 ? { total: amountWords(sum, currency) } : {}),
  };
}
