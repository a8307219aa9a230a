import { createHmac, timingSafeEqual } from 'node:crypto';
import type { ConnectionSecrets, DeletionRequest } from '#channels/provider.ts';
import { isFields, textOf } from '#channels/providers/payloads/fields.ts';

const maxLength = 8 * 1024;

/**
 * Reads Meta's request to delete a person's data: a form with `signed_request`, which is `signature.payload`, both in
 * base64url, the signature an HMAC-SHA256 of the payload as it is written with the app's secret. Null when it is anything
 * else: another app's, unsigned, signed in another way, in several pieces. Never throws.
 */
export function readDeletionRequest(rawBody: Uint8Array, secrets: ConnectionSecrets): DeletionRequest | null {
  if (rawBody.length > maxLength) return null;
  const values = new URLSearchParams(Buffer.from(rawBody).toString('latin1')).getAll('signed_request');
  const [, signature = '', payload = ''] =
    /^([\w-]{43})=?\.([\w-]+={0,2})$/.exec(values.length === 1 ? (values[0] ?? '') : '') ?? [];
  if (!isSigned(payload, Buffer.from(signature, 'base64url'), secrets)) return null;
  const fields = parse(Buffer.from(payload, 'base64url').toString('utf8'));
  if (!isFields(fields)) return null;
  // The signature is checked above as what it must be, whatever the payload calls it; one that calls it otherwise is not Meta's.
  if (textOf(fields['algorithm'])?.toUpperCase() !== 'HMAC-SHA256') return null;
  const userId = textOf(fields['user_id'], 100);
  const issuedAt = fields['issued_at'];
  if (userId === undefined || typeof issuedAt !== 'number' || !(issuedAt > 0 && issuedAt < 4e9)) return null;
  return { userId, issuedAt: Temporal.Instant.fromEpochMilliseconds(Math.floor(issuedAt * 1000)) };
}

function isSigned(payload: string, given: Buffer, secrets: ConnectionSecrets): boolean {
  let isValid = false;
  for (const secret of secrets.appSecrets) {
    if (secret === '' || payload === '') continue;
    const expected = createHmac('sha256', secret).update(payload).digest();
    isValid = (given.length === expected.length && timingSafeEqual(given, expected)) || isValid;
  }
  return isValid;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
