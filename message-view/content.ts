import { isMediaKind, readMedia, readPerson, readPlace } from './attachments.ts';
import { readOrder } from './commerce.ts';
import type { Drawing, Referral } from './drawing.ts';
import { readEmail } from './email.ts';
import { fieldsOf, listOf, optional, textOf, type Fields } from './fields.ts';
import { readInteractive } from './interactive.ts';
import { firstLink } from './links.ts';
import { readTemplate } from './template-content.ts';

/** Reads the content of a message, of either direction, as the Cloud API writes it: `{"type": …, [type]: {…}}`. Content
 *  comes from outside and may be anything: what cannot be read is drawn as `unsupported`, and nothing throws. A template is drawn
 *  as the customer sees it when `rendered` is given (a `RenderedTemplate`, or what another program made of it). */
export function readContent(content: unknown, rendered?: unknown): Drawing {
  const message = fieldsOf(content);
  const type = textOf(message['type']) || 'unknown';
  const value = fieldsOf(message[type]);
  if (isMediaKind(type)) {
    const error = reasonOf(message);
    return error === undefined
      ? { kind: 'media', media: readMedia(type, value) }
      : { kind: 'unsupported', type, reason: error, isFile: true };
  }
  switch (type) {
    case 'text':
      return readText(value);
    case 'email':
      return readEmail(value);
    case 'location':
      return { kind: 'location', place: readPlace(value) };
    case 'contacts':
      return { kind: 'contacts', people: listOf(message['contacts']).map(readPerson) };
    case 'reaction':
      return { kind: 'reaction', emoji: textOf(value['emoji']), messageId: textOf(value['message_id']) };
    case 'button':
      return { kind: 'choice', title: textOf(value['text']) };
    case 'interactive':
      return readInteractive(value);
    case 'template':
      return readTemplate(value, rendered);
    case 'order':
      return readOrder(value);
    case 'system':
      return { kind: 'notice', text: textOf(value['body']) };
    case 'revoke':
      return { kind: 'notice', text: 'The sender deleted a message.' };
    case 'edit':
      return { kind: 'notice', text: editWords(fieldsOf(value['message'])) };
    default:
      return { kind: 'unsupported', type: textOf(value['type']) || type, ...optional('reason', reasonOf(message)) };
  }
}

/** The advertisement or post that brought the sender here, which a message of any kind may name; undefined without. */
export function readReferral(content: unknown): Referral | undefined {
  const referral = fieldsOf(fieldsOf(content)['referral']);
  const url = textOf(referral['source_url']);
  const title = textOf(referral['headline']);
  if (url === '' && title === '') return undefined;
  return {
    source: textOf(referral['source_type']) === 'post' ? 'Post' : 'Advertisement',
    title,
    text: textOf(referral['body']),
    url,
  };
}

// Only the first address is previewed, and only when the sender asks for it.
function readText(value: Fields): Drawing {
  const body = textOf(value['body']);
  const link = value['preview_url'] === true ? firstLink(body) : undefined;
  return { kind: 'text', body, ...(link === undefined ? {} : { link }) };
}

// A caption may be edited as well as words, and taken away.
function editWords(message: Fields): string {
  const part = fieldsOf(message[textOf(message['type'])]);
  const words = textOf(part['body']) || textOf(part['caption']);
  return words === '' ? 'The sender edited a message.' : `The sender edited a message. It says now: ${words}`;
}

function reasonOf(message: Fields): string | undefined {
  const error = fieldsOf(listOf(message['errors'])[0]);
  const reason = textOf(fieldsOf(error['error_data'])['details']) || textOf(error['title']) || textOf(error['details']);
  return reason === '' ? undefined : reason;
}
