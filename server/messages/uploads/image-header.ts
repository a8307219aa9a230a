import type { FileFacts } from '#channels/media.ts';

type Header = Omit<NonNullable<FileFacts['image']>, 'width' | 'height'>;

/** Colours, depth and animation as the beginning of an image says them (PNG, JPEG, WebP). Pure. */
export function imageFacts(head: Buffer, mimeType: string): Header {
  if (mimeType === 'image/png' || mimeType === 'image/apng') return pngFacts(head, mimeType);
  if (mimeType === 'image/jpeg') return jpegFacts(head);
  if (mimeType === 'image/webp') return { isAnimated: isAnimatedWebp(head), bitDepth: 8, colors: 'rgba' };
  return { isAnimated: mimeType === 'image/gif', bitDepth: null, colors: 'other' };
}

const pngColors: Record<number, Header['colors']> = { 0: 'gray', 2: 'rgb', 3: 'palette', 4: 'gray', 6: 'rgba' };

// The first chunk is always IHDR: depth at 24, colour type at 25.
function pngFacts(head: Buffer, mimeType: string): Header {
  return {
    isAnimated: mimeType === 'image/apng',
    bitDepth: head[24] ?? null,
    colors: pngColors[head[25] ?? -1] ?? 'other',
  };
}

const jpegColors: Record<number, Header['colors']> = { 1: 'gray', 3: 'rgb', 4: 'cmyk' };

// The first "start of frame" has the depth and the number of components.
function jpegFacts(head: Buffer): Header {
  let at = 2;
  while (at + 10 < head.length && head[at] === 0xff) {
    const marker = head[at + 1] ?? 0;
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame)
      return { isAnimated: false, bitDepth: head[at + 4] ?? null, colors: jpegColors[head[at + 9] ?? 0] ?? 'other' };
    at += 2 + head.readUInt16BE(at + 2);
  }
  return { isAnimated: false, bitDepth: null, colors: 'other' };
}

// The extended header has a flag for it.
function isAnimatedWebp(head: Buffer): boolean {
  return head.toString('latin1', 12, 16) === 'VP8X' && ((head[20] ?? 0) & 0x02) !== 0;
}
