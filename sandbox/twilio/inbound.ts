import { isObject } from '#cloud-api/checks.ts';
import type { MediaStore } from '#cloud-api/media.ts';
import type { Settings } from '#control/settings.ts';
import { Refusal } from '#control/refusal.ts';
import type { Json } from '#people/chats.ts';
import { MEDIA_KINDS, checkContent, kindOf } from '#people/inbound-content.ts';
import type { Person } from '#people/people.ts';
import { vcardOf } from '#people/vcard.ts';
import type { SandboxClock } from '#storage/clock.ts';
import type { TwilioAccount } from './account.ts';
import type { Callbacks } from './callbacks.ts';
import { inboundParameters, wordsOf } from './inbound-parameters.ts';
import { type Channel, type TwilioMedia, type TwilioMessage, type TwilioMessages, bareAddress } from './messages.ts';
import type { IncomingNumber, Method, Numbers } from './numbers.ts';
import { OPT_OUT_ANSWERS, type OptOuts } from './opt-outs.ts';
import { sidOfBubble } from './phone-view.ts';
import { segmentsOf } from './segments.ts';
import { newSid } from './sids.ts';
import type { TwilioTimeline } from './timeline.ts';

export interface InboundDeps {
  clock: SandboxClock;
  settings: Settings;
  account: TwilioAccount;
  media: MediaStore;
  numbers: Numbers;
  optOuts: OptOuts;
  messages: TwilioMessages;
  callbacks: Callbacks;
  timeline: TwilioTimeline;
  /** Where the twin is served. */
  address: () => string;
}

const SMS_KINDS = new Set(['text', 'image', 'video', 'audio', 'document']);
const WHATSAPP_KINDS = new Set([...SMS_KINDS, 'sticker', 'location', 'contacts', 'button', 'interactive']);
const ENVELOPE = new Set(['type', 'phone_number_id', 'context', 'referral']);

/** Where a person writes to: the number, and the channel by which it is reached. */
export interface Place {
  channel: Channel;
  number: IncomingNumber;
}

/** A person writes to one of the account's numbers, in the words of the Cloud API. Gives the SID of the message; throws
 *  a `Refusal` for what no phone could send this way. */
export function writeToNumber(person: Person, body: Json, place: Place, deps: InboundDeps): string {
  const { channel, number } = place;
  const type = kindOf(body);
  for (const key of Object.keys(body)) {
    if (key !== type && !ENVELOPE.has(key)) throw new Refusal(`${key} is not known for a message of type ${type}`, key);
  }
  checkWay(type, person, channel, deps.settings);
  const checked = checkContent(type, body);
  const content = Array.isArray(checked) ? {} : checked;
  const { clock, messages, timeline } = deps;
  const cards = Array.isArray(checked) ? checked.map(cardOf) : [];
  const media = MEDIA_KINDS.has(type) ? [mediaOf(type, content, deps)] : cards;
  const words = wordsOf(type, content);
  const at = clock.now();
  const address = channel === 'whatsapp' ? `whatsapp:${number.phone_number}` : number.phone_number;
  const message: TwilioMessage = {
    ...EMPTY,
    sid: newSid(media.length > 0 ? 'MM' : 'SM'),
    channel,
    direction: 'inbound',
    person_id: person.id,
    from: addressOfPerson(person, channel, address, deps),
    to: address,
    service_sid: deps.numbers.serviceOf(number)?.sid ?? null,
    body: words,
    media,
    segments: channel === 'whatsapp' || media.length > 0 ? 1 : segmentsOf(words).segments,
    status: 'received',
    created_at: at,
    updated_at: at,
    sent_at: at,
    context_sid: contextOf(body, person, deps.messages),
    shown: [{ type, [type]: checked }],
  };
  messages.add(message);
  timeline.appear(message);
  const heard = channel === 'sms' ? deps.optOuts.hear(message.from ?? '', number, words) : undefined;
  tell(message, person, { type, content, body, optOutType: heard?.type }, place, deps);
  if (heard?.isAnswered) replyTo(message, { body: OPT_OUT_ANSWERS[heard.type], mediaUrls: [] }, deps);
  return message.sid;
}

/** Sends what Twilio itself answers, or what the answer to a webhook asks for. */
export function replyTo(
  inbound: TwilioMessage,
  { body, mediaUrls }: { body: string; mediaUrls: string[] },
  { clock, messages, timeline }: Pick<InboundDeps, 'clock' | 'messages' | 'timeline'>,
): void {
  const at = clock.now();
  const media = mediaUrls.map((url): TwilioMedia => ({ sid: newSid('ME'), content_type: 'image/jpeg', url }));
  const reply: TwilioMessage = {
    ...EMPTY,
    sid: newSid(media.length > 0 ? 'MM' : 'SM'),
    channel: inbound.channel,
    direction: 'outbound-reply',
    person_id: inbound.person_id,
    from: inbound.to,
    to: inbound.from ?? '',
    service_sid: inbound.service_sid,
    body,
    media,
    segments: inbound.channel === 'whatsapp' || media.length > 0 ? 1 : segmentsOf(body).segments,
    status: 'queued',
    created_at: at,
    updated_at: at,
    shown: [
      ...mediaUrls.map((link) => ({ type: 'image', image: { link } })),
      ...(body === '' ? [] : [{ type: 'text', text: { body } }]),
    ],
  };
  messages.add(reply);
  timeline.appear(reply);
  timeline.start(reply);
}

