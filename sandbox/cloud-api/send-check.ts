import type { Json } from '#people/chats.ts';
import { invalid, isObject, optionalText, requireObject, requireText, shown } from './checks.ts';
import { GraphError } from './graph-error.ts';
import { toWaId } from './phone-numbers.ts';
import { checkInteractiveMessage } from './send-interactive.ts';
import {
  type Lookups,
  checkContactsMessage,
  checkLocationMessage,
  checkMediaMessage,
  checkReactionMessage,
  checkTextMessage,
} from './send-simple-types.ts';
import { checkTemplateMessage } from './send-template.ts';
import type { Rendered } from './template-rendering.ts';
import { type Template, buttonsOf } from './templates.ts';

/** To whom: by phone, with the digits that WhatsApp made of it, or by business-scoped user id. */
export type Recipient = { by: 'phone'; input: string; waId: string } | { by: 'user_id'; input: string };

export interface CheckedMessage {
  type: string;
  content: Json;
  contextId: string | null;
  callbackData: string | null;
  category: string;
  mediaId: string | null;
  rendered: Rendered | null;
  reaction: { messageId: string; emoji: string } | null;
}

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

/** Who is meant; `to` wins over `recipient`. */
export function checkRecipient(body: Json): Recipient {
  const recipientType = body['recipient_type'] ?? 'individual';
  if (recipientType === 'group') throw new GraphError(131051, 'The sandbox does not simulate groups.');
  if (recipientType !== 'individual') throw invalid('recipient_type', 'must be one of {individual, group}.');
  const to = typeof body['to'] === 'number' ? String(body['to']) : body['to'];
  if (to !== undefined && to !== null && to !== '') {
    if (typeof to !== 'string') throw invalid('to', 'must be a string.');
    const waId = toWaId(to);
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
export function checkMessage(
  body: Json,
  recipient: Recipient,
  lookups: Lookups & { findTemplate(name: string, language: string): Template | undefined },
): CheckedMessage {
  const type = body['type'] ?? 'text';
  if (typeof type !== 'string' || !(TYPES as readonly string[]).includes(type)) {
    throw invalid('type', `must be one of {${TYPES.join(', ').toUpperCase()}} - got "${shown(type)}".`);
  }
  const callbackData = optionalText(body, 'biz_opaque_callback_data', 'biz_opaque_callback_data', 512) ?? null;
  const checked: CheckedMessage = {
    type,
    content: { type, [type]: body[type] },
    contextId: checkContext(body, type),
    callbackData,
    category: 'service',
    mediaId: null,
    rendered: null,
    reaction: null,
  };
  switch (type as (typeof TYPES)[number]) {
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
      checkContactsMessage(body);
      break;
    case 'reaction': {
      checkReactionMessage(body);
      const reaction = body['reaction'] as { message_id: string; emoji: string };
      checked.reaction = { messageId: reaction.message_id, emoji: reaction.emoji };
      break;
    }
    case 'interactive':
      checkInteractiveMessage(body, lookups);
      break;
    case 'template': {
      const { template, rendered } = checkTemplateMessage(body, lookups);
      if (recipient.by === 'user_id' && template.category === 'AUTHENTICATION' && buttonsOf(template).length > 0) {
        throw new GraphError(131062, 'Authentication templates cannot be sent to a business-scoped user id.');
      }
      checked.rendered = rendered;
      checked.category = template.category.toLowerCase();
      break;
    }
  }
  return checked;
}

/** `{"status":"read","message_id",…}`: gives the message id and whether typing is to be shown. */
export function checkReadReceipt(body: Json): { messageId: string; isTyping: boolean } {
  if (body['status'] !== 'read') throw invalid('status', 'must be read.');
  const messageId = requireText(body, 'message_id', 'message_id', 512);
  const typing = body['typing_indicator'];
  if (typing !== undefined && !(isObject(typing) && typing['type'] === 'text')) {
    throw invalid("typing_indicator['type']", 'must be text.');
  }
  return { messageId, isTyping: typing !== undefined };
}

function checkContext(body: Json, type: string): string | null {
  if (body['context'] === undefined || body['context'] === null) return null;
  if (type === 'reaction') throw invalid('context', 'is not allowed for reaction messages.');
  const context = requireObject(body, 'context', 'context');
  return requireText(context, 'message_id', "context['message_id']", 512);
}
