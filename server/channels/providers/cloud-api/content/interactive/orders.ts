import { type Fields, isFields } from '#channels/providers/payloads/fields.ts';
import {
  type CheckContext,
  checkText,
  checkTexts,
  checkWholeNumber,
  checkWord,
  fieldsAt,
  listAt,
  type Problems,
  refuse,
} from '#channels/providers/content-checks/checks.ts';
import { checkLink } from '#channels/providers/content-checks/links.ts';
import { checkPaymentRoute, checkReference } from './payments.ts';
import { checkProductId } from './products.ts';
import { namedAction } from './requests.ts';

export function checkOrderDetailsAction(
  problems: Problems,
  pointer: string,
  value: unknown,
  context: CheckContext,
): void {
  const action = namedAction(problems, pointer, value, 'review_and_pay', ['parameters']);
  if (action) checkOrderDetails(problems, `${pointer}/parameters`, action['parameters'], context);
}

const detailsFields = [
  'reference_id',
  'type',
  'currency',
  'payment_type',
  'payment_configuration',
  'payment_settings',
  'total_amount',
  'beneficiaries',
  'order',
];
const beneficiaryFields = ['name', 'address_line1', 'address_line2', 'city', 'state', 'country', 'postal_code'];

/** An order to be paid, in India (INR) or Brazil (BRL). Its sums must add up. */
export function checkOrderDetails(problems: Problems, pointer: string, value: unknown, context: CheckContext): void {
  const details = fieldsAt(problems, pointer, value, detailsFields);
  if (!details) return;
  const { currency, beneficiaries } = details;
  checkReference(problems, `${pointer}/reference_id`, details['reference_id'], currency);
  checkWord(problems, `${pointer}/type`, details['type'], ['digital-goods', 'physical-goods']);
  checkWord(problems, `${pointer}/currency`, currency, ['INR', 'BRL']);
  checkPaymentRoute(problems, pointer, details);
  if (beneficiaries !== undefined) {
    listAt(problems, `${pointer}/beneficiaries`, beneficiaries, 0, 10)?.forEach((entry, index) =>
      checkTexts(problems, `${pointer}/beneficiaries/${index}`, entry, beneficiaryFields),
    );
  }
  const sum = checkOrder(problems, `${pointer}/order`, details['order'], context);
  const total = checkAmount(problems, `${pointer}/total_amount`, details['total_amount']);
  if (sum !== undefined && total !== undefined && total !== sum) {
    const rule = `subtotal + tax + shipping - discount, which is ${sum}`;
    refuse(problems, `${pointer}/total_amount/value`, `It is ${total}, and must be ${rule}.`);
  }
}

const orderFields = ['status', 'type', 'catalog_id', 'expiration', 'items', 'subtotal', 'tax', 'shipping', 'discount'];

/** Gives what the order comes to, or undefined when that cannot be told. */
function checkOrder(problems: Problems, pointer: string, value: unknown, context: CheckContext): number | undefined {
  const order = fieldsAt(problems, pointer, value, orderFields);
  if (!order) return undefined;
  checkWord(problems, `${pointer}/status`, order['status'], ['pending']);
  checkWord(problems, `${pointer}/type`, order['type'], ['quick_pay'], { optional: true });
  checkProductId(problems, `${pointer}/catalog_id`, order['catalog_id'], { optional: true });
  if (order['expiration'] !== undefined) {
    checkExpiration(problems, `${pointer}/expiration`, order['expiration'], context);
  }
  const items = checkItems(problems, `${pointer}/items`, order['items']);
  const subtotal = checkAmount(problems, `${pointer}/subtotal`, order['subtotal']);
  const isWrong = items !== undefined && subtotal !== undefined && items !== subtotal;
  if (isWrong) {
    const rule = `the sum of the items (sale_amount or amount, times quantity), which is ${items}`;
    refuse(problems, `${pointer}/subtotal/value`, `It is ${subtotal}, and must be ${rule}.`);
  }
  const tax = checkAmount(problems, `${pointer}/tax`, order['tax'], ['description']);
  const shipping = checkOptionalAmount(problems, `${pointer}/shipping`, order['shipping'], ['description']);
  const discount = checkOptionalAmount(problems, `${pointer}/discount`, order['discount'], [
    'description',
    'discount_program_name',
  ]);
  // A total that follows from a wrong subtotal is not a second mistake.
  if (isWrong || subtotal === undefined || tax === undefined || shipping === undefined || discount === undefined)
    return undefined;
  return subtotal + tax + shipping - discount;
}

// Meta wants five minutes for the payment, counted from when the message arrives there.
const shortestSeconds = 300;

function checkExpiration(problems: Problems, pointer: string, value: unknown, { sendAt }: CheckContext): void {
  const expiration = fieldsAt(problems, pointer, value, ['timestamp', 'description']);
  if (!expiration) return;
  const { timestamp, description } = expiration;
  checkText(problems, `${pointer}/description`, description, { max: 120, optional: true });
  if (typeof timestamp !== 'string' || !/^\d{10,11}$/.test(timestamp)) {
    return refuse(problems, `${pointer}/timestamp`, 'It must be an instant in seconds since 1970, as a string.');
  }
  if (Number(timestamp) - sendAt.epochMilliseconds / 1000 < shortestSeconds) {
    const rule = `at least ${shortestSeconds} seconds after the message is sent`;
    refuse(problems, `${pointer}/timestamp`, `It must be ${rule}.`);
  }
}

