import { isObject } from '#cloud-api/checks.ts';
import type { MediaStore } from '#cloud-api/media.ts';
import { Refusal } from '#control/refusal.ts';
import type { Settings } from '#control/settings.ts';
import { checkContent, kindOf, MEDIA_KINDS } from '#people/inbound-content.ts';
import type { Json } from '#people/chats.ts';
import type { Person } from '#people/people.ts';
import { vcardOf } from '#people/vcard.ts';
import { jidOfPerson } from './addresses.ts';
import type { ChatMessage, Conversations } from './conversation.ts';
import { newMessageId } from './identifiers.ts';
import type { Group } from './groups.ts';
import type { Instance } from './instance.ts';

interface Deps {
  settings: Settings;
  conversations: Conversations;
  media: MediaStore;
  now: number;
  /** In which it is written, if it is one. */
  group: Group | undefined;
  /** Where the file can be had by whoever knows the address. */
  addressOf: (mediaId: string) => string;
}

const ENVELOPE: ReadonlySet<string> = new Set(['type', 'phone_number_id', 'context', 'timestamp', 'id']);
/** What only the Cloud API's buttons, catalogs and system messages lead to. */
const FOREIGN: ReadonlySet<string> = new Set(['button', 'interactive', 'order', 'system']);

/** Something that a person did in the chat with an instance. */
export type Written =
  | { kind: 'message'; message: ChatMessage; isAgain: boolean }
  | { kind: 'reaction'; target: ChatMessage; message: ChatMessage; emoji: string }
  | { kind: 'edit'; target: ChatMessage; content: Json }
  | { kind: 'revoke'; target: ChatMessage; message: ChatMessage };

/** Reads what a person writes, in the shapes of the control API. Throws a `Refusal` for what no phone could have sent. */
export function readWritten(person: Person, body: Json, instance: Instance, deps: Deps): Written {
  const type = kindOf(body);
  if (FOREIGN.has(type)) throw new Refusal(`type ${type} is not for a number of UltraMsg`, 'type', 409);
  for (const key of Object.keys(body)) {
    if (key !== type && !ENVELOPE.has(key)) throw new Refusal(`${key} is not known for a message of type ${type}`, key);
  }
  const content = checkContent(type, body);
  const message = messageOf(type, content, { person, body, instance }, deps);
  if (Array.isArray(content)) return { kind: 'message', message, isAgain: isKnown(message, deps) };
  switch (type) {
    case 'reaction': {
      const target = targetOf(content['message_id'], 'reaction.message_id', person, instance, deps);
      const { emoji } = content;
      return { kind: 'reaction', target, message, emoji: typeof emoji === 'string' ? emoji : '' };
    }
    case 'edit': {
      const target = targetOf(content['original_message_id'], 'edit.original_message_id', person, instance, deps);
      requireOwn(target, person, 'edit.original_message_id');
      return { kind: 'edit', target, content: editedContent(target, content['message'] as Json) };
    }
    case 'revoke': {
      const target = targetOf(content['original_message_id'], 'revoke.original_message_id', person, instance, deps);
      requireOwn(target, person, 'revoke.original_message_id');
      return { kind: 'revoke', target, message };
    }
    default:
      return { kind: 'message', message, isAgain: isKnown(message, deps) };
  }
}

function messageOf(
  type: string,
  content: Json | Json[],
  { person, body, instance }: { person: Person; body: Json; instance: Instance },
  deps: Deps,
): ChatMessage {
  const { settings, now } = deps;
  const own = jidOfPerson(person, settings);
  const jid = deps.group?.id ?? own;
  const isFile = MEDIA_KINDS.has(type) && !Array.isArray(content);
  const file = isFile ? fileOf(type, content, instance, deps) : undefined;
  const kept = isFile && file ? { ...content, id: file.id, mime_type: file.mimeType, ...file.details } : content;
  return {
    id: idOf(body, jid, deps.group && own),
    instance_id: instance.id,
    person_id: person.id,
    group_id: deps.group?.id ?? null,
    member_acks: {},
    from: 'person',
    jid,
    to: `${instance.phone}@c.us`,
    at: timestampOf(body, now),
    type: typeOf(type, content),
    body: bodyOf(type, content, file?.filename),
    content: { type, [type]: kept },
    quoted_id: quotedOf(body),
    media_id: file?.id ?? null,
    media: file && instance.settings.webhook_message_download_media ? deps.addressOf(file.id) : '',
    ack: null,
    status: 'sent',
    reactions: [],
    deleted_at: null,
    edited_at: null,
    api_id: null,
    reference_id: null,
  };
}

