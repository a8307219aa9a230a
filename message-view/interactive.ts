import { readHeader } from './attachments.ts';
import { productCountWords, readBill, readProductSections } from './commerce.ts';
import type { Action, Card, Drawing, ProductSection, Request, Row, Slide } from './drawing.ts';
import { fieldsOf, listOf, optional, textOf, type Fields } from './fields.ts';

/** Reads the `interactive` object of a message of either direction. */
export function readInteractive(value: Fields): Drawing {
  const type = textOf(value['type']);
  switch (type) {
    case 'button_reply':
    case 'list_reply': {
      const { title, description } = readRow(value[type]);
      return { kind: 'choice', title, ...optional('description', description) };
    }
    case 'nfm_reply':
      return readForm(fieldsOf(value['nfm_reply']));
    case 'call_permission_reply':
      return { kind: 'choice', title: permissionWords(fieldsOf(value['call_permission_reply'])) };
    default:
      return readOffered(type, value);
  }
}

function permissionWords(reply: Fields): string {
  if (reply['response'] !== 'accept') return 'Declined calls';
  return reply['is_permanent'] === true ? 'Allowed calls always' : 'Allowed calls';
}

// What the business may send. The kinds that open something of WhatsApp's own say what the button is called when the
// message does not.
function readOffered(type: string, value: Fields): Drawing {
  const action = fieldsOf(value['action']);
  const parameters = fieldsOf(action['parameters']);
  const card = readCard(value);
  const draw = (what: string, actions: Action[], more: Partial<Card> = {}, slides: Slide[] = []): Drawing => ({
    kind: 'card',
    what,
    card: { ...card, ...more },
    actions,
    slides,
  });
  const ask = (what: string, label: string, request: Request, about?: string): Drawing =>
    draw(what, [{ kind: 'request', text: label, request }], about === undefined ? {} : { about });
  switch (type) {
    case 'button':
      return draw('Question', listOf(action['buttons']).map(readReplyButton));
    case 'list':
      return draw('List', [{ kind: 'list', text: textOf(action['button']) || 'Options', sections: readRows(action) }]);
    case 'cta_url':
      return draw('Link', [readLink(parameters)]);
    case 'location_request_message':
      return ask('Asks for your location', 'Send location', { kind: 'location' });
    case 'request_contact_info':
    case 'contact_request':
      return ask('Asks for your phone number', 'Share contact', { kind: 'contact' });
    case 'call_permission_request':
      return ask('Asks to call you', 'Choose a preference', { kind: 'call_permission' });
    case 'address_message':
      return ask('Asks for your address', 'Provide address', readAddress(parameters));
    case 'flow':
      return ask('Form', textOf(parameters['flow_cta']) || 'Open form', readFlow(parameters));
    case 'product': {
      const productId = textOf(action['product_retailer_id']);
      const sections = [{ title: '', productIds: [productId] }];
      return ask('Product', 'View', productsRequest(action, '', sections), `Product ${productId}`);
    }
    case 'product_list': {
      const sections = readProductSections(action['sections']);
      const title = card.header?.kind === 'text' ? card.header.text : '';
      return ask('Products', 'View items', productsRequest(action, title, sections), productCountWords(sections));
    }
    case 'catalog_message': {
      const thumbnail = textOf(parameters['thumbnail_product_retailer_id']);
      const sections = thumbnail ? [{ title: '', productIds: [thumbnail] }] : [];
      return ask('Catalog', 'View catalog', productsRequest(action, 'Catalog', sections), 'Catalog');
    }
    case 'carousel':
      return draw('Cards', [], {}, listOf(action['cards']).map(readSlide));
    case 'voice_call':
      return draw('Call', [readCall(textOf(parameters['display_text']), textOf(parameters['payload']))]);
    case 'order_details':
    case 'order_status': {
      const bill = readBill(parameters);
      const isPayable = type === 'order_details';
      const text = isPayable ? 'Review and pay' : 'View order';
      return draw(`Order ${bill.reference}`.trim(), [{ kind: 'bill', text, bill, isPayable }], { bill });
    }
    default:
      return { kind: 'unsupported', type: type ? `interactive ${type}` : 'interactive' };
  }
}

export function readCard(value: Fields): Card {
  const header = readHeader(value['header']);
  const footer = textOf(fieldsOf(value['footer'])['text']);
  return {
    ...(header ? { header } : {}),
    body: textOf(fieldsOf(value['body'])['text']),
    ...(footer ? { footer } : {}),
  };
}

