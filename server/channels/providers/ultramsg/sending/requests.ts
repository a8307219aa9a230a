import type { Lane } from '#channels/lanes.ts';
import type {
  ConnectionSecrets,
  ConnectionSettings,
  OutboundMessage,
  ProviderRequest,
  SenderAddress,
} from '#channels/provider.ts';
import { type Fields, isFields } from '#channels/providers/payloads/fields.ts';
import { chatIdOf, readMessageId } from '#channels/providers/ultramsg/chat-id.ts';
import { addressLines } from '#channels/providers/ultramsg/content/location.ts';
import { filenameOf, isVoice } from '#channels/providers/ultramsg/content/media.ts';
import { mentionsOf } from '#channels/providers/ultramsg/content/text.ts';
import { vcardOf } from '#channels/providers/ultramsg/content/vcard.ts';
import { instanceId } from '#channels/providers/ultramsg/instance.ts';

type Form = Record<string, string | undefined>;

/** The smaller number leaves UltraMsg's queue first. */
const priorities: Readonly<Record<Lane, number>> = { authentication: 0, service: 3, transactional: 5, marketing: 10 };

/**
 * The request that puts a message into UltraMsg's queue. The content was checked before. The token stands in the form: there
 * is no header for it, and an address would be written into logs along the way.
 */
export function buildSend(
  message: OutboundMessage,
  sender: SenderAddress,
  _settings: ConnectionSettings,
  secrets: ConnectionSecrets,
): ProviderRequest {
  const { recipient, content } = message;
  const isReaction = content.type === 'reaction';
  return post(sender, secrets, endPointOf(content), {
    // The message that is reacted to says where the reaction goes.
    to: isReaction ? undefined : chatIdOf(recipient),
    ...fieldsOf(content),
    priority: String(priorities[message.lane]),
    referenceId: message.callbackData,
    ...(isReaction ? undefined : { msgId: message.replyToProviderId }),
  });
}

/** Marks the chat of a received message as read. */
export function buildMarkAsRead(
  providerMessageId: string,
  _typing: boolean,
  sender: SenderAddress,
  _settings: ConnectionSettings,
  secrets: ConnectionSecrets,
): ProviderRequest {
  const chat = readMessageId(providerMessageId)?.chat;
  return post(sender, secrets, 'chats/read', { chatId: chat ?? providerMessageId });
}

function endPointOf(content: Fields): string {
  switch (content['type']) {
    case 'text':
      return 'messages/chat';
    case 'audio':
      return isVoice(content) ? 'messages/voice' : 'messages/audio';
    case 'contacts':
      return 'messages/vcard';
    default:
      return `messages/${encodeURIComponent(String(content['type']))}`;
  }
}

function fieldsOf(content: Fields): Form {
  const { type } = content;
  const own = content[String(type)];
  const fields: Fields = isFields(own) ? own : {};
  const { link, caption } = fields;
  const mentions = mentionsOf(fields['mentions']);
  switch (type) {
    case 'text':
      return { body: textOf(fields['body']), mentions };
    case 'image':
      return { image: textOf(link), caption: textOf(caption), mentions };
    case 'video':
      return { video: textOf(link), caption: textOf(caption), mentions };
    case 'document':
      return { filename: filenameOf(fields), document: textOf(link), caption: textOf(caption), mentions };
    case 'audio':
      return { audio: textOf(link) };
    case 'sticker':
      return { sticker: textOf(link) };
    case 'location':
      return {
        address: addressLines(fields),
        lat: degreesOf(fields['latitude']),
        lng: degreesOf(fields['longitude']),
      };
    case 'contacts': {
      const [card] = Array.isArray(own) ? (own as unknown[]) : [];
      return { vcard: isFields(card) ? vcardOf(card) : undefined };
    }
    case 'reaction':
      return { msgId: textOf(fields['message_id']), emoji: textOf(fields['emoji']) };
    default:
      return {};
  }
}

// Decimal, whatever way it was written: very small numbers would come out with an exponent, and a "+" is not wanted. Ten
// places are less than the width of a hair.
function degreesOf(value: unknown): string {
  return Number(value)
    .toFixed(10)
    .replace(/\.?0+$/, '');
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function post(sender: SenderAddress, secrets: ConnectionSecrets, endPoint: string, form: Form): ProviderRequest {
  const body = new URLSearchParams({ token: secrets.accessToken });
  for (const [name, value] of Object.entries(form)) if (value !== undefined) body.set(name, value);
  return {
    method: 'POST',
    path: `/${encodeURIComponent(instanceId(sender.externalId))}/${endPoint}`,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: body.toString(),
  };
}
