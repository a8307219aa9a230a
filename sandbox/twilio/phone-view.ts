import type { Json } from '#people/chats.ts';
import type { MessageView } from '#people/message-view.ts';
import { isoInstant } from '#storage/clock.ts';
import { type TwilioMessage, addressOf } from './messages.ts';
import { messageOfError } from './twilio-error.ts';

/** The id of a chat with a number: its channel and the number. */
export function chatIdOf(message: TwilioMessage): string | null {
  const address = addressOf(message);
  return address === null ? null : message.channel === 'sms' ? `sms:${address}` : address;
}

/** The bubbles of a message as the phone draws them; none while it has no sender. */
export function viewsOf(message: TwilioMessage): MessageView[] {
  const chatId = chatIdOf(message);
  if (chatId === null) return [];
  return message.shown.map((content, index) => ({
    id: bubbleId(message.sid, index),
    from: message.direction === 'inbound' ? 'person' : 'business',
    person_id: message.person_id,
    phone_number_id: chatId,
    at: isoInstant(message.created_at),
    type: String(content['type']),
    content,
    context: message.context_sid === null ? null : { message_id: message.context_sid },
    status: statusOf(message),
    error: errorOf(message),
    reactions: [],
    edited_at: null,
    deleted_at: null,
    rendered: message.rendered,
    media: null,
  }));
}

export function bubbleId(sid: string, index: number): string {
  return index === 0 ? sid : `${sid}:${index + 1}`;
}

export function sidOfBubble(id: string): string {
  return id.replace(/:\d+$/, '');
}

export function errorOf({ error_code: code }: TwilioMessage): MessageView['error'] {
  return code === null ? null : { code, title: messageOfError(code), details: messageOfError(code) };
}

/** In the words of the phone, which knows fewer. */
export function statusOf({ status, direction, is_seen: isSeen }: TwilioMessage): MessageView['status'] {
  switch (status) {
    case 'accepted':
    case 'scheduled':
    case 'queued':
    case 'sending':
      return 'accepted';
    case 'sent':
      return 'sent';
    case 'received':
      return isSeen ? 'delivered' : 'sent';
    case 'delivered':
      return isSeen && direction !== 'inbound' ? 'read' : 'delivered';
    case 'read':
      return 'read';
    case 'undelivered':
    case 'failed':
    case 'canceled':
      return 'failed';
  }
}

const KINDS: Readonly<Record<string, string>> = {
  mp4: 'video',
  '3gp': 'video',
  mov: 'video',
  mp3: 'audio',
  ogg: 'audio',
  amr: 'audio',
  aac: 'audio',
  m4a: 'audio',
  wav: 'audio',
  pdf: 'document',
  txt: 'document',
  csv: 'document',
  vcf: 'document',
  doc: 'document',
  docx: 'document',
  xls: 'document',
  xlsx: 'document',
};

/** What a message of the business says, in the words of the Cloud API: text, files by their address, a place. */
export function bubblesOf(
  body: string,
  mediaUrls: readonly string[],
  place: { latitude: number; longitude: number; label: string } | null,
): Json[] {
  if (place) {
    const { latitude, longitude, label } = place;
    const location = { latitude, longitude, ...(label === '' ? {} : { name: label }) };
    return [{ type: 'location', location }, ...textOf(label === body ? '' : body)];
  }
  const files = mediaUrls.map((url) => fileOf(url));
  const [first] = files;
  // A voice message has no caption.
  if (!first || first.kind === 'audio') return [...files.map(bubbleOf), ...textOf(body)];
  return [bubbleOf({ ...first, caption: body }), ...files.slice(1).map(bubbleOf)];
}

interface File {
  kind: string;
  link: string;
  caption?: string;
}

function fileOf(link: string): File {
  const ending = /\.(\w+)$/.exec(link.split(/[?#]/, 1)[0] ?? '')?.[1]?.toLowerCase() ?? '';
  return { kind: KINDS[ending] ?? 'image', link };
}

function bubbleOf({ kind, link, caption = '' }: File): Json {
  return { type: kind, [kind]: { link, ...(caption === '' ? {} : { caption }) } };
}

function textOf(body: string): Json[] {
  return body === '' ? [] : [{ type: 'text', text: { body } }];
}
