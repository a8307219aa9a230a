import type { Json } from '#people/chats.ts';
import { invalid, isGiven, requireObject, requireText } from './checks.ts';
import { checkAddressForm } from './send-address.ts';
import { checkCarousel } from './send-carousel.ts';
import {
  checkCallButton,
  checkCatalog,
  checkCtaUrl,
  checkFlow,
  checkList,
  checkName,
  checkProduct,
  checkProductList,
  checkReplyButtons,
} from './send-interactive-actions.ts';
import { checkOrderDetails, checkOrderStatus } from './send-orders.ts';
import { type Lookups, checkMediaReference } from './send-simple-types.ts';

interface Shape {
  /** The longest body; it is required unless told. */
  body: number;
  isBodyOptional?: boolean;
  headers: readonly string[];
  isHeaderRequired?: boolean;
  footer: boolean;
  checkAction(action: Json, lookups: Lookups): void;
}

const ANY_HEADER = ['text', 'image', 'video', 'document'] as const;
const PARAMETERS = "interactive['action']['parameters']";

const SHAPES: Readonly<Record<string, Shape>> = {
  button: { body: 1024, headers: ANY_HEADER, footer: true, checkAction: checkReplyButtons },
  list: { body: 4096, headers: ['text'], footer: true, checkAction: checkList },
  cta_url: { body: 1024, headers: ANY_HEADER, footer: true, checkAction: (action) => checkCtaUrl(action) },
  location_request_message: plain('send_location'),
  address_message: { body: 1024, headers: ANY_HEADER, footer: true, checkAction: checkAddressForm },
  flow: { body: 1024, headers: ANY_HEADER, footer: true, checkAction: checkFlow },
  product: { body: 1024, isBodyOptional: true, headers: [], footer: true, checkAction: checkProduct },
  product_list: {
    body: 1024,
    headers: ['text'],
    isHeaderRequired: true,
    footer: true,
    checkAction: (action) => checkProductList(action, "interactive['action']"),
  },
  catalog_message: { body: 1024, headers: [], footer: true, checkAction: checkCatalog },
  carousel: { body: 1024, headers: [], footer: false, checkAction: checkCarousel },
  call_permission_request: { ...plain('call_permission_request'), isBodyOptional: true },
  voice_call: { body: 1024, headers: [], footer: false, checkAction: checkCallButton },
  request_contact_info: plain('request_contact_info'),
  order_details: {
    body: 1024,
    headers: ['image'],
    footer: true,
    checkAction(action, lookups) {
      checkName(action, 'review_and_pay');
      checkOrderDetails(requireObject(action, 'parameters', PARAMETERS), PARAMETERS, lookups);
    },
  },
  order_status: {
    body: 1024,
    headers: ['image'],
    footer: true,
    checkAction(action) {
      checkName(action, 'review_order');
      checkOrderStatus(requireObject(action, 'parameters', PARAMETERS), PARAMETERS);
    },
  },
};

/** A body and a button of WhatsApp's own that needs nothing but its name. */
function plain(name: string): Shape {
  return { body: 1024, headers: [], footer: false, checkAction: (action) => checkName(action, name) };
}

/** Throws the `GraphError` that Meta gives for a message of type `interactive`. */
export function checkInteractiveMessage(message: Json, lookups: Lookups): void {
  const interactive = requireObject(message, 'interactive', 'interactive');
  const type = requireText(interactive, 'type', "interactive['type']", 100);
  const shape = Object.hasOwn(SHAPES, type) ? SHAPES[type] : undefined;
  if (!shape) {
    throw invalid("interactive['type']", `must be one of {${Object.keys(SHAPES).join(', ')}} - got "${type}".`);
  }
  if (!shape.isBodyOptional || isGiven(interactive, 'body')) checkText(interactive, 'body', shape.body);
  if (isGiven(interactive, 'footer')) {
    if (!shape.footer) throw invalid("interactive['footer']", `is not allowed for ${type}.`);
    checkText(interactive, 'footer', 60);
  }
  checkHeader(interactive, type, shape, lookups);
  shape.checkAction(requireObject(interactive, 'action', "interactive['action']"), lookups);
}

function checkText(interactive: Json, key: string, max: number): void {
  const path = `interactive['${key}']`;
  requireText(requireObject(interactive, key, path), 'text', `${path}['text']`, max);
}

function checkHeader(interactive: Json, type: string, shape: Shape, lookups: Lookups): void {
  if (!isGiven(interactive, 'header') && !shape.isHeaderRequired) return;
  const header = requireObject(interactive, 'header', "interactive['header']");
  const kind = requireText(header, 'type', "interactive['header']['type']", 20);
  if (!shape.headers.includes(kind)) {
    throw invalid("interactive['header']['type']", `may not be "${kind}" for an interactive message of type ${type}.`);
  }
  if (kind === 'text') {
    requireText(header, 'text', "interactive['header']['text']", 60);
  } else {
    const path = `interactive['header']['${kind}']`;
    checkMediaReference(requireObject(header, kind, path), kind, path, lookups);
  }
}
