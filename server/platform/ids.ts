import { randomFillSync } from 'node:crypto';
import { isUuid } from './schema.ts';

// Random bytes are fetched in bulk: one call each would cost more than the identifier itself.
const pool = Buffer.allocUnsafe(4096);
let poolOffset = pool.length;
let latestMs = 0;
let sequence = 0;

let prefix = '';
let prefixMs = -1;

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
  const variant = 0x80 | ((pool[poolOffset + 2] ?? 0) & 0x3f);
  const random = pool.toString('hex', poolOffset + 3, poolOffset + 10);
  poolOffset += 10;
  if (latestMs !== prefixMs) {
    const ms = latestMs.toString(16).padStart(12, '0');
    prefix = `${ms.slice(0, 8)}-${ms.slice(8)}-`;
    prefixMs = latestMs;
  }
  return `${prefix}${(0x7000 | sequence).toString(16)}-${variant.toString(16)}${random.slice(0, 2)}-${random.slice(2)}`;
}

/** The identifier in its stored form (lower case), or undefined when the text is none. */
export function parseId(text: string): string | undefined {
  return isUuid(text) ? text.toLowerCase() : undefined;
}

/** When a version 7 identifier was made, to the millisecond. */
export function instantOfId(id: string): Temporal.Instant {
  return Temporal.Instant.fromEpochMilliseconds(Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16));
}
