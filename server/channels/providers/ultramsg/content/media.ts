import {
  checkText,
  fieldsAt,
  type Problems,
  refuse,
  refuseUnsupported,
} from '#channels/providers/content-checks/checks.ts';
import { checkLink } from '#channels/providers/content-checks/links.ts';
import { type Fields, isFields } from '#channels/providers/payloads/fields.ts';
import { checkMentions } from './text.ts';

type MediaKind = 'image' | 'video' | 'document' | 'audio' | 'sticker';

const extraFields: Record<MediaKind, readonly string[]> = {
  image: ['caption', 'mentions'],
  audio: ['voice'],
  video: ['caption', 'mentions'],
  document: ['caption', 'filename', 'mentions'],
  sticker: [],
};

// By what a link ends with UltraMsg tells kinds of files apart. An ending that is none of a file says nothing.
const endings: Readonly<Record<string, readonly string[]>> = {
  image: ['jpg', 'jpeg', 'gif', 'png', 'webp', 'bmp', 'svg'],
  audio: ['mp3', 'aac', 'ogg'],
  voice: ['ogg', 'opus'],
  video: ['mp4', '3gp', 'mov'],
};
const knownEndings: ReadonlySet<string> = new Set(
  [
    ...Object.values(endings),
    'heic tif tiff ico wav m4a amr flac wma avi mkv webm wmv flv'.split(' '),
    'pdf txt csv doc docx xls xlsx ppt pptx zip rar 7z exe apk'.split(' '),
  ].flat(),
);

/** A file by its link, with the further fields that this kind allows. */
export function checkMediaContent(kind: MediaKind, problems: Problems, content: Fields): void {
  const extra = extraFields[kind];
  const pointer = `/${kind}`;
  const media = fieldsAt(problems, pointer, content[kind], ['id', 'link', ...extra]);
  if (!media) return;
  const { id, link, caption, filename, voice } = media;
  if (id !== undefined) {
    refuseUnsupported(problems, `${pointer}/id`, 'UltraMsg takes files by link only: give a link that it can fetch.');
  } else if (link === undefined) {
    refuse(problems, pointer, 'It needs a link to the file.');
  }
  if (link !== undefined) {
    const before = problems.length;
    checkLink(problems, `${pointer}/link`, link);
    if (problems.length === before) checkEnding(problems, `${pointer}/link`, link, voice === true ? 'voice' : kind);
  }
  if (extra.includes('caption')) checkText(problems, `${pointer}/caption`, caption, { max: 1024, optional: true });
  if (extra.includes('filename'))
    checkText(problems, `${pointer}/filename`, filename, { max: 255, optional: true, singleLine: true });
  if (extra.includes('mentions')) checkMentions(problems, `${pointer}/mentions`, media['mentions']);
  if (extra.includes('voice') && voice !== undefined && typeof voice !== 'boolean') {
    refuse(problems, `${pointer}/voice`, 'It must be true or false.');
  }
}

function checkEnding(problems: Problems, pointer: string, link: unknown, use: string): void {
  const allowed = endings[use];
  const [, ending] = /\.([a-z0-9]{2,5})$/.exec(pathOf(link).toLowerCase()) ?? [];
  if (!allowed || ending === undefined || !knownEndings.has(ending) || allowed.includes(ending)) return;
  const what = use === 'voice' ? 'a voice note' : `content of the kind ${use}`;
  refuse(problems, pointer, `UltraMsg takes ${allowed.join(', ')} as ${what}; this link ends with .${ending}.`);
}

/** The name of a document, which UltraMsg must be told: the one that is given, or the last part of the link. */
export function filenameOf(document: Fields): string {
  const { filename, link } = document;
  if (typeof filename === 'string') return filename;
  const last = pathOf(link).split('/').at(-1) ?? '';
  const name = decoded(last).slice(0, 255).toWellFormed();
  return name === '' ? 'document' : name;
}

function pathOf(link: unknown): string {
  return (typeof link === 'string' ? URL.parse(link)?.pathname : undefined) ?? '';
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Whether a content of sound is to be a voice note. */
export function isVoice(content: Fields): boolean {
  const { audio } = content;
  return isFields(audio) && audio['voice'] === true;
}
