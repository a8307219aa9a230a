import type { Json } from '#people/chats.ts';
import {
  isGiven,
  optionalObject,
  optionalText,
  requireObject,
  requireObjects,
  requireText,
  requireWord,
} from './checks.ts';

const GATEWAYS = ['billdesk', 'razorpay', 'payu', 'zaakpay'];
const ROUTES_OF_INDIA = ['payment_gateway', 'payment_link', 'upi_intent_link'];
const ROUTES_OF_BRAZIL = ['pix_dynamic_code', 'payment_link', 'boleto', 'offsite_card_pay'];

/** How an order may be paid: the newer list `payment_settings`, or India's older `payment_type` with a configuration. */
export function checkPaymentSettings(order: Json, path: string, currency: string): void {
  if (currency === 'BRL') {
    requireWord(order, 'payment_type', `${path}['payment_type']`, ['br']);
  } else if (isGiven(order, 'payment_type') && !isGiven(order, 'payment_settings')) {
    requireWord(order, 'payment_type', `${path}['payment_type']`, ['upi', ...GATEWAYS]);
    requireText(order, 'payment_configuration', `${path}['payment_configuration']`, 60);
    return;
  }
  const routes = currency === 'BRL' ? ROUTES_OF_BRAZIL : ROUTES_OF_INDIA;
  for (const { element, at } of requireObjects(order, 'payment_settings', `${path}['payment_settings']`, 1, 10)) {
    const type = requireWord(element, 'type', `${at}['type']`, routes);
    checkRoute(requireObject(element, type, `${at}['${type}']`), type, `${at}['${type}']`);
  }
}

function checkRoute(route: Json, type: string, path: string): void {
  switch (type) {
    case 'payment_gateway': {
      const gateway = requireWord(route, 'type', `${path}['type']`, GATEWAYS);
      requireText(route, 'configuration_name', `${path}['configuration_name']`, 60);
      const details = optionalObject(route, gateway, `${path}['${gateway}']`);
      for (const field of Object.keys(details ?? {})) {
        // Notes are pairs of the business's own; all else are texts that come back with the payment.
        if (field === 'notes') optionalObject(details ?? {}, field, `${path}['${gateway}']['notes']`);
        else optionalText(details ?? {}, field, `${path}['${gateway}']['${field}']`, 1000);
      }
      break;
    }
    case 'payment_link':
      requireText(route, 'uri', `${path}['uri']`, 2048);
      break;
    case 'upi_intent_link':
      requireText(route, 'link', `${path}['link']`, 2048);
      break;
    case 'pix_dynamic_code':
      for (const field of ['code', 'merchant_name', 'key']) requireText(route, field, `${path}['${field}']`, 1000);
      requireWord(route, 'key_type', `${path}['key_type']`, ['CPF', 'CNPJ', 'EMAIL', 'PHONE', 'EVP']);
      break;
    case 'boleto':
      requireText(route, 'digitable_line', `${path}['digitable_line']`, 100);
      break;
    default:
      // The others are not described by Meta; any object is taken.
      break;
  }
}
