import { invalidField } from '#platform/fault.ts';
import type { MessageRequest } from './accept/prepare.ts';
import { purposes } from './message.ts';
import { messageRequestSchema } from './message-schemas.ts';

const requestFields = new Set(Object.keys((messageRequestSchema as { properties: object }).properties));

const textFields =
  'to recipient group_id to_email contact_id sender_id send_at expires_at reply_to recipient_identity_key_hash'.split(
    ' ',
  );

/** Checks one message of a batch. The body's schema knows only that a batch has objects, so that one bad message costs only
 *  itself. Throws the Fault that points at its field. */
export function readBatchItem(message: unknown): MessageRequest {
  const item = message as Record<string, unknown>;
  const stranger = Object.keys(item).find((key) => !requestFields.has(key));
  if (stranger !== undefined) throw invalidField(`/${stranger}`, 'There is no such field.');
  for (const field of textFields) {
    const value = item[field];
    if (value !== undefined && (typeof value !== 'string' || value.length > 512))
      throw invalidField(`/${field}`, 'It must be a text.');
  }
  if (!purposes.includes(item['purpose'] as never))
    throw invalidField('/purpose', `It must be one of ${purposes.join(', ')}.`);
  const content = item['content'];
  if (typeof content !== 'object' || content === null || typeof (content as { type?: unknown }).type !== 'string')
    throw invalidField('/content', 'It must be an object with a type.');
  if (item['tags'] !== undefined && !isTags(item['tags']))
    throw invalidField('/tags', 'It must be at most 20 texts of 1 to 64 characters.');
  if (item['metadata'] !== undefined && !isMetadata(item['metadata']))
    throw invalidField(
      '/metadata',
      'It must have at most 50 texts, with keys of 1 to 64 and values of at most 512 characters.',
    );
  // Every field was looked at above, which the compiler cannot know of an object without a schema.
  return item as unknown as MessageRequest;
}

function isTags(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.length <= 20 &&
    value.every((tag) => typeof tag === 'string' && tag.length >= 1 && tag.length <= 64)
  );
}

function isMetadata(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const entries = Object.entries(value);
  return (
    entries.length <= 50 &&
    entries.every(([key, text]) => /^[\w.-]{1,64}$/.test(key) && typeof text === 'string' && text.length <= 512)
  );
}
