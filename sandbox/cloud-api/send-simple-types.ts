import type { Settings } from '#control/settings.ts';
import type { Json } from '#people/chats.ts';
import {
  invalid,
  isGiven,
  missing,
  optionalBoolean,
  optionalText,
  requireNumber,
  requireObject,
  requireText,
  requireUrl,
} from './checks.ts';
import { GraphError } from './graph-error.ts';
import { MEDIA_KINDS, type Media, bareMimeType } from './media.ts';

/** What the checks look up. */
export interface Lookups {
  findMedia(id: string): Media | undefined;
  phoneNumberId: string;
  settings: Settings;
  /** Milliseconds of the epoch. */
  now: number;
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
    if (isGiven(media, 'caption')) throw invalid(`${kind}['caption']`, `is not allowed for ${kind}.`);
  } else {
    optionalText(media, 'caption', `${kind}['caption']`, 1024);
  }
  if (kind === 'audio') optionalBoolean(media, 'voice', "audio['voice']");
  return id;
}

/** A file by `id` or by `link`, exactly one of them; an id must be the business's own, alive, and of the kind. */
export function checkMediaReference(media: Json, kind: string, path: string, lookups: Lookups): string | null {
  if (kind === 'document') optionalText(media, 'filename', `${path}['filename']`, 240);
  const hasId = isGiven(media, 'id');
  if (hasId === isGiven(media, 'link')) {
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
  // A GIF is a short video for WhatsApp.
  const allowed = MEDIA_KINDS[kind === 'gif' ? 'video' : kind];
  if (allowed && !allowed.types.includes(bareMimeType(found.mime_type))) {
    throw new GraphError(131053, `Media ${id} has the type ${found.mime_type}, which ${kind} does not allow.`);
  }
  return id;
}

export function checkLocationMessage(message: Json): void {
  checkLocation(requireObject(message, 'location', 'location'), 'location');
}

export function checkLocation(location: Json, path: string): void {
  requireNumber(location, 'latitude', `${path}['latitude']`, -90, 90);
  requireNumber(location, 'longitude', `${path}['longitude']`, -180, 180);
  optionalText(location, 'name', `${path}['name']`, 1000);
  optionalText(location, 'address', `${path}['address']`, 1000);
}

export function checkReactionMessage(message: Json): { messageId: string; emoji: string } {
  const reaction = requireObject(message, 'reaction', 'reaction');
  const messageId = requireText(reaction, 'message_id', "reaction['message_id']", 512);
  const emoji = reaction['emoji'];
  if (emoji === undefined || emoji === null) throw missing("reaction['emoji']");
  if (typeof emoji !== 'string') throw invalid("reaction['emoji']", 'must be a string.');
  if (emoji === '') return { messageId, emoji };
  const graphemes = [...new Intl.Segmenter().segment(emoji)];
  if (graphemes.length !== 1 || !/\p{Extended_Pictographic}|\p{Regional_Indicator}|\u20e3/u.test(emoji)) {
    throw new GraphError(131009, "Param reaction['emoji'] must be a single emoji or an empty string.");
  }
  return { messageId, emoji };
}
