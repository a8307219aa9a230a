import { isObject } from '#cloud-api/checks.ts';
import type { Json } from '#people/chats.ts';
import { type Content, type Contents } from './contents.ts';
import { type Channel, bareAddress } from './messages.ts';
import type { MessagingService, Numbers } from './numbers.ts';
import { TwilioError } from './twilio-error.ts';

/** The parameters of a call, each with all its values. */
export type Form = URLSearchParams;

/** What a send asks for, read and right in itself; whether it may happen is asked elsewhere. */
export interface WantedSend {
  channel: Channel;
  /** E.164, or the business-scoped user id of somebody without a phone. */
  recipient: string;
  to: string;
  /** Null while the service has not chosen one of its numbers. */
  from: string | null;
  service: MessagingService | null;
  body: string;
  mediaUrls: string[];
  place: { latitude: number; longitude: number; label: string } | null;
  content: Content | null;
  variables: Record<string, string>;
  statusCallback: string | null;
  callbackData: string | null;
  validitySeconds: number;
  sendAt: number | null;
  isSmartEncoded: boolean;
  discardsBody: boolean;
  hidesAddress: boolean;
  providesFeedback: boolean;
}

interface Deps {
  numbers: Numbers;
  contents: Contents;
}

const LONGEST_BODY = 1600;
const MOST_MEDIA = 10;
const LONGEST_VALIDITY = 36_000;
const SCHEDULE_FROM_MS = 300_000;
const SCHEDULE_UNTIL_MS = 35 * 86_400_000;
const INTENTS = [
  'otp',
  'notifications',
  'marketing',
  'fraud',
  'security',
  'customercare',
  'delivery',
  'education',
  'polling',
  'announcements',
  'events',
];

/** Reads the form of a send, or throws the `TwilioError` of the first mistake in it. */
export function readSend(form: Form, now: number, { numbers, contents }: Deps): WantedSend {
  const to = textOf(form, 'To');
  if (to === '') throw new TwilioError(21604);
  const sender = textOf(form, 'From');
  const serviceSid = textOf(form, 'MessagingServiceSid') || (sender.startsWith('MG') ? sender : '');
  if (sender === '' && serviceSid === '') throw new TwilioError(21603);
  const body = form.get('Body') ?? '';
  const mediaUrls = form.getAll('MediaUrl').filter((url) => url !== '');
  const contentSid = textOf(form, 'ContentSid');
  if (body === '' && mediaUrls.length === 0 && contentSid === '') throw new TwilioError(21602);
  if (Array.from(body).length > LONGEST_BODY) throw new TwilioError(21617);
  if (mediaUrls.length > MOST_MEDIA) throw new TwilioError(21623);
  if (!mediaUrls.every(isWebAddress)) throw new TwilioError(21620);
  checkChoices(form);
  const recipient = recipientOf(to);
  const service = serviceSid === '' ? null : numbers.findService(serviceSid);
  if (service === undefined) throw new TwilioError(21705);
  const channel: Channel = isWhatsApp(to) ? 'whatsapp' : 'sms';
  const from = sender === '' || sender.startsWith('MG') ? null : senderOf(sender, channel);
  if (service) checkPool(service, channel, from, numbers);
  const content = contentSid === '' ? null : contents.find(contentSid);
  if (content === undefined) throw new TwilioError(21655);
  return {
    channel,
    recipient,
    to: channel === 'whatsapp' ? `whatsapp:${recipient}` : recipient,
    from,
    service,
    body,
    mediaUrls,
    place: placeOf(form, channel),
    content,
    variables: variablesOf(form, content),
    ...callbackOf(form),
    validitySeconds: validityOf(form, service),
    sendAt: scheduleOf(form, service, now),
    isSmartEncoded: form.has('SmartEncoded') ? isTrue(form, 'SmartEncoded') : (service?.smart_encoding ?? false),
    discardsBody: form.get('ContentRetention') === 'discard',
    hidesAddress: form.get('AddressRetention') === 'obfuscate',
    providesFeedback: isTrue(form, 'ProvideFeedback'),
  };
}

/** What the ledger and the faults want to know of a form, however broken it is. */
export function factsOf(form: Form): { sender: string; to: string | null; type: string; callbackData: string | null } {
  const type = ['ContentSid', 'PersistentAction', 'MediaUrl'].find((name) => textOf(form, name) !== '');
  const kinds: Record<string, string> = { ContentSid: 'template', PersistentAction: 'location', MediaUrl: 'media' };
  return {
    sender: textOf(form, 'From') || textOf(form, 'MessagingServiceSid'),
    to: textOf(form, 'To') || null,
    type: kinds[type ?? ''] ?? 'text',
    callbackData: tagOf(textOf(form, 'StatusCallback')),
  };
}

/** The form as the ledger keeps it: a list where a name stands more than once. */
export function formAsJson(form: Form): Json {
  return Object.fromEntries(
    [...new Set(form.keys())].map((name) => {
      const values = form.getAll(name);
      return [name, values.length === 1 ? values[0] : values];
    }),
  );
}

export function formOfJson(json: Json): Form {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(json)) {
    for (const each of Array.isArray(value) ? (value as unknown[]) : [value]) form.append(name, String(each));
  }
  return form;
}

/** Digits with a plus, whatever stands between them; ten without a plus are of the number's own country. */
export function phoneOf(written: string): string | undefined {
  const bare = written.trim().replaceAll(/[\s().-]/g, '');
  if (/^\d{10}$/.test(bare)) return `+1${bare}`;
  return /^\+[1-9]\d{6,14}$/.test(bare) ? bare : undefined;
}

