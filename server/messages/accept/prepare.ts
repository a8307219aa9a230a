import type { DirectSend, MarketingOptions, MessageContent, Recipient } from '#channels/provider.ts';
import { addressKey, requireEmail, requirePhone } from '#contacts/contacts.ts';
import { marketingPolicies, type Purpose, purposePolicies } from '#messages/message.ts';
import type { SenderAccount } from '#messages/outbox/sender-account.ts';
import type { Routing } from '#messages/routing/routing.ts';
import { Fault, type FieldProblem, invalidField } from '#platform/fault.ts';
import { escapePointer } from '#platform/json-body.ts';
import { isInstant, isUuid } from '#platform/schema.ts';
import { readDirectSend } from './direct-send.ts';

/** A message as a caller asked for it, after its schema was checked. */
export interface MessageRequest {
  to?: string;
  recipient?: string;
  group_id?: string;
  to_email?: string;
  contact_id?: string;
  sender_id?: string;
  purpose: Purpose;
  content: MessageContent;
  send_at?: string;
  expires_at?: string;
  reply_to?: string;
  recipient_identity_key_hash?: string;
  marketing_messages?: MarketingOptions;
  direct_send?: DirectSend;
  tags?: string[];
  metadata?: Record<string, string>;
}

/** A request that is right in itself: what remains to be known stands in the database. */
export interface PreparedMessage {
  account: SenderAccount;
  channel: string;
  /** Null when the recipient is given by contact. */
  recipient: Recipient | null;
  matchKey: string | null;
  contactId: string | null;
  purpose: Purpose;
  content: MessageContent;
  needsWindow: boolean;
  /** The content goes to phone numbers only. */
  needsPhone: boolean;
  /** Whether the content may go to groups only, or to people as well. */
  audience: 'groups' | 'both';
  sendAt: Temporal.Instant | null;
  /** By this process's clock, if the request named no end. */
  expiresAt: Temporal.Instant;
  /** How long after its time it expires, if the request named no end: the database's clock says when that is. */
  expiresAfterSeconds: number | null;
  /** The provider's id of the message that is answered, or the id of ours that has to be looked up. */
  replyTo: { providerId: string } | { messageId: string } | null;
  /** The key of the person's phone that the message is for, as the provider told it. */
  identityKeyHash: string | null;
  /** Set when the message goes by the provider's product for marketing. */
  marketingMessages: MarketingOptions | null;
  /** Set when the content is billed as a category, and needs no service window. */
  directSend: DirectSend | null;
  /** Set when the content reacts to one of our messages by our id, or pins it. */
  contentTarget: string | null;
  tags: string[] | null;
  metadata: Record<string, string> | null;
  /** Why it goes by this sender; null when the sender was named, or is the only one. */
  routing: Routing | null;
}

const longestScheduleDays = 366;

/** Checks all of a request that can be checked without the database. Throws a Fault that points at the field. */
export function prepareMessage(
  request: MessageRequest,
  senders: SenderAccount[],
  now: Temporal.Instant,
): PreparedMessage {
  const account = chooseSender(request.sender_id, senders);
  const { recipient, contactId } = readRecipient(request, senders);
  const content = checkShape(request.content);
  const sendAt = readFuture(request.send_at, '/send_at', now);
  const identityKeyHash = readIdentityKey(request.recipient_identity_key_hash, account);
  const marketingMessages = readMarketing(request, account);
  const directSend = readDirectSend(request, account);
  const verdict = account.provider.checkContent(content, recipient, {
    sendAt: sendAt ?? now,
    lane: request.purpose,
    marketingMessages: marketingMessages !== null,
    directSend: directSend?.category,
  });
  if (!verdict.ok) throw contentFault(verdict.problems);
  const { expiresAfterSeconds } = purposePolicies[request.purpose];
  const namedEnd = readFuture(request.expires_at, '/expires_at', now);
  const expiresAt = namedEnd ?? (sendAt ?? now).add({ seconds: expiresAfterSeconds });
  if (sendAt && Temporal.Instant.compare(expiresAt, sendAt) <= 0) {
    throw invalidField('/expires_at', 'A message must expire later than it is to be sent.');
  }
  return {
    account,
    channel: account.provider.capabilities.channel,
    recipient,
    matchKey: recipient ? addressKey(recipient.kind, recipient.value) : null,
    contactId,
    purpose: request.purpose,
    content,
    needsWindow: verdict.needsWindow,
    needsPhone: verdict.needsPhone,
    audience: verdict.audience,
    sendAt,
    expiresAt,
    expiresAfterSeconds: namedEnd ? null : expiresAfterSeconds,
    replyTo: readReplyTo(request.reply_to, account),
    identityKeyHash,
    marketingMessages,
    directSend,
    contentTarget: targetOf(content),
    tags: request.tags && request.tags.length > 0 ? request.tags : null,
    metadata: request.metadata && Object.keys(request.metadata).length > 0 ? request.metadata : null,
    routing: null,
  };
}

