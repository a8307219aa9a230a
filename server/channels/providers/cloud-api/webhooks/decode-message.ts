import type { DecodedEvent, InboundMedia, ProviderPerson } from '#channels/events.ts';
import type { MessageContent } from '#channels/provider.ts';
import { readErrorObject } from '#channels/providers/cloud-api/errors/errors.ts';
import { type Fields, isFields, textOf } from '#channels/providers/payloads/fields.ts';
import { contentKey, instantOf } from '#channels/providers/payloads/event-fields.ts';
import { type FindContact, personOf } from './decode-fields.ts';
import { identityChange } from './decode-identity.ts';
import { tidy } from '#channels/providers/payloads/webhook-json.ts';

const mediaKinds = ['image', 'audio', 'video', 'document', 'sticker'] as const;

/** Kinds whose object we can show, by the name of the object. */
const shownKinds: readonly string[] = [
  'text',
  ...mediaKinds,
  'location',
  'contacts',
  'reaction',
  'button',
  'interactive',
  'order',
  'system',
  'edit',
  'revoke',
];

// The service window opens with what a person says. Changing or deleting what was said before, and notes that WhatsApp
// itself writes, open nothing.
const silentKinds: readonly string[] = ['edit', 'revoke', 'system'];

const envelopeFields: readonly string[] = ['id', 'from', 'from_user_id', 'from_parent_user_id', 'timestamp'];

/** Decodes one entry of `messages`. Throws a sentence when it lacks what a message cannot be without. */
export function decodeMessage(entry: unknown, findContact: FindContact, senderExternalId: string): DecodedEvent[] {
  const { value: message, truncated } = tidy(entry);
  if (!isFields(message)) throw new Error('The message is not an object.');
  const providerMessageId = textOf(message['id']);
  if (providerMessageId === undefined) throw new Error('The message has no id.');
  const from = senderOf(message, findContact);
  if (!from) throw new Error('The message does not say who sent it.');

  const content = contentOf(message, truncated);
  const supported = content.type !== 'unsupported';
  const text = textFor(content);
  const media = mediaOf(content);
  const context = isFields(message['context']) ? message['context'] : undefined;
  const groupId = textOf(message['group_id'], 256);
  const replyToProviderId = textOf(context?.['id']) ?? textOf(context?.['message_id']);
  const event: DecodedEvent = {
    kind: 'message',
    contentKey: contentKey('message', senderExternalId, providerMessageId),
    senderExternalId,
    providerMessageId,
    from,
    ...(groupId === undefined ? undefined : { groupId }),
    at: instantOf(message['timestamp']),
    content,
    supported,
    ...(supported ? undefined : { reason: whyUnsupported(content) }),
    ...(text === undefined ? undefined : { text }),
    ...(replyToProviderId === undefined ? undefined : { replyToProviderId }),
    ...(media === undefined ? undefined : { media }),
    opensWindow: !silentKinds.includes(content.type),
  };
  const change = content.type === 'system' ? identityChange(message, senderExternalId, providerMessageId) : undefined;
  return change ? [event, change] : [event];
}

/** Who wrote it. A note about a changed id may name its person in the note alone: by the old id if it has one. */
function senderOf(message: Fields, findContact: FindContact): ProviderPerson | undefined {
  const { from: phone, from_user_id: userId, from_parent_user_id: parentUserId } = message;
  const named = personOf({ phone, userId, parentUserId }, findContact(phone, userId));
  if (named || !isFields(message['system'])) return named;
  const { previous_user_id: previous, user_id: next, wa_id: number } = message['system'];
  const id = previous ?? next;
  return personOf(id === undefined ? { phone: number } : { userId: id });
}

/** The message without its envelope. A kind that we do not know, or whose object is missing, becomes `unsupported` and
 *  keeps its own name in `provider_type`. A file that the provider could not pass on has no object, only its error. */
function contentOf(message: Fields, truncated: boolean): MessageContent {
  const content: Fields = {};
  for (const [name, field] of Object.entries(message)) {
    if (!envelopeFields.includes(name)) content[name] = field;
  }
  const type = textOf(message['type'], 100) ?? kindOf(message);
  if (mediaKinds.some((kind) => kind === type) && message[type] === undefined && Array.isArray(message['errors']))
    content[type] = {};
  const known = shownKinds.includes(type) && typeof content[type] === 'object' && content[type] !== null;
  if (!known) {
    content['provider_type'] = type;
    if (type !== 'unsupported' && Object.hasOwn(content, 'unsupported')) delete content['unsupported'];
  }
  if (truncated) content['truncated'] = true;
  return { ...content, type: known ? type : 'unsupported' };
}

// WhatsApp passes some kinds on as a mere note, and says which one it was or why.
function whyUnsupported(content: MessageContent): string {
  const withheld = isFields(content['unsupported']) ? textOf(content['unsupported']['type'], 100) : undefined;
  if (withheld !== undefined) return `WhatsApp does not pass on messages of the kind ${withheld}.`;
  const [error] = Array.isArray(content['errors']) ? content['errors'] : [];
  const details = readErrorObject(error)?.details;
  if (details !== undefined) return `WhatsApp did not pass the message on: ${details}`;
  return `Carillon keeps messages of the kind ${textOf(content['provider_type'], 100) ?? 'none'}, but cannot show them.`;
}

/** The kind of a message that does not name it: that of the only object it has. */
function kindOf(message: Fields): string {
  const present = shownKinds.filter((kind) => typeof message[kind] === 'object' && message[kind] !== null);
  return (present.length === 1 ? present[0] : undefined) ?? 'none';
}

/** What a person typed, or the title of what they tapped. An edit is none: the words were read when they first came. */
function textFor(content: MessageContent): string | undefined {
  const fields = content[content.type];
  if (!isFields(fields)) return undefined;
  switch (content.type) {
    case 'text':
      return nonEmpty(fields['body']);
    case 'button':
      return nonEmpty(fields['text']) ?? nonEmpty(fields['payload']);
    case 'interactive': {
      const reply = fields['button_reply'] ?? fields['list_reply'];
      return isFields(reply) ? nonEmpty(reply['title']) : undefined;
    }
    default:
      return nonEmpty(fields['caption']);
  }
}

function nonEmpty(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function mediaOf(content: MessageContent): InboundMedia | undefined {
  const kind = mediaKinds.find((known) => known === content.type);
  const fields = kind && content[kind];
  if (!kind || !isFields(fields)) return undefined;
  const mediaId = textOf(fields['id']);
  if (mediaId === undefined) return undefined;
  const mimeType = textOf(fields['mime_type'], 200);
  const sha256 = textOf(fields['sha256'], 200);
  const filename = textOf(fields['filename'], 1000);
  return {
    kind,
    mediaId,
    ...(mimeType === undefined ? undefined : { mimeType }),
    ...(sha256 === undefined ? undefined : { sha256 }),
    ...(filename === undefined ? undefined : { filename }),
  };
}
