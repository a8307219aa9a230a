import { countryOf } from '#cloud-api/phone-numbers.ts';
import type { Settings } from '#control/settings.ts';
import type { People, Person } from '#people/people.ts';
import type { SandboxClock } from '#storage/clock.ts';
import { renderContent } from './contents.ts';
import { codeOfRecipient, codeOfSender } from './magic-numbers.ts';
import { type TwilioMedia, type TwilioMessage, type TwilioMessages, bareAddress } from './messages.ts';
import type { Numbers } from './numbers.ts';
import type { OptOuts } from './opt-outs.ts';
import { bubblesOf } from './phone-view.ts';
import { type WantedSend, phoneOf } from './send-parameters.ts';
import { smartEncoded } from './segments.ts';
import { newSid } from './sids.ts';
import { type TwilioTimeline, segmentCount } from './timeline.ts';
import { TwilioError } from './twilio-error.ts';

export interface SendDeps {
  clock: SandboxClock;
  settings: Settings;
  people: People;
  numbers: Numbers;
  optOuts: OptOuts;
  messages: TwilioMessages;
  timeline: TwilioTimeline;
}

/** Throws the `TwilioError` with which Twilio refuses a send that is right in itself. */
export function refuse(wanted: WantedSend, deps: SendDeps): void {
  const { channel, recipient, from, service } = wanted;
  const { settings, numbers, optOuts, timeline } = deps;
  const isPhone = recipient.startsWith('+');
  const sender = from === null ? null : bareAddress(from);
  if (settings.magic_numbers) {
    const code = (sender === null ? undefined : codeOfSender(sender)) ?? codeNow(recipient);
    if (code !== undefined) throw new TwilioError(code);
  }
  const number = sender === null ? undefined : numbers.findByPhone(sender);
  if (sender !== null && channel === 'whatsapp' && !number?.has_whatsapp) throw new TwilioError(63007);
  if (sender !== null && !number) {
    throw new TwilioError(
      21606,
      `The 'From' phone number ${sender} is not a valid, SMS-capable number of this account.`,
    );
  }
  if (!isPhone && (settings.twilio_bsuid === 'off' || !deps.people.findByUserId(recipient))) {
    throw new TwilioError(21211, `The 'To' number ${recipient} is not a valid phone number.`);
  }
  if (isPhone && settings.twilio_closed_regions.includes(countryOf(recipient.slice(1)))) throw new TwilioError(21408);
  const verified = settings.twilio_verified_numbers.map((phone) => phoneOf(phone));
  if (verified.length > 0) {
    if (isPhone && !verified.includes(recipient)) throw new TwilioError(21608);
    // A trial account may send nothing of its own by WhatsApp.
    if (channel === 'whatsapp' && !wanted.content) throw new TwilioError(21654);
  }
  const pool = service ? numbers.poolOf(service, channel) : number ? [number] : [];
  if (channel === 'sms' && pool.some((each) => optOuts.isStopped(recipient, each))) throw new TwilioError(21610);
  if (sender !== null && timeline.queue.lengthOf(from ?? '') >= settings.twilio_queue_limit) {
    throw new TwilioError(21611);
  }
}

function codeNow(recipient: string): number | undefined {
  const magic = codeOfRecipient(recipient);
  return magic?.isLater === false ? magic.code : undefined;
}

/** The person whom a send is for, who exists from now on. */
export function personOf({ recipient }: Pick<WantedSend, 'recipient'>, people: People): Person {
  return people.find(recipient) ?? people.add({ phone: recipient });
}

export function sidFor({ mediaUrls }: Pick<WantedSend, 'mediaUrls'>): string {
  return newSid(mediaUrls.length > 0 ? 'MM' : 'SM');
}

/** The message that a send makes; it is on its way when it was added. */
export function messageOf(wanted: WantedSend, sid: string, personId: string, at: number): TwilioMessage {
  const { channel, content, from, place, service } = wanted;
  const rendered = content && renderContent(content, wanted.variables, channel);
  const written = rendered ? rendered.body : wanted.body;
  const body = channel === 'sms' && wanted.isSmartEncoded ? smartEncoded(written) : written;
  const mediaUrls = rendered ? rendered.mediaUrls : wanted.mediaUrls;
  const media = mediaUrls.map((url): TwilioMedia => ({ sid: newSid('ME'), content_type: typeOf(url), url }));
  const isDrawn = channel === 'whatsapp' && rendered !== null && rendered.rendered.buttons.length > 0;
  const template = isDrawn ? { name: content?.friendly_name ?? '', language: content?.language ?? '' } : null;
  return {
    sid,
    channel,
    direction: 'outbound-api',
    person_id: personId,
    from,
    to: wanted.to,
    service_sid: service?.sid ?? null,
    body,
    media,
    // Without a sender there is nothing to count yet.
    segments: from === null ? 0 : segmentCount({ channel, body, media }),
    status: wanted.sendAt === null ? (service ? 'accepted' : 'queued') : 'scheduled',
    error_code: null,
    created_at: at,
    updated_at: at,
    sent_at: null,
    send_at: wanted.sendAt,
    validity_seconds: wanted.validitySeconds,
    price: null,
    status_callback: wanted.statusCallback,
    callback_data: wanted.callbackData,
    content_sid: content?.sid ?? null,
    has_gaps: (rendered?.missing.length ?? 0) > 0,
    discards_body: wanted.discardsBody,
    hides_address: wanted.hidesAddress,
    feedback: wanted.providesFeedback ? 'unconfirmed' : null,
    context_sid: null,
    shown: template ? [drawnTemplate(template)] : bubblesOf(body, mediaUrls, place),
    rendered: isDrawn ? (rendered?.rendered ?? null) : null,
    is_seen: false,
  };
}

function drawnTemplate({ name, language }: { name: string; language: string }) {
  return { type: 'template', template: { name, language: { code: language } } };
}

const TYPES: Readonly<Record<string, string>> = {
  png: 'image/png',
  gif: 'image/gif',
  webp: 'image/webp',
  mp4: 'video/mp4',
  mp3: 'audio/mpeg',
  ogg: 'audio/ogg',
  amr: 'audio/amr',
  pdf: 'application/pdf',
  vcf: 'text/vcard',
};

function typeOf(url: string): string {
  const ending = /\.(\w+)$/.exec(url.split(/[?#]/, 1)[0] ?? '')?.[1]?.toLowerCase() ?? '';
  return TYPES[ending] ?? 'image/jpeg';
}
