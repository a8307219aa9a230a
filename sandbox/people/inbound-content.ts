import { isObject } from '#cloud-api/checks.ts';
import { Refusal } from '#control/refusal.ts';
import type { Json } from './chats.ts';
import { checkInteractiveReply } from './inbound-replies.ts';

export const MEDIA_KINDS: ReadonlySet<string> = new Set(['image', 'video', 'audio', 'document', 'sticker']);

const LONGEST_TEXT = 65_536;
const MOST_CONTACTS = 257;

/** The kinds of message that a person can send, each with the check of its own object. */
const CHECKS: Readonly<Record<string, (content: Json) => void>> = {
  text: (text) => checkText(text, 'body', 'text.body'),
  image: checkCaption('image'),
  video: checkCaption('video'),
  document: checkCaption('document'),
  audio: (audio) => checkBoolean(audio, 'voice', 'audio.voice'),
  sticker: (sticker) => checkBoolean(sticker, 'animated', 'sticker.animated'),
  location: checkLocation,
  reaction: checkReaction,
  button(button) {
    checkText(button, 'text', 'button.text');
    checkText(button, 'payload', 'button.payload');
  },
  interactive: checkInteractiveReply,
  order: checkOrder,
  unsupported: (unsupported) => checkText(unsupported, 'type', 'unsupported.type'),
  edit: checkEdit,
  revoke: (revoke) => checkText(revoke, 'original_message_id', 'revoke.original_message_id'),
  system(system) {
    checkText(system, 'type', 'system.type');
    checkText(system, 'body', 'system.body');
  },
};

const KINDS: readonly string[] = [...Object.keys(CHECKS), 'contacts'];

/** The type of a body that a person sends. */
export function kindOf(body: Json): string {
  const type = body['type'];
  if (typeof type !== 'string' || !KINDS.includes(type)) {
    throw new Refusal(`type must be one of ${KINDS.join(', ')}`, 'type');
  }
  return type;
}

/** The object of the message's kind, checked: throws a `Refusal` in words for one that no phone could have sent. Fields
 *  that are not known pass: Meta adds some every year. */
export function checkContent(type: string, body: Json): Json | Json[] {
  const content = body[type];
  if (type === 'contacts') return checkContacts(content);
  if (!isObject(content)) throw new Refusal(`${type} must be an object`, type);
  CHECKS[type]?.(content);
  if (MEDIA_KINDS.has(type)) checkBoolean(content, 'too_large', `${type}.too_large`);
  return content;
}

export function checkText(parent: Json, key: string, path: string, most = LONGEST_TEXT): void {
  const value = parent[key];
  if (typeof value !== 'string' || value === '') throw new Refusal(`${path} must be a text`, path);
  if (value.length > most) throw new Refusal(`${path} is longer than ${most} characters`, path);
}

export function checkOptionalText(parent: Json, key: string, path: string): void {
  if (parent[key] !== undefined && typeof parent[key] !== 'string') throw new Refusal(`${path} must be a text`, path);
}

export function checkBoolean(parent: Json, key: string, path: string): void {
  const value = parent[key];
  if (value !== undefined && typeof value !== 'boolean') throw new Refusal(`${path} must be true or false`, path);
}

function checkNumber(parent: Json, key: string, path: string, least: number, most: number): void {
  const value = parent[key];
  if (typeof value !== 'number' || !(value >= least && value <= most)) {
    throw new Refusal(`${path} must be a number from ${least} to ${most}`, path);
  }
}

function checkCaption(type: string): (content: Json) => void {
  return (content) => {
    checkOptionalText(content, 'caption', `${type}.caption`);
    checkOptionalText(content, 'filename', `${type}.filename`);
  };
}

function checkLocation(location: Json): void {
  checkNumber(location, 'latitude', 'location.latitude', -90, 90);
  checkNumber(location, 'longitude', 'location.longitude', -180, 180);
  for (const key of ['name', 'address', 'url']) checkOptionalText(location, key, `location.${key}`);
}

