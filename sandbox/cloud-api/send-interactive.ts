import type { Json } from '#people/chats.ts';
import { invalid, isObject, optionalText, requireArray, requireObject, requireText, requireUrl } from './checks.ts';
import { GraphError } from './graph-error.ts';
import { type Lookups, checkMediaReference } from './send-simple-types.ts';

interface Shape {
  body: 'required' | 'optional';
  maxBody: number;
  headers: readonly string[];
  isHeaderRequired?: boolean;
  footer: boolean;
  checkAction(action: Json, lookups: Lookups): void;
}

const MEDIA_HEADERS = ['text', 'image', 'video', 'document'] as const;

const SHAPES: Readonly<Record<string, Shape>> = {
  button: { body: 'required', maxBody: 1024, headers: MEDIA_HEADERS, footer: true, checkAction: checkReplyButtons },
  list: { body: 'required', maxBody: 4096, headers: ['text'], footer: true, checkAction: checkList },
  cta_url: { body: 'required', maxBody: 1024, headers: MEDIA_HEADERS, footer: true, checkAction: checkCtaUrl },
  flow: { body: 'required', maxBody: 1024, headers: MEDIA_HEADERS, footer: true, checkAction: checkFlow },
  product: { body: 'optional', maxBody: 1024, headers: [], footer: true, checkAction: checkProduct },
  product_list: {
    body: 'required',
    maxBody: 1024,
    headers: ['text'],
    isHeaderRequired: true,
    footer: true,
    checkAction: checkProductList,
  },
  catalog_message: named('catalog_message', true),
  location_request_message: named('send_location', false),
  address_message: { ...named('address_message', true), headers: ['text'] },
  call_permission_request: { ...named('call_permission_request', false), body: 'optional' },
  voice_call: named('voice_call', false),
  request_contact_info: named('request_contact_info', false),
  order_details: { ...named('review_and_pay', true), headers: ['image'] },
  order_status: { ...named('review_order', true), headers: ['image'] },
  carousel: { body: 'required', maxBody: 1024, headers: [], footer: false, checkAction: checkCarousel },
};

function named(name: string, footer: boolean): Shape {
  return {
    body: 'required',
    maxBody: 1024,
    headers: [],
    footer,
    checkAction(action) {
      if (action['name'] !== name) throw invalid("interactive['action']['name']", `must be ${name}.`);
    },
  };
}

/** Throws the `GraphError` that Meta gives for a message of type `interactive`. */
export function checkInteractiveMessage(message: Json, lookups: Lookups): void {
  const interactive = requireObject(message, 'interactive', 'interactive');
  const type = requireText(interactive, 'type', "interactive['type']", 100);
  const shape = Object.hasOwn(SHAPES, type) ? SHAPES[type] : undefined;
  if (!shape) {
    throw invalid("interactive['type']", `must be one of {${Object.keys(SHAPES).join(', ')}} - got "${type}".`);
  }
  if (shape.body === 'required' || interactive['body'] !== undefined) {
    const body = requireObject(interactive, 'body', "interactive['body']");
    requireText(body, 'text', "interactive['body']['text']", shape.maxBody);
  }
  if (interactive['footer'] !== undefined) {
    if (!shape.footer) throw invalid("interactive['footer']", `is not allowed for ${type}.`);
    const footer = requireObject(interactive, 'footer', "interactive['footer']");
    requireText(footer, 'text', "interactive['footer']['text']", 60);
  }
  checkHeader(interactive, type, shape, lookups);
  shape.checkAction(requireObject(interactive, 'action', "interactive['action']"), lookups);
}

