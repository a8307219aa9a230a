import type { Json } from '#people/chats.ts';
import { isObject, shown } from './checks.ts';
import { type Template, type TemplateButton, type TemplatePart, buttonsOf, componentOf } from './templates.ts';
import type { Rendered, RenderedPart } from './rendered.ts';

/** The names in a text's placeholders, each once, in the order of their first appearance: `1`, `2` or `first_name`. */
export function placeholdersOf(text: string): string[] {
  return [...new Set(Array.from(text.matchAll(/\{\{\s*(\w+)\s*\}\}/g), (match) => match[1] as string))];
}

/** Puts values in the places of a text. */
function fillPlaceholders(text: string, values: ReadonlyMap<string, string>): string {
  return text.replaceAll(/\{\{\s*(\w+)\s*\}\}/g, (place, name: string) => values.get(name) ?? place);
}

export interface PartValues {
  header: ReadonlyMap<string, string>;
  /** The header's parameter where it is no text: `{ type: 'image', image: … }`. */
  headerMedia: Json | null;
  body: ReadonlyMap<string, string>;
  /** By the button's index: the parameters given for it, by their type. */
  buttons: ReadonlyMap<number, Json>;
}

export interface TemplateValues extends PartValues {
  cards: { part: TemplatePart; values: PartValues }[];
  expirationTimeMs: number | null;
  tapTarget: { url: string; title: string } | null;
}

/** What the person sees. Pure; the values have been matched with the template before. */
export function renderTemplate(template: Template, values: TemplateValues): Rendered {
  const offer = componentOf(template, 'LIMITED_TIME_OFFER')?.['limited_time_offer'];
  return {
    ...renderPart(template, values),
    ...(values.cards.length > 0 ? { cards: values.cards.map((card) => renderPart(card.part, card.values)) } : {}),
    ...(isObject(offer)
      ? { limited_time_offer: { text: shown(offer['text'] ?? ''), expiration_time_ms: values.expirationTimeMs } }
      : {}),
    ...(values.tapTarget === null ? {} : { tap_target: values.tapTarget }),
  };
}

/** The text of a body. One-time codes have no text of their own: WhatsApp writes it. */
export function bodyTextOf(part: TemplatePart): string {
  const body = componentOf(part, 'BODY');
  if (!body) return '';
  const security = body['add_security_recommendation'] === true ? ' For your security, do not share this code.' : '';
  return body.text ?? `*{{1}}* is your verification code.${security}`;
}

function footerTextOf(part: TemplatePart): string | null {
  const footer = componentOf(part, 'FOOTER');
  if (!footer) return null;
  const minutes = footer['code_expiration_minutes'];
  return footer.text ?? (minutes === undefined ? null : `This code expires in ${shown(minutes)} minutes.`);
}

function renderPart(part: TemplatePart, values: PartValues): RenderedPart {
  const header = componentOf(part, 'HEADER');
  return {
    header:
      header?.format?.toUpperCase() === 'TEXT'
        ? { type: 'text', text: fillPlaceholders(header.text ?? '', values.header) }
        : values.headerMedia,
    body: fillPlaceholders(bodyTextOf(part), values.body),
    footer: footerTextOf(part),
    buttons: buttonsOf(part).map((button, index) => renderButton(button, values.buttons.get(index) ?? {})),
  };
}

/** `given` has the values of the button's parameters under their types. */
function renderButton(button: TemplateButton, given: Json): Json {
  const text = button.text ?? '';
  const type = button.type.toLowerCase();
  const value = typeof given['text'] === 'string' ? given['text'] : '';
  const action = isObject(given['action']) ? given['action'] : {};
  switch (type) {
    case 'quick_reply':
      return { type, text, payload: given['payload'] ?? text };
    case 'url':
      if (button.otp_type) return { type: 'copy_code', text: text || 'Copy code', code: value };
      return { type, text, url: fillPlaceholders(button.url ?? '', new Map([['1', value]])) };
    case 'otp':
      return { type: 'copy_code', text: text || 'Copy code', code: value };
    case 'phone_number':
      return { type, text, phone_number: button.phone_number ?? '' };
    case 'copy_code':
      return { type, text: 'Copy offer code', code: given['coupon_code'] ?? shown(button.example ?? '') };
    case 'catalog':
      return { type, text: text || 'View catalog', ...action };
    case 'mpm':
      return { type, text: text || 'View items', ...action };
    case 'spm':
      return { type, text: text || 'View' };
    case 'flow':
      return {
        type,
        text,
        flow_id: button['flow_id'] ?? null,
        flow_token: action['flow_token'] ?? 'unused',
        ...(action['flow_action_data'] === undefined ? {} : { flow_action_data: action['flow_action_data'] }),
      };
    case 'voice_call':
      return {
        type,
        text: text || 'Call',
        ttl_minutes: given['ttl_minutes'] ?? button['ttl_minutes'] ?? null,
        payload: given['payload'] ?? null,
      };
    case 'order_details':
      return { type, text: text || 'Review and Pay', order_details: action['order_details'] ?? null };
    default:
      return { type, text };
  }
}
