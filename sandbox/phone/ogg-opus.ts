import type { OpusStream } from './webm-opus.ts';

const MOST_SEGMENTS = 255;
const FIRST_PAGE = 2;
const LAST_PAGE = 4;
const SERIAL = 1;

/** The same sound as an Ogg file (RFC 7845), which is what WhatsApp's voice messages are. */
export function writeOggOpus({ head, packets }: OpusStream): Uint8Array<ArrayBuffer> {
  const pages: Uint8Array[] = [page([head], { flags: FIRST_PAGE, samples: 0, number: 0 })];
  pages.push(page([tags()], { flags: 0, samples: 0, number: 1 }));
  let waiting: Uint8Array[] = [];
  let segments = 0;
  let samples = 0;
  const flush = (flags: number): void => {
    if (waiting.length > 0) pages.push(page(waiting, { flags, samples, number: pages.length }));
    waiting = [];
    segments = 0;
  };
  for (const packet of packets) {
    const needed = segmentCount(packet);
    if (segments + needed > MOST_SEGMENTS) flush(0);
    waiting.push(packet);
    segments += needed;
    samples += samplesOf(packet);
  }
  flush(LAST_PAGE);
  return joined(pages);
}

/** How many samples at 48 kHz a packet holds (RFC 6716, 3.1). */
export function samplesOf(packet: Uint8Array): number {
  const first = packet[0] ?? 0;
  const mode = first >> 3;
  const frame =
    mode < 12 ? [480, 960, 1920, 2880][mode & 3] : mode < 16 ? [480, 960][mode & 1] : [120, 240, 480, 960][mode & 3];
  const count = [1, 2, 2, (packet[1] ?? 0) & 0x3f][first & 3];
  return (frame ?? 0) * (count ?? 0);
}

// A packet is cut into segments of 255 bytes; a last one that is shorter, be it empty, ends it.
function segmentCount(packet: Uint8Array): number {
  return Math.floor(packet.length / 255) + 1;
}

function page(
  packets: readonly Uint8Array[],
  { flags, samples, number }: { flags: number; samples: number; number: number },
): Uint8Array {
  const lengths = packets.flatMap((packet) => [
    ...Array.from<number>({ length: segmentCount(packet) - 1 }).fill(255),
    packet.length % 255,
  ]);
  const bytes = joined([new Uint8Array(27), Uint8Array.from(lengths), ...packets]);
  const view = new DataView(bytes.buffer);
  bytes.set(new TextEncoder().encode('OggS'));
  view.setUint8(5, flags);
  view.setBigUint64(6, BigInt(samples), true);
  view.setUint32(14, SERIAL, true);
  view.setUint32(18, number, true);
  view.setUint8(26, lengths.length);
  view.setUint32(22, checksum(bytes), true);
  return bytes;
}

function tags(): Uint8Array {
  const vendor = new TextEncoder().encode('Carillon sandbox');
  const bytes = new Uint8Array(8 + 4 + vendor.length + 4);
  bytes.set(new TextEncoder().encode('OpusTags'));
  new DataView(bytes.buffer).setUint32(8, vendor.length, true);
  bytes.set(vendor, 12);
  return bytes;
}

/** The checksum of an Ogg page, whose own four bytes are zero: CRC-32 with the polynomial 04C11DB7, not reflected. */
export function checksum(bytes: Uint8Array): number {
  let sum = 0;
  for (const byte of bytes) {
    sum ^= byte << 24;
    for (let bit = 0; bit < 8; bit++) sum = sum & 0x80000000 ? (sum << 1) ^ 0x04c11db7 : sum << 1;
  }
  return sum >>> 0;
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
