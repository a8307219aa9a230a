/** A recording as its codec made it: the head that describes it, and the packets. */
export interface OpusStream {
  head: Uint8Array;
  packets: Uint8Array[];
}

// The elements of a WebM file that lead to the packets; every other one is skipped whole.
const SEGMENT = 0x18538067;
const TRACKS = 0x1654ae6b;
const TRACK = 0xae;
const CODEC_PRIVATE = 0x63a2;
const CLUSTER = 0x1f43b675;
const BLOCK_GROUP = 0xa0;
const BLOCK = 0xa1;
const SIMPLE_BLOCK = 0xa3;
const containers: ReadonlySet<number> = new Set([SEGMENT, TRACKS, TRACK, CLUSTER, BLOCK_GROUP]);

/** Takes the Opus packets out of a WebM file of one track, as a browser records it. Throws when it is none. */
export function readWebmOpus(file: Uint8Array): OpusStream {
  const packets: Uint8Array[] = [];
  let head: Uint8Array | undefined;
  let at = 0;
  while (at < file.length) {
    const id = readNumber(file, at, true);
    const size = readNumber(file, id.end, false);
    // A recorder does not know the size of what it has not finished; the elements inside follow at once in any case.
    if (containers.has(id.value) || size.isUnknown) {
      at = size.end;
      continue;
    }
    const content = file.subarray(size.end, size.end + size.value);
    // What a recorder was cut off in has no whole packet at its end.
    if (content.length < size.value) break;
    if (id.value === CODEC_PRIVATE) head = content;
    if (id.value === SIMPLE_BLOCK || id.value === BLOCK) {
      const track = readNumber(content, 0, false);
      // The track is followed by two bytes of time and one of flags.
      packets.push(content.subarray(track.end + 3));
    }
    at = size.end + size.value;
  }
  if (!head || packets.length === 0) throw new Error('The recording has no sound in it.');
  return { head, packets };
}

// EBML writes numbers with as many bytes as the first one has zeros before its highest bit, plus one. Ids keep that bit.
function readNumber(file: Uint8Array, at: number, isId: boolean): { value: number; end: number; isUnknown: boolean } {
  const first = file[at] ?? 0;
  const length = Math.clz32(first) - 23;
  if (first === 0 || at + length > file.length) return { value: 0, end: file.length, isUnknown: false };
  let value = isId ? first : first & (0xff >> length);
  let isUnknown = value === 0xff >> length;
  for (let index = 1; index < length; index++) {
    const byte = file[at + index] ?? 0;
    isUnknown &&= byte === 0xff;
    value = value * 256 + byte;
  }
  return { value, end: at + length, isUnknown: !isId && isUnknown };
}
