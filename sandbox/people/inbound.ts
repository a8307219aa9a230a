import { isObject, shown } from '#cloud-api/checks.ts';
import type { Credentials } from '#cloud-api/credentials.ts';
import { newWamid } from '#cloud-api/ids.ts';
import type { SendLimits } from '#cloud-api/limits.ts';
import type { MediaStore } from '#cloud-api/media.ts';
import type { LiveChanges } from '#control/events.ts';
import { Refusal } from '#control/refusal.ts';
import { type SandboxClock, epochSeconds } from '#storage/clock.ts';
import { contactOf } from '#webhooks/contents.ts';
import type { WebhookQueue } from '#webhooks/queue.ts';
import type { Chats, Json, Message } from './chats.ts';
import { viewMessage } from './message-view.ts';
import type { Person } from './people.ts';

export interface InboundDeps {
  clock: SandboxClock;
  credentials: Credentials;
  chats: Chats;
  media: MediaStore;
  limits: SendLimits;
  webhooks: WebhookQueue;
  changes: LiveChanges;
  address: () => string;
}

/** The kinds of message that a person can send, and the key of each in the Cloud API's shape. */
const KINDS = [
  'text',
  'image',
  'video',
  'audio',
  'document',
  'sticker',
  'location',
  'contacts',
  'reaction',
  'button',
  'interactive',
  'order',
  'unsupported',
  'edit',
  'revoke',
  'system',
];
const MEDIA = new Set(['image', 'video', 'audio', 'document', 'sticker']);
const ENVELOPE = new Set(['type', 'phone_number_id', 'context', 'timestamp', 'id', 'referral', 'errors']);

/** A person writes: the message enters the chat, opens the service window and is told to the business. Gives its id;
 *  throws a `Refusal` for a body that no phone could have sent. */
export function writeAsPerson(person: Person, body: Json, deps: InboundDeps): string {
  const type = body['type'];
  if (typeof type !== 'string' || !KINDS.includes(type)) {
    throw new Refusal(`type must be one of ${KINDS.join(', ')}`, 'type');
  }
  for (const key of Object.keys(body)) {
    if (key !== type && !ENVELOPE.has(key)) throw new Refusal(`${key} is not known for a message of type ${type}`, key);
  }
  const phoneNumberId = numberOf(body, deps.credentials);
  const at = timestampOf(body, deps.clock);
  const content = contentOf(type, body, phoneNumberId, deps);
  const contextId = contextOf(body);
  const id = idOf(body, person);

  const chat = deps.chats.chat(person.id, phoneNumberId);
  const reaction = type === 'reaction' ? (content['reaction'] as { message_id: string; emoji?: string }) : undefined;
  const target = reaction && deps.chats.find(reaction.message_id);
  const message: Message = {
    id,
    from: 'person',
    person_id: person.id,
    phone_number_id: phoneNumberId,
    at,
    type,
    content,
    context_id: contextId,
    status: 'sent',
    error: null,
    reactions: [],
    rendered: null,
    media_id: mediaIdOf(type, content),
    to: null,
    callback_data: null,
    category: null,
  };
  // An id that is known is the provider telling of the same message again.
  if (!deps.chats.find(id)) {
    deps.chats.add(message);
    deps.limits.countInbound(phoneNumberId);
    if (type !== 'edit' && type !== 'revoke' && type !== 'system') deps.chats.openWindow(chat, at);
    if (body['referral'] !== undefined) deps.chats.noteReferral(chat, at);
    if (target) deps.chats.react(target, 'person', reaction?.emoji ?? '');
    const shown = reaction ? target : message;
    if (shown) {
      const media = shown.media_id === null ? undefined : deps.media.find(shown.media_id);
      deps.changes.emit('message', { message: viewMessage(shown, media) });
    }
  }
  const element = inboundElement(message, person, body, deps);
  const contacts = type === 'system' ? [] : [contactOf(person)];
  deps.webhooks.tell(phoneNumberId, { field: 'messages', part: 'messages', contacts, element, inbound_id: id });
  return id;
}

