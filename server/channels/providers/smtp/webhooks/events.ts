import { createHash } from 'node:crypto';
import type { DecodedEvent, ProviderInstant } from '#channels/events.ts';
import { canonicalJson } from '#platform/idempotency.ts';
import { headerOf, type MailPart } from './mail-part.ts';

/** A key of what an event says: the same mail again has the same. */
export function contentKey(kind: string, ...parts: unknown[]): string {
  return `smtp ${kind} ${createHash('sha256').update(canonicalJson(parts)).digest('base64url')}`;
}

/** What is kept for people, since it cannot be read as anything. */
export function unknown(field: string, reason: string, raw: Uint8Array, mail: MailPart): DecodedEvent {
  const value = {
    from: headerOf(mail, 'from')?.slice(0, 500) ?? null,
    to: headerOf(mail, 'to')?.slice(0, 500) ?? null,
    subject: headerOf(mail, 'subject')?.slice(0, 500) ?? null,
    size: raw.length,
  };
  return { kind: 'unknown', contentKey: contentKey('unknown', hashOf(raw)), field, reason, value };
}

export function hashOf(raw: Uint8Array): string {
  return createHash('sha256').update(raw).digest('hex');
}

// Before the standard there was no mail, and a time far away is a broken clock.
const earliestMs = Date.UTC(1990, 0, 1);
const latestMs = Date.UTC(2100, 0, 1);

/** When the mail says that it was written. */
export function dateOf(text: string | undefined): ProviderInstant {
  const ms = text === undefined ? Number.NaN : Date.parse(text.replace(/\([^)]*\)/g, '').trim());
  const isUsable = ms >= earliestMs && ms < latestMs;
  return isUsable
    ? { epochSeconds: Math.floor(ms / 1000), suspicious: false }
    : { epochSeconds: null, suspicious: true };
}
