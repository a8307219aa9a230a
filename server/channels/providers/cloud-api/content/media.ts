import type { Fields } from '#channels/providers/payloads/fields.ts';
import { checkText, fieldsAt, type Problems, refuse } from '#channels/providers/content-checks/checks.ts';
import { checkLink } from '#channels/providers/content-checks/links.ts';

export type MediaKind = 'image' | 'audio' | 'video' | 'document' | 'sticker';

const extraFields: Record<MediaKind, readonly string[]> = {
  image: ['caption'],
  audio: ['voice'],
  video: ['caption'],
  document: ['caption', 'filename'],
  sticker: [],
};

export function checkMediaContent(kind: MediaKind, problems: Problems, content: Fields): void {
  checkMedia(problems, `/${kind}`, content[kind], extraFields[kind]);
}

/** A file by `id` (uploaded before) or by `link` (fetched by Meta), with the further fields that this place allows. */
export function checkMedia(problems: Problems, pointer: string, value: unknown, extra: readonly string[]): void {
  const media = fieldsAt(problems, pointer, value, ['id', 'link', ...extra]);
  if (!media) return;
  const { id, link, caption, filename, voice } = media;
  if ((id === undefined) === (link === undefined)) {
    refuse(problems, pointer, 'It needs either the id of an uploaded file or a link, and not both.');
  }
  if (id !== undefined && (typeof id !== 'string' || !/^[\w.:-]{1,128}$/.test(id))) {
    refuse(problems, `${pointer}/id`, 'It must be the id of an uploaded file, as a string.');
  }
  if (link !== undefined) checkLink(problems, `${pointer}/link`, link);
  if (extra.includes('caption')) checkText(problems, `${pointer}/caption`, caption, { max: 1024, optional: true });
  if (extra.includes('filename'))
    checkText(problems, `${pointer}/filename`, filename, { max: 240, optional: true, singleLine: true });
  if (extra.includes('voice') && voice !== undefined && typeof voice !== 'boolean') {
    refuse(problems, `${pointer}/voice`, 'It must be true or false.');
  }
}
