import { fieldsOf, listOf, numberOf, textOf, type Fields } from './fields.ts';

/** A component of a template as the provider stores it: `{"type": "HEADER"|"BODY"|"FOOTER"|"BUTTONS", …}`. */
export type TemplateComponent = Fields;

/** A button as the customer sees it: a quick reply has a `payload`, the others what they open or copy. The `type` is the
 *  template's in small letters: `quick_reply`, `url`, `phone_number`, `copy_code`, `catalog`, `mpm`, `flow` … */
export interface TemplateButton {
  type: string;
  text: string;
  payload?: string;
  url?: string;
  phone_number?: string;
  code?: string;
}

/** A template with its values put in. The header has the shape of a message's content: `{"type": "text", "text": "…"}`
 *  or `{"type": "image", "image": {…}}`. */
export interface RenderedTemplate {
  header: Fields | null;
  body: string;
  footer: string | null;
  buttons: TemplateButton[];
  /** The cards of a carousel. */
  cards?: Pick<RenderedTemplate, 'header' | 'body' | 'buttons'>[];
  /** The instant is in milliseconds of the epoch. */
  limited_time_offer?: { text: string; expiration_time_ms?: number | null };
  /** Where a tap on the bubble leads. */
  tap_target?: { url: string; title: string };
}

const mediaFormats = new Set(['image', 'video', 'document', 'gif']);

/** Puts the parameters of a message into its template. A placeholder without a value stays visible as `{{1}}`, so that
 *  the mistake is seen rather than a gap. Values are put in once: a value that looks like a placeholder stays text. */
export function renderTemplate(components: readonly TemplateComponent[], sent: readonly unknown[]): RenderedTemplate {
  const sentComponents = sent.map(fieldsOf);
  const rendered: RenderedTemplate = { header: null, body: '', footer: null, buttons: [] };
  for (const component of components.map(fieldsOf)) {
    const type = textOf(component['type']).toLowerCase();
    const parameters = listOf(
      sentComponents.find((candidate) => textOf(candidate['type']).toLowerCase() === type)?.['parameters'],
    ).map(fieldsOf);
    if (type === 'header') {
      rendered.header = renderHeader(component, parameters);
    } else if (type === 'body') {
      rendered.body = fill(textOf(component['text']), parameters) || securityText(component);
    } else if (type === 'footer') {
      const minutes = textOf(component['code_expiration_minutes']);
      rendered.footer = textOf(component['text']) || (minutes ? `This code expires in ${minutes} minutes.` : null);
    } else if (type === 'buttons') {
      rendered.buttons = listOf(component['buttons']).map((button, index) =>
        renderButton(fieldsOf(button), index, sentComponents),
      );
    } else if (type === 'limited_time_offer') {
      const given = numberOf(fieldsOf(parameters[0]?.['limited_time_offer'])['expiration_time_ms']);
      rendered.limited_time_offer = {
        text: textOf(fieldsOf(component['limited_time_offer'])['text']),
        ...(given > 0 ? { expiration_time_ms: given } : {}),
      };
    } else if (type === 'carousel') {
      rendered.cards = renderCards(component, sentComponents);
    }
  }
  return rendered;
}

function renderCards(component: Fields, sent: readonly Fields[]): NonNullable<RenderedTemplate['cards']> {
  const sentCards = listOf(
    sent.find((candidate) => textOf(candidate['type']).toLowerCase() === 'carousel')?.['cards'],
  ).map(fieldsOf);
  return listOf(component['cards']).map((card, index) => {
    const given = sentCards.find((candidate) => numberOf(candidate['card_index']) === index);
    const { header, body, buttons } = renderTemplate(
      // A card holds no carousel; leaving one out keeps this from going deeper than one step.
      listOf(fieldsOf(card)['components'])
        .map(fieldsOf)
        .filter((part) => textOf(part['type']).toLowerCase() !== 'carousel'),
      listOf(given?.['components']),
    );
    return { header, body, buttons };
  });
}

function renderHeader(component: Fields, parameters: readonly Fields[]): Fields | null {
  const format = textOf(component['format']).toLowerCase() || 'text';
  if (format === 'text') return { type: 'text', text: fill(textOf(component['text']), parameters) };
  const parameter = parameters[0] ?? {};
  if (format === 'location' || format === 'product') return { type: format, [format]: parameter[format] ?? {} };
  if (!mediaFormats.has(format)) return null;
  // WhatsApp plays a GIF as a short video.
  const kind = format === 'gif' ? 'video' : format;
  return { type: kind, [kind]: parameter[format] ?? {} };
}

function renderButton(button: Fields, index: number, sent: readonly Fields[]): TemplateButton {
  const parameters = listOf(
    sent.find(
      (component) =>
        textOf(component['type']).toLowerCase() === 'button' && Number(textOf(component['index']) || '0') === index,
    )?.['parameters'],
  ).map(fieldsOf);
  const text = textOf(button['text']);
  const first = parameters[0] ?? {};
  switch (textOf(button['type']).toLowerCase()) {
    case 'quick_reply':
      return { type: 'quick_reply', text, payload: textOf(first['payload']) || text };
    case 'url':
      return { type: 'url', text, url: fill(textOf(button['url']), parameters) };
    case 'phone_number':
      return { type: 'phone_number', text, phone_number: textOf(button['phone_number']) };
    case 'copy_code':
      return { type: 'copy_code', text: text || 'Copy code', code: textOf(first['coupon_code']) };
    case 'otp':
      return { type: 'copy_code', text: text || 'Copy code', code: textOf(first['text']) };
    default:
      return { type: textOf(button['type']).toLowerCase(), text };
  }
}

function fill(text: string, parameters: readonly Fields[]): string {
  const named = new Map(parameters.map((parameter) => [textOf(parameter['parameter_name']), valueOf(parameter)]));
  return text.replace(/\{\{\s*([a-z0-9_]+)\s*\}\}/giu, (placeholder, name: string) => {
    const position = /^\d+$/u.test(name) ? parameters[Number(name) - 1] : undefined;
    const value = named.get(name) ?? (position === undefined ? undefined : valueOf(position));
    return value === undefined || value === '' ? placeholder : value;
  });
}

function valueOf(parameter: Fields): string {
  const nested = fieldsOf(parameter[textOf(parameter['type'])]);
  return textOf(parameter['text']) || textOf(nested['fallback_value']);
}

// One-time-code templates have no text of their own: the provider writes it.
function securityText(component: Fields): string {
  return component['add_security_recommendation'] === true ? 'For your security, do not share this code.' : '';
}
