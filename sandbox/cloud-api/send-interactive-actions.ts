import type { Json } from '#people/chats.ts';
import {
  invalid,
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
import type { Lookups } from './send-simple-types.ts';

const ACTION = "interactive['action']";
const PARAMETERS = `${ACTION}['parameters']`;

export function checkName(action: Json, name: string, path = ACTION): void {
  requireWord(action, 'name', `${path}['name']`, [name]);
}

export function checkReplyButtons(action: Json): void {
  const ids = new Set<string>();
  const titles = new Set<string>();
  for (const { element, at } of requireObjects(action, 'buttons', `${ACTION}['buttons']`, 1, 3)) {
    requireWord(element, 'type', `${at}['type']`, ['reply']);
    const reply = requireObject(element, 'reply', `${at}['reply']`);
    addUnique(ids, requireButtonId(reply, `${at}['reply']`), `${at}['reply']['id']`);
    addUnique(titles, requireText(reply, 'title', `${at}['reply']['title']`, 20), `${at}['reply']['title']`);
  }
}

/** The id of a button: up to 256 characters, without spaces around it. */
export function requireButtonId(reply: Json, path: string): string {
  const id = requireText(reply, 'id', `${path}['id']`, 256);
  if (id !== id.trim()) throw invalid(`${path}['id']`, 'may not begin or end with a space.');
  return id;
}

export function addUnique(seen: Set<string>, value: string, path: string): void {
  if (seen.has(value)) throw new GraphError(131009, `Param ${path} must be unique: "${value}" is used twice.`);
  seen.add(value);
}

export function checkList(action: Json): void {
  requireText(action, 'button', `${ACTION}['button']`, 20);
  const path = `${ACTION}['sections']`;
  const sections = requireObjects(action, 'sections', path, 1, 10);
  const ids = new Set<string>();
  let rowCount = 0;
  for (const { element: section, at } of sections) {
    checkSectionTitle(section, at, sections.length);
    for (const { element: row, at: rowPath } of requireObjects(section, 'rows', `${at}['rows']`, 1, 10)) {
      addUnique(ids, requireText(row, 'id', `${rowPath}['id']`, 200), `${rowPath}['id']`);
      requireText(row, 'title', `${rowPath}['title']`, 24);
      optionalText(row, 'description', `${rowPath}['description']`, 72);
      rowCount++;
    }
  }
  if (rowCount > 10) throw new GraphError(131009, `Param ${path} may have at most 10 rows, it has ${rowCount}.`);
}

/** With one section there is nothing to tell it from: its title is optional. */
function checkSectionTitle(section: Json, path: string, sectionCount: number): void {
  if (sectionCount > 1) requireText(section, 'title', `${path}['title']`, 24);
  else optionalText(section, 'title', `${path}['title']`, 24);
}

export function checkCtaUrl(action: Json, path = ACTION): void {
  checkName(action, 'cta_url', path);
  const parameters = requireObject(action, 'parameters', `${path}['parameters']`);
  requireText(parameters, 'display_text', `${path}['parameters']['display_text']`, 20);
  requireUrl(parameters, 'url', `${path}['parameters']['url']`);
}

export function checkFlow(action: Json, lookups: Lookups): void {
  checkName(action, 'flow');
  const parameters = requireObject(action, 'parameters', PARAMETERS);
  const version = parameters['flow_message_version'];
  if (version !== 3) requireWord(parameters, 'flow_message_version', `${PARAMETERS}['flow_message_version']`, ['3']);
  if (isGiven(parameters, 'flow_id') === isGiven(parameters, 'flow_name')) {
    throw invalid(PARAMETERS, 'must have flow_id or flow_name, one of them.');
  }
  const key = isGiven(parameters, 'flow_id') ? 'flow_id' : 'flow_name';
  requireText(parameters, key, `${PARAMETERS}['${key}']`, 200);
  requireText(parameters, 'flow_cta', `${PARAMETERS}['flow_cta']`, lookups.settings.flow_button_length);
  optionalText(parameters, 'flow_token', `${PARAMETERS}['flow_token']`, 4096);
  optionalWord(parameters, 'mode', `${PARAMETERS}['mode']`, ['draft', 'published']);
  optionalWord(parameters, 'flow_action', `${PARAMETERS}['flow_action']`, ['navigate', 'data_exchange']);
  const payload = optionalObject(parameters, 'flow_action_payload', `${PARAMETERS}['flow_action_payload']`);
  if (!payload) return;
  requireText(payload, 'screen', `${PARAMETERS}['flow_action_payload']['screen']`, 200);
  const values = optionalObject(payload, 'data', `${PARAMETERS}['flow_action_payload']['data']`);
  if (values && Object.keys(values).length === 0) {
    throw new GraphError(131009, `Param ${PARAMETERS}['flow_action_payload']['data'] must be a non-empty object.`);
  }
}

export function checkProduct(action: Json): void {
  requireText(action, 'catalog_id', `${ACTION}['catalog_id']`, 100);
  requireText(action, 'product_retailer_id', `${ACTION}['product_retailer_id']`, 200);
}

/** The catalog, and its products in sections: at most 10 sections and 30 products. */
export function checkProductList(action: Json, path: string): void {
  requireText(action, 'catalog_id', `${path}['catalog_id']`, 100);
  checkProductSections(action, path);
}

export function checkProductSections(parent: Json, parentPath: string): void {
  const path = `${parentPath}['sections']`;
  const sections = requireObjects(parent, 'sections', path, 1, 10);
  let productCount = 0;
  for (const { element: section, at } of sections) {
    checkSectionTitle(section, at, sections.length);
    const items = requireObjects(section, 'product_items', `${at}['product_items']`, 1, 30);
    for (const { element: item, at: itemPath } of items) {
      requireText(item, 'product_retailer_id', `${itemPath}['product_retailer_id']`, 200);
    }
    productCount += items.length;
  }
  if (productCount > 30) {
    throw new GraphError(131009, `Param ${path} may have at most 30 products, it has ${productCount}.`);
  }
}

export function checkCatalog(action: Json): void {
  checkName(action, 'catalog_message');
  const parameters = optionalObject(action, 'parameters', PARAMETERS);
  if (parameters) {
    const key = 'thumbnail_product_retailer_id';
    optionalText(parameters, key, `${PARAMETERS}['${key}']`, 200);
  }
}

export function checkCallButton(action: Json): void {
  checkName(action, 'voice_call');
  const parameters = requireObject(action, 'parameters', PARAMETERS);
  requireText(parameters, 'display_text', `${PARAMETERS}['display_text']`, 20);
  checkCallDetails(parameters, PARAMETERS);
}

/** How long a call button works, and what comes back with the call. */
export function checkCallDetails(parameters: Json, path: string): void {
  if (isGiven(parameters, 'ttl_minutes')) {
    requireInteger(parameters, 'ttl_minutes', `${path}['ttl_minutes']`, 1, 43_200);
  }
  optionalText(parameters, 'payload', `${path}['payload']`, 512);
}
