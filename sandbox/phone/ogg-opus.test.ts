import fc from 'fast-check';
import { expect, it } from 'vitest';
import { checksum, samplesOf, writeOggOpus } from './ogg-opus.ts';
import { readWebmOpus } from './webm-opus.ts';

const head = new TextEncoder().encode('OpusHead-and-its-fields');
const bytes = (...parts: (number | Uint8Array)[]) =>
  Uint8Array.from(parts.flatMap((part) => (typeof part === 'number' ? [part] : Array.from(part))));

/** An element with its size in four bytes, or with a size that is not known. */
function element(id: readonly number[], content: Uint8Array, isOpen = false): Uint8Array {
  const size = isOpen
    ? [0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]
    : [
        0x10 | (content.length >>> 24),
        (content.length >>> 16) & 255,
        (content.length >>> 8) & 255,
        content.length & 255,
      ];
  return bytes(...id, ...size, content);
}

/** What a browser records: an open segment with a track and clusters of blocks. */
function webm(packets: readonly Uint8Array[]): Uint8Array {
  const track = element(
    [0x16, 0x54, 0xae, 0x6b],
    element([0xae], bytes(element([0x86], bytes(1, 2)), element([0x63, 0xa2], head))),
  );
  const cluster = bytes(...packets.map((packet) => element([0xa3], bytes(0x81, 0, 0, 0x80, packet))));
  const time = element([0xe7], bytes(0));
  return bytes(
    element([0x1a, 0x45, 0xdf, 0xa3], bytes(element([0x42, 0x82], new TextEncoder().encode('webm')))),
    element(
      [0x18, 0x53, 0x80, 0x67],
      bytes(track, element([0x1f, 0x43, 0xb6, 0x75], bytes(time, cluster), true)),
      true,
    ),
  );
}

/** The packets of an Ogg file, read as RFC 3533 says. */
function readOgg(file: Uint8Array): { packets: Uint8Array[]; lastSamples: number; flags: number[] } {
  const packets: Uint8Array[] = [];
  const flags: number[] = [];
  let lastSamples = 0;
  let unfinished: number[] = [];
  for (let at = 0, number = 0; at < file.length; number++) {
    const view = new DataView(file.buffer, file.byteOffset + at);
    expect(new TextDecoder().decode(file.subarray(at, at + 4))).toBe('OggS');
    expect(view.getUint32(18, true)).toBe(number);
    flags.push(view.getUint8(5));
    lastSamples = Number(view.getBigUint64(6, true));
    const lengths = file.subarray(at + 27, at + 27 + view.getUint8(26));
    let end = at + 27 + lengths.length;
    for (const length of lengths) {
      unfinished.push(...file.subarray(end, end + length));
      end += length;
      if (length === 255) continue;
      packets.push(Uint8Array.from(unfinished));
      unfinished = [];
    }
    const page = file.slice(at, end);
    page.fill(0, 22, 26);
    expect(checksum(page)).toBe(view.getUint32(22, true));
    at = end;
  }
  return { packets, lastSamples, flags };
}

it('a recording keeps every packet, whatever its length, and says how long it is', () => {
  const packet = fc.uint8Array({ minLength: 1, maxLength: 700 });
  fc.assert(
    fc.property(fc.array(packet, { minLength: 1, maxLength: 40 }), (packets) => {
      const ogg = readOgg(writeOggOpus(readWebmOpus(webm(packets))));
      expect(ogg.packets[0]).toEqual(head);
      expect(new TextDecoder().decode(ogg.packets[1])).toMatch(/^OpusTags/u);
      expect(ogg.packets.slice(2)).toEqual(packets);
      expect(ogg.lastSamples).toBe(packets.reduce((sum, each) => sum + samplesOf(each), 0));
      expect(ogg.flags[0]).toBe(2);
      expect(ogg.flags.at(-1)).toBe(4);
    }),
    // More than fits into one page, and packets that end where a segment ends.
    { numRuns: 25, examples: [[Array.from({ length: 300 }, (_, index) => new Uint8Array(254 + (index % 3)))]] },
  );
});

it('the checksum is the one of Ogg', () => {
  expect(checksum(new TextEncoder().encode('123456789'))).toBe(0x89a1897f);
});

it.each([
  [[0b11111_0_00], 960],
  [[0b00011_0_01], 5760],
  [[0b11110_0_11, 3], 1440],
])('the packet %j has %i samples', (packet, samples) => {
  expect(samplesOf(Uint8Array.from(packet))).toBe(samples);
});

it('what is no recording is refused, and one that was cut off keeps its whole packets', () => {
  expect(() => readWebmOpus(Uint8Array.of(1, 2, 3))).toThrow('no sound');
  const whole = webm([Uint8Array.of(1, 2, 3), Uint8Array.of(4, 5, 6)]);
  expect(readWebmOpus(whole.subarray(0, -2)).packets).toEqual([Uint8Array.of(1, 2, 3)]);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (noise) => {
      try {
        expect(readWebmOpus(noise).packets.length).toBeGreaterThan(0);
      } catch (error) {
        expect((error as Error).message).toContain('no sound');
      }
    }),
  );
});