function inboundElement(message: Message, person: Person, body: Json, deps: InboundDeps): Json {
  const context = body['context'];
  const number = deps.credentials.phone_numbers.find((each) => each.phone_number_id === message.phone_number_id);
  const quoted = message.context_id === null ? undefined : deps.chats.find(message.context_id);
  const author = quoted?.from === 'person' ? person.wa_id : number?.display_phone_number.replaceAll(/\D/g, '');
  return {
    ...(isObject(context)
      ? { context: message.context_id === null ? context : { from: author, id: message.context_id } }
      : {}),
    ...(person.wa_id === null ? {} : { from: person.wa_id }),
    from_user_id: person.user_id,
    id: message.id,
    timestamp: epochSeconds(message.at),
    ...message.content,
    ...(body['referral'] === undefined ? {} : { referral: body['referral'] }),
    ...(message.type === 'unsupported'
      ? {
          errors: [
            {
              code: 131051,
              title: 'Message type unknown',
              message: 'Message type unknown',
              error_data: { details: 'Message type is currently not supported.' },
            },
          ],
        }
      : body['errors'] === undefined
        ? {}
        : { errors: body['errors'] }),
  };
}

function contentOf(type: string, body: Json, phoneNumberId: string, deps: InboundDeps): Json {
  const content = body[type];
  if (type === 'contacts') {
    if (!Array.isArray(content) || content.length === 0) throw new Refusal('contacts must be a list', 'contacts');
    return { type, contacts: content };
  }
  if (!isObject(content)) throw new Refusal(`${type} must be an object`, type);
  switch (type) {
    case 'text':
      requireString(content, 'body', 'text.body');
      if (String(content['body']).length > 65_536) throw new Refusal('text.body is too long', 'text.body');
      break;
    case 'reaction':
      requireString(content, 'message_id', 'reaction.message_id');
      break;
    case 'button':
      requireString(content, 'text', 'button.text');
      requireString(content, 'payload', 'button.payload');
      break;
    case 'interactive':
      requireString(content, 'type', 'interactive.type');
      break;
    case 'location':
      for (const key of ['latitude', 'longitude']) {
        if (typeof content[key] !== 'number') throw new Refusal(`location.${key} must be a number`, `location.${key}`);
      }
      break;
    default:
      break;
  }
  if (!MEDIA.has(type)) return { type, [type]: content };
  const id = requireString(content, 'id', `${type}.id`);
  const media = deps.media.find(id);
  if (!media || media.owner !== 'person') {
    throw new Refusal(
      `${type}.id is not a file of a person: upload it with POST /_sandbox/people/{who}/media`,
      `${type}.id`,
    );
  }
  deps.media.sendTo(media, phoneNumberId);
  return {
    type,
    [type]: {
      ...content,
      mime_type: media.mime_type,
      sha256: Buffer.from(media.sha256, 'hex').toString('base64'),
      id,
      url: `${deps.address()}${deps.media.newAddress(media)}`,
      ...(type === 'document' && content['filename'] === undefined && media.filename !== null
        ? { filename: media.filename }
        : {}),
      ...(type === 'audio' ? { voice: content['voice'] ?? false } : {}),
      ...(type === 'sticker' ? { animated: content['animated'] ?? false } : {}),
    },
  };
}

function requireString(parent: Json, key: string, path: string): string {
  const value = parent[key];
  if (typeof value !== 'string' || value === '') throw new Refusal(`${path} must be a text`, path);
  return value;
}

function numberOf(body: Json, credentials: Credentials): string {
  const asked = body['phone_number_id'] ?? credentials.phone_numbers[0]?.phone_number_id;
  const number = credentials.phone_numbers.find((each) => each.phone_number_id === asked);
  if (number) return number.phone_number_id;
  throw new Refusal('phone_number_id is not one of the numbers in GET /_sandbox/credentials', 'phone_number_id');
}

function timestampOf(body: Json, clock: SandboxClock): number {
  const timestamp = body['timestamp'];
  if (timestamp === undefined) return clock.now();
  if (!/^\d{1,11}$/.test(shown(timestamp))) throw new Refusal('timestamp must be seconds of the epoch', 'timestamp');
  return Number(timestamp) * 1000;
}

function contextOf(body: Json): string | null {
  const context = body['context'];
  if (context === undefined) return null;
  if (!isObject(context)) throw new Refusal('context must be an object', 'context');
  const id = context['message_id'] ?? context['id'];
  return typeof id === 'string' ? id : null;
}

function idOf(body: Json, person: Person): string {
  const id = body['id'];
  if (id === undefined) return newWamid('in', person.wa_id ?? person.user_id);
  if (typeof id !== 'string' || !/^[\w.=+/-]{1,512}$/.test(id)) throw new Refusal('id must be a message id', 'id');
  return id;
}

function mediaIdOf(type: string, content: Json): string | null {
  const part = content[type];
  return MEDIA.has(type) && isObject(part) && typeof part['id'] === 'string' ? part['id'] : null;
}
