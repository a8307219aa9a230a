import type { UltraMsgSettings } from '#control/ultramsg-settings.ts';
import { createHash } from 'node:crypto';
import type { Json } from '#people/chats.ts';
import { type Ack, type ChatMessage, partOf } from './conversation.ts';
import { shortIdOf } from './identifiers.ts';
import { type Instance, bareId } from './instance.ts';

export type EventType = 'message_received' | 'message_create' | 'message_ack' | 'message_reaction';

/** What a payload tells besides its message. */
export interface Told {
  event: EventType;
  ack: Ack | null;
  /** The name that the writer shows. */
  pushname: string;
  quoted: ChatMessage | undefined;
  /** In a group the address of the person who wrote it. */
  author?: string;
  reaction?: { target: string; emoji: string };
}

/** A webhook as the payloads of that year have it. */
export function payloadOf(message: ChatMessage, told: Told, instance: Instance, settings: UltraMsgSettings): Json {
  const { ultramsg_payloads: year } = settings;
  const data = dataOf(message, told, instance, settings);
  const head = { event_type: told.event, instanceId: bareId(instance) };
  if (year === 2021) return { ...head, data };
  return {
    ...head,
    id: message.api_id ?? '',
    referenceId: message.reference_id ?? '',
    ...(year === 2025 ? { hash: hashOf(message) } : {}),
    data,
  };
}

/** The message itself, as webhooks and the list of a chat have it. */
export function dataOf(
  message: ChatMessage,
  { event, ack, pushname, quoted, author, reaction }: Told,
  { phone }: Instance,
  { ultramsg_payloads: year, ultramsg_reaction_form: form }: UltraMsgSettings,
): Json {
  const isOwn = message.from === 'business';
  const isReaction = event === 'message_reaction';
  const own = `${phone}@c.us`;
  const body = isReaction ? (form === 'reaction' ? '' : (reaction?.emoji ?? '')) : message.body;
  const first = {
    id: message.id,
    ...(year === 2025 ? { sid: shortIdOf(message.id) } : {}),
    from: isOwn ? own : message.jid,
    to: isOwn ? message.to : own,
  };
  const middle = year === 2021 ? {} : { author: author ?? '', pushname };
  const common = {
    ack: isOwn ? (ack ?? '') : '',
    type: message.type,
    body,
    media: message.media,
    fromMe: isOwn,
  };
  const { location, filename, caption } = detailsOf(message);
  const last =
    year === 2021
      ? { isForwarded: false }
      : { self: false, isForwarded: false, isMentioned: false, quotedMsg: quotedOf(quoted), mentionedIds: [] };
  return {
    ...first,
    ...middle,
    ...common,
    ...last,
    time: Math.floor(message.at / 1000),
    ...(location === undefined ? {} : { location }),
    ...(year === 2021 || filename === undefined ? {} : { filename }),
    ...(year === 2021 || caption === undefined ? {} : { caption }),
    ...(isReaction && form !== 'body' && reaction
      ? { reaction: { msgId: reaction.target, emoji: reaction.emoji } }
      : {}),
    ...(isReaction && form === 'body' && reaction && year !== 2021 ? { quotedMsg: { id: reaction.target } } : {}),
  };
}

function detailsOf({ content }: ChatMessage): { location?: Json; filename?: string; caption?: string } {
  const part = partOf(content);
  if (content['type'] === 'location') {
    const { latitude, longitude, address, name } = part;
    const words = [name, address].filter((each) => typeof each === 'string' && each !== '').join('\n');
    return { location: { lat: latitude, lng: longitude, address: words } };
  }
  const text = (key: string) => (typeof part[key] === 'string' ? { [key]: part[key] } : {});
  return content['type'] === 'contacts' || content['type'] === 'text'
    ? {}
    : { ...text('filename'), ...text('caption') };
}

function quotedOf(quoted: ChatMessage | undefined): Json {
  return quoted ? { id: quoted.id, body: quoted.body, type: quoted.type } : {};
}

function hashOf({ id }: ChatMessage): string {
  return createHash('sha256').update(id).digest('hex').slice(0, 32);
}