/** UltraMsg's word for a kind of message. */
function typeOf(type: string, content: Json | Json[]): string {
  if (Array.isArray(content)) return content.length > 1 ? 'multi_vcard' : 'vcard';
  switch (type) {
    case 'text':
      return 'chat';
    case 'audio':
      return content['voice'] === true ? 'ptt' : 'audio';
    case 'revoke':
      return 'revoked';
    case 'unsupported':
      return String(content['type']);
    default:
      return type;
  }
}

// Of a location the body is a small picture of the map; here always the same.
const MAP_THUMBNAIL = '/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAP//////////////////////////////////////////////2Q==';

function bodyOf(type: string, content: Json | Json[], filename: string | undefined): string {
  if (Array.isArray(content)) return content.map(vcardOf).join('\n');
  const text = (value: unknown) => (typeof value === 'string' ? value : '');
  switch (type) {
    case 'text':
      return text(content['body']);
    case 'location':
      return MAP_THUMBNAIL;
    case 'document':
      return filename ?? '';
    case 'image':
    case 'video':
      return text(content['caption']);
    default:
      return '';
  }
}

interface InboundFile {
  id: string;
  mimeType: string;
  filename: string | undefined;
  details: Json;
}

function fileOf(type: string, content: Json, instance: Instance, { media }: Deps): InboundFile {
  const { id } = content;
  const found = typeof id === 'string' ? media.find(id) : undefined;
  if (found?.owner !== 'person') {
    const field = `${type}.id`;
    throw new Refusal(`${field} is not a file of a person: upload it with POST /_sandbox/people/{who}/media`, field);
  }
  media.sendTo(found, instance.id);
  const named = content['filename'] ?? found.filename;
  const filename = type === 'document' && typeof named === 'string' ? named : undefined;
  return { id: found.id, mimeType: found.mime_type, filename, details: filename === undefined ? {} : { filename } };
}

function targetOf(id: unknown, field: string, person: Person, instance: Instance, deps: Deps): ChatMessage {
  const target = typeof id === 'string' ? deps.conversations.find(id) : undefined;
  const isHere = deps.group ? target?.group_id === deps.group.id : target?.person_id === person.id;
  if (!target || !isHere || target.instance_id !== instance.id || target.deleted_at !== null) {
    throw new Refusal(`${field} is not a message of this chat`, field);
  }
  return target;
}

function requireOwn(target: ChatMessage, person: Person, field: string): void {
  if (target.from !== 'person' || target.person_id !== person.id) {
    throw new Refusal(`${field} is a message of somebody else: only one's own can be changed`, field);
  }
}

function editedContent(target: ChatMessage, edited: Json): Json {
  const type = String(edited['type']);
  if (type !== target.content['type']) {
    throw new Refusal('edit.message.type must be as that of the message', 'edit.message.type');
  }
  const before = target.content[type];
  return { type, [type]: { ...(isObject(before) ? before : {}), ...(edited[type] as Json) } };
}

function isKnown({ id }: ChatMessage, { conversations }: Deps): boolean {
  return conversations.find(id) !== undefined;
}

function idOf(body: Json, jid: string, author: string | undefined): string {
  const { id } = body;
  if (id === undefined) return newMessageId('person', jid, author);
  if (typeof id !== 'string' || !/^false_[\w@.-]{1,200}$/.test(id)) {
    throw new Refusal('id must be a message id: false_, the address, _ and letters', 'id');
  }
  return id;
}

function timestampOf(body: Json, now: number): number {
  const { timestamp } = body;
  if (timestamp === undefined) return now;
  const isSeconds =
    (typeof timestamp === 'string' || typeof timestamp === 'number') && /^\d{1,11}$/.test(`${timestamp}`);
  if (!isSeconds) throw new Refusal('timestamp must be seconds of the epoch', 'timestamp');
  return Number(timestamp) * 1000;
}

function quotedOf({ context }: Json): string | null {
  if (context === undefined) return null;
  const id = isObject(context) ? context['message_id'] : undefined;
  if (typeof id !== 'string' || id === '') {
    throw new Refusal('context.message_id must be the id of a message', 'context.message_id');
  }
  return id;
}