function checkHeader(interactive: Json, type: string, shape: Shape, lookups: Lookups): void {
  if (interactive['header'] === undefined && !shape.isHeaderRequired) return;
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

function checkReplyButtons(action: Json): void {
  const path = "interactive['action']['buttons']";
  const ids = new Set<string>();
  const titles = new Set<string>();
  for (const [index, button] of requireArray(action, 'buttons', path, 1, 3).entries()) {
    if (!isObject(button) || button['type'] !== 'reply') throw invalid(`${path}[${index}]['type']`, 'must be reply.');
    const reply = requireObject(button, 'reply', `${path}[${index}]['reply']`);
    const id = requireText(reply, 'id', `${path}[${index}]['reply']['id']`, 256);
    if (id !== id.trim()) throw invalid(`${path}[${index}]['reply']['id']`, 'may not begin or end with a space.');
    const title = requireText(reply, 'title', `${path}[${index}]['reply']['title']`, 20);
    if (ids.has(id) || titles.has(title))
      throw new GraphError(131009, `Param ${path} must have unique ids and titles.`);
    ids.add(id);
    titles.add(title);
  }
}

function checkList(action: Json): void {
  requireText(action, 'button', "interactive['action']['button']", 20);
  const path = "interactive['action']['sections']";
  const sections = requireArray(action, 'sections', path, 1, 10);
  const ids = new Set<string>();
  let rowCount = 0;
  for (const [index, section] of sections.entries()) {
    if (!isObject(section)) throw invalid(`${path}[${index}]`, 'must be a JSON object.');
    if (sections.length > 1) requireText(section, 'title', `${path}[${index}]['title']`, 24);
    else optionalText(section, 'title', `${path}[${index}]['title']`, 24);
    for (const [rowIndex, row] of requireArray(section, 'rows', `${path}[${index}]['rows']`, 1, 10).entries()) {
      const rowPath = `${path}[${index}]['rows'][${rowIndex}]`;
      if (!isObject(row)) throw invalid(rowPath, 'must be a JSON object.');
      const id = requireText(row, 'id', `${rowPath}['id']`, 200);
      if (ids.has(id)) throw new GraphError(131009, `Param ${rowPath}['id'] is used twice.`);
      ids.add(id);
      requireText(row, 'title', `${rowPath}['title']`, 24);
      optionalText(row, 'description', `${rowPath}['description']`, 72);
      rowCount++;
    }
  }
  if (rowCount > 10) throw new GraphError(131009, `Param ${path} may have at most 10 rows, it has ${rowCount}.`);
}

function checkCtaUrl(action: Json): void {
  if (action['name'] !== 'cta_url') throw invalid("interactive['action']['name']", 'must be cta_url.');
  const parameters = requireObject(action, 'parameters', "interactive['action']['parameters']");
  requireText(parameters, 'display_text', "interactive['action']['parameters']['display_text']", 20);
  requireUrl(parameters, 'url', "interactive['action']['parameters']['url']");
}

function checkFlow(action: Json): void {
  if (action['name'] !== 'flow') throw invalid("interactive['action']['name']", 'must be flow.');
  const path = "interactive['action']['parameters']";
  const parameters = requireObject(action, 'parameters', path);
  requireText(parameters, 'flow_message_version', `${path}['flow_message_version']`, 10);
  if ((parameters['flow_id'] === undefined) === (parameters['flow_name'] === undefined)) {
    throw invalid(path, 'must have flow_id or flow_name, one of them.');
  }
  requireText(parameters, 'flow_cta', `${path}['flow_cta']`, 30);
}

function checkProduct(action: Json): void {
  requireText(action, 'catalog_id', "interactive['action']['catalog_id']", 100);
  requireText(action, 'product_retailer_id', "interactive['action']['product_retailer_id']", 200);
}

function checkProductList(action: Json): void {
  requireText(action, 'catalog_id', "interactive['action']['catalog_id']", 100);
  const path = "interactive['action']['sections']";
  let productCount = 0;
  for (const [index, section] of requireArray(action, 'sections', path, 1, 10).entries()) {
    if (!isObject(section)) throw invalid(`${path}[${index}]`, 'must be a JSON object.');
    optionalText(section, 'title', `${path}[${index}]['title']`, 24);
    const items = requireArray(section, 'product_items', `${path}[${index}]['product_items']`, 1, 30);
    for (const item of items) {
      if (!isObject(item)) throw invalid(`${path}[${index}]['product_items']`, 'must hold objects.');
      requireText(item, 'product_retailer_id', `${path}[${index}]['product_items']['product_retailer_id']`, 200);
    }
    productCount += items.length;
  }
  if (productCount > 30) throw new GraphError(131009, `Param ${path} may have at most 30 products.`);
}

function checkCarousel(action: Json, lookups: Lookups): void {
  const path = "interactive['action']['cards']";
  for (const [index, card] of requireArray(action, 'cards', path, 2, 10).entries()) {
    if (!isObject(card)) throw invalid(`${path}[${index}]`, 'must be a JSON object.');
    if (card['card_index'] !== index) throw invalid(`${path}[${index}]['card_index']`, `must be ${index}.`);
    requireObject(card, 'action', `${path}[${index}]['action']`);
    if (card['type'] === 'product') continue;
    const header = requireObject(card, 'header', `${path}[${index}]['header']`);
    const kind = requireText(header, 'type', `${path}[${index}]['header']['type']`, 20);
    if (kind !== 'image' && kind !== 'video')
      throw invalid(`${path}[${index}]['header']['type']`, 'must be image or video.');
    const media = requireObject(header, kind, `${path}[${index}]['header']['${kind}']`);
    checkMediaReference(media, kind, `${path}[${index}]['header']['${kind}']`, lookups);
  }
}
