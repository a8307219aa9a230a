import { crc32, deflateSync } from 'node:zlib';

// Small real files, made byte by byte: what a probe reads is in them, and nothing else.

/** A PNG of one colour. */
export function pngFile(
  options: { width?: number; height?: number; bitDepth?: number; colorType?: number } = {},
): Buffer {
  const { width = 1, height = 1, bitDepth = 8, colorType = 2 } = options;
  const channels = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 }[colorType] ?? 3;
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.writeUInt8(bitDepth, 8);
  header.writeUInt8(colorType, 9);
  const rows = Buffer.alloc((1 + Math.ceil((width * channels * bitDepth) / 8)) * height);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    pngChunk('IHDR', header),
    pngChunk('IDAT', deflateSync(rows)),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}

function pngChunk(type: string, body: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), body]);
  return Buffer.concat([uint32(body.length), named, uint32(crc32(named))]);
}

/** A JPEG of nothing but its frame header. */
export function jpegFile(options: { components?: number } = {}): Buffer {
  const { components = 3 } = options;
  const frame = Buffer.from([8, 0, 16, 0, 16, components, ...Array.from({ length: components * 3 }, () => 0x11)]);
  return Buffer.concat([
    Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16]),
    Buffer.from('JFIF\0\x01\x01\0\0\x01\0\x01\0\0', 'latin1'),
    Buffer.from([0xff, 0xc0, 0, frame.length + 2]),
    frame,
    Buffer.from([0xff, 0xd9]),
  ]);
}

/** A WebP with the extended header. */
export function webpFile(options: { width?: number; height?: number; isAnimated?: boolean } = {}): Buffer {
  const { width = 512, height = 512, isAnimated = false } = options;
  const body = Buffer.alloc(10);
  body.writeUInt8(isAnimated ? 0x02 : 0, 0);
  body.writeUIntLE(width - 1, 4, 3);
  body.writeUIntLE(height - 1, 7, 3);
  const chunk = Buffer.concat([Buffer.from('WEBPVP8X', 'latin1'), uint32Little(body.length), body]);
  return Buffer.concat([Buffer.from('RIFF', 'latin1'), uint32Little(chunk.length), chunk]);
}

/** The first pages of an Ogg file with Opus. */
export function opusFile(options: { channels?: number } = {}): Buffer {
  const { channels = 1 } = options;
  const head = Buffer.concat([
    Buffer.from('OpusHead', 'latin1'),
    Buffer.from([1, channels, 0x38, 0x01, 0x80, 0xbb, 0, 0, 0, 0, 0]),
  ]);
  const vendor = Buffer.from('carillon', 'latin1');
  const tags = Buffer.concat([Buffer.from('OpusTags', 'latin1'), uint32Little(vendor.length), vendor, uint32Little(0)]);
  return Buffer.concat([oggPage(2, 0, head), oggPage(0, 1, tags), oggPage(4, 2, Buffer.alloc(40, 0xfc))]);
}

function oggPage(flags: number, sequence: number, body: Buffer): Buffer {
  const page = Buffer.concat([
    Buffer.from('OggS', 'latin1'),
    Buffer.from([0, flags, 0, 0, 0, 0, 0, 0, 0, 0]),
    uint32Little(7),
    uint32Little(sequence),
    uint32Little(0),
    Buffer.from([1, body.length]),
    body,
  ]);
  page.writeUInt32LE(oggChecksum(page), 22);
  return page;
}

// The checksum of Ogg: CRC-32 with the polynomial 0x04c11db7, not reflected.
function oggChecksum(bytes: Buffer): number {
  let sum = 0;
  for (const byte of bytes) {
    sum ^= byte << 24;
    for (let bit = 0; bit < 8; bit += 1) sum = (sum & 0x8000_0000) === 0 ? sum << 1 : (sum << 1) ^ 0x04c1_1db7;
  }
  return sum >>> 0;
}

/** A sound as Windows keeps it, which WhatsApp takes in no kind. */
export function wavFile(): Buffer {
  const format = Buffer.from([1, 0, 1, 0, 0x44, 0xac, 0, 0, 0x88, 0x58, 1, 0, 2, 0, 16, 0]);
  const sound = Buffer.alloc(64);
  return Buffer.concat([
    Buffer.from('RIFF', 'latin1'),
    uint32Little(28 + 8 + sound.length),
    Buffer.from('WAVEfmt ', 'latin1'),
    uint32Little(format.length),
    format,
    Buffer.from('data', 'latin1'),
    uint32Little(sound.length),
    sound,
  ]);
}

/** The tables of an MP4 with one track of pictures and, if wanted, one of sound; there are no pictures in it. */
export function mp4File(options: { video?: string; audio?: string | null } = {}): Buffer {
  const { video = 'avc1', audio = 'mp4a' } = options;
  const tracks = [track('vide', video, 1), ...(audio === null ? [] : [track('soun', audio, 2)])];
  return Buffer.concat([
    box('ftyp', Buffer.from('isom\0\0\x02\0isomiso2avc1mp41', 'latin1')),
    box(
      'moov',
      box('mvhd', Buffer.concat([Buffer.alloc(12), uint32(1000), uint32(1000), Buffer.alloc(80)])),
      ...tracks,
    ),
    box('mdat', Buffer.alloc(16)),
  ]);
}

function track(handler: string, codec: string, id: number): Buffer {
  const trackHeader = Buffer.alloc(84);
  trackHeader.writeUInt32BE(id, 12);
  const mediaHeader = Buffer.alloc(24);
  mediaHeader.writeUInt32BE(1000, 12);
  mediaHeader.writeUInt32BE(1000, 16);
  const description = Buffer.alloc(handler === 'vide' ? 78 : 28);
  if (handler === 'soun') description.writeUInt16BE(2, 16);
  const sample = box(codec, description);
  const table = (name: string) => box(name, Buffer.alloc(8));
  return box(
    'trak',
    box('tkhd', trackHeader),
    box(
      'mdia',
      box('mdhd', mediaHeader),
      box('hdlr', Buffer.concat([Buffer.alloc(8), Buffer.from(handler, 'latin1'), Buffer.alloc(13)])),
      box(
        'minf',
        box(
          'stbl',
          box('stsd', Buffer.concat([Buffer.alloc(4), uint32(1), sample])),
          table('stts'),
          table('stsc'),
          box('stsz', Buffer.alloc(12)),
          table('stco'),
        ),
      ),
    ),
  );
}

function box(type: string, ...content: Buffer[]): Buffer {
  const body = Buffer.concat(content);
  return Buffer.concat([uint32(body.length + 8), Buffer.from(type, 'latin1'), body]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function uint32Little(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