// Without an emoji the reaction is taken back.
function checkReaction(reaction: Json): void {
  checkText(reaction, 'message_id', 'reaction.message_id');
  const emoji = reaction['emoji'];
  if (emoji === undefined || emoji === '') return;
  if (typeof emoji !== 'string' || !/^\p{RGI_Emoji}$/v.test(withVariation(emoji))) {
    throw new Refusal('reaction.emoji must be one emoji, or empty to take the reaction back', 'reaction.emoji');
  }
}

// Keyboards leave out the sign that asks for the coloured form: "❤" means the same as "❤️".
function withVariation(emoji: string): string {
  return /^\p{Extended_Pictographic}$/u.test(emoji) && !/^\p{Emoji_Presentation}$/u.test(emoji)
    ? `${emoji}\uFE0F`
    : emoji;
}

function checkContacts(content: unknown): Json[] {
  if (!Array.isArray(content) || content.length === 0 || content.length > MOST_CONTACTS) {
    throw new Refusal(`contacts must be a list of 1 to ${MOST_CONTACTS} contacts`, 'contacts');
  }
  return content.map((contact: unknown, index) => {
    const path = `contacts[${index}]`;
    if (!isObject(contact)) throw new Refusal(`${path} must be an object`, path);
    if (!isObject(contact['name'])) throw new Refusal(`${path}.name must be an object`, `${path}.name`);
    checkText(contact['name'], 'formatted_name', `${path}.name.formatted_name`);
    for (const key of ['phones', 'emails', 'addresses', 'urls']) {
      const list = contact[key];
      if (list !== undefined && !(Array.isArray(list) && list.every(isObject))) {
        throw new Refusal(`${path}.${key} must be a list of objects`, `${path}.${key}`);
      }
    }
    return contact;
  });
}

function checkOrder(order: Json): void {
  checkText(order, 'catalog_id', 'order.catalog_id');
  checkOptionalText(order, 'text', 'order.text');
  const products = order['product_items'];
  if (!Array.isArray(products) || products.length === 0) {
    throw new Refusal('order.product_items must be a list with at least one product', 'order.product_items');
  }
  for (const [index, product] of products.entries()) {
    const path = `order.product_items[${index}]`;
    if (!isObject(product)) throw new Refusal(`${path} must be an object`, path);
    checkText(product, 'product_retailer_id', `${path}.product_retailer_id`);
    checkNumber(product, 'quantity', `${path}.quantity`, 1, 1_000_000);
    if (!Number.isInteger(product['quantity'])) {
      throw new Refusal(`${path}.quantity must be a whole number`, `${path}.quantity`);
    }
    checkNumber(product, 'item_price', `${path}.item_price`, 0, 1e12);
    if (typeof product['currency'] !== 'string' || !/^[A-Z]{3}$/.test(product['currency'])) {
      throw new Refusal(`${path}.currency must be three capital letters, such as USD`, `${path}.currency`);
    }
  }
}

/** The kinds whose words can be changed, and where each has them. */
export const EDITABLE: Readonly<Record<string, string>> = {
  text: 'body',
  image: 'caption',
  video: 'caption',
  document: 'caption',
};

function checkEdit(edit: Json): void {
  checkText(edit, 'original_message_id', 'edit.original_message_id');
  const message = edit['message'];
  if (!isObject(message)) throw new Refusal('edit.message must be an object', 'edit.message');
  const type = message['type'];
  if (typeof type !== 'string' || !Object.hasOwn(EDITABLE, type)) {
    throw new Refusal(`edit.message.type must be one of ${Object.keys(EDITABLE).join(', ')}`, 'edit.message.type');
  }
  const part = message[type];
  if (!isObject(part)) throw new Refusal(`edit.message.${type} must be an object`, `edit.message.${type}`);
  const key = EDITABLE[type] ?? 'body';
  if (type === 'text') checkText(part, key, 'edit.message.text.body');
  else checkOptionalText(part, key, `edit.message.${type}.${key}`);
}
