import type { DecodedEvent, InboundMedia, ProviderPerson } from '#channels/events.ts';
import { type Fields, isFields, textOf } from '#channels/providers/payloads/fields.ts';
import { contentKey, displayName, instantOf } from '#channels/providers/payloads/event-fields.ts';
import { personOfChat, readChatId, readMessageId } from '#channels/providers/ultramsg/chat-id.ts';
import { readContent } from './read-content.ts';
import type { Envelope } from './envelope.ts';

const mediaKinds = ['image', 'audio', 'video', 'document', 'sticker'] as const;

/** Decodes what a person wrote. Throws a sentence when it lacks what a message cannot be without. */
export function decodeMessage(envelope: Envelope): DecodedEvent {
  const { senderExternalId, messageId, data, truncated } = envelope;
  const { from, groupId } = writerOf(envelope);
  const { content: read, text, reason } = readContent(envelope);
  const quoted = isFields(data['quotedMsg']) ? textOf(data['quotedMsg']['id']) : undefined;
  const context = {
    ...(quoted === undefined ? undefined : { id: quoted }),
    ...(data['isForwarded'] === true ? { forwarded: true } : undefined),
  };
  const content = {
    ...read,
    ...(Object.keys(context).length > 0 && read.type !== 'reaction' ? { context } : undefined),
    ...(truncated ? { truncated } : undefined),
  };
  const media = mediaOf(content);
  return {
    kind: 'message',
    // The echo of what somebody wrote says the same again, and is the same.
    contentKey: contentKey('message', senderExternalId, messageId),
    senderExternalId,
    providerMessageId: messageId,
    from,
    ...(groupId === undefined ? undefined : { groupId }),
    at: instantOf(data['time']),
    content,
    supported: content.type !== 'unsupported',
    ...(reason === undefined ? undefined : { reason }),
    ...(text === undefined ? undefined : { text }),
    ...(quoted === undefined || content.type === 'reaction' ? undefined : { replyToProviderId: quoted }),
    ...(media === undefined ? undefined : { media }),
    opensWindow: content.type !== 'unsupported',
  };
}

/** Who wrote it, and in which group. In a group the chat is the group, and the writer stands beside it. */
function writerOf({ messageId, data }: Envelope): { from: ProviderPerson; groupId?: string } {
  const told = textOf(data['from'], 300) ?? '';
  const known = readMessageId(messageId);
  const chat = readChatId(told) ? told : (known?.chat ?? told);
  const isGroup = readChatId(chat)?.kind === 'group';
  const writer = isGroup ? (textOf(data['author'], 300) ?? known?.author ?? '') : chat;
  const person = personOfChat(writer);
  if (!person) {
    if (isGroup) throw new Error('The message of a group does not say who wrote it.');
    if (told === '') throw new Error('The message does not say who sent it.');
    throw new Error('It was written by nobody who could be answered, such as a newsletter or a status.');
  }
  const profileName = displayName(data['pushname']);
  return {
    from: { ...person, ...(profileName === undefined ? undefined : { profileName }) },
    ...(isGroup ? { groupId: chat } : undefined),
  };
}

function mediaOf(content: Fields & { type: string }): InboundMedia | undefined {
  const kind = mediaKinds.find((one) => one === content.type);
  const file = kind && content[kind];
  if (!kind || !isFields(file)) return undefined;
  const mediaId = textOf(file['id'], 2048);
  const filename = textOf(file['filename'], 1000);
  if (mediaId === undefined) return undefined;
  return { kind, mediaId, ...(filename === undefined ? undefined : { filename }) };
}
