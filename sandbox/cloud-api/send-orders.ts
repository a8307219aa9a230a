import type { Json } from '#people/chats.ts';
import {
  isGiven,
  optionalObject,
  optionalText,
  optionalWord,
  requireInteger,
  requireObject,
  requireObjects,
  requireText,
  requireUrl,
  requireWord,
} from './checks.ts';
import { GraphError } from './graph-error.ts';
import { checkPaymentSettings } from './send-payment-settings.ts';
import type { Lookups } from './send-simple-types.ts';

export const ORDER_STATUSES = [
  'pending',
  'processing',
  'partially_shipped',
  'partially-shipped',
  'shipped',
  'completed',
  'canceled',
];
const ADDRESS_LINES = [
  'name',
  'address_line1',
  'address_line2',
  'city',
  'state',
  'zone_code',
  'postal_code',
  'country',
  'country_code',
];

/** An order to be paid, in a message or behind the button of a template. Amounts are checked to add up. */
export function checkOrderDetails(order: Json, path: string, lookups: Lookups): void {
  const currency = requireWord(order, 'currency', `${path}['currency']`, ['INR', 'BRL']);
  checkReference(order, path, currency);
  requireWord(order, 'type', `${path}['type']`, ['digital-goods', 'physical-goods']);
  checkPaymentSettings(order, path, currency);
  const total = requireAmount(order, 'total_amount', path);
  if (isGiven(order, 'beneficiaries')) {
    for (const { element, at } of requireObjects(order, 'beneficiaries', `${path}['beneficiaries']`, 0, 10)) {
      for (const line of ADDRESS_LINES) optionalText(element, line, `${at}['${line}']`, 1000);
    }
  }
  checkOrder(requireObject(order, 'order', `${path}['order']`), `${path}['order']`, total, lookups);
  // Asked last: what is wrong with the order itself is told first, as for any other parameter.
  if (!lookups.settings.payments_terms_accepted) {
    throw new GraphError(134011, 'The terms of service of payments have not been accepted.');
  }
}

/** What became of an order, as a message of its own. */
export function checkOrderStatus(parameters: Json, path: string): void {
  checkReference(parameters, path, null);
  const order = requireObject(parameters, 'order', `${path}['order']`);
  requireWord(order, 'status', `${path}['order']['status']`, ORDER_STATUSES);
  optionalText(order, 'description', `${path}['order']['description']`, 120);
  const payment = optionalObject(parameters, 'payment', `${path}['payment']`);
  if (!payment) return;
  requireWord(payment, 'status', `${path}['payment']['status']`, ['pending', 'captured', 'failed']);
  if (isGiven(payment, 'timestamp')) {
    requireInteger(payment, 'timestamp', `${path}['payment']['timestamp']`, 0, 99_999_999_999);
  }
}

/** The business's own name of the order. India's rule is the narrower one; a status does not tell the country. */
function checkReference(parent: Json, path: string, currency: string | null): void {
  const reference = requireText(parent, 'reference_id', `${path}['reference_id']`, currency === 'INR' ? 35 : 60);
  if (currency === 'INR' && !/^[A-Za-z0-9_.-]+$/.test(reference)) {
    throw new GraphError(
      131009,
      `Param ${path}['reference_id'] may have letters, digits, underscores, dashes and dots only.`,
    );
  }
}

function checkOrder(order: Json, path: string, total: number, lookups: Lookups): void {
  requireWord(order, 'status', `${path}['status']`, ['pending']);
  optionalWord(order, 'type', `${path}['type']`, ['quick_pay']);
  optionalText(order, 'catalog_id', `${path}['catalog_id']`, 100);
  const expiration = optionalObject(order, 'expiration', `${path}['expiration']`);
  if (expiration) {
    const at = requireInteger(expiration, 'timestamp', `${path}['expiration']['timestamp']`, 0, 99_999_999_999);
    if (at * 1000 < lookups.now + 300_000) {
      throw new GraphError(131009, `Param ${path}['expiration']['timestamp'] must be 300 seconds ahead or more.`);
    }
    optionalText(expiration, 'description', `${path}['expiration']['description']`, 120);
  }
  const itemsTotal = checkItems(order, path);
  const subtotal = requireAmount(order, 'subtotal', path);
  if (subtotal !== itemsTotal) {
    throw new GraphError(131009, `Param ${path}['subtotal'] is ${subtotal}, but the items come to ${itemsTotal}.`);
  }
  const sum = subtotal + requireAmount(order, 'tax', path) + addition('shipping') - addition('discount');
  if (total !== sum) {
    throw new GraphError(131009, `The total_amount is ${total}, but subtotal, tax, shipping and discount give ${sum}.`);
  }

  function addition(key: string): number {
    return isGiven(order, key) ? requireAmount(order, key, path) : 0;
  }
}

function checkItems(order: Json, path: string): number {
  let sum = 0;
  let pictures = 0;
  const items = requireObjects(order, 'items', `${path}['items']`, 1, 999);
  for (const { element: item, at } of items) {
    optionalText(item, 'retailer_id', `${at}['retailer_id']`, 200);
    requireText(item, 'name', `${at}['name']`, 60);
    const amount = requireAmount(item, 'amount', at);
    const saleAmount = isGiven(item, 'sale_amount') ? requireAmount(item, 'sale_amount', at) : amount;
    sum += saleAmount * requireInteger(item, 'quantity', `${at}['quantity']`, 1, 1_000_000);
    optionalText(item, 'country_of_origin', `${at}['country_of_origin']`, 200);
    optionalText(item, 'importer_name', `${at}['importer_name']`, 200);
    const importer = optionalObject(item, 'importer_address', `${at}['importer_address']`);
    for (const line of importer ? ADDRESS_LINES : []) {
      optionalText(importer ?? {}, line, `${at}['importer_address']['${line}']`, 1000);
    }
    const image = optionalObject(item, 'image', `${at}['image']`);
    if (!image) continue;
    requireUrl(image, 'link', `${at}['image']['link']`);
    pictures++;
  }
  if (pictures > 0 && items.length > 10) {
    throw new GraphError(131009, `Param ${path}['items'] may have at most 10 items when one has a picture of its own.`);
  }
  return sum;
}

/** A sum of money in hundredths. */
function requireAmount(parent: Json, key: string, parentPath: string): number {
  const path = `${parentPath}['${key}']`;
  const amount = requireObject(parent, key, path);
  const offset = requireInteger(amount, 'offset', `${path}['offset']`, 1, 1_000_000);
  if (offset !== 100) throw new GraphError(131009, `Param ${path}['offset'] must be 100.`);
  optionalText(amount, 'description', `${path}['description']`, 60);
  optionalText(amount, 'discount_program_name', `${path}['discount_program_name']`, 60);
  return requireInteger(amount, 'value', `${path}['value']`, 0, 1_000_000_000_000);
}
