import { permissionOfReply } from '#calls/call-permission.ts';
import type { Calls } from '#calls/calls.ts';
import { isObject, shown } from '#cloud-api/checks.ts';
import type { BlockLists } from '#cloud-api/account/block-lists.ts';
import type { Group, Groups } from '#cloud-api/account/groups.ts';
import type { Credentials } from '#cloud-api/credentials.ts';
import { titleOf } from '#cloud-api/graph-error.ts';
import { newWamid } from '#cloud-api/ids.ts';
import type { NumberStates } from '#cloud-api/account/number-states.ts';
import type { SendLimits } from '#cloud-api/limits.ts';
import type { MediaStore } from '#cloud-api/media.ts';
import type { LiveChanges } from '#control/events.ts';
import { Refusal } from '#control/refusal.ts';
import { type SandboxClock, epochSeconds } from '#storage/clock.ts';
import { contactOf } from '#webhooks/contents.ts';
import type { WebhookQueue } from '#webhooks/queue.ts';
import { type Chats, type Json, type Message, wamidOf } from './chats.ts';
import type { ContactBook } from './contact-book.ts';
import { checkContent, kindOf, MEDIA_KINDS } from './inbound-content.ts';
import { showMessage } from './group-thread.ts';
import type { People, Person } from './people.ts';
import { vcardOf } from './vcard.ts';

export interface InboundDeps {
  clock: SandboxClock;
  credentials: Credentials;
  chats: Chats;
  calls: Calls;
  contactBook: ContactBook;
  media: MediaStore;
  limits: SendLimits;
  numbers: NumberStates;
  webhooks: WebhookQueue;
  blockLists: BlockLists;
  groups: Groups;
  people: People;
  changes: LiveChanges;
  address: () => string;
}

const ENVELOPE = new Set([
  'type',
  'phone_number_id',
  'context',
  'timestamp',
  'id',
  'referral',
  'errors',
  'origin',
  'group_id',
]);
/** Kinds that are about another message or about the person: they open no service window. */
const NO_WINDOW = new Set(['edit', 'revoke', 'system']);

/** A person writes: the message enters the chat, opens the service window and is told to the business. Gives its id;
 *  throws a `Refusal` for a body that no phone could have sent. */
export function writeAsPerson(person: Person, written: Json, deps: InboundDeps): string {
  const group = groupOf(written, person, deps.groups);
  const body = group ? { ...written, phone_number_id: group.phone_number_id, group_id: group.id } : written;
  const type = kindOf(body);
  for (const key of Object.keys(body)) {
    if (key !== type && !ENVELOPE.has(key)) throw new Refusal(`${key} is not known for a message of type ${type}`, key);
  }
  const target = targetOf(type, body, person, deps.chats);
  // What is about a message goes to the number that has it.
  const phoneNumberId = numberOf({ phone_number_id: target?.phone_number_id, ...body }, deps.credentials);
  const at = timestampOf(body, deps.clock);
  const quotedId = contextOf(body);
  const contextId = quotedId === null ? null : (deps.chats.findFor(person.id, quotedId)?.id ?? quotedId);
  const seen = deps.contactBook.shown(person, phoneNumberId);
  const id = idOf(body, seen);
  checkEnvelope(type, body);
  // An id that is known is the provider telling of the same message again.
  const isAgain = deps.chats.find(id) !== undefined;
  if (target?.deleted_at !== undefined && type !== 'reaction' && !isAgain) {
    const field = `${type}.original_message_id`;
    throw new Refusal(`${field} is a message that was deleted`, field);
  }
  const { referral } = body;
  const content = {
    ...contentOf(type, body, phoneNumberId, target, deps),
    ...(referral === undefined ? {} : { referral }),
  };

  const chat = deps.chats.chat(person.id, group?.id ?? phoneNumberId);
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
    ...(seen.wa_id === person.wa_id ? {} : { is_phone_hidden: true }),
    ...(group ? { group_id: group.id } : {}),
  };
  // What somebody writes whom the business has blocked gets its one tick, and the business never hears of it.
  const isHeard = !deps.blockLists.has(phoneNumberId, person.id);
  if (!isAgain) {
    deps.chats.add(message);
    deps.limits.countInbound(phoneNumberId);
    if (isHeard && !NO_WINDOW.has(type)) {
      deps.chats.openWindow(chat, at);
      if (group) deps.groups.change(group, { last_inbound_at: Math.max(at, group.last_inbound_at ?? 0) });
    }
    if (referral !== undefined) deps.chats.noteReferral(chat, at);
    if (target) change(target, message, deps.chats);
    const permission = permissionOfReply(message.content['interactive']);
    if (permission) deps.calls.setPermission(phoneNumberId, person.id, permission);
    const shown = isAboutAnother(type) ? target : message;
    if (shown) showMessage(shown, deps);
  }
  if (!isHeard) return id;
  const element = inboundElement(message, seen, body, deps);
  const contacts = type === 'system' ? [] : [contactOf(seen, deps.numbers.hasIdentityCheck(phoneNumberId))];
  deps.webhooks.tell(phoneNumberId, { field: 'messages', part: 'messages', contacts, element, inbound_id: id });
  return id;
}

