import type { Json } from '#people/chats.ts';
import { callingCodeOf } from './calling-codes.ts';
import {
  invalid,
  isGiven,
  isObject,
  optionalText,
  optionalWord,
  requireInteger,
  requireObject,
  requireText,
  shown,
} from './checks.ts';
import type { BusinessNumber } from './credentials.ts';
import { GraphError } from './graph-error.ts';
import { toWaId } from './phone-numbers.ts';
import { checkContactsMessage } from './send-contacts.ts';
import { checkInteractiveMessage } from './send-interactive.ts';
import { refuseUnknownFields } from './send-known-fields.ts';
import {
  checkLocationMessage,
  checkMediaMessage,
  checkReactionMessage,
  checkTextMessage,
} from './send-simple-types.ts';
import { type TemplateLookups, checkTemplateMessage } from './send-template.ts';
import { hasCodeButton } from './send-template-buttons.ts';
import type { Rendered } from './rendered.ts';
import type { Template } from './templates.ts';

/** To whom: by phone, with the digits that WhatsApp made of it, or by business-scoped user id. */
export type Recipient = { by: 'phone'; input: string; waId: string } | { by: 'user_id'; input: string };

export interface CheckedMessage {
  type: string;
  content: Json;
  contextId: string | null;
  callbackData: string | null;
  /** What it is billed as. */
  category: string;
  mediaId: string | null;
  template: Template | null;
  rendered: Rendered | null;
  reaction: { messageId: string; emoji: string } | null;
  /** The message is only for the person who has this hash. */
  identityHash: string | null;
  /** How long it waits for the person's phone. */
  ttlSeconds: number;
  /** Free-form content that may leave outside the service window, because it is billed as if it were a template. */
  isDirectSend: boolean;
}

export const THIRTY_DAYS_SECONDS = 2_592_000;
/** One-time codes are worthless later. */
const CODE_SECONDS = 600;

const TYPES = [
  'text',
  'image',
  'audio',
  'video',
  'document',
  'sticker',
  'location',
  'contacts',
  'reaction',
  'interactive',
  'template',
] as const;

/** First part of the checks: what every request must have, before limits are looked at. */
export function checkEnvelope(body: Json): void {
  if (body['messaging_product'] === undefined)
    throw new GraphError(100, 'The parameter messaging_product is required.');
  if (body['messaging_product'] !== 'whatsapp') throw invalid('messaging_product', 'must be whatsapp.');
}

/** Who is meant by a business with that number; `to` wins over `recipient`. */
export function checkRecipient(body: Json, { display_phone_number: own }: BusinessNumber): Recipient {
  const recipientType = body['recipient_type'] ?? 'individual';
  if (recipientType !== 'individual') throw invalid('recipient_type', 'must be one of {individual, group}.');
  const to = typeof body['to'] === 'number' ? String(body['to']) : body['to'];
  if (to !== undefined && to !== null && to !== '') {
    if (typeof to !== 'string') throw invalid('to', 'must be a string.');
    const waId = toWaId(to, callingCodeOf(own.replaceAll(/\D/g, ''))?.code);
    if (waId === undefined) throw new GraphError(131009, 'Param to is not a valid phone number.');
    return { by: 'phone', input: to, waId };
  }
  const recipient = body['recipient'];
  if (recipient === undefined || recipient === null || recipient === '')
    throw new GraphError(100, 'The parameter to is required.');
  if (typeof recipient !== 'string' || !/^[A-Z]{2}(\.ENT)?\.[A-Za-z0-9]{1,128}$/.test(recipient)) {
    throw new GraphError(131009, 'Param recipient is not a valid business-scoped user id.');
  }
  return { by: 'user_id', input: recipient };
}

