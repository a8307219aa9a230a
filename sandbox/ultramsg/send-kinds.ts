import { readVcard } from './vcards.ts';
import type { Json } from '#people/chats.ts';

/** What a `messages/…` path takes: its required parameters with their most characters, and its file. */
export interface SendKind {
  /** The type that lists and webhooks tell. */
  type: string;
  required: Readonly<Record<string, number>>;
  optional: Readonly<Record<string, number>>;
  /** The parameter with an address or base64, and the endings that it may have; none given: any. */
  file?: { name: string; extensions: readonly string[] | null };
  /** What the list tells as `body`. */
  body(parameters: Readonly<Record<string, string>>): string;
  /** The message as a phone draws it; a file without an address is filled in later. */
  content(parameters: Readonly<Record<string, string>>): Json;
}

type Parameters = Readonly<Record<string, string>>;

const CAPTION = 1024;
const ANY = Number.POSITIVE_INFINITY;

export const SEND_KINDS: Readonly<Record<string, SendKind>> = {
  chat: {
    type: 'chat',
    required: { body: 4096 },
    optional: {},
    body: ({ body = '' }) => body,
    content: ({ body }) => ({ type: 'text', text: { body } }),
  },
  image: fileKind('image', 'image', ['jpg', 'jpeg', 'gif', 'png', 'webp', 'bmp', 'svg'], { caption: CAPTION }),
  sticker: fileKind('sticker', 'sticker', ['webp', 'png', 'jpg', 'jpeg', 'gif'], {}),
  document: fileKind('document', 'document', null, { caption: CAPTION }, { filename: 255 }),
  audio: fileKind('audio', 'audio', ['mp3', 'aac', 'ogg'], {}),
  voice: fileKind('ptt', 'audio', ['ogg', 'opus'], {}),
  video: fileKind('video', 'video', ['mp4', '3gp', 'mov'], { caption: CAPTION }),
  link: {
    type: 'link',
    required: { link: 4096 },
    optional: {},
    body: ({ link = '' }) => link,
    content: ({ link }) => ({ type: 'text', text: { body: link, preview_url: true } }),
  },
  contact: {
    type: 'vcard',
    required: { contact: 300 },
    optional: {},
    body: ({ contact = '' }) => contact,
    content: ({ contact = '' }) => ({
      type: 'contacts',
      contacts: contact
        .split(',')
        .filter((each) => each.trim() !== '')
        .map((each) => {
          const digits = each.replaceAll(/@.*|\D/g, '');
          return { name: { formatted_name: `+${digits}` }, phones: [{ phone: `+${digits}`, wa_id: digits }] };
        }),
    }),
  },
  location: {
    type: 'location',
    required: { address: 300, lat: 30, lng: 30 },
    optional: {},
    body: ({ address = '' }) => address,
    content: ({ address = '', lat, lng }) => {
      const [name = '', ...lines] = address.split('\n');
      const second = lines.join(' ');
      return {
        type: 'location',
        location: {
          latitude: Number(lat),
          longitude: Number(lng),
          ...(second === '' ? { address: name } : { name, address: second }),
        },
      };
    },
  },
  vcard: {
    type: 'vcard',
    required: { vcard: 4096 },
    optional: {},
    body: ({ vcard = '' }) => vcard,
    content: ({ vcard = '' }) => ({ type: 'contacts', contacts: [readVcard(vcard)] }),
  },
};

function fileKind(
  type: string,
  name: string,
  extensions: readonly string[] | null,
  optional: Record<string, number>,
  required: Record<string, number> = {},
): SendKind {
  const kind = type === 'ptt' ? 'audio' : type;
  return {
    type,
    required: { ...required, [name]: ANY },
    optional,
    file: { name, extensions },
    body: (parameters) => (isLink(parameters[name] ?? '') ? (parameters[name] ?? '') : 'base64'),
    content: (parameters: Parameters) => {
      const file = parameters[name] ?? '';
      const { caption, filename } = parameters;
      return {
        type: kind,
        [kind]: {
          ...(isLink(file) ? { link: file } : {}),
          ...(caption ? { caption } : {}),
          ...(filename ? { filename } : {}),
          ...(type === 'ptt' ? { voice: true } : {}),
        },
      };
    },
  };
}

export function isLink(file: string): boolean {
  return /^https?:\/\/[^\s/]/i.test(file);
}
