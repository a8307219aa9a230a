import { createHash } from 'node:crypto';
import type { ProviderInstant } from '#channels/events.ts';
import { isFields } from './fields.ts';

// Before WhatsApp there were no messages, and milliseconds taken for seconds are in the year 50,000.
const earliestSeconds = Date.UTC(2009, 0, 1) / 1000;
const latestSeconds = Date.UTC(2100, 0, 1) / 1000;

/** Reads a timestamp in seconds, written as a string or a number. What is absurd is told and not repaired: the time of
 *  receipt is used then. A time in the future shows only against that time and is judged there. */
export function instantOf(value: unknown): ProviderInstant {
  const seconds =
    typeof value === 'number'
      ? value
      : typeof value === 'string' && /^\d{1,15}$/.test(value)
        ? Number(value)
        : Number.NaN;
  const isUsable = seconds >= earliestSeconds && seconds < latestSeconds;
  return isUsable ? { epochSeconds: Math.floor(seconds), suspicious: false } : { epochSeconds: null, suspicious: true };
}

// Control characters and the marks that turn the direction of text: a name must not disturb the screen around it.
// oxlint-disable-next-line no-control-regex -- finding control characters is the purpose
const unprintable = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** A name that a person chose for themselves, without what could disturb a screen. */
export function displayName(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const name = value.slice(0, 4096).replaceAll(unprintable, '').trim();
  if (name === '') return undefined;
  return name.length <= 256
    ? name
    : name
        .slice(0, 256)
        .toWellFormed()
        .replace(/\ufffd$/, '');
}

/** A key that says what the event is, however it was batched or how often it came. Long ones are shortened by a hash,
 *  because an index entry has a limit. */
export function contentKey(kind: string, ...parts: string[]): string {
  const key = [kind, ...parts].join(':');
  return key.length <= 400 ? key : `${kind}:${hashOf(parts)}`;
}

/** The same for equal values, whatever the order of their fields. */
export function hashOf(value: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(sorted(value)) ?? '')
    .digest('base64url');
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isFields(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sorted(value[key])]),
  );
}
