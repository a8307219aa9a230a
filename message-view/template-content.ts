import { isMediaKind, readHeader } from './attachments.ts';
import { productCountWords, readBill, readProductSections } from './commerce.ts';
import type { Action, Card, Drawing, Offer, Slide } from './drawing.ts';
import { fieldsOf, listOf, numberOf, optional, textOf, type Fields } from './fields.ts';
import { productsRequest, readCall, readCard, readFlow } from './interactive.ts';

/** Reads the `template` object of a message. With what it renders to, it is drawn as the customer sees it; without, its
 *  name and values are. What only the send knows (payloads, products, a form's token) is taken from the send. */
export function readTemplate(value: Fields, rendered: unknown): Drawing {
  const sent = listOf(value['components']).map(fieldsOf);
  const whole = fieldsOf(rendered);
  if (!('body' in whole)) return unrendered(value, sent);
  const offer = readOffer(whole, sent);
  const card: Card = {
    ...readCard({ header: whole['header'], body: { text: whole['body'] }, footer: { text: whole['footer'] } }),
    ...(offer ? { offer } : {}),
  };
  const target = fieldsOf(whole['tap_target']);
  if (textOf(target['url']) !== '') card.target = { title: textOf(target['title']), url: textOf(target['url']) };
  const actions = readButtons(whole, sent);
  if (whole['call_permission_request'] === true) {
    actions.push({ kind: 'request', text: 'Choose a preference', request: { kind: 'call_permission' } });
  }
  const about = actions.find((action) => action.kind === 'request' && action.request.kind === 'products');
  const sections = about?.kind === 'request' && about.request.kind === 'products' ? about.request.sections : [];
  if (sections.length > 0) card.about = productCountWords(sections);
  const bill = actions.find((action) => action.kind === 'bill');
  if (bill?.kind === 'bill') card.bill = bill.bill;
  return { kind: 'card', what: `Template ${textOf(value['name'])}`, card, actions, slides: readSlides(whole, sent) };
}

function unrendered(value: Fields, sent: readonly Fields[]): Drawing {
  const values = [...sent, ...sentSlides(sent).flatMap(componentsOf)].flatMap((component) =>
    listOf(component['parameters']).map(parameterText),
  );
  return {
    kind: 'template',
    name: textOf(value['name']),
    language: textOf(fieldsOf(value['language'])['code']),
    values: values.filter((text) => text !== ''),
  };
}

function componentsOf(card: Fields): readonly Fields[] {
  return listOf(card['components']).map(fieldsOf);
}

function componentOf(sent: readonly Fields[], type: string): Fields {
  return sent.find((component) => textOf(component['type']).toLowerCase() === type) ?? {};
}

function sentSlides(sent: readonly Fields[]): readonly Fields[] {
  return listOf(componentOf(sent, 'carousel')['cards']).map(fieldsOf);
}

function readSlides(whole: Fields, sent: readonly Fields[]): Slide[] {
  const parts = sentSlides(sent);
  return listOf(whole['cards'] ?? fieldsOf(whole['carousel'])['cards']).map((each, index) => {
    const card = fieldsOf(each);
    const part = parts.find((candidate) => numberOf(candidate['card_index']) === index) ?? {};
    const header = readHeader(card['header']);
    return {
      ...(header ? { header } : {}),
      body: textOf(card['body']) || textOf(fieldsOf(card['body'])['text']),
      actions: readButtons(card, componentsOf(part)),
    };
  });
}

// An offer ends at the time of the send; its words and its coupon are the template's.
function readOffer(whole: Fields, sent: readonly Fields[]): Offer | undefined {
  const parameter = fieldsOf(listOf(componentOf(sent, 'limited_time_offer')['parameters'])[0]);
  const given = fieldsOf(parameter['limited_time_offer']);
  const offer = fieldsOf(whole['limited_time_offer']);
  const endsAtMs = numberOf(offer['expiration_time_ms'] ?? given['expiration_time_ms']);
  if (textOf(offer['text']) === '' && endsAtMs === 0) return undefined;
  const coupon = listOf(whole['buttons'])
    .map(fieldsOf)
    .find((button) => textOf(button['code']) !== '');
  return {
    text: textOf(offer['text']),
    ...(endsAtMs > 0 ? { endsAtMs } : {}),
    ...optional('code', coupon?.['code']),
  };
}

function readButtons(whole: Fields, sent: readonly Fields[]): Action[] {
  return listOf(whole['buttons']).map((each, index) => {
    const component = sent.find(
      (candidate) =>
        textOf(candidate['type']).toLowerCase() === 'button' && numberOf(textOf(candidate['index']) || '0') === index,
    );
    const parameter = fieldsOf(listOf(component?.['parameters'])[0]);
    return readButton(fieldsOf(each), fieldsOf(parameter['action']));
  });
}

function readButton(button: Fields, given: Fields): Action {
  const text = textOf(button['text']);
  switch (textOf(button['type']).toLowerCase()) {
    case 'quick_reply': {
      const payload = textOf(button['payload']) || text;
      return { kind: 'answer', text, answer: { type: 'button', button: { payload, text } } };
    }
    case 'url':
      return { kind: 'link', text, url: textOf(button['url']) };
    case 'phone_number':
      return { kind: 'phone', text, phone: textOf(button['phone_number']) };
    case 'voice_call':
      return readCall(text, textOf(button['payload']));
    case 'copy_code':
    case 'otp':
      return { kind: 'copy', text: text || 'Copy code', code: textOf(button['code']) };
    case 'flow':
      return { kind: 'request', text: text || 'Open form', request: readFlow({ ...button, ...given, flow_cta: text }) };
    case 'catalog': {
      const thumbnail = textOf(given['thumbnail_product_retailer_id']);
      const sections = thumbnail ? [{ title: '', productIds: [thumbnail] }] : [];
      return { kind: 'request', text: text || 'View catalog', request: productsRequest(given, 'Catalog', sections) };
    }
    case 'mpm': {
      const sections = readProductSections(given['sections']);
      return { kind: 'request', text: text || 'View items', request: productsRequest(given, '', sections) };
    }
    case 'spm':
      return { kind: 'request', text: text || 'View', request: productsRequest(given, '', []) };
    case 'request_contact_info':
      return { kind: 'request', text: text || 'Share contact', request: { kind: 'contact' } };
    case 'call_permission_request':
      return { kind: 'request', text: text || 'Choose a preference', request: { kind: 'call_permission' } };
    case 'order_details':
      return {
        kind: 'bill',
        text: text || 'Review and pay',
        bill: readBill(fieldsOf(given['order_details'])),
        isPayable: true,
      };
    default:
      return { kind: 'other', text: text || textOf(button['type']) };
  }
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
    (isMediaKind(type) ? textOf(nested['filename']) || textOf(nested['link']) || type : '')
  );
}
