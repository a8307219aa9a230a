import { randomFillSync } from 'node:crypto';
import { isUuid } from './schema.ts';

// Random bytes are fetched in bulk: one call each would cost more than the identifier itself.
const pool = Buffer.allocUnsafe(4096);
let poolOffset = pool.length;
let latestMs = 0;
let sequence = 0;

const hex = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** A new UUID version 7. Within this process each is greater than the one before, also when the clock goes back or many
 *  are made in one millisecond. Not a secret: never use one as a token. */
export function newId(): string {
  if (poolOffset + 10 > pool.length) {
    randomFillSync(pool);
    poolOffset = 0;
  }
  const nowMs = Date.now();
  if (nowMs > latestMs) {
    latestMs = nowMs;
    // Half of the 12 bits are left free to count up within the millisecond.
    sequence = pool.readUInt16BE(poolOffset) & 0x7ff;
  } else if (++sequence > 0xfff) {
    latestMs++;
    sequence = 0;
  }
  const at = poolOffset + 2;
  poolOffset += 10;
  const ms = latestMs.toString(16).padStart(12, '0');
  const counter = (0x7000 | sequence).toString(16);
  const byte = (index: number) => hex[pool[at + index] ?? 0] ?? '00';
  const variant = hex[((pool[at] ?? 0) & 0x3f) | 0x80] ?? '80';
  return `${ms.slice(0, 8)}-${ms.slice(8)}-${counter}-${variant}${byte(1)}-${byte(2)}${byte(3)}${byte(4)}${byte(5)}${byte(6)}${byte(7)}`;
}

/** The identifier in its stored form (lower case), or undefined when the text is none. */
export function parseId(text: string): string | undefined {
  return isUuid(text) ? text.toLowerCase() : undefined;
}

/** When a version 7 identifier was made, to the millisecond. */
export function instantOfId(id: string): Temporal.Instant {
  return Temporal.Instant.fromEpochMilliseconds(Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16));
}