/** The group in which the person writes. A phone knows a group as one of its chats, by the id in the place of a number. */
function groupOf(body: Json, person: Person, groups: Groups): Group | undefined {
  const { phone_number_id: chatId } = body;
  const asked = body['group_id'] ?? (typeof chatId === 'string' && groups.find(chatId) ? chatId : undefined);
  if (asked === undefined) return undefined;
  const group = groups.find(shown(asked));
  if (!group?.participants.includes(person.id)) {
    throw new Refusal('group_id is not a group in which the person is', 'group_id');
  }
  if (group.is_suspended) throw new Refusal('group_id is a group that is suspended', 'group_id', 409);
  if (chatId !== undefined && chatId !== group.id && chatId !== group.phone_number_id) {
    throw new Refusal('phone_number_id is not the number of the group', 'phone_number_id');
  }
  return group;
}

function isAboutAnother(type: string): boolean {
  return type === 'reaction' || type === 'edit' || type === 'revoke';
}

/** The message that a reaction, an edit or a deletion is about. One that is not known any more is told all the same. */
function targetOf(type: string, body: Json, person: Person, chats: Chats): Message | undefined {
  const part = body[type];
  if (!isAboutAnother(type) || !isObject(part)) return undefined;
  const id = part[type === 'reaction' ? 'message_id' : 'original_message_id'];
  const target = typeof id === 'string' ? chats.findFor(person.id, id) : undefined;
  if (!target) return undefined;
  const field = type === 'reaction' ? 'reaction.message_id' : `${type}.original_message_id`;
  // Participants react to each other, and change only what they wrote themselves.
  const isOfGroup = type === 'reaction' && target.group_id !== undefined && target.from === 'person';
  if (
    (target.person_id !== person.id && !isOfGroup) ||
    body['group_id'] !== target.group_id ||
    (body['phone_number_id'] ?? target.phone_number_id) !== target.phone_number_id
  ) {
    throw new Refusal(`${field} is a message of another chat`, field);
  }
  if (type !== 'reaction' && target.from !== 'person') {
    throw new Refusal(`${field} is a message of the business: only one's own can be changed`, field);
  }
  return target;
}

/** What a reaction, an edit or a deletion does to the message that it is about. */
function change(target: Message, { type, content, at, person_id: personId }: Message, chats: Chats): void {
  const part = content[type] as Json;
  if (type === 'reaction') {
    chats.react(target, 'person', typeof part['emoji'] === 'string' ? part['emoji'] : '', personId);
  } else if (type === 'edit') {
    const { context: _, ...edited } = part['message'] as Json;
    chats.edit(target, edited, at);
  } else {
    chats.delete(target, at);
  }
}

function inboundElement(message: Message, person: Person, body: Json, deps: InboundDeps): Json {
  const context = body['context'];
  const number = deps.credentials.phone_numbers.find((each) => each.phone_number_id === message.phone_number_id);
  const quoted = message.context_id === null ? undefined : deps.chats.find(message.context_id);
  const writer = quoted?.from === 'person' ? authorOf(quoted, person, deps) : undefined;
  const author = writer ? writer.wa_id : number?.display_phone_number.replaceAll(/\D/g, '');
  const { message_id: _, ...about } = isObject(context) ? context : {};
  const quotedId = quoted ? wamidOf(quoted) : message.context_id;
  return {
    ...(isObject(context)
      ? { context: message.context_id === null ? about : { ...about, from: author, id: quotedId } }
      : {}),
    ...(person.wa_id === null ? {} : { from: person.wa_id }),
    from_user_id: person.user_id,
    id: message.id,
    timestamp: epochSeconds(message.at),
    ...(message.group_id === undefined ? {} : { group_id: message.group_id }),
    ...(isTooLarge(message) ? { type: message.type } : message.content),
    ...(message.type === 'contacts' ? contactsAnswer(message, body, quoted) : {}),
    ...errorsOf(message, body),
  };
}

/** In a group the quoted words may be another participant's, shown as the number may see them. */
function authorOf(quoted: Message, person: Person, { people, contactBook }: InboundDeps): Person {
  const author = quoted.person_id === person.id ? undefined : people.find(quoted.person_id);
  return author ? contactBook.shown(author, quoted.phone_number_id) : person;
}

