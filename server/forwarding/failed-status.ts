import { type GraphCode, graphTitle } from '#graph/graph-error.ts';
import { callbackDataName } from '#graph/graph.ts';
import { wamidOf } from '#graph/wamid.ts';
import type { Message } from '#messages/message.ts';
import { escapeAsMeta } from './rewrite.ts';

/** The number that a message was sent from, as webhooks name it. */
export interface FromNumber {
  businessAccountId: string;
  externalId: string;
  phone: string | null;
}

/** By which of Meta's codes its client learns why policy stopped a message that had been taken. */
const ofRule: Readonly<Record<string, GraphCode>> = {
  recipient_blocked: 130403,
  recipient_opted_out: 131050,
  recipient_opted_out_of_marketing: 131050,
  service_window_closed: 131047,
};

/**
 * A message that ended before the provider had taken it has no webhook of the provider's. Its client was told that it was
 * accepted, so it is told of the end in the same way as Meta tells of a failure. Null: it has not ended so.
 */
export function failedStatus(
  message: Message,
  /** By which rule policy stopped it, if it did. */
  rule: string | undefined,
  from: FromNumber,
  at: Temporal.Instant,
): string | null {
  const error = errorOf(message, rule);
  if (!error) return null;
  const callbackData = message.metadata[callbackDataName];
  const status = {
    id: wamidOf(message.id),
    status: 'failed',
    timestamp: String(Math.floor(at.epochMilliseconds / 1000)),
    ...recipientOf(message),
    ...(callbackData === undefined ? {} : { [callbackDataName]: callbackData }),
    errors: [{ ...error, href: 'https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/' }],
  };
  const value = {
    messaging_product: 'whatsapp',
    metadata: {
      display_phone_number: (from.phone ?? '').replaceAll(/\D/g, ''),
      phone_number_id: from.externalId,
    },
    statuses: [status],
  };
  const entry = [{ id: from.businessAccountId, changes: [{ field: 'messages', value }] }];
  return escapeAsMeta(JSON.stringify({ object: 'whatsapp_business_account', entry }));
}

function recipientOf({ addressKind, address }: Message): Record<string, string> {
  switch (addressKind) {
    case 'phone':
      return { recipient_id: address.replaceAll(/\D/g, '') };
    case 'provider_user':
      return { recipient_user_id: address };
    case 'group':
      return { recipient_id: address, recipient_type: 'group' };
    case 'email':
      return {};
  }
}

interface StatusError {
  code: number;
  title: string;
  message: string;
  error_data: { details: string };
}

function errorOf(message: Message, rule = ''): StatusError | null {
  switch (message.status) {
    case 'failed': {
      const { code = '', title, details } = message.error?.error ?? {};
      // Answers without a code of Meta's have a name of ours, such as http_503.
      const known = /^\d{1,7}$/.test(code) ? Number(code) : 131000;
      return told(known, title ?? graphTitle(131000), details ?? title ?? 'The provider refused the message.');
    }
    case 'blocked': {
      const code = ofRule[rule] ?? 135000;
      return told(code, graphTitle(code), `Policy stopped the message right before it was sent: ${rule}.`);
    }
    case 'expired':
      return told(131026, graphTitle(131026), 'The message expired before it could be sent.');
    case 'canceled':
      return told(135000, graphTitle(135000), 'The message was taken back before it was sent.');
    case 'unknown_final':
      return told(131000, graphTitle(131000), 'No receipt told whether the message was taken. It may have arrived.');
    case 'queued':
    case 'scheduled':
    case 'held':
    case 'dispatching':
    case 'unknown':
    case 'accepted':
    case 'sent':
    case 'delivered':
    case 'read':
    case 'played':
    case 'received':
      return null;
  }
}

function told(code: number, title: string, details: string): StatusError {
  return { code, title, message: title, error_data: { details } };
}
