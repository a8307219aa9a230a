import type { TemplateButton } from './template.ts';
import { fieldsOf, listOf, numberOf, optional, textOf, type Fields } from './fields.ts';

/** A file, by the id that the provider gave it or by a public address. */
export interface Media {
  kind: 'image' | 'video' | 'audio' | 'document' | 'sticker';
  id?: string;
  link?: string;
  caption?: string;
  filename?: string;
  mimeType?: string;
  voice: boolean;
}

export interface Place {
  latitude: number;
  longitude: number;
  name?: string;
  address?: string;
}

export type Header =
  | { kind: 'text'; text: string }
  | { kind: 'media'; media: Media }
  | { kind: 'location'; place: Place };

export interface Card {
  header?: Header;
  body: string;
  footer?: string;
}

export interface Row {
  id: string;
  title: string;
  description?: string;
}

export interface Person {
  name: string;
  organisation?: string;
  phones: string[];
  emails: string[];
}

/** What is to be drawn, whatever the message looked like on the wire. */
export type Drawing =
  | { kind: 'text'; body: string }
  | { kind: 'media'; media: Media }
  | { kind: 'location'; place: Place }
  | { kind: 'contacts'; people: Person[] }
  | { kind: 'reaction'; emoji: string; messageId: string }
  | { kind: 'buttons'; card: Card; buttons: Row[] }
  | { kind: 'list'; card: Card; label: string; sections: { title: string; rows: Row[] }[] }
  | { kind: 'cta_url'; card: Card; label: string; url: string }
  | { kind: 'request'; card: Card; label: string; request: string }
  | { kind: 'choice'; title: string; description?: string }
  | { kind: 'template'; name: string; language: string; values: string[]; card?: Card; buttons: TemplateButton[] }
  | { kind: 'order'; text?: string; products: { id: string; quantity: number; price?: string }[] }
  | { kind: 'notice'; text: string }
  | { kind: 'unsupported'; type: string; reason?: string };

const mediaKinds = new Set(['image', 'video', 'audio', 'document', 'sticker']);

/** Reads the content of a message, of either direction, as the Cloud API writes it: `{"type": …, [type]: {…}}`. Content
 *  comes from outside and may be anything: what cannot be read is drawn as `unsupported`, and nothing throws. A template is drawn
 *  as the customer sees it when `rendered` is given (a `RenderedTemplate`, or what another program made of it). */
export function readContent(content: unknown, rendered?: unknown): Drawing {
  const message = fieldsOf(content);
  const type = textOf(message['type']) || 'unknown';
  const value = fieldsOf(message[type]);
  if (mediaKinds.has(type)) {
    const error = reasonOf(message);
    return error === undefined
      ? { kind: 'media', media: readMedia(type as Media['kind'], value) }
      : { kind: 'unsupported', type, reason: error };
  }
  switch (type) {
    case 'text':
      return { kind: 'text', body: textOf(value['body']) };
    case 'location':
      return { kind: 'location', place: readPlace(value) };
    case 'contacts':
      return { kind: 'contacts', people: listOf(message['contacts']).map(readPerson) };
    case 'reaction':
      return { kind: 'reaction', emoji: textOf(value['emoji']), messageId: textOf(value['message_id']) };
    case 'button':
      return { kind: 'choice', title: textOf(value['text']) };
    case 'interactive':
      return readInteractive(value);
    case 'template':
      return readTemplate(value, rendered);
    case 'order':
      return {
        kind: 'order',
        ...optional('text', value['text']),
        products: listOf(value['product_items']).map(readProduct),
      };
    case 'system':
      return { kind: 'notice', text: textOf(value['body']) };
    case 'revoke':
      return { kind: 'notice', text: 'The sender deleted a message.' };
    case 'edit':
      return { kind: 'notice', text: 'The sender edited a message.' };
    default:
      return { kind: 'unsupported', type: textOf(value['type']) || type, ...optional('reason', reasonOf(message)) };
  }
}

function readMedia(kind: Media['kind'], value: Fields): Media {
  return {
    kind,
    ...optional('id', value['id']),
    ...optional('link', value['link']),
    ...optional('caption', value['caption']),
    ...optional('filename', value['filename']),
    ...optional('mimeType', value['mime_type']),
    voice: value['voice'] === true,
  };
}

function readPlace(value: Fields): Place {
  return {
    latitude: numberOf(value['latitude']),
    longitude: numberOf(value['longitude']),
    ...optional('name', value['name']),
    ...optional('address', value['address']),
  };
}

function readPerson(value: unknown): Person {
  const person = fieldsOf(value);
  const name = fieldsOf(person['name']);
  return {
    name: textOf(name['formatted_name']) || textOf(name['first_name']) || 'Contact',
    ...optional('organisation', fieldsOf(person['org'])['company']),
    phones: listOf(person['phones']).map(
      (phone) => textOf(fieldsOf(phone)['phone']) || textOf(fieldsOf(phone)['wa_id']),
    ),
    emails: listOf(person['emails']).map((email) => textOf(fieldsOf(email)['email'])),
  };
}

function readProduct(value: unknown): { id: string; quantity: number; price?: string } {
  const product = fieldsOf(value);
  const price = textOf(product['item_price']);
  return {
    id: textOf(product['product_retailer_id']),
    quantity: numberOf(product['quantity']),
    ...(price ? { price: `${price} ${textOf(product['currency'])}`.trim() } : {}),
  };
}

