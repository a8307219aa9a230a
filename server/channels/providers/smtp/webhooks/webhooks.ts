import type { DecodedEvent } from '#channels/events.ts';
import { callbackDataOf } from '#channels/providers/smtp/sending/bounce-address.ts';
import { arrivedAt } from './addresses.ts';
import { unknown } from './events.ts';
import { readInbound } from './inbound.ts';
import { headerOf, readMail } from './mail-part.ts';
import { readComplaint, readDeliveryReport } from './reports.ts';

/**
 * The events of a mail that was passed on as it came: a report of delivery, a complaint, or what a person wrote. `to` in
 * the query says where it arrived, for servers that take that out of the mail. Never throws; what is none of these is kept
 * as unknown.
 */
export function decodeWebhook(rawBody: Uint8Array, query: string): DecodedEvent[] {
  const mail = readMail(rawBody);
  if (mail.headers.size === 0) return [unknown('mail', 'The body is no mail: it has no headers.', rawBody, mail)];
  const arrived = arrivedAt(mail, query);
  const isReport = mail.type === 'multipart/report' || mail.parts.some(({ type }) => type.endsWith('delivery-status'));
  if (isReport) {
    const events = readDeliveryReport(mail, arrived) ?? readComplaint(mail, arrived);
    if (events && events.length > 0) return events;
    return [
      unknown('report', 'The report is about no message of ours, or about none that can be told.', rawBody, mail),
    ];
  }
  const isBounce = arrived.some((address) => callbackDataOf(address) !== undefined);
  if (isBounce) {
    const sort = (headerOf(mail, 'auto-submitted') ?? 'no').startsWith('no') ? 'a mail' : 'an automatic answer';
    return [unknown('bounce', `The address for bounces got ${sort} that is no report of delivery.`, rawBody, mail)];
  }
  const event = readInbound(mail, arrived, rawBody);
  return [event ?? unknown('mail', 'The mail does not say who wrote it, or where it arrived.', rawBody, mail)];
}
