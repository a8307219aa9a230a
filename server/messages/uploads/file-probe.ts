import { open } from 'node:fs/promises';
import type { IAudioMetadata } from 'music-metadata';
import type { FileFacts } from '#channels/media.ts';
import { imageFacts } from './image-header.ts';

// The libraries are loaded with the first file: a server through which none goes does without their memory.

/** Reads the beginnings and the tables of a file on disk and says what it really is. Never throws for a strange or broken
 *  file: then the facts that cannot be read are missing. The name tells old office files apart, which begin alike. */
export async function probeFile(path: string, sizeBytes: number, filename: string | null): Promise<FileFacts> {
  const { fileTypeFromFile } = await import('file-type');
  const recognised = await fileTypeFromFile(path).catch(() => undefined);
  const mimeType = recognised?.mime ?? (await typeOfText(path));
  const facts: FileFacts = { mimeType: mimeType === null ? null : usualName(mimeType, filename), sizeBytes };
  if (mimeType?.startsWith('image/')) await addImage(facts, path);
  if (mimeType?.startsWith('audio/') || mimeType?.startsWith('video/') || mimeType === 'application/ogg')
    await addStreams(facts, path);
  return facts;
}

// One name for each format: the one that the Cloud API's list has.
const usualNames: Record<string, string> = {
  'audio/x-m4a': 'audio/mp4',
  'audio/opus': 'audio/ogg',
  'audio/ogg; codecs=opus': 'audio/ogg',
  'application/ogg': 'audio/ogg',
  'audio/vnd.wave': 'audio/wav',
  'video/x-m4v': 'video/mp4',
};

const oldOfficeTypes: Record<string, string> = {
  doc: 'application/msword',
  xls: 'application/vnd.ms-excel',
  ppt: 'application/vnd.ms-powerpoint',
};

function usualName(mimeType: string, filename: string | null): string {
  if (mimeType === 'application/x-cfb') {
    const ending = filename?.split('.').at(-1)?.toLowerCase() ?? '';
    return oldOfficeTypes[ending] ?? mimeType;
  }
  return usualNames[mimeType] ?? mimeType;
}

async function addImage(facts: FileFacts, path: string): Promise<void> {
  const { imageSizeFromFile } = await import('image-size/fromFile');
  const size = await imageSizeFromFile(path).catch(() => undefined);
  if (!size) return;
  const header = imageFacts(await readHead(path, 64 * 1024), facts.mimeType ?? '');
  facts.image = { width: size.width, height: size.height, ...header };
}

async function addStreams(facts: FileFacts, path: string): Promise<void> {
  const { parseFile, TrackType } = await import('music-metadata');
  let parsed: IAudioMetadata;
  try {
    parsed = await parseFile(path, { skipCovers: true, duration: false });
  } catch {
    return;
  }
  const { format } = parsed;
  const videos = format.trackInfo.filter(({ type }) => type === TrackType.video);
  const sounds = format.trackInfo.filter(({ type }) => type === TrackType.audio);
  const hasSound = sounds.length > 0 || format.hasAudio !== false;
  if (hasSound) {
    facts.audio = {
      codec: codecName(sounds[0]?.codecName ?? format.codec ?? null),
      channels: sounds[0]?.audio?.channels ?? format.numberOfChannels ?? null,
      streams: Math.max(1, sounds.length),
    };
  }
  if (videos.length > 0 || format.hasVideo) {
    facts.video = { codec: codecName(videos[0]?.codecName ?? null), streams: Math.max(1, videos.length) };
  }
}

const codecNames: [RegExp, string][] = [
  [/opus/i, 'opus'],
  [/vorbis/i, 'vorbis'],
  [/avc1|h\.?264|avc3/i, 'h264'],
  [/hev1|hvc1|h\.?265/i, 'h265'],
  [/vp0?9/i, 'vp9'],
  [/av01|av1/i, 'av1'],
  [/mp4a|aac/i, 'aac'],
  [/samr|amr/i, 'amr'],
  [/layer 3|mp3/i, 'mp3'],
];

function codecName(text: string | null): string | null {
  if (text === null) return null;
  return codecNames.find(([pattern]) => pattern.test(text))?.[1] ?? text.toLowerCase();
}

async function readHead(path: string, bytes: number): Promise<Buffer> {
  await using file = await open(path);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(bytes), 0, bytes, 0);
  return buffer.subarray(0, bytesRead);
}

// Text has no mark of its own. A sequence that is cut at the end of what was read is no mistake.
async function typeOfText(path: string): Promise<string | null> {
  const head = await readHead(path, 64 * 1024);
  if (head.length === 0 || head.includes(0)) return null;
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: true }).trimStart();
    return markup.find(([pattern]) => pattern.test(text))?.[1] ?? 'text/plain';
  } catch {
    return null;
  }
}

// What a browser would run or draw is no plain text. The beginnings of HTML are those of the MIME Sniffing Standard.
const markup: [RegExp, string][] = [
  [/^(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*(<!doctype svg[^>]*>\s*)?<svg[\s>/]/is, 'image/svg+xml'],
  [/^<\?xml\s/i, 'application/xml'],
  [/^<(!doctype html|html|head|script|iframe|h1|div|font|table|a|style|title|b|body|br|p|!--)[\s>/-]/i, 'text/html'],
  [/^([\w-]+:[^\n]*\n([ \t][^\n]*\n)*)*content-type:\s*multipart\/related/i, 'multipart/related'],
];
