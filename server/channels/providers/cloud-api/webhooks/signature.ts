import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { ConnectionSecrets, WebhookRequest } from '#channels/provider.ts';

/**
 * Checks `X-Hub-Signature-256` over the bytes as they came. Meta signs JSON with escaped non-ASCII characters, so a
 * body that was parsed and written again never fits. Every secret is tried, found or not, so that the time tells
 * nothing; without a secret nothing is valid.
 */
export function verifyWebhook(
  { body, headers }: Pick<WebhookRequest, 'body' | 'headers'>,
  secrets: ConnectionSecrets,
): boolean {
  const header = headers['x-hub-signature-256'];
  const hex = typeof header === 'string' ? /^sha256=([0-9a-f]{64})$/.exec(header)?.[1] : undefined;
  if (hex === undefined) return false;
  const given = Buffer.from(hex, 'hex');
  let valid = false;
  for (const secret of secrets.appSecrets) {
    if (secret === '') continue;
    const expected = createHmac('sha256', secret).update(body).digest();
    valid = timingSafeEqual(given, expected) || valid;
  }
  return valid;
}

/**
 * The text that answers Meta's subscription request (to be sent as text/plain), or null when it must be refused: wrong
 * token, wrong mode, a parameter twice, or a challenge that is more than a short word.
 */
export function answerHandshake(query: URLSearchParams, secrets: ConnectionSecrets): string | null {
  const mode = onlyValue(query, 'hub.mode');
  const token = onlyValue(query, 'hub.verify_token');
  const challenge = onlyValue(query, 'hub.challenge');
  if (mode !== 'subscribe' || token === undefined || challenge === undefined || secrets.verifyToken === '') return null;
  // Hashes have equal length, whatever the token has: the comparison neither throws nor tells the length.
  if (!timingSafeEqual(sha256(token), sha256(secrets.verifyToken))) return null;
  return /^[A-Za-z0-9._-]{1,128}$/.test(challenge) ? challenge : null;
}

function onlyValue(query: URLSearchParams, name: string): string | undefined {
  const values = query.getAll(name);
  return values.length === 1 ? values[0] : undefined;
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
