import type { DecodedEvent, InboundMedia } from '#channels/events.ts';
import type { MessageContent } from '#channels/provider.ts';
import { contentKey } from '#channels/providers/payloads/event-fields.ts';
import { type TwilioName, whatsappName } from '#channels/providers/twilio/names.ts';
import { mediaIdOf } from './media-address.ts';
import { bodyOf, fieldOf } from './form.ts';
import { personOf, senderOf } from './people.ts';

type InboundEvent = Extract<DecodedEvent, { kind: 'message' }>;

const mostFiles = 10;

/** A message of somebody, or why it is none. The Cloud API's words know one file in a message: each further file is a message
 *  of its own, and the first has the text. */
export function decodeInbound(
  provider: TwilioName,
  form: URLSearchParams,
  providerMessageId: string,
): DecodedEvent[] | string {
  const sender = senderOf(form, 'To');
  const from = personOf(form, 'From');
  if (!sender) return 'The message does not say which sender it was sent to.';
  if (!from) return 'The message does not say who sent it.';
  const { text, truncated } = bodyOf(form);
  const replyTo = fieldOf(form, 'OriginalRepliedMessageSid', 100);
  const event = (index: number, found: Found): InboundEvent => {
    const id = index === 0 ? providerMessageId : `${providerMessageId}:${index}`;
    const word = index === 0 ? wordOf(form, found, text) : undefined;
    return {
      kind: 'message',
      contentKey: contentKey('message', sender.senderExternalId, id),
      ...sender,
      providerMessageId: id,
      from,
      // Twilio does not say when it was written.
      at: { epochSeconds: null, suspicious: false },
      content: { ...found.content, ...referralOf(form), ...(truncated ? { truncated: true } : undefined) },
      supported: true,
      ...(word === undefined ? undefined : { text: word }),
      ...(replyTo === undefined ? undefined : { replyToProviderId: replyTo }),
      ...(found.media ? { media: found.media } : undefined),
      opensWindow: true,
    };
  };
  const files = filesOf(provider, form, text);
  return files.length > 0 ? files.map((file, index) => event(index, file)) : [event(0, { content: said(form, text) })];
}

interface Found {
  content: MessageContent;
  media?: InboundMedia;
}

/** What counts as the person's words: what Twilio took for a stop or a start, else what they tapped or wrote. The operator
 *  of the number can give both words of their own, so the text alone does not tell. */
function wordOf(form: URLSearchParams, { content }: Found, text: string): string | undefined {
  const optOut = fieldOf(form, 'OptOutType', 20)?.toUpperCase();
  if (optOut === 'STOP' || optOut === 'START') return optOut;
  const button = content['button'] as { text?: string } | undefined;
  return button?.text ?? (text === '' ? undefined : text);
}

function said(form: URLSearchParams, text: string): MessageContent {
  const buttonText = fieldOf(form, 'ButtonText', 1000);
  const payload = fieldOf(form, 'ButtonPayload', 1000);
  if (buttonText !== undefined || payload !== undefined) {
    return { type: 'button', button: { text: buttonText ?? text, ...(payload === undefined ? {} : { payload }) } };
  }
  return locationOf(form) ?? { type: 'text', text: { body: text } };
}

function locationOf(form: URLSearchParams): MessageContent | undefined {
  const latitude = degreesOf(form, 'Latitude', 90);
  const longitude = degreesOf(form, 'Longitude', 180);
  if (latitude === undefined || longitude === undefined) return undefined;
  const [name, address] = [fieldOf(form, 'Label', 1000), fieldOf(form, 'Address', 1000)];
  return {
    type: 'location',
    location: {
      latitude,
      longitude,
      ...(name === undefined ? {} : { name }),
      ...(address === undefined ? {} : { address }),
    },
  };
}

function degreesOf(form: URLSearchParams, name: string, limit: number): number | undefined {
  const written = fieldOf(form, name, 40);
  if (written === undefined || !/^[+-]?\d{1,3}(?:\.\d{1,20})?$/.test(written)) return undefined;
  return Math.abs(Number(written)) <= limit ? Number(written) : undefined;
}

function filesOf(provider: TwilioName, form: URLSearchParams, text: string): Found[] {
  const told = fieldOf(form, 'NumMedia', 10) ?? '0';
  const count = /^\d+$/.test(told) ? Math.min(Number(told), mostFiles) : 0;
  return Array.from({ length: count }, (_, index): Found => {
    const url = fieldOf(form, `MediaUrl${index}`, 2048);
    const mimeType = fieldOf(form, `MediaContentType${index}`, 200);
    const kind = kindOf(provider, mimeType);
    const mediaId = url === undefined ? undefined : mediaIdOf(url);
    const file = {
      ...(mediaId === undefined ? (url === undefined ? {} : { link: url }) : { id: mediaId }),
      ...(mimeType === undefined ? {} : { mime_type: mimeType }),
      ...(index === 0 && text !== '' ? { caption: text } : {}),
    };
    return {
      content: { type: kind, [kind]: file },
      ...(mediaId === undefined
        ? undefined
        : { media: { kind, mediaId, ...(mimeType === undefined ? undefined : { mimeType }) } }),
    };
  });
}

function kindOf(provider: TwilioName, mimeType: string | undefined): InboundMedia['kind'] {
  if (mimeType === 'image/webp' && provider === whatsappName) return 'sticker';
  const family = mimeType?.split('/')[0];
  return family === 'image' || family === 'audio' || family === 'video' ? family : 'document';
}

/** What led the person here, e.g. an advertisement: the fields whose names begin so, in the style of the rest. */
function referralOf(form: URLSearchParams): { referral?: Record<string, string> } {
  const told = [...new Set(form.keys())].filter((name) => /^Referral[A-Za-z]{1,40}$/.test(name)).slice(0, 20);
  const entries = told.flatMap((name) => {
    const value = fieldOf(form, name, 2048);
    const word = name
      .slice('Referral'.length)
      .replaceAll(/(?<=[a-z])(?=[A-Z])/g, '_')
      .toLowerCase();
    return value === undefined ? [] : [[word, value] as const];
  });
  return entries.length > 0 ? { referral: Object.fromEntries(entries) } : {};
}
