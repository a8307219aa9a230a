import { createHash, randomBytes } from 'node:crypto';

/** A message id of the real shape: base64 of a small tagged record with the person's number and a hexadecimal id
 *  (18 characters for the business's messages, 20 for a person's). Clients must treat it as opaque. */
export function newWamid(direction: 'out' | 'in', personAddress: string): string {
  const address = Buffer.from(personAddress.slice(0, 100), 'latin1');
  const hex = direction === 'out' ? random(9) : random(10);
  const record = Buffer.concat([
    Buffer.from([0x1c, 0x18, address.length]),
    address,
    Buffer.from([0x15, 0x02, 0x00, direction === 'out' ? 0x11 : 0x12, 0x18, hex.length * 2]),
    Buffer.from(hex.toString('hex').toUpperCase(), 'latin1'),
    Buffer.from([0x00]),
  ]);
  return `wamid.${record.toString('base64')}`;
}

// One call to the generator for many ids: it is the dearest part of a send otherwise.
let pool = Buffer.alloc(0);
let used = 0;
function random(bytes: number): Buffer {
  if (used + bytes > pool.length) {
    pool = randomBytes(8192);
    used = 0;
  }
  used += bytes;
  return pool.subarray(used - bytes, used);
}

/** Decimal digits without a leading zero, as Meta's object ids. */
export function newDigits(length: number): string {
  let digits = String(1 + ((random(1)[0] as number) % 9));
  while (digits.length < length) digits += String((random(1)[0] as number) % 10);
  return digits;
}

/** The id of a call; as opaque as that of a message. */
export function newWacid(): string {
  return `wacid.${random(24).toString('base64')}`;
}

export function newTraceId(): string {
  return `A${random(17).toString('base64url').slice(0, 22)}`;
}

export function newSecret(bytes: number): string {
  return randomBytes(bytes).toString('hex');
}

/** The business-scoped user id of a person: two letters of the country, a dot, digits. Stable for the same key. */
export function userIdFor(country: string, key: string): string {
  const hash = createHash('sha256').update(key).digest();
  return `${country}.${String(hash.readBigUInt64BE(0)).padStart(20, '1').slice(0, 20)}`;
}
