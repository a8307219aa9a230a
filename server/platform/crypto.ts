import { createCipheriv, createDecipheriv, createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

const format = 1;
const nonceBytes = 12;
const tagBytes = 16;

/** Where an encrypted value belongs. It is bound to this place: copied to another row, column or workspace it cannot be
 *  read. */
export type SecretPlace = { workspaceId: string; table: string; column: string; rowId: string };

/** The value cannot be decrypted: wrong key, wrong place, or it was changed. */
export class DecryptionFailed extends Error {
  override readonly name = 'DecryptionFailed';
}

/** A new key of a workspace: 32 random bytes. Store it only wrapped. */
export function newWorkspaceKey(): Buffer {
  return randomBytes(32);
}

/** The workspace's key under the key-encryption key, to be stored. Changing the key-encryption key means wrapping anew;
 *  what the workspace's key encrypted stays as it is. */
export function wrapKey(keyEncryptionKey: Buffer, workspaceKey: Buffer, workspaceId: string): Buffer {
  return seal(keyEncryptionKey, workspaceKey, `workspace_key|${workspaceId}`);
}

/** Throws DecryptionFailed. */
export function unwrapKey(keyEncryptionKey: Buffer, wrapped: Buffer, workspaceId: string): Buffer {
  return open(keyEncryptionKey, wrapped, `workspace_key|${workspaceId}`);
}

/** Encrypts a value for its place with AES-256-GCM: one format byte, 12 of nonce, the text, 16 of tag. */
export function encrypt(workspaceKey: Buffer, plain: string | Buffer, place: SecretPlace): Buffer {
  return seal(workspaceKey, typeof plain === 'string' ? Buffer.from(plain, 'utf8') : plain, addressOf(place));
}

/** Throws DecryptionFailed. */
export function decrypt(workspaceKey: Buffer, sealed: Buffer, place: SecretPlace): Buffer {
  return open(workspaceKey, sealed, addressOf(place));
}

function seal(key: Buffer, plain: Buffer, address: string): Buffer {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes });
  cipher.setAAD(Buffer.from(address, 'utf8'));
  return Buffer.concat([Buffer.of(format), nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

function open(key: Buffer, sealed: Buffer, address: string): Buffer {
  if (sealed.length < 1 + nonceBytes + tagBytes || sealed[0] !== format) {
    throw new DecryptionFailed('The value is not one that this version encrypted.');
  }
  const nonce = sealed.subarray(1, 1 + nonceBytes);
  const text = sealed.subarray(1 + nonceBytes, sealed.length - tagBytes);
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes });
  decipher.setAAD(Buffer.from(address, 'utf8'));
  decipher.setAuthTag(sealed.subarray(sealed.length - tagBytes));
  try {
    return Buffer.concat([decipher.update(text), decipher.final()]);
  } catch (cause) {
    throw new DecryptionFailed('The value cannot be decrypted: it has another key or place, or it was changed.', {
      cause,
    });
  }
}

// No part can hold the separator: identifiers are UUIDs, the names are ours.
function addressOf({ workspaceId, table, column, rowId }: SecretPlace): string {
  return `${workspaceId}|${table}|${column}|${rowId}`;
}

/** SHA-256, 32 bytes. For values that are random themselves; passwords need a slow hash. */
export function sha256(value: string | Buffer): Buffer {
  return createHash('sha256').update(value).digest();
}

export function hmacSha256(key: string | Buffer, value: string | Buffer): Buffer {
  return createHmac('sha256', key).update(value).digest();
}

/** Compares in a time that does not tell how much is equal. Unlike `timingSafeEqual` it never throws: values of different
 *  length are simply not equal. */
export function isEqualConstantTime(left: string | Uint8Array, right: string | Uint8Array): boolean {
  const a = typeof left === 'string' ? Buffer.from(left, 'utf8') : left;
  const b = typeof right === 'string' ? Buffer.from(right, 'utf8') : right;
  if (a.length !== b.length) {
    timingSafeEqual(a, a);
    return false;
  }
  return timingSafeEqual(a, b);
}

/** A secret of `bytes` random bytes in base64url. */
export function randomToken(bytes = 32): string {
  return randomBytes(bytes).toString('base64url');
}
