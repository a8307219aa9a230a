import type { DecodedEvent } from '#channels/events.ts';
import { contentKey, hashOf } from '#channels/providers/payloads/event-fields.ts';
import type { TwilioName } from '#channels/providers/twilio/names.ts';
import { decodeInbound } from './decode-inbound.ts';
import { decodeStatus } from './decode-status.ts';
import { fieldOf, parseForm } from './form.ts';

/** What the statuses of a message that somebody sends us are called. */
const inboundStatuses: readonly string[] = ['received', 'receiving'];

/**
 * Every event in a webhook's form: a status of a message of ours, or a message of somebody, one event for each of its files.
 * The query is that of the address that we gave Twilio. Nothing throws: what cannot be read is kept with the reason.
 */
export function decodeWebhook(provider: TwilioName, body: Uint8Array, query: string): DecodedEvent[] {
  const form = parseForm(body);
  const messageSid = fieldOf(form, 'MessageSid') ?? fieldOf(form, 'SmsSid') ?? fieldOf(form, 'SmsMessageSid');
  if (messageSid === undefined) return [keepUnknown('The body is no form with the SID of a message.', body)];
  const status = fieldOf(form, 'MessageStatus', 100) ?? fieldOf(form, 'SmsStatus', 100);
  const isInbound = status === undefined || inboundStatuses.includes(status.toLowerCase());
  const events = isInbound
    ? decodeInbound(provider, form, messageSid)
    : decodeStatus(provider, form, messageSid, status, new URLSearchParams(query).get('m') ?? undefined);
  return typeof events === 'string' ? [keepUnknown(events, body, form)] : events;
}

const mostFields = 100;

function keepUnknown(reason: string, body: Uint8Array, form?: URLSearchParams): DecodedEvent {
  const value = form
    ? Object.fromEntries(
        [...form.entries()].slice(0, mostFields).map(([name, said]) => [cut(name), cut(said)] as const),
      )
    : { bytes: Buffer.from(body.subarray(0, 4096)).toString('base64'), size: body.length };
  const hash = hashOf(Buffer.from(body).toString('base64'));
  return { kind: 'unknown', contentKey: contentKey('unknown', hash), reason, value };
}

// The database takes neither NUL nor halves of characters, and a note need not be as long as the webhook beside it.
function cut(text: string): string {
  return text.replaceAll('\0', '').slice(0, 1000).toWellFormed();
}
