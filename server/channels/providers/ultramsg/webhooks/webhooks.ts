import type { DecodedEvent } from '#channels/events.ts';
import { type Fields, isFields, textOf } from '#channels/providers/payloads/fields.ts';
import { keepUnknown } from '#channels/providers/payloads/unknown-event.ts';
import { parseWebhookJson, tidy } from '#channels/providers/payloads/webhook-json.ts';
import { readMessageId } from '#channels/providers/ultramsg/chat-id.ts';
import { instanceId } from '#channels/providers/ultramsg/instance.ts';
import { decodeEcho } from './decode-echo.ts';
import { decodeMessage } from './decode-message.ts';
import type { Envelope } from './envelope.ts';

const events = ['message_received', 'message_create', 'message_ack', 'message_reaction'];

/**
 * The event in a webhook's body, of whatever generation: those of 2021 have ten fields, later ones more. Nothing is lost and
 * nothing throws: what cannot be read becomes an `unknown` event with the reason.
 */
export function decodeWebhook(body: Uint8Array, _query: string): DecodedEvent[] {
  const whole = readBody(body);
  if (whole === undefined) {
    // The bytes are kept with the raw webhook; the key tells one unreadable body from another.
    const bytes = Buffer.from(body.subarray(0, 4096)).toString('base64');
    return [keepUnknown('The body is neither JSON nor a form with JSON in "data".', { bytes, size: body.length })];
  }
  try {
    return decodeEvent(whole);
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'It could not be read.';
    return [keepUnknown(reason, whole, isFields(whole) ? textOf(whole['event_type'], 100) : undefined)];
  }
}

function decodeEvent(whole: unknown): DecodedEvent[] {
  const { value: webhook, truncated } = tidy(whole);
  if (!isFields(webhook)) throw new Error('The body is not an object.');
  const { data } = webhook;
  const eventType = textOf(webhook['event_type'], 100);
  if (eventType === undefined || !isFields(data)) throw new Error('The body has no event_type or no data.');
  if (!events.includes(eventType)) throw new Error(`Carillon does not know the event ${eventType}.`);
  const instance = textOf(webhook['instanceId'], 100);
  if (instance === undefined) throw new Error('There is no instanceId, so nobody knows which number it concerns.');
  const messageId = textOf(data['id']);
  if (messageId === undefined) throw new Error('The message has no id.');
  const fromMe = typeof data['fromMe'] === 'boolean' ? data['fromMe'] : (readMessageId(messageId)?.fromMe ?? false);
  const envelope: Envelope = {
    eventType,
    senderExternalId: instanceId(instance),
    messageId,
    number: textOf(webhook['id'], 64),
    referenceId: textOf(webhook['referenceId'] ?? data['referenceId'], 100),
    data,
    truncated,
  };
  if (fromMe) return decodeEcho(envelope);
  if (eventType === 'message_ack') throw new Error('It is an acknowledgement of a message that a person wrote.');
  return [decodeMessage(envelope)];
}

/** JSON, or as some have it: a form with the JSON of all or of the message in `data`. */
function readBody(body: Uint8Array): unknown {
  try {
    return parseWebhookJson(body);
  } catch {
    return readForm(body);
  }
}

function readForm(body: Uint8Array): Fields | undefined {
  const form = new URLSearchParams(Buffer.from(body).toString());
  const text = form.get('data');
  if (text === null) return undefined;
  try {
    const data = parseWebhookJson(Buffer.from(text));
    if (!isFields(data)) return undefined;
    return data['event_type'] === undefined ? { ...Object.fromEntries(form), data } : data;
  } catch {
    return undefined;
  }
}