const itemFields = [
  'retailer_id',
  'name',
  'amount',
  'sale_amount',
  'quantity',
  'image',
  'country_of_origin',
  'importer_name',
  'importer_address',
];
const importerFields = ['address_line1', 'address_line2', 'city', 'zone_code', 'state', 'postal_code', 'country_code'];

/** Gives what the items come to. */
function checkItems(problems: Problems, pointer: string, value: unknown): number | undefined {
  const items = listAt(problems, pointer, value, 1, 999);
  if (!items) return undefined;
  if (items.length > 10 && items.some((item) => isFields(item) && item['image'] !== undefined)) {
    const rule = 'at most 10 are allowed when an item has an image of its own';
    refuse(problems, pointer, `It has ${items.length} entries; ${rule}.`);
    return undefined;
  }
  let sum: number | undefined = 0;
  items.forEach((item, index) => {
    const price = checkItem(problems, `${pointer}/${index}`, item);
    sum = sum === undefined || price === undefined ? undefined : sum + price;
  });
  return sum;
}

function checkItem(problems: Problems, pointer: string, value: unknown): number | undefined {
  const item = fieldsAt(problems, pointer, value, itemFields);
  if (!item) return undefined;
  checkProductId(problems, `${pointer}/retailer_id`, item['retailer_id']);
  checkText(problems, `${pointer}/name`, item['name'], { max: 60, singleLine: true });
  checkOrigin(problems, pointer, item);
  const image =
    item['image'] === undefined ? undefined : fieldsAt(problems, `${pointer}/image`, item['image'], ['link']);
  if (image) checkLink(problems, `${pointer}/image/link`, image['link']);
  const amount = checkAmount(problems, `${pointer}/amount`, item['amount']);
  const isOnSale = item['sale_amount'] !== undefined;
  const sale = isOnSale ? checkAmount(problems, `${pointer}/sale_amount`, item['sale_amount']) : amount;
  const { quantity } = item;
  if (!checkWholeNumber(problems, `${pointer}/quantity`, quantity, 1, 1_000_000)) return undefined;
  return amount === undefined || sale === undefined ? undefined : sale * quantity;
}

function checkOrigin(problems: Problems, pointer: string, item: Fields): void {
  checkText(problems, `${pointer}/country_of_origin`, item['country_of_origin'], { max: 100, optional: true });
  checkText(problems, `${pointer}/importer_name`, item['importer_name'], { max: 100, optional: true });
  if (item['importer_address'] !== undefined) {
    checkTexts(problems, `${pointer}/importer_address`, item['importer_address'], importerFields);
  }
}

function checkOptionalAmount(
  problems: Problems,
  pointer: string,
  value: unknown,
  words: readonly string[],
): number | undefined {
  return value === undefined ? 0 : checkAmount(problems, pointer, value, words);
}

/** Gives an amount in hundredths. `words` are further fields, texts of at most 60 characters. */
function checkAmount(
  problems: Problems,
  pointer: string,
  value: unknown,
  words: readonly string[] = [],
): number | undefined {
  const amount = fieldsAt(problems, pointer, value, ['value', 'offset', ...words]);
  if (!amount) return undefined;
  for (const word of words)
    checkText(problems, `${pointer}/${word}`, amount[word], { max: 60, min: 0, optional: true });
  if (amount['offset'] !== 100) refuse(problems, `${pointer}/offset`, 'It must be 100: the value is in hundredths.');
  return checkWholeNumber(problems, `${pointer}/value`, amount['value'], 0, 1_000_000_000_000)
    ? amount['value']
    : undefined;
}

const orderStatuses = ['pending', 'processing', 'partially_shipped', 'shipped', 'completed', 'canceled'];

/** How an order that was sent before goes on. */
export function checkOrderStatusAction(problems: Problems, pointer: string, value: unknown): void {
  const action = namedAction(problems, pointer, value, 'review_order', ['parameters']);
  const here = `${pointer}/parameters`;
  const parameters = action && fieldsAt(problems, here, action['parameters'], ['reference_id', 'order', 'payment']);
  if (!parameters) return;
  checkReference(problems, `${here}/reference_id`, parameters['reference_id'], undefined);
  const order = fieldsAt(problems, `${here}/order`, parameters['order'], ['status', 'description']);
  if (order) {
    // Meta's documents spell it both ways.
    checkWord(problems, `${here}/order/status`, order['status'], [...orderStatuses, 'partially-shipped']);
    checkText(problems, `${here}/order/description`, order['description'], { max: 120, optional: true });
  }
  if (parameters['payment'] === undefined) return;
  const payment = fieldsAt(problems, `${here}/payment`, parameters['payment'], ['status', 'timestamp']);
  if (!payment) return;
  checkWord(problems, `${here}/payment/status`, payment['status'], ['pending', 'captured', 'failed']);
  const { timestamp } = payment;
  const isInstant = typeof timestamp === 'number' || (typeof timestamp === 'string' && /^\d{10,11}$/.test(timestamp));
  if (timestamp !== undefined && !isInstant) {
    refuse(problems, `${here}/payment/timestamp`, 'It must be an instant in seconds since 1970.');
  }
}
