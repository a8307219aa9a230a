import { invalid } from '#cloud-api/checks.ts';
import { GraphError } from '#cloud-api/graph-error.ts';

const LEAST_PIXELS = 192;
const MOST_PIXELS = 8192;

/** Throws for a picture that no group can have: a square JPEG or PNG of 192 to 8192 pixels. */
export function checkPicture(bytes: Buffer): 'image/jpeg' | 'image/png' {
  const isPng = bytes.subarray(0, 8).equals(PNG);
  const size = isPng ? pngSize(bytes) : jpegSize(bytes);
  if (!size) throw invalid('profile_picture_file', 'must be a JPEG or PNG.');
  const { width, height } = size;
  if (width !== height) {
    throw new GraphError(131209, `The picture of a group must be as wide as high, it has ${width} x ${height} pixels.`);
  }
  if (width < LEAST_PIXELS || width > MOST_PIXELS) {
    throw new GraphError(
      131210,
      `The picture of a group must have ${LEAST_PIXELS} to ${MOST_PIXELS} pixels on each side, it has ${width}.`,
    );
  }
  return isPng ? 'image/png' : 'image/jpeg';
}

interface Size {
  width: number;
  height: number;
}

const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

function pngSize(bytes: Buffer): Size | undefined {
  return bytes.length < 24 ? undefined : { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
}

/** The size stands in the first frame header; what is before it says its own length. */
function jpegSize(bytes: Buffer): Size | undefined {
  if (bytes.length < 4 || bytes.readUInt16BE(0) !== 0xffd8) return undefined;
  for (let at = 2; at + 9 <= bytes.length && bytes[at] === 0xff; ) {
    const marker = bytes[at + 1] as number;
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return { height: bytes.readUInt16BE(at + 5), width: bytes.readUInt16BE(at + 7) };
    at += 2 + bytes.readUInt16BE(at + 2);
  }
  return undefined;
}
