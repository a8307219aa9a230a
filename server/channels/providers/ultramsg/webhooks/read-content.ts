import type { MessageContent } from '#channels/provider.ts';
import { type Fields, isFields, textOf } from '#channels/providers/payloads/fields.ts';
import type { Envelope } from './envelope.ts';
import { readVcards } from './read-vcard.ts';

export interface ReadContent {
  content: MessageContent;
  /** What the person typed. */
  text?: string;
  /** Why it cannot be shown. */
  reason?: string;
}

type Read = (data: Fields) => ReadContent | undefined;

const readers: Readonly<Record<string, Read>> = {
  chat: readText,
  image: (data) => readFile('image', data),
  video: (data) => readFile('video', data),
  audio: (data) => readFile('audio', data),
  ptt: (data) => readFile('audio', data, { voice: true }),
  document: (data) => readFile('document', data),
  sticker: (data) => readFile('sticker', data),
  location: readLocation,
  vcard: readCards,
  multi_vcard: readCards,
  reaction: readReaction,
};

/** What somebody wrote, in the words of the Cloud API. A kind that we do not know, or that lacks what it needs, becomes
 *  `unsupported` and keeps its own name in `provider_type`. */
export function readContent({ eventType, data }: Envelope): ReadContent {
  const type = eventType === 'message_reaction' ? 'reaction' : (textOf(data['type'], 100) ?? 'none');
  const read = Object.hasOwn(readers, type) ? readers[type]?.(data) : undefined;
  if (read) return read;
  const { media, body } = data;
  const known = Object.hasOwn(readers, type);
  return {
    content: { type: 'unsupported', provider_type: type, unsupported: { type, body, media } },
    reason: known
      ? `The message of the kind ${type} lacks what it cannot be shown without.`
      : `Carillon keeps messages of the kind ${type}, but cannot show them.`,
  };
}

function readText(data: Fields): ReadContent | undefined {
  const body = said(data['body']);
  return body === undefined ? undefined : { content: { type: 'text', text: { body } }, text: body };
}

/** A file, which UltraMsg keeps at an address of its own when it is told to. */
function readFile(kind: string, data: Fields, more: Fields = {}): ReadContent {
  const link = textOf(data['media'], 2048);
  const filename = textOf(data['filename'], 1000) ?? (kind === 'document' ? textOf(data['body'], 1000) : undefined);
  // Before there was a caption, the text of a picture was the body, which now may also be a small picture of it.
  const body = kind === 'image' || kind === 'video' ? said(data['body']) : undefined;
  const caption = said(data['caption']) ?? (body !== undefined && !isBase64(body) ? body : undefined);
  const file = {
    ...(link === undefined ? undefined : { id: link }),
    ...(caption === undefined ? undefined : { caption }),
    ...(kind === 'document' && filename !== undefined ? { filename } : undefined),
    ...more,
  };
  const withheld = { title: 'UltraMsg did not pass the file on. Switch "webhook_message_download_media" on.' };
  return {
    content: { type: kind, [kind]: file, ...(link === undefined ? { errors: [withheld] } : undefined) },
    ...(caption === undefined ? undefined : { text: caption }),
  };
}

// The body is a picture of the map and is left where it came from: in the raw webhook.
function readLocation(data: Fields): ReadContent | undefined {
  const place = isFields(data['location']) ? data['location'] : data;
  const latitude = degreesOf(place['lat'] ?? place['latitude'], 90);
  const longitude = degreesOf(place['lng'] ?? place['longitude'], 180);
  if (latitude === undefined || longitude === undefined) return undefined;
  const [name, ...address] = (said(place['address'] ?? place['description']) ?? '').split('\n');
  return {
    content: {
      type: 'location',
      location: {
        latitude,
        longitude,
        ...(name ? { name } : undefined),
        ...(address.length > 0 ? { address: address.join('\n') } : undefined),
      },
    },
  };
}

function readCards(data: Fields): ReadContent | undefined {
  const cards = readVcards(said(data['body']) ?? '');
  return cards.length === 0 ? undefined : { content: { type: 'contacts', contacts: cards } };
}

/** An emoji on a message. The shape is not settled: the target stands in `reaction` or is quoted. */
function readReaction(data: Fields): ReadContent | undefined {
  const reaction = isFields(data['reaction']) ? data['reaction'] : {};
  const quoted = isFields(data['quotedMsg']) ? data['quotedMsg'] : {};
  const target = textOf(reaction['msgId']) ?? textOf(quoted['id']);
  const emoji = reaction['emoji'] ?? data['body'];
  if (target === undefined || typeof emoji !== 'string') return undefined;
  return { content: { type: 'reaction', reaction: { message_id: target, emoji } } };
}

function said(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function isBase64(text: string): boolean {
  return text.startsWith('/9j/') || (text.length > 200 && /^[A-Za-z0-9+/\r\n]+={0,2}$/.test(text));
}

function degreesOf(value: unknown, limit: number): number | undefined {
  const isText = typeof value === 'string' && /^[+-]?\d{1,3}(?:\.\d{1,20})?$/.test(value);
  const degrees = typeof value === 'number' ? value : isText ? Number(value) : Number.NaN;
  return Math.abs(degrees) <= limit ? degrees : undefined;
}
