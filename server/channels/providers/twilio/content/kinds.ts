import {
  checkText as checkTextAt,
  fieldsAt,
  type Problems,
  refuse,
  refuseUnsupported,
} from '#channels/providers/content-checks/checks.ts';
import { checkLink } from '#channels/providers/content-checks/links.ts';
import { checkLocationContent } from '#channels/providers/content-checks/location.ts';
import { type Fields, isFields } from '#channels/providers/payloads/fields.ts';

/** In characters: what Twilio takes in one message, an SMS of several segments among them. */
const maxBody = 1600;

export type MediaKind = 'image' | 'audio' | 'video' | 'document' | 'sticker';

export function checkText(problems: Problems, content: Fields): void {
  const text = fieldsAt(problems, '/text', content['text'], ['body', 'preview_url']);
  if (!text) return;
  checkBody(problems, '/text/body', text['body']);
  // Whether a link has a preview is not for us to say here; that it should have none is no harm to anybody.
  if (text['preview_url'] !== undefined && typeof text['preview_url'] !== 'boolean') {
    refuse(problems, '/text/preview_url', 'It must be true or false.');
  }
}

/** A file by its public link. Twilio fetches it; it takes no files of ours and no names for them. */
export function checkMedia(kind: MediaKind, problems: Problems, content: Fields): void {
  const pointer = `/${kind}`;
  const media = fieldsAt(problems, pointer, content[kind], ['link', 'id', 'caption', 'filename', 'voice']);
  if (!media) return;
  const { link, id, caption, filename, voice } = media;
  if (id !== undefined) {
    refuseUnsupported(
      problems,
      `${pointer}/id`,
      'Twilio fetches files by a public link: give "link" in place of "id".',
    );
  } else if (link === undefined) {
    refuse(problems, `${pointer}/link`, 'The public link of the file is required.');
  } else {
    checkLink(problems, `${pointer}/link`, link);
  }
  if (caption !== undefined) {
    if (kind === 'audio' || kind === 'sticker') {
      refuse(problems, `${pointer}/caption`, `There is no text beside ${kind === 'audio' ? 'audio' : 'a sticker'}.`);
    } else checkBody(problems, `${pointer}/caption`, caption);
  }
  if (filename !== undefined) {
    refuseUnsupported(problems, `${pointer}/filename`, 'Twilio names a file after its link: leave the name away.');
  }
  if (voice !== undefined && voice !== false) {
    refuseUnsupported(problems, `${pointer}/voice`, 'Twilio does not send audio as a voice message.');
  }
}

export function checkLocation(problems: Problems, content: Fields): void {
  checkLocationContent(problems, content);
  const { location } = content;
  if (!isFields(location)) return;
  // A place is a text with a point beside it, and a message without a text is refused.
  if (location['name'] === undefined && location['address'] === undefined)
    refuse(problems, '/location/name', 'Through Twilio a location needs a name.');
  for (const part of ['name', 'address']) {
    const value = location[part];
    if (typeof value === 'string' && /[|\n\r]/.test(value))
      refuse(problems, `/location/${part}`, 'It must be one line without "|".');
  }
}

function checkBody(problems: Problems, pointer: string, value: unknown): void {
  checkTextAt(problems, pointer, value, { max: maxBody });
}
