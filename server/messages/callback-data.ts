import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * The word that goes out with every attempt and comes back with each of its receipts (`biz_opaque_callback_data`):
 * `a1:<message id>:<attempt number>:<mac>`. It is how an attempt whose answer was lost is found again. Every app that is
 * subscribed to the business account can read it, so it holds nothing personal; the short MAC keeps a foreign or forged
 * value from settling our attempts.
 */
export interface AttemptReference {
  messageId: string;
  attemptNo: number;
}

const macLength = 11; // 66 bits of base64url

export function encodeCallbackData(key: Buffer, reference: AttemptReference): string {
  const id = Buffer.from(reference.messageId.replaceAll('-', ''), 'hex').toString('base64url');
  const head = `a1:${id}:${reference.attemptNo}`;
  return `${head}:${mac(key, head)}`;
}

/** The attempt that the value names, or null when it is not ours. Never throws. */
export function decodeCallbackData(key: Buffer, value: string): AttemptReference | null {
  if (value.length > 80) return null;
  const match = /^(a1:([\w-]{22}):(\d{1,5})):([\w-]{11})$/.exec(value);
  if (!match?.[1] || !match[2] || !match[3] || !match[4]) return null;
  const expected = Buffer.from(mac(key, match[1]));
  if (!timingSafeEqual(expected, Buffer.from(match[4]))) return null;
  const hex = Buffer.from(match[2], 'base64url').toString('hex');
  const messageId = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  return { messageId, attemptNo: Number(match[3]) };
}

function mac(key: Buffer, head: string): string {
  return createHmac('sha256', key).update(head).digest('base64url').slice(0, macLength);
}