/** Why the business cannot have what was sent. */
function errorsOf(message: Message, body: Json): Json {
  if (message.type === 'unsupported') return { errors: [errorOf(131051, 'Message type unknown', TYPE_UNKNOWN)] };
  if (isTooLarge(message)) {
    return { errors: [errorOf(131052, titleOf(131052), TOO_LARGE)] };
  }
  return body['errors'] === undefined ? {} : { errors: body['errors'] };
}

function isTooLarge({ type, content }: Message): boolean {
  const part = content[type];
  return MEDIA_KINDS.has(type) && isObject(part) && part['too_large'] === true;
}

const TYPE_UNKNOWN = 'Message type is currently not supported.';
const TOO_LARGE = 'The file is larger than 100 MB and cannot be downloaded.';

function errorOf(code: number, title: string, details: string): Json {
  return { code, title, message: title, error_data: { details } };
}

/** Where shared contacts come from. A business that asked for the person's number gets it as a vCard, too. */
function contactsAnswer(message: Message, body: Json, quoted: Message | undefined): Json {
  const asked = quoted?.content['interactive'];
  const kind = isObject(asked) ? asked['type'] : undefined;
  const isAsked = kind === 'request_contact_info' || kind === 'contact_request';
  const origin = body['origin'] ?? (isAsked ? 'contact_request' : 'other');
  if (origin !== 'contact_request') return { origin };
  const contacts = message.content['contacts'] as Json[];
  return { contacts: contacts.map((contact) => ({ vcard: vcardOf(contact), ...contact })), origin };
}

function checkEnvelope(type: string, body: Json): void {
  const { referral, errors, origin } = body;
  if (referral !== undefined && !isObject(referral)) throw new Refusal('referral must be an object', 'referral');
  if (errors !== undefined && !Array.isArray(errors)) throw new Refusal('errors must be a list', 'errors');
  if (origin === undefined) return;
  if (type !== 'contacts') throw new Refusal('origin is for contacts only', 'origin');
  if (origin !== 'contact_request' && origin !== 'other') {
    throw new Refusal('origin must be contact_request or other', 'origin');
  }
}

function contentOf(
  type: string,
  body: Json,
  phoneNumberId: string,
  target: Message | undefined,
  deps: InboundDeps,
): Json {
  const content = checkContent(type, body);
  if (Array.isArray(content)) return { type, contacts: content };
  if (type === 'reaction' && target) return { type, reaction: { ...content, message_id: wamidOf(target) } };
  if (type === 'edit' && target) return { type, edit: editOf(content, target) };
  if (type === 'interactive') return { type, interactive: replyOf(content, deps.clock) };
  if (!MEDIA_KINDS.has(type)) return { type, [type]: content };
  if (content['too_large'] === true) return { type, [type]: content };
  const id = content['id'];
  const media = typeof id === 'string' ? deps.media.find(id) : undefined;
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

// An edit of a file changes its caption: the webhook tells of the file again.
function editOf(edit: Json, target: Message): Json {
  const message = edit['message'] as Json;
  const type = String(message['type']);
  if (type !== target.type) {
    throw new Refusal(`edit.message.type must be ${target.type}, as that of the message`, 'edit.message.type');
  }
  const before = target.content[type];
  const part = { ...(isObject(before) ? before : {}), ...(message[type] as Json) };
  return { ...edit, message: { ...message, [type]: type === 'text' ? message[type] : part } };
}

const PERMISSION_LASTS_MS = 7 * 86_400_000;

// A permission that is not for ever ends after seven days.
function replyOf(interactive: Json, clock: SandboxClock): Json {
  const reply = interactive['call_permission_reply'];
  if (interactive['type'] !== 'call_permission_reply' || !isObject(reply)) return interactive;
  const isPermanent = reply['is_permanent'] === true;
  const ends = reply['response'] === 'accept' && !isPermanent;
  return {
    ...interactive,
    call_permission_reply: {
      is_permanent: isPermanent,
      response_source: 'user_action',
      ...(ends ? { expiration_timestamp: epochSeconds(clock.now() + PERMISSION_LASTS_MS) } : {}),
      ...reply,
    },
  };
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
  const id = context['message_id'] ?? context['id'] ?? null;
  if (id !== null && (typeof id !== 'string' || id === '')) {
    throw new Refusal('context.message_id must be the id of a message', 'context.message_id');
  }
  return id;
}

function idOf(body: Json, person: Person): string {
  const id = body['id'];
  if (id === undefined) return newWamid('in', person.wa_id ?? person.user_id);
  if (typeof id !== 'string' || !/^[\w.=+/-]{1,512}$/.test(id)) throw new Refusal('id must be a message id', 'id');
  return id;
}

function mediaIdOf(type: string, content: Json): string | null {
  const part = content[type];
  return MEDIA_KINDS.has(type) && isObject(part) && typeof part['id'] === 'string' ? part['id'] : null;
}