/** Second part: the message itself. Throws the `GraphError` that Meta gives. */
export function checkMessage(body: Json, recipient: Recipient, lookups: TemplateLookups): CheckedMessage {
  const type = body['type'] ?? 'text';
  if (typeof type !== 'string' || !(TYPES as readonly string[]).includes(type)) {
    throw invalid('type', `must be one of {${TYPES.join(', ').toUpperCase()}} - got "${shown(type)}".`);
  }
  const hashKey = 'recipient_identity_key_hash';
  const checked: CheckedMessage = {
    type,
    content: { type, [type]: body[type] },
    contextId: checkContext(body, type),
    callbackData: optionalText(body, 'biz_opaque_callback_data', 'biz_opaque_callback_data', 512) ?? null,
    category: 'service',
    mediaId: null,
    template: null,
    rendered: null,
    reaction: null,
    identityHash: optionalText(body, hashKey, hashKey, 200) ?? null,
    ttlSeconds: THIRTY_DAYS_SECONDS,
    isDirectSend: false,
  };
  checkContent(checked, body, recipient, lookups);
  if (lookups.settings.unknown_fields === 'refused') refuseUnknownFields(body, type);
  checkDirectSend(checked, body);
  return checked;
}

function checkContent(checked: CheckedMessage, body: Json, recipient: Recipient, lookups: TemplateLookups): void {
  const type = checked.type as (typeof TYPES)[number];
  switch (type) {
    case 'text':
      checkTextMessage(body);
      break;
    case 'image':
    case 'audio':
    case 'video':
    case 'document':
    case 'sticker':
      checked.mediaId = checkMediaMessage(body, type, lookups);
      break;
    case 'location':
      checkLocationMessage(body);
      break;
    case 'contacts':
      checkContactsMessage(body, lookups);
      break;
    case 'reaction':
      checked.reaction = checkReactionMessage(body);
      break;
    case 'interactive':
      checkInteractiveMessage(body, lookups);
      break;
    case 'template': {
      const { template, rendered } = checkTemplateMessage(body, lookups);
      if (recipient.by === 'user_id' && hasCodeButton(template)) {
        throw new GraphError(131062, 'Authentication templates cannot be sent to a business-scoped user id.');
      }
      checked.template = template;
      checked.rendered = rendered;
      checked.category = template.category.toLowerCase();
      checked.ttlSeconds = ttlOf(template);
      break;
    }
  }
}

/** How long a template's message waits for the person's phone: its own setting, else the default of its category. */
function ttlOf(template: Template): number {
  const own = template.message_send_ttl_seconds;
  if (own === -1) return THIRTY_DAYS_SECONDS;
  return own ?? (template.category === 'AUTHENTICATION' ? CODE_SECONDS : THIRTY_DAYS_SECONDS);
}

/** Free-form content outside the service window, billed as the category that it names (a beta of Meta's). */
function checkDirectSend(checked: CheckedMessage, body: Json): void {
  if (checked.type === 'template') return;
  const category = optionalWord(body, 'category', 'category', ['utility', 'authentication', 'service']);
  optionalText(body, 'direct_send_template_name', 'direct_send_template_name', 512);
  if (isGiven(body, 'ttl_seconds')) {
    checked.ttlSeconds = requireInteger(body, 'ttl_seconds', 'ttl_seconds', 1, THIRTY_DAYS_SECONDS);
  }
  if (category === undefined) return;
  checked.category = category;
  checked.isDirectSend = true;
  if (checked.type === 'text' && category !== 'service') {
    requireText(requireObject(body, 'text', 'text'), 'body', "text['body']", 1024);
  }
}

/** `{"status":"read","message_id",…}`: gives the message id and whether typing is to be shown. */
export function checkReadReceipt(body: Json): { messageId: string; isTyping: boolean } {
  if (body['status'] !== 'read') throw invalid('status', 'must be read.');
  const messageId = requireText(body, 'message_id', 'message_id', 512);
  const typing = body['typing_indicator'];
  if (isGiven(body, 'typing_indicator') && !(isObject(typing) && typing['type'] === 'text')) {
    throw invalid("typing_indicator['type']", 'must be text.');
  }
  return { messageId, isTyping: isGiven(body, 'typing_indicator') };
}

function checkContext(body: Json, type: string): string | null {
  if (body['context'] === undefined || body['context'] === null) return null;
  if (type === 'reaction') throw invalid('context', 'is not allowed for reaction messages.');
  const context = requireObject(body, 'context', 'context');
  return requireText(context, 'message_id', "context['message_id']", 512);
}
