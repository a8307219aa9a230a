import type { FileFacts } from '#channels/media.ts';
import { capabilities } from '#channels/providers/cloud-api/capabilities.ts';

/** How a file is to be used: the type of the content, and for sound whether it is a voice note. */
export interface FileUse {
  kind: string;
  isVoice: boolean;
}

const kindWords: Record<string, string> = {
  image: 'An image',
  audio: 'A sound',
  video: 'A video',
  document: 'A document',
  sticker: 'A sticker',
  gif: 'An animation',
};

/**
 * Why WhatsApp would refuse or not play a file that is used in this way, in words; empty when it would take it. Decided on
 * what the bytes are, since a wrong type passes Meta's upload and fails when the message is on its way (131053).
 */
export function problemsOfFile(file: FileFacts, { kind, isVoice }: FileUse): string[] {
  const limits = kind === 'gif' ? gifLimits : capabilities.mediaLimits[kind];
  const what = kindWords[kind];
  if (!limits || !what) return [`Content of the kind "${kind}" has no file.`];
  const { mimeType, sizeBytes } = file;
  if (sizeBytes === 0) return ['The file is empty.'];
  if (mimeType === null || !limits.mimeTypes.includes(mimeType)) {
    return [`${what} must be one of ${limits.mimeTypes.join(', ')}; the file is ${mimeType ?? 'of no known type'}.`];
  }
  const problems: string[] = [];
  const maxBytes = kind === 'sticker' && !file.image?.isAnimated ? stillStickerBytes : limits.maxBytes;
  if (sizeBytes > maxBytes) problems.push(`${what} may have ${maxBytes} bytes; the file has ${sizeBytes}.`);
  if (kind === 'image') problems.push(...problemsOfImage(file));
  if (kind === 'sticker') problems.push(...problemsOfSticker(file));
  if (kind === 'audio') problems.push(...problemsOfAudio(file, isVoice));
  if (kind === 'video' || kind === 'gif') problems.push(...problemsOfVideo(file));
  return problems;
}

// What WhatsApp calls a GIF is a short video, in headers of marketing templates.
const gifLimits = { maxBytes: 3.5 * 1024 * 1024, mimeTypes: ['video/mp4'] };

// Meta counts thousands here; the limit of the kind is that of animated ones.
const stillStickerBytes = 100_000;

function problemsOfImage({ image }: FileFacts): string[] {
  if (!image) return ['The image cannot be read; it may be damaged.'];
  const problems: string[] = [];
  if (image.bitDepth !== null && image.bitDepth !== 8)
    problems.push(`An image must have 8 bits a channel; this one has ${image.bitDepth}.`);
  if (image.colors === 'cmyk') problems.push('An image must be RGB or RGBA; this one is CMYK, for print.');
  return problems;
}

function problemsOfSticker({ image }: FileFacts): string[] {
  if (!image) return ['The sticker cannot be read; it may be damaged.'];
  if (image.width === 512 && image.height === 512) return [];
  return [`A sticker must be 512 by 512 pixels; this one is ${image.width} by ${image.height}.`];
}

function problemsOfAudio({ mimeType, audio }: FileFacts, isVoice: boolean): string[] {
  if (!audio) return ['The sound cannot be read; it may be damaged.'];
  const problems: string[] = [];
  if (mimeType === 'audio/ogg') {
    if (audio.codec !== 'opus')
      problems.push(`A sound in Ogg must be coded with Opus; this one is ${audio.codec ?? 'something else'}.`);
    if (audio.channels !== null && audio.channels !== 1)
      problems.push(`A sound in Ogg must be mono; this one has ${audio.channels} channels.`);
  } else if (isVoice) {
    problems.push(`A voice note must be Ogg with Opus; the file is ${mimeType ?? 'of no known type'}.`);
  }
  return problems;
}

function problemsOfVideo({ video, audio }: FileFacts): string[] {
  if (!video) return ['The file has no picture that could be read; it may be damaged.'];
  const problems: string[] = [];
  if (video.codec !== 'h264' && video.codec !== null)
    problems.push(`A video must be coded with H.264; this one is ${video.codec}.`);
  if (audio && audio.streams > 1) problems.push('A video may have one sound track; this one has several.');
  if (audio && audio.codec !== null && audio.codec !== 'aac')
    problems.push(`The sound of a video must be AAC; this one is ${audio.codec}.`);
  return problems;
}