export function textOf(form: Form, name: string): string {
  return (form.get(name) ?? '').trim();
}

export function isTrue(form: Form, name: string): boolean {
  return textOf(form, name).toLowerCase() === 'true';
}

export function isWebAddress(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

function isWhatsApp(address: string): boolean {
  return /^whatsapp:/i.test(address);
}

function recipientOf(to: string): string {
  const bare = bareAddress(to);
  if (isWhatsApp(to) && /^[A-Z]{2}\.\w+$/.test(bare)) return bare;
  const phone = phoneOf(bare);
  if (phone === undefined) throw new TwilioError(21211, `The 'To' number ${bare} is not a valid phone number.`);
  return phone;
}

function senderOf(written: string, channel: Channel): string {
  const phone = phoneOf(bareAddress(written));
  if (phone === undefined) throw new TwilioError(21212, `The 'From' number ${written} is not a valid phone number.`);
  if (isWhatsApp(written) !== (channel === 'whatsapp')) throw new TwilioError(21910);
  return channel === 'whatsapp' ? `whatsapp:${phone}` : phone;
}

function checkPool(service: MessagingService, channel: Channel, from: string | null, numbers: Numbers): void {
  if (service.number_sids.length === 0) throw new TwilioError(21704);
  const pool = numbers.poolOf(service, channel);
  const isIn = from === null || pool.some((number) => number.phone_number === bareAddress(from));
  if (pool.length === 0 || !isIn) throw new TwilioError(21703);
}

/** `geo:37.78,-122.39|Twilio`, for WhatsApp alone. */
function placeOf(form: Form, channel: Channel): WantedSend['place'] {
  const [action] = form.getAll('PersistentAction').filter((text) => text !== '');
  if (action === undefined) return null;
  const found = /^geo:(-?\d+(?:\.\d+)?),(-?\d+(?:\.\d+)?)(?:\|(.*))?$/s.exec(action);
  const [latitude, longitude] = [Number(found?.[1]), Number(found?.[2])];
  if (channel !== 'whatsapp' || !found || Math.abs(latitude) > 90 || Math.abs(longitude) > 180) {
    throw new TwilioError(20001, 'The PersistentAction parameter is invalid');
  }
  return { latitude, longitude, label: found[3] ?? '' };
}

function variablesOf(form: Form, content: Content | null): Record<string, string> {
  const text = textOf(form, 'ContentVariables');
  if (text === '') return {};
  if (!content) throw new TwilioError(21654);
  const values = parsed(text);
  if (!isObject(values)) throw new TwilioError(21656);
  const entries = Object.entries(values);
  if (!entries.every(([, value]) => typeof value === 'string')) throw new TwilioError(21656);
  return Object.fromEntries(entries) as Record<string, string>;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function callbackOf(form: Form): Pick<WantedSend, 'statusCallback' | 'callbackData'> {
  const url = textOf(form, 'StatusCallback');
  if (url === '') return { statusCallback: null, callbackData: null };
  // Underscores are not for host names, though a browser takes them.
  if (!isWebAddress(url) || new URL(url).hostname.includes('_')) {
    throw new TwilioError(21609, `The 'StatusCallback' URL ${url} is not a valid URL.`);
  }
  return { statusCallback: url, callbackData: tagOf(url) };
}

/** What a caller has put into the query of its callback to know the message again: the one value, or the whole query. */
function tagOf(url: string): string | null {
  if (!URL.canParse(url)) return null;
  const { search, searchParams } = new URL(url);
  const values = [...searchParams.values()];
  return search === '' ? null : values.length === 1 ? (values[0] ?? null) : search.slice(1);
}

function validityOf(form: Form, service: MessagingService | null): number {
  const text = textOf(form, 'ValidityPeriod');
  if (text === '') return service?.validity_period ?? LONGEST_VALIDITY;
  const seconds = Number(text);
  if (!Number.isInteger(seconds) || seconds < 1 || seconds > LONGEST_VALIDITY) throw new TwilioError(90007);
  return seconds;
}

function scheduleOf(form: Form, service: MessagingService | null, now: number): number | null {
  if (textOf(form, 'ScheduleType') === '') return null;
  if (!service) throw new TwilioError(35118);
  const text = textOf(form, 'SendAt');
  if (text === '') throw new TwilioError(35111);
  const at = Date.parse(text);
  if (!/^\d{4}-\d\d-\d\dT/.test(text) || !(at > now + SCHEDULE_FROM_MS && at <= now + SCHEDULE_UNTIL_MS)) {
    throw new TwilioError(35115);
  }
  return at;
}

function checkChoices(form: Form): void {
  const choices: Record<string, readonly string[]> = {
    ScheduleType: ['fixed'],
    ContentRetention: ['retain', 'discard'],
    AddressRetention: ['retain', 'obfuscate'],
    RiskCheck: ['enable', 'disable'],
    MessageIntent: INTENTS,
    SmartEncoded: ['true', 'false'],
    ShortenUrls: ['true', 'false'],
    ProvideFeedback: ['true', 'false'],
  };
  for (const [name, allowed] of Object.entries(choices)) {
    const value = textOf(form, name);
    if (value !== '' && !allowed.includes(value.toLowerCase())) {
      throw new TwilioError(20001, `The ${name} parameter must be one of ${allowed.join(', ')}`);
    }
  }
  const needsService = ['ShortenUrls', 'FallbackFrom'].find((name) => !['', 'false'].includes(textOf(form, name)));
  if (needsService !== undefined && textOf(form, 'MessagingServiceSid') === '') {
    throw new TwilioError(20001, `The ${needsService} parameter needs a MessagingServiceSid`);
  }
}
