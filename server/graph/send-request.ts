import type { DirectSend, MarketingOptions, MessageContent } from '#channels/provider.ts';
import { directSendCategories } from '#messages/message.ts';
import { parseJsonBody } from '#platform/json-body.ts';
import { GraphRefusal } from './graph-error.ts';
import { looseContent } from './loose-content.ts';
import { readWamid } from './wamid.ts';

/** Where a request for a message goes: the address for every kind, or the one for marketing alone. */
export type SendAddress = 'messages' | 'marketing_messages';

/** What a `POST /{PHONE}/messages` asks for, in the fields of our own requests. */
export type SendRequest =
  | { kind: 'read'; messageId: string; typing: boolean }
  | {
      kind: 'message';
      /** As it came, to be given back. */
      input: string;
      to: Addressed;
      content: MessageContent;
      replyTo: string | undefined;
      callbackData: string | undefined;
      /** Delivered only while the key of the person's phone is this one. */
      identityKeyHash: string | undefined;
      /** Set: it goes by the Marketing Messages API. */
      marketing: MarketingOptions | undefined;
      /** Set: free content that is billed as a category. */
      directSend: DirectSend | undefined;
      /** The messaging account that it is to be sent for, and the field that says so. */
      messagingAccount: { field: string; id: string } | undefined;
    };

type Addressed = { to: string } | { recipient: string } | { group_id: string };

/** Every kind of message that the Cloud API has. What of them can be sent is for the adapter to say. */
const types = [
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
  'pin',
] as const;

type Fields = Record<string, unknown>;

/** Reads the body in Meta's order. Throws a GraphRefusal. Unknown fields are left aside, as Meta does. */
export function readSendRequest(body: unknown, address: SendAddress = 'messages'): SendRequest {
  if (!isFields(body)) throw invalid('The request body must be a JSON object.');
  if (body['messaging_product'] === undefined) throw invalid('The parameter messaging_product is required.');
  if (body['messaging_product'] !== 'whatsapp') throw invalid('Param messaging_product must be whatsapp.');
  if (isGiven(body['status']) && address === 'messages') return readReceipt(body);
  checkRecipientType(body['recipient_type']);
  const { input, to } = readRecipient(body);
  const type = body['type'] ?? 'text';
  if (typeof type !== 'string' || !(types as readonly string[]).includes(type))
    throw invalid(`Param type must be one of {${types.join(', ').toUpperCase()}}.`);
  if (address === 'marketing_messages' && type !== 'template')
    throw new GraphRefusal(131055, 'Only marketing templates are sent by marketing_messages.');
  const said = objectOf(body[type]);
  if (said === undefined || said === null) throw new GraphRefusal(131008, `Required parameter ${type} is missing.`);
  if (typeof said !== 'object')
    throw invalid(`Param ${type} must be ${type === 'contacts' ? 'an array' : 'a JSON object'}.`);
  return {
    kind: 'message',
    input,
    to,
    content: { type, [type]: looseContent(type, namesTarget(type) ? withOurTarget(said as Fields) : said) },
    replyTo: readContext(objectOf(body['context']), type),
    callbackData: readCallbackData(body['biz_opaque_callback_data']),
    identityKeyHash: isGiven(body['recipient_identity_key_hash'])
      ? requireText(body['recipient_identity_key_hash'], 'recipient_identity_key_hash')
      : undefined,
    marketing: address === 'marketing_messages' ? readMarketing(body) : undefined,
    directSend: readDirectSend(body, type),
    messagingAccount: readMessagingAccount(body),
  };
}

/** Fields that change for how much or how long something is sent are never left out in silence. */
function readDirectSend(body: Fields, type: string): DirectSend | undefined {
  const { category, ttl_seconds: ttl, direct_send_template_name: name } = body;
  const given = ['category', 'ttl_seconds', 'direct_send_template_name'].find((field) => isGiven(body[field]));
  if (given === undefined) return undefined;
  if (type === 'template') throw invalid(`Param ${given} is not allowed for template messages.`);
  if (!isGiven(category)) throw new GraphRefusal(131008, `Required parameter category is missing beside ${given}.`);
  const known = directSendCategories.find((one) => one === category);
  if (!known) throw invalid(`Param category must be one of {${directSendCategories.join(', ')}}.`);
  const seconds = typeof ttl === 'string' && /^\d{1,9}$/.test(ttl) ? Number(ttl) : ttl;
  if (isGiven(seconds) && typeof seconds !== 'number') throw invalid('Param ttl_seconds must be an integer.');
  return {
    category: known,
    ...(isGiven(seconds) ? { ttl_seconds: seconds as number } : {}),
    ...(isGiven(name) ? { template_name: requireText(name, 'direct_send_template_name') } : {}),
  };
}

