import { isObject } from '#cloud-api/checks.ts';
import { countryOf } from '#cloud-api/phone-numbers.ts';
import type { Settings } from '#control/settings.ts';
import type { Json } from '#people/chats.ts';
import type { Person } from '#people/people.ts';
import { type TwilioMessage, bareAddress } from './messages.ts';
import { API_VERSION, accountPath } from './resources.ts';
import type { Parameters } from './signature.ts';

interface Said {
  type: string;
  content: Json;
  /** The whole of what the person sent. */
  body: Json;
  quoted: TwilioMessage | undefined;
  quotedSid: string | null;
}

interface Context {
  settings: Settings;
  accountSid: string;
  address: string;
  optOutType: string | undefined;
}

/** The words of what a person sent: the text, the caption, or those on the button. */
export function wordsOf(type: string, content: Json): string {
  const [reply] = type === 'interactive' ? repliesIn(content) : [];
  const words = [content['body'], content['caption'], content['text'], reply?.['title'] ?? reply?.['body']];
  return words.find((each) => typeof each === 'string') ?? '';
}

/** What the webhook of a message says that a person wrote. */
export function inboundParameters(message: TwilioMessage, person: Person, said: Said, context: Context): Parameters {
  const { settings, accountSid } = context;
  const { sid, channel, media } = message;
  const write = (address: string) =>
    channel === 'whatsapp' && settings.twilio_whatsapp_from === 'bare' ? bareAddress(address) : address;
  const isCoded = settings.twilio_long_bodies === 'base64' && channel === 'sms' && message.segments > 1;
  const base = `${context.address}${accountPath(accountSid)}/Messages/${sid}/Media`;
  return [
    ['MessageSid', sid],
    ['SmsSid', sid],
    ['SmsMessageSid', sid],
    ['AccountSid', accountSid],
    ...pair('MessagingServiceSid', message.service_sid),
    ['From', write(message.from ?? '')],
    ['To', write(message.to)],
    ['Body', isCoded ? Buffer.from(message.body).toString('base64') : message.body],
    ['NumMedia', String(media.length)],
    ...media.flatMap((each, index): [string, string][] => [
      [`MediaUrl${index}`, `${base}/${each.sid}`],
      [`MediaContentType${index}`, each.content_type],
    ]),
    ['NumSegments', String(message.segments)],
    ['SmsStatus', 'received'],
    ['ApiVersion', API_VERSION],
    ...pair('OptOutType', context.optOutType),
    ...(channel === 'sms' ? placesOf(message) : whatsAppParameters(message, person, said, settings)),
  ];
}

/** Where the two numbers are: the country is known, the rest is not. */
function placesOf({ from, to }: TwilioMessage): [string, string][] {
  return (['From', 'To'] as const).flatMap((side): [string, string][] => [
    [`${side}Country`, countryOf((side === 'From' ? (from ?? '') : to).slice(1))],
    [`${side}State`, ''],
    [`${side}City`, ''],
    [`${side}Zip`, ''],
  ]);
}

function whatsAppParameters(
  message: TwilioMessage,
  person: Person,
  { type, content, body, quoted, quotedSid }: Said,
  settings: Settings,
): [string, string][] {
  const [reply] = type === 'interactive' ? repliesIn(content) : [];
  const isList = content['type'] === 'list_reply';
  const hasPhone = bareAddress(message.from ?? '').startsWith('+');
  return [
    ['ProfileName', person.name],
    ['MessageType', type],
    ...(hasPhone ? pair('WaId', person.wa_id) : []),
    ...(settings.twilio_bsuid === 'on' ? pair('ExternalUserId', `whatsapp:${person.user_id}`) : []),
    ...(type === 'button'
      ? [...pair('ButtonText', content['text']), ...pair('ButtonPayload', content['payload'])]
      : []),
    ...(reply && !isList ? [...pair('ButtonText', reply['title']), ...pair('ButtonPayload', reply['id'])] : []),
    ...(reply && isList ? [...pair('ListTitle', reply['title']), ...pair('ListId', reply['id'])] : []),
    ...(type === 'location' ? locationParameters(content) : []),
    ...pair('OriginalRepliedMessageSid', quotedSid),
    ...pair('OriginalRepliedMessageSender', quoted?.from),
    ...referralParameters(body['referral']),
  ];
}

function locationParameters(content: Json): [string, string][] {
  return [
    ['Latitude', String(content['latitude'])],
    ['Longitude', String(content['longitude'])],
    ...pair('Address', content['address']),
    ...pair('Label', content['name']),
  ];
}

/** Where somebody who tapped on an advertisement comes from. */
function referralParameters(referral: unknown): [string, string][] {
  if (!isObject(referral)) return [];
  return [
    ...pair('ReferralBody', referral['body']),
    ...pair('ReferralHeadline', referral['headline']),
    ...pair('ReferralSourceId', referral['source_id']),
    ...pair('ReferralSourceType', referral['source_type']),
    ...pair('ReferralSourceUrl', referral['source_url']),
    ...pair('ReferralCtwaClid', referral['ctwa_clid']),
  ];
}

function repliesIn(interactive: Json): Json[] {
  return ['button_reply', 'list_reply', 'nfm_reply'].flatMap((kind) => {
    const reply = interactive[kind];
    return isObject(reply) ? [reply] : [];
  });
}

function pair(name: string, value: unknown): [string, string][] {
  return typeof value === 'string' && value !== '' ? [[name, value]] : [];
}