function readInteractive(value: Fields): Drawing {
  const action = fieldsOf(value['action']);
  const parameters = fieldsOf(action['parameters']);
  const type = textOf(value['type']);
  switch (type) {
    case 'button':
      return {
        kind: 'buttons',
        card: readCard(value),
        buttons: listOf(action['buttons']).map((button) => readRow(fieldsOf(button)['reply'])),
      };
    case 'list':
      return {
        kind: 'list',
        card: readCard(value),
        label: textOf(action['button']),
        sections: listOf(action['sections']).map((section) => ({
          title: textOf(fieldsOf(section)['title']),
          rows: listOf(fieldsOf(section)['rows']).map(readRow),
        })),
      };
    case 'cta_url':
      return {
        kind: 'cta_url',
        card: readCard(value),
        label: textOf(parameters['display_text']),
        url: textOf(parameters['url']),
      };
    case 'button_reply':
    case 'list_reply': {
      const { title, description } = readRow(value[type]);
      return { kind: 'choice', title, ...optional('description', description) };
    }
    case 'nfm_reply':
      return { kind: 'choice', title: textOf(fieldsOf(value['nfm_reply'])['body']) || 'Answered a form' };
    case 'call_permission_reply':
      return {
        kind: 'choice',
        title: fieldsOf(value['call_permission_reply'])['response'] === 'accept' ? 'Allowed calls' : 'Declined calls',
      };
    default:
      return type in requests
        ? { kind: 'request', card: readCard(value), label: requestLabel(type, parameters), request: type }
        : { kind: 'unsupported', type: type ? `interactive ${type}` : 'interactive' };
  }
}

// The kinds whose button opens something of WhatsApp's own, and what the button says when the message does not.
const requests: Readonly<Record<string, string>> = Object.assign(Object.create(null) as Record<string, string>, {
  location_request_message: 'Send location',
  address_message: 'Provide address',
  flow: 'Open form',
  product: 'View product',
  product_list: 'View products',
  catalog_message: 'View catalog',
  carousel: 'View cards',
  call_permission_request: 'Choose a preference',
  voice_call: 'Call',
  request_contact_info: 'Share contact',
  order_details: 'Review and pay',
  order_status: 'View order',
});

function requestLabel(type: string, parameters: Fields): string {
  return textOf(parameters['flow_cta']) || textOf(parameters['display_text']) || (requests[type] ?? type);
}

function readCard(value: Fields): Card {
  const header = readHeader(fieldsOf(value['header']));
  const footer = textOf(fieldsOf(value['footer'])['text']);
  return {
    ...(header ? { header } : {}),
    body: textOf(fieldsOf(value['body'])['text']),
    ...(footer ? { footer } : {}),
  };
}

function readHeader(header: Fields): Header | undefined {
  const type = textOf(header['type']);
  if (type === 'text') return { kind: 'text', text: textOf(header['text']) };
  if (type === 'location') return { kind: 'location', place: readPlace(fieldsOf(header['location'])) };
  if (!mediaKinds.has(type)) return undefined;
  return { kind: 'media', media: readMedia(type as Media['kind'], fieldsOf(header[type])) };
}

function readRow(value: unknown): Row {
  const row = fieldsOf(value);
  return { id: textOf(row['id']), title: textOf(row['title']), ...optional('description', row['description']) };
}

function readTemplate(value: Fields, rendered: unknown): Drawing {
  const components = listOf(value['components']).map(fieldsOf);
  const values = components.flatMap((component) => listOf(component['parameters']).map(parameterText));
  const card = fieldsOf(rendered);
  return {
    kind: 'template',
    name: textOf(value['name']),
    language: textOf(fieldsOf(value['language'])['code']),
    values: values.filter((text) => text !== ''),
    ...('body' in card
      ? { card: readCard({ ...card, body: { text: card['body'] }, footer: { text: card['footer'] } }) }
      : {}),
    buttons: listOf(card['buttons']).map(readTemplateButton),
  };
}

const buttonTypes = new Set(['quick_reply', 'url', 'phone_number', 'copy_code']);

function readTemplateButton(value: unknown): TemplateButton {
  const button = fieldsOf(value);
  const type = textOf(button['type']).toLowerCase();
  return {
    type: buttonTypes.has(type) ? (type as TemplateButton['type']) : 'other',
    text: textOf(button['text']),
    ...optional('payload', button['payload']),
    ...optional('url', button['url']),
    ...optional('phone_number', button['phone_number']),
    ...optional('code', button['code']),
  };
}

function parameterText(value: unknown): string {
  const parameter = fieldsOf(value);
  const type = textOf(parameter['type']);
  const nested = fieldsOf(parameter[type]);
  return (
    textOf(parameter['text']) ||
    textOf(nested['fallback_value']) ||
    textOf(parameter['coupon_code']) ||
    textOf(parameter['payload']) ||
    (mediaKinds.has(type) ? textOf(nested['filename']) || textOf(nested['link']) || type : '')
  );
}

function reasonOf(message: Fields): string | undefined {
  const error = fieldsOf(listOf(message['errors'])[0]);
  const reason = textOf(fieldsOf(error['error_data'])['details']) || textOf(error['title']) || textOf(error['details']);
  return reason === '' ? undefined : reason;
}