const EMPTY = {
  error_code: null,
  sent_at: null,
  send_at: null,
  validity_seconds: 36_000,
  price: null,
  status_callback: null,
  callback_data: null,
  content_sid: null,
  has_gaps: false,
  discards_body: false,
  hides_address: false,
  feedback: null,
  context_sid: null,
  rendered: null,
  is_seen: false,
} as const;

function checkWay(type: string, person: Person, channel: Channel, settings: Settings): void {
  const kinds = channel === 'sms' ? SMS_KINDS : WHATSAPP_KINDS;
  const name = channel === 'sms' ? 'SMS' : 'WhatsApp through Twilio';
  if (!kinds.has(type)) throw new Refusal(`${name} has no messages of type ${type}`, 'type');
  if (person.phone !== null) return;
  if (channel === 'sms') throw new Refusal('An SMS needs a phone number, and this person has none', 'phone_number_id');
  if (settings.twilio_bsuid === 'off') {
    throw new Refusal('Twilio does not know people without a phone number: see twilio_bsuid', 'phone_number_id');
  }
}

/** A contact comes as a file with its card. */
function cardOf(contact: Json): TwilioMedia {
  return { sid: newSid('ME'), content_type: 'text/vcard', text: vcardOf(contact) };
}

function mediaOf(type: string, content: Json, { media }: InboundDeps): TwilioMedia {
  const id = content['id'];
  const file = typeof id === 'string' ? media.find(id) : undefined;
  if (!file || file.owner !== 'person') {
    const way = 'upload it with POST /_sandbox/people/{who}/media';
    throw new Refusal(`${type}.id is not a file of a person: ${way}`, `${type}.id`);
  }
  return { sid: newSid('ME'), content_type: file.mime_type, media_id: file.id };
}

/** As Twilio shows the person: those with a username are known by phone only to who has written to it. */
function addressOfPerson(person: Person, channel: Channel, address: string, deps: InboundDeps): string {
  // The number that was dialled: WhatsApp knows some by fewer digits.
  if (channel === 'sms') return dialled(person, address, deps.messages) ?? person.phone ?? '';
  const isHidden =
    deps.settings.twilio_bsuid === 'on' &&
    person.username !== null &&
    !person.saved_business &&
    !deps.messages.between(person.id, address).some(({ to }) => to === `whatsapp:${person.phone}`);
  return `whatsapp:${person.phone === null || isHidden ? person.user_id : person.phone}`;
}

function dialled(person: Person, address: string, messages: TwilioMessages): string | undefined {
  return messages.between(person.id, address).findLast(({ direction }) => direction !== 'inbound')?.to;
}

function contextOf(body: Json, person: Person, messages: TwilioMessages): string | null {
  const { context } = body;
  if (context === undefined) return null;
  const id = isObject(context) ? context['message_id'] : undefined;
  if (typeof id !== 'string') throw new Refusal('context.message_id must be the id of a message', 'context');
  const quoted = messages.find(sidOfBubble(id));
  if (quoted && quoted.person_id !== person.id) throw new Refusal('context.message_id is of another chat', 'context');
  return sidOfBubble(id);
}

function tell(
  message: TwilioMessage,
  person: Person,
  said: { type: string; content: Json; body: Json; optOutType: string | undefined },
  { number }: Place,
  deps: InboundDeps,
): void {
  const { account, callbacks, messages, settings } = deps;
  const target = targetOf({ channel: message.channel, number }, deps.numbers);
  if (!target) return;
  const quoted = message.context_sid === null ? undefined : messages.find(message.context_sid);
  const parameters = inboundParameters(
    message,
    person,
    { ...said, quoted, quotedSid: message.context_sid },
    {
      settings,
      accountSid: account.account_sid,
      address: deps.address(),
      // Without Advanced Opt-Out nobody learns what Twilio understood.
      optOutType: settings.twilio_opt_out === 'advanced' ? said.optOutType : undefined,
    },
  );
  callbacks.tell(
    { kind: 'inbound', ...target, message_sid: message.sid, parameters },
    {
      provider: 'twilio',
      to: bareAddress(message.from ?? ''),
      sender: number.phone_number,
      type: said.type,
      callbackData: null,
      field: 'messages',
    },
  );
}

interface Target {
  url: string;
  method: Method;
  fallback: { url: string; method: Method } | null;
}

/** Who is told: the sender on WhatsApp, if it has an address of its own; else the service, unless it leaves that to its numbers. Without an address nobody is, and it is lost. */
function targetOf({ channel, number }: Place, numbers: Numbers): Target | undefined {
  const { sender_webhook: own } = number;
  if (channel === 'whatsapp' && own.callback_url !== null) {
    const fallback = own.fallback_url === null ? null : { url: own.fallback_url, method: own.fallback_method };
    return { url: own.callback_url, method: own.callback_method, fallback };
  }
  const service = numbers.serviceOf(number);
  const [url, method, fallbackUrl, fallbackMethod] =
    service && !service.use_inbound_webhook_on_number
      ? [service.inbound_request_url, service.inbound_method, service.fallback_url, service.fallback_method]
      : [number.sms_url, number.sms_method, number.sms_fallback_url, number.sms_fallback_method];
  if (!url) return undefined;
  return { url, method, fallback: fallbackUrl ? { url: fallbackUrl, method: fallbackMethod } : null };
}
