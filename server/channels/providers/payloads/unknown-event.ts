import type { DecodedEvent } from '#channels/events.ts';
import { contentKey, hashOf } from './event-fields.ts';
import { tidy } from './webhook-json.ts';

/** Keeps what we cannot read, with the reason. Its key is its content, so that it is listed once. */
export function keepUnknown(reason: string, value: unknown, field?: string): DecodedEvent {
  const kept = tidy(value).value;
  return {
    kind: 'unknown',
    contentKey: contentKey('unknown', ...(field === undefined ? [] : [field.slice(0, 100)]), hashOf(kept)),
    ...(field === undefined ? undefined : { field: field.slice(0, 100) }),
    reason,
    value: kept,
  };
}