function chooseSender(senderId: string | undefined, senders: SenderAccount[]): SenderAccount {
  if (senderId !== undefined) {
    const sender = senders.find((candidate) => candidate.senderId === senderId.toLowerCase());
    if (!sender) {
      throw new Fault('sender_not_found', {
        detail: 'The workspace has no sender with this id. GET /v1/senders lists them.',
        fields: [{ pointer: '/sender_id', message: 'There is no such sender.' }],
      });
    }
    return sender;
  }
  const [only, ...others] = senders;
  if (!only) {
    throw new Fault('sender_not_found', {
      detail: 'The workspace has no sender yet. Add one with: npx carillon connections add whatsapp-cloud',
    });
  }
  if (others.length > 0) {
    throw invalidField(
      '/sender_id',
      `The workspace has ${senders.length} senders: say which one sends, or write a routing rule. GET /v1/senders lists them.`,
    );
  }
  return only;
}

// What providers call people and groups: Meta first, then WhatsApp itself. Which of them a sender can use its adapter knows.
const userIds = [/^[A-Z]{2}\.[A-Za-z0-9.]{1,147}$/, /^\d{5,20}@lid$/];
const groupIds = [/^[\w+/=-]{1,256}$/, /^\d{5,20}(?:-\d{5,20})?@g\.us$/];

/** Who receives the message: an address, or a contact whose address is looked up. Throws a Fault that points at the field. */
export function readRecipient(
  request: MessageRequest,
  senders: SenderAccount[],
): { recipient: Recipient | null; contactId: string | null } {
  const { to, recipient, group_id: group, to_email: email, contact_id: contact } = request;
  if ([to, recipient, group, email, contact].filter((value) => value !== undefined).length !== 1) {
    throw invalidField(
      '/to',
      'Say who receives the message: exactly one of to, recipient, group_id, to_email and contact_id.',
    );
  }
  if (request.contact_id !== undefined) {
    if (!isUuid(request.contact_id)) throw invalidField('/contact_id', 'This is not the id of a contact.');
    return { recipient: null, contactId: request.contact_id.toLowerCase() };
  }
  if (request.recipient !== undefined) {
    if (!userIds.some((form) => form.test(request.recipient ?? ''))) {
      throw invalidField(
        '/recipient',
        'A user id looks like US.13491208655302741918 (business-scoped) or 133346537541875@lid; for a phone number use "to".',
        'recipient_invalid',
      );
    }
    return { recipient: { kind: 'provider_user', value: request.recipient }, contactId: null };
  }
  if (request.group_id !== undefined) {
    if (!groupIds.some((form) => form.test(request.group_id ?? '')))
      throw invalidField('/group_id', "This is not a provider's id of a group.", 'recipient_invalid');
    return { recipient: { kind: 'group', value: request.group_id }, contactId: null };
  }
  if (email !== undefined)
    return { recipient: { kind: 'email', value: requireEmail(email, '/to_email') }, contactId: null };
  const phone = requirePhone(request.to ?? '', '/to');
  const key = addressKey('phone', phone);
  if (senders.some((sender) => sender.phone !== null && addressKey('phone', sender.phone) === key)) {
    throw invalidField('/to', 'This is the number of one of your own senders.', 'recipient_invalid');
  }
  return { recipient: { kind: 'phone', value: phone }, contactId: null };
}

