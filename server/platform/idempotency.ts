import { hash } from 'node:crypto';
import { Fault } from './fault.ts';

/** Reads an Idempotency-Key header. The quoted form of the draft standard and the bare form that most clients send are
 *  the same key. */
export function parseIdempotencyKey(header: string | string[] | undefined): string {
  if (header === undefined) {
    throw new Fault('idempotency_key_missing', {
      detail:
        'Send an Idempotency-Key header with a value of your own, e.g. a UUID, and repeat it when you repeat the request. See /problems/idempotency_key_missing.',
    });
  }
  const text = typeof header === 'string' ? header : header.join(', ');
  const quoted = /^"((?:[^"\\]|\\["\\])*)"$/.exec(text)?.[1];
  const key = quoted === undefined ? text : quoted.replaceAll(/\\(["\\])/g, '$1');
  if (!/^[\x20-\x7e]{1,255}$/.test(key) || key.trim() === '') {
    throw new Fault('idempotency_key_invalid', {
      detail: 'An Idempotency-Key has 1 to 255 printable ASCII characters.',
      fields: [{ pointer: 'Idempotency-Key', message: 'It must have 1 to 255 printable ASCII characters.' }],
    });
  }
  return key;
}

/** JSON with sorted keys and no spaces: equal values give equal text. Undefined members are left out. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(withSortedKeys(value)) ?? 'null';
}

function withSortedKeys(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(withSortedKeys);
  const members = value as Record<string, unknown>;
  const sorted: Record<string, unknown> = {};
  for (const key of sortInPlace(Object.keys(members))) {
    const member = withSortedKeys(members[key]);
    // Assigning it would change the prototype instead of adding a member.
    if (key === '__proto__') Object.defineProperty(sorted, key, { value: member, enumerable: true });
    else sorted[key] = member;
  }
  return sorted;
}

// By insertion: objects have a handful of keys, and the built-in sort makes a copy of each list on the way.
function sortInPlace(keys: string[]): string[] {
  for (let end = 1; end < keys.length; end += 1) {
    const key = keys[end] as string;
    let at = end;
    for (; at > 0 && (keys[at - 1] as string) > key; at -= 1) keys[at] = keys[at - 1] as string;
    keys[at] = key;
  }
  return keys;
}

/** What a request asked for, whatever the order of its keys and its spaces: SHA-256 of the canonical JSON, 32 bytes. */
export function fingerprint(value: unknown): Buffer {
  return hash('sha256', canonicalJson(value), 'buffer');
}