function readRow(value: unknown): Row {
  const row = fieldsOf(value);
  return { id: textOf(row['id']), title: textOf(row['title']), ...optional('description', row['description']) };
}

function readRows(action: Fields): { title: string; rows: Row[] }[] {
  return listOf(action['sections']).map((section) => ({
    title: textOf(fieldsOf(section)['title']),
    rows: listOf(fieldsOf(section)['rows']).map(readRow),
  }));
}

// A carousel's buttons call the same thing `quick_reply`.
function readReplyButton(value: unknown): Action {
  const button = fieldsOf(value);
  const { id, title } = readRow(button['reply'] ?? button['quick_reply']);
  return {
    kind: 'answer',
    text: title,
    answer: { type: 'interactive', interactive: { type: 'button_reply', button_reply: { id, title } } },
  };
}

function readLink(parameters: Fields): Action {
  return { kind: 'link', text: textOf(parameters['display_text']), url: textOf(parameters['url']) };
}

function readSlide(value: unknown): Slide {
  const card = fieldsOf(value);
  const action = fieldsOf(card['action']);
  const productId = textOf(action['product_retailer_id']);
  const header = productId === '' ? readHeader(card['header']) : { kind: 'product' as const, productId };
  const sections = [{ title: '', productIds: [productId] }];
  return {
    ...(header ? { header } : {}),
    body: textOf(fieldsOf(card['body'])['text']),
    actions:
      productId !== ''
        ? [{ kind: 'request', text: 'View', request: productsRequest(action, '', sections) }]
        : listOf(action['buttons']).length > 0
          ? listOf(action['buttons']).map(readReplyButton)
          : [readLink(fieldsOf(action['parameters']))],
  };
}

/** What a button that opens products asks for. */
export function productsRequest(action: Fields, title: string, sections: ProductSection[]): Request {
  return { kind: 'products', title, catalogId: textOf(action['catalog_id']), sections };
}

/** The button that calls the business. */
export function readCall(text: string, payload: string): Action {
  return { kind: 'request', text: text || 'Call', request: { kind: 'call', ...optional('payload', payload) } };
}

/** What a button that opens a form asks for. The token comes back with the answer; "unused" is the provider's default. */
export function readFlow(parameters: Fields): Request {
  const payload = fieldsOf(parameters['flow_action_payload']);
  return {
    kind: 'flow',
    title: textOf(parameters['flow_cta']),
    token: textOf(parameters['flow_token']) || 'unused',
    values: textsOf(payload['data'] ?? parameters['flow_action_data']),
  };
}

function readAddress(parameters: Fields): Request {
  return {
    kind: 'address',
    country: textOf(parameters['country']),
    values: textsOf(parameters['values']),
    problems: textsOf(parameters['validation_errors']),
    saved: listOf(parameters['saved_addresses']).map((each) => {
      const address = fieldsOf(each);
      return { id: textOf(address['id']), values: textsOf(address['value']) };
    }),
  };
}

function textsOf(value: unknown): Record<string, string> {
  const texts: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const [name, each] of Object.entries(fieldsOf(value))) {
    if (textOf(each) !== '') texts[name] = textOf(each);
  }
  return texts;
}

const SHOWN_ANSWERS = 30;

// The answers of a form are JSON in a text. What cannot be read is not shown: the bubble says that there was a form.
function readForm(reply: Fields): Drawing {
  let answers: Fields = {};
  const json = textOf(reply['response_json']);
  try {
    // Beyond this nobody reads it in a bubble, and the page must not stand still for it.
    answers = json.length <= 100_000 ? fieldsOf(JSON.parse(json)) : {};
  } catch {
    answers = {};
  }
  const isAddress = reply['name'] === 'address_message';
  const shown = isAddress ? fieldsOf(answers['values']) : answers;
  return {
    kind: 'form',
    title: textOf(reply['body']) || (isAddress ? 'Sent an address' : 'Answered a form'),
    answers: Object.entries(shown)
      .filter(([name]) => name !== 'flow_token')
      .slice(0, SHOWN_ANSWERS)
      .map(([name, answer]) => ({ name, text: answerWords(answer) })),
  };
}

function answerWords(answer: unknown): string {
  if (typeof answer === 'boolean') return answer ? 'yes' : 'no';
  if (Array.isArray(answer)) return answer.map(textOf).filter(Boolean).join(', ');
  return textOf(answer) || (answer === null || typeof answer !== 'object' ? '' : '…');
}