/** The older name is still sent by clients that were not changed yet. */
function readMessagingAccount(body: Fields): { field: string; id: string } | undefined {
  const field = isGiven(body['messaging_account_id']) ? 'messaging_account_id' : 'paid_messaging_account_id';
  const account = body[field];
  if (!isGiven(account)) return undefined;
  return { field, id: requireText(typeof account === 'number' ? String(account) : account, field) };
}

function readMarketing(body: Fields): MarketingOptions {
  const { product_policy: policy, message_activity_sharing: sharing, optimization_spec: bid } = body;
  if (isGiven(bid)) throw invalid('Param optimization_spec cannot be passed on; leave it out.');
  if (isGiven(policy) && policy !== 'CLOUD_API_FALLBACK' && policy !== 'STRICT')
    throw invalid('Param product_policy must be one of {CLOUD_API_FALLBACK, STRICT}.');
  if (isGiven(sharing) && typeof sharing !== 'boolean')
    throw invalid('Param message_activity_sharing must be a boolean.');
  return {
    ...(isGiven(policy) ? { product_policy: policy as NonNullable<MarketingOptions['product_policy']> } : {}),
    ...(isGiven(sharing) ? { message_activity_sharing: sharing as boolean } : {}),
  };
}

function readReceipt(body: Fields): SendRequest {
  if (body['status'] !== 'read') throw invalid('Param status must be read.');
  const messageId = requireText(body['message_id'], 'message_id');
  const typing = objectOf(body['typing_indicator']);
  if (isGiven(typing) && !(isFields(typing) && typing['type'] === 'text'))
    throw invalid("Param typing_indicator['type'] must be text.");
  return { kind: 'read', messageId, typing: isGiven(typing) };
}

function checkRecipientType(value: unknown): void {
  if (isGiven(value) && value !== 'individual' && value !== 'group')
    throw invalid('Param recipient_type must be one of {INDIVIDUAL, GROUP}.');
}

function readRecipient(body: Fields): { input: string; to: Addressed } {
  const to = typeof body['to'] === 'number' ? String(body['to']) : body['to'];
  if (body['recipient_type'] === 'group') {
    const group = requireText(to, 'to');
    return { input: group, to: { group_id: group } };
  }
  if (isGiven(to) && to !== '') {
    if (typeof to !== 'string' || to.length > 64) throw invalid('Param to must be a phone number.');
    const phone = to.trim();
    // Clients of Meta write a number with its country code and often without "+".
    return { input: to, to: { to: /^[\d(]/.test(phone) ? `+${phone}` : phone } };
  }
  const recipient = body['recipient'];
  if (!isGiven(recipient) || recipient === '') throw invalid('The parameter to is required.');
  if (typeof recipient !== 'string') throw invalid('Param recipient must be a string.');
  return { input: recipient, to: { recipient } };
}

function readContext(context: unknown, type: string): string | undefined {
  if (!isGiven(context)) return undefined;
  if (type === 'reaction') throw invalid('Param context is not allowed for reaction messages.');
  if (!isFields(context)) throw invalid('Param context must be a JSON object.');
  const target = requireText(context['message_id'], "context['message_id']");
  return readWamid(target) ?? target;
}

function namesTarget(type: string): boolean {
  return type === 'reaction' || type === 'pin';
}

/** A reaction to a message that we gave an id to, or a pin of one, names it by ours from here on. */
function withOurTarget(reaction: Fields): Fields {
  const target = reaction['message_id'];
  const ours = typeof target === 'string' ? readWamid(target) : null;
  return ours === null ? reaction : { ...reaction, message_id: ours };
}

function readCallbackData(value: unknown): string | undefined {
  if (!isGiven(value)) return undefined;
  if (typeof value !== 'string' || Array.from(value).length > 512)
    throw invalid('Param biz_opaque_callback_data must be a string of at most 512 characters.');
  return value;
}

function requireText(value: unknown, name: string): string {
  if (!isGiven(value) || value === '') throw new GraphRefusal(131008, `Required parameter ${name} is missing.`);
  if (typeof value !== 'string' || value.length > 512)
    throw invalid(`Param ${name} must be a string of at most 512 characters.`);
  return value;
}

/** Graph also takes an object that was written as text, as some clients write contacts. */
function objectOf(value: unknown): unknown {
  if (typeof value !== 'string' || !/^\s*[[{]/.test(value)) return value;
  try {
    return parseJsonBody(Buffer.from(value));
  } catch {
    return value;
  }
}

function invalid(details: string): GraphRefusal {
  return new GraphRefusal(100, details);
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
