import type { Json } from '#people/chats.ts';
import {
  invalid,
  isObject,
  optionalObject,
  optionalText,
  requireInteger,
  requireObject,
  requireText,
  shown,
} from './checks.ts';
import { GraphError } from './graph-error.ts';
import { checkProductSections } from './send-interactive-actions.ts';
import { checkOrderDetails } from './send-orders.ts';
import type { Lookups } from './send-simple-types.ts';
import { placeholdersOf } from './template-rendering.ts';
import { type Template, type TemplateButton, type TemplatePart, buttonsOf, componentOf } from './templates.ts';

/** A component of a send: what fills a header, a body, a button and so on. */
export interface SentComponent {
  type: string;
  element: Json;
  parameters: unknown[];
  /** Where it stands in the request. */
  at: string;
}

/** Of a one-time code, in characters. */
export const LONGEST_CODE = 15;

/** How a button is named in a send: a one-time code's button is a link for the API. */
function subTypeOf(button: TemplateButton): string {
  const type = button.type.toLowerCase();
  return type === 'otp' ? 'url' : type;
}

/** Matches one button of a send with the template and notes its values under its index. */
export function matchButton(
  template: Template,
  part: TemplatePart,
  sent: SentComponent,
  place: string,
  values: Map<number, Json>,
  lookups: Lookups,
): void {
  const index = indexOf(sent);
  const subType = requireText(sent.element, 'sub_type', `${sent.at}['sub_type']`, 40).toLowerCase();
  const button = buttonsOf(part)[index];
  const expected = button && subTypeOf(button);
  if (!button || expected !== subType) {
    throw new GraphError(
      132018,
      `${sent.at}: button ${index} of the template ${template.name} is ${expected ?? 'absent'}, not ${subType}.`,
    );
  }
  const first = { sent, index, place, subType };
  switch (subType) {
    case 'quick_reply': {
      const parameter = oneParameter(first, 'payload');
      const max = lookups.settings.quick_reply_payload_length;
      values.set(index, { payload: requireText(parameter, 'payload', pathOf(sent, 'payload'), max) });
      break;
    }
    case 'url': {
      if (button.type.toLowerCase() === 'url' && placeholdersOf(button.url ?? '').length === 0) {
        throw new GraphError(132018, `${place}: Button at index ${index} of type Url does not take a parameter`);
      }
      values.set(index, { text: matchLinkEnd(button, first) });
      break;
    }
    case 'copy_code': {
      // Codes have had 20 characters since December 2025, but not beside an offer that ends.
      const max = componentOf(template, 'LIMITED_TIME_OFFER') ? 15 : 20;
      const parameter = oneParameter(first, 'coupon_code');
      values.set(index, { coupon_code: requireText(parameter, 'coupon_code', pathOf(sent, 'coupon_code'), max) });
      break;
    }
    case 'voice_call':
      values.set(index, matchCall(sent, place));
      break;
    case 'catalog':
    case 'mpm':
    case 'flow':
    case 'order_details': {
      // What opens a catalog or a flow has no parameter that must be there.
      if (sent.parameters.length === 0 && (subType === 'catalog' || subType === 'flow')) {
        values.set(index, {});
        break;
      }
      const action = requireObject(oneParameter(first, 'action'), 'action', pathOf(sent, 'action'));
      checkAction(subType, action, pathOf(sent, 'action'), lookups);
      values.set(index, { action });
      break;
    }
    default:
      throw new GraphError(132018, `${place}: Button at index ${index} of type ${subType} does not take a parameter`);
  }
}

/** The place of a button, as a number or as a text. */
function indexOf({ element, at }: SentComponent): number {
  const written = requireText({ index: shown(element['index'] ?? '') }, 'index', `${at}['index']`, 200);
  if (!/^\d$/.test(written)) throw invalid(`${at}['index']`, 'must be a number from 0 to 9.');
  return Number(written);
}

/** What is put at the end of a button's link: a text, a one-time code, or the invitation to a group. */
function matchLinkEnd(button: TemplateButton, first: Place): string {
  const [parameter] = first.sent.parameters;
  if (isObject(parameter) && typeOf(parameter) === 'group_id')
    return inviteOf(parameter, pathOf(first.sent, 'group_id'));
  const isCode = button.type.toLowerCase() === 'otp' || button.otp_type !== undefined;
  return requireText(oneParameter(first, 'text'), 'text', pathOf(first.sent, 'text'), isCode ? LONGEST_CODE : 2000);
}

