import type { Json } from '#people/chats.ts';
import {
  invalid,
  isObject,
  optionalBoolean,
  optionalText,
  requireArray,
  requireNumber,
  requireObject,
  requireText,
  requireUrl,
  shown,
} from './checks.ts';
import { GraphError } from './graph-error.ts';
import { MEDIA_KINDS, type Media, bareMimeType } from './media.ts';

/** What the checks look up. */
export interface Lookups {
  findMedia(id: string): Media | undefined;
  phoneNumberId: string;
}

export function checkTextMessage(message: Json): void {
  const text = requireObject(message, 'text', 'text');
  requireText(text, 'body', "text['body']", 4096);
  optionalBoolean(text, 'preview_url', "text['preview_url']");
}

/** Gives the media id if the message refers to an uploaded file. */
export function checkMediaMessage(message: Json, kind: string, lookups: Lookups): string | null {
  const media = requireObject(message, kind, kind);
  const id = checkMediaReference(media, kind, kind, lookups);
  if (kind === 'audio' || kind === 'sticker') {
    if (media['caption'] !== undefined) throw invalid(`${kind}['caption']`, `is not allowed for ${kind}.`);
  } else {
    optionalText(media, 'caption', `${kind}['caption']`, 1024);
  }
  if (kind === 'audio') optionalBoolean(media, 'voice', "audio['voice']");
  if (kind === 'document') optionalText(media, 'filename', "document['filename']", 240);
  return id;
}

/** A file by `id` or by `link`, exactly one of them; an id must be the business's own, alive, and of the kind. */
export function checkMediaReference(media: Json, kind: string, path: string, lookups: Lookups): string | null {
  const hasId = media['id'] !== undefined;
  if (hasId === (media['link'] !== undefined)) {
    throw invalid(path, hasId ? 'must have id or link, not both.' : 'must have an id or a link.');
  }
  if (!hasId) {
    requireUrl(media, 'link', `${path}['link']`);
    return null;
  }
  const written = media['id'];
  const id = typeof written === 'number' ? String(written) : requireText(media, 'id', `${path}['id']`, 100);
  const found = lookups.findMedia(id);
  if (!found || found.owner !== 'business') {
    throw new GraphError(100, `Param ${path}['id'] is not a valid whatsapp business account media attachment ID`);
  }
  const allowed = MEDIA_KINDS[kind];
  if (allowed && !allowed.types.includes(bareMimeType(found.mime_type))) {
    throw new GraphError(131053, `Media ${id} has the type ${found.mime_type}, which ${kind} does not allow.`);
  }
  return id;
}

export function checkLocationMessage(message: Json): void {
  const location = requireObject(message, 'location', 'location');
  requireNumber(location, 'latitude', "location['latitude']", -90, 90);
  requireNumber(location, 'longitude', "location['longitude']", -180, 180);
  optionalText(location, 'name', "location['name']", 1000);
  optionalText(location, 'address', "location['address']", 1000);
}

export function checkContactsMessage(message: Json): void {
  const contacts = requireArray(message, 'contacts', 'contacts', 1, 257);
  for (const [index, contact] of contacts.entries()) {
    const path = `contacts[${index}]`;
    if (!isObject(contact)) throw invalid(path, 'must be a JSON object.');
    const name = requireObject(contact, 'name', `${path}['name']`);
    requireText(name, 'formatted_name', `${path}['name']['formatted_name']`, 1000);
    for (const list of ['phones', 'emails', 'urls', 'addresses']) {
      const entries = contact[list];
      if (entries !== undefined && !(Array.isArray(entries) && entries.every(isObject))) {
        throw invalid(`${path}['${list}']`, 'must be an array of objects.');
      }
    }
    const birthday = contact['birthday'];
    if (birthday !== undefined && !/^\d{4}-\d{2}-\d{2}$/.test(shown(birthday))) {
      throw invalid(`${path}['birthday']`, 'must have the form YYYY-MM-DD.');
    }
  }
}

export function checkReactionMessage(message: Json): void {
  const reaction = requireObject(message, 'reaction', 'reaction');
  requireText(reaction, 'message_id', "reaction['message_id']", 512);
  const emoji = reaction['emoji'];
  if (emoji === undefined) throw new GraphError(131008, "Required parameter reaction['emoji'] is missing.");
  if (typeof emoji !== 'string') throw invalid("reaction['emoji']", 'must be a string.');
  if (emoji === '') return;
  const graphemes = [...new Intl.Segmenter().segment(emoji)];
  if (graphemes.length !== 1 || !/\p{Extended_Pictographic}|\p{Regional_Indicator}|\u20e3/u.test(emoji)) {
    throw new GraphError(131009, "Param reaction['emoji'] must be a single emoji or an empty string.");
  }
}
