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
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const members = value as Record<string, unknown>;
  let text = '';
  for (const key of Object.keys(members).sort()) {
    if (members[key] === undefined) continue;
    text += `${text === '' ? '' : ','}${JSON.stringify(key)}:${canonicalJson(members[key])}`;
  }
  return `{${text}}`;
}

/** What a request asked for, whatever the order of its keys and its spaces: SHA-256 of the canonical JSON, 32 bytes. */
export function fingerprint(value: unknown): Buffer {
  return hash('sha256', canonicalJson(value), 'buffer');
}