function checkShape(content: MessageContent): MessageContent {
  const body = content[content.type];
  if (typeof body !== 'object' || body === null) {
    throw invalidField('/content', `Content of type ${JSON.stringify(content.type)} needs an object of the same name.`);
  }
  const strangers = Object.keys(content).filter((key) => key !== 'type' && key !== content.type);
  if (strangers[0] !== undefined)
    throw invalidField(`/content/${strangers[0]}`, `It does not belong to content of type ${content.type}.`);
  return content;
}

function contentFault(problems: { pointer: string; message: string; code: 'invalid' | 'unsupported' }[]): Fault {
  const fields: FieldProblem[] = problems.map((problem) => ({
    pointer: `/content${problem.pointer}`,
    message: problem.message,
  }));
  const first = problems[0];
  const unsupported = problems.some((problem) => problem.code === 'unsupported');
  return new Fault(unsupported ? 'content_unsupported' : 'invalid_request', {
    detail: first?.message ?? 'The content is not valid.',
    fields,
  });
}

function readFuture(text: string | undefined, pointer: string, now: Temporal.Instant): Temporal.Instant | null {
  if (text === undefined) return null;
  if (!isInstant(text))
    throw invalidField(pointer, 'Write the instant as RFC 3339 with an offset, e.g. 2026-12-24T18:00:00+01:00.');
  const instant = Temporal.Instant.from(text);
  if (Temporal.Instant.compare(instant, now) <= 0) throw invalidField(pointer, 'The instant is in the past.');
  if (instant.epochMilliseconds - now.epochMilliseconds > longestScheduleDays * 86_400_000) {
    throw invalidField(pointer, `The instant is more than ${longestScheduleDays} days ahead.`);
  }
  return instant;
}

function readReplyTo(told: string | undefined, { provider }: SenderAccount): PreparedMessage['replyTo'] {
  if (told === undefined) return null;
  if (!provider.capabilities.replies) {
    const detail = 'This provider cannot quote the message that is answered: leave reply_to away.';
    throw new Fault('content_unsupported', { detail, fields: [{ pointer: '/reply_to', message: detail }] });
  }
  return isUuid(told) ? { messageId: told.toLowerCase() } : { providerId: told };
}

function readIdentityKey(hash: string | undefined, account: SenderAccount): string | null {
  if (hash === undefined) return null;
  const pointer = '/recipient_identity_key_hash';
  if (!account.provider.capabilities.identityKeys) throw invalidField(pointer, 'This provider does not compare keys.');
  if (!/^[\x21-\x7e]{1,256}$/.test(hash)) {
    throw invalidField(pointer, 'It must be the hash as the provider told it: 1 to 256 characters without spaces.');
  }
  return hash;
}

// A batch comes without a schema, so the options are looked at here whole.
function readMarketing(request: MessageRequest, account: SenderAccount): MarketingOptions | null {
  const { marketing_messages: given, purpose, content } = request;
  if (given === undefined) return null;
  const pointer = '/marketing_messages';
  if (!account.provider.capabilities.marketingMessages) {
    throw invalidField(pointer, 'This provider has no other way for marketing.');
  }
  if (typeof given !== 'object' || given === null) throw invalidField(pointer, 'It must be an object.');
  const { product_policy: policy, message_activity_sharing: sharing, ...strangers } = given;
  const [stranger] = Object.keys(strangers);
  if (stranger !== undefined) throw invalidField(`${pointer}/${escapePointer(stranger)}`, 'There is no such field.');
  if (policy !== undefined && !marketingPolicies.includes(policy)) {
    throw invalidField(`${pointer}/product_policy`, `It must be one of ${marketingPolicies.join(', ')}.`);
  }
  if (sharing !== undefined && typeof sharing !== 'boolean') {
    throw invalidField(`${pointer}/message_activity_sharing`, 'It must be true or false.');
  }
  if (purpose !== 'marketing' || content.type !== 'template') {
    throw invalidField(pointer, 'Only templates with the purpose marketing are sent this way.');
  }
  return given;
}

/** The message of ours that the content is about: a reaction or a pin names one. */
function targetOf(content: MessageContent): string | null {
  if (content.type !== 'reaction' && content.type !== 'pin') return null;
  const target = (content[content.type] as { message_id?: unknown }).message_id;
  return typeof target === 'string' && isUuid(target) ? target.toLowerCase() : null;
}
