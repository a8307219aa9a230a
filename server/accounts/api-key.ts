import { randomToken, sha256 } from '#platform/crypto.ts';

/** A new key: `ck_live_<id>_<256 random bits>`. The fixed beginning lets scanners find keys that leaked. */
export function makeApiKey(id: string): string {
  return `ck_live_${id.replaceAll('-', '')}_${randomToken(32)}`;
}

/** What may be shown and logged of a key. Of a key that somebody chose, only so much that it can be told apart. */
export function prefixOf(key: string): string {
  return /^ck_live_[0-9a-f]{32}_/.test(key) ? key.slice(0, 20) : `${key.slice(0, 4)}…`;
}

/** SHA-256, as it is stored. */
export function hashOfKey(key: string): Buffer {
  return sha256(key);
}

/** The key in an Authorization header, or undefined when the header has none of a possible form. Its text is not ours, so
 *  its length is bounded before anything is done with it. */
export function readBearer(header: string): string | undefined {
  return header.length <= 300 ? /^Bearer ([\x21-\x7e]{16,255})$/i.exec(header)?.[1] : undefined;
}