/** The link that invites to a group. */
export function inviteOf(parameter: Json, path: string): string {
  return `https://chat.whatsapp.com/${requireText(parameter, 'group_id', path, 512)}`;
}

/** The type of a parameter; Meta's own examples write it in either case. */
export function typeOf(parameter: Json): string {
  return shown(parameter['type'] ?? 'unknown').toLowerCase();
}

function checkAction(subType: string, action: Json, path: string, lookups: Lookups): void {
  const thumbnail = 'thumbnail_product_retailer_id';
  switch (subType) {
    case 'mpm':
      requireText(action, thumbnail, `${path}['${thumbnail}']`, 200);
      checkProductSections(action, path);
      break;
    case 'catalog':
      optionalText(action, thumbnail, `${path}['${thumbnail}']`, 200);
      break;
    case 'flow':
      optionalText(action, 'flow_token', `${path}['flow_token']`, 4096);
      optionalObject(action, 'flow_action_data', `${path}['flow_action_data']`);
      break;
    default:
      checkOrderDetails(
        requireObject(action, 'order_details', `${path}['order_details']`),
        `${path}['order_details']`,
        lookups,
      );
  }
}

/** A call button's payload and the minutes that it works, either or both. */
function matchCall(sent: SentComponent, place: string): Json {
  const values: Json = {};
  for (const [index, parameter] of sent.parameters.entries()) {
    const path = `${sent.at}['parameters'][${index}]`;
    if (!isObject(parameter)) throw invalid(path, 'must be a JSON object.');
    if (typeOf(parameter) === 'payload') {
      values['payload'] = requireText(parameter, 'payload', `${path}['payload']`, 512);
    } else if (typeOf(parameter) === 'ttl_minutes') {
      values['ttl_minutes'] = requireInteger(parameter, 'ttl_minutes', `${path}['ttl_minutes']`, 1, 43_200);
    } else {
      throw formatMismatch(place, 'payload', typeOf(parameter));
    }
  }
  return values;
}

interface Place {
  sent: SentComponent;
  index: number;
  place: string;
  subType: string;
}

function oneParameter({ sent, index, place, subType }: Place, type: string): Json {
  const [parameter] = sent.parameters;
  if (sent.parameters.length !== 1 || !isObject(parameter)) {
    throw new GraphError(
      132000,
      `${place}: Button at index ${index} of type ${subType} requires one parameter, received ${sent.parameters.length}`,
    );
  }
  if (typeOf(parameter) !== type) throw formatMismatch(`${place} at index ${index}`, type, typeOf(parameter));
  return parameter;
}

export function formatMismatch(place: string, expected: string, received: string): GraphError {
  return new GraphError(
    132012,
    `${place}: Format mismatch, expected ${expected.toUpperCase()}, received ${received.toUpperCase()}`,
  );
}

function pathOf(sent: SentComponent, key: string): string {
  return `${sent.at}['parameters'][0]['${key}']`;
}

const NEEDED: Readonly<Record<string, string>> = {
  COPY_CODE: 'CopyCode',
  OTP: 'Url',
  MPM: 'Mpm',
  FLOW: 'Flow',
  ORDER_DETAILS: 'OrderDetails',
};

/** Refuses a send that leaves out the value of a button that needs one. */
export function requireButtonValues(part: TemplatePart, values: ReadonlyMap<number, Json>, place: string): void {
  for (const [index, button] of buttonsOf(part).entries()) {
    const type = button.type.toUpperCase();
    const isOpenLink = type === 'URL' && placeholdersOf(button.url ?? '').length > 0;
    const name = isOpenLink ? 'Url' : NEEDED[type];
    if (name === undefined || values.has(index)) continue;
    throw new GraphError(131008, `${place}: Button at index ${index} of type ${name} requires a parameter`);
  }
}

/** Whether a template carries a one-time code with a button, which cannot be sent to a business-scoped user id. */
export function hasCodeButton(template: Template): boolean {
  return template.category === 'AUTHENTICATION' && buttonsOf(template).length > 0;
}
