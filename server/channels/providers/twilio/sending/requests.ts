import type {
  ConnectionSecrets,
  ConnectionSettings,
  MessageContent,
  OutboundMessage,
  ProviderRequest,
  SenderAddress,
} from '#channels/provider.ts';
import { variablesOf } from '#channels/providers/twilio/content/template.ts';
import { type Fields, isFields } from '#channels/providers/payloads/fields.ts';
import type { TwilioName } from '#channels/providers/twilio/names.ts';
import { authorizationOf } from './authorization.ts';
import { sides } from './addresses.ts';

/** Twilio drops a message that still waits in its queue after this, and takes no longer time. */
const longestValiditySeconds = 36_000;

/** The request that sends a message. The content was checked before; it is translated here. */
export function buildSend(
  provider: TwilioName,
  message: OutboundMessage,
  sender: SenderAddress,
  settings: ConnectionSettings,
  secrets: ConnectionSecrets,
): ProviderRequest {
  const form = new URLSearchParams([...sides(provider, sender, message.recipient), ...said(message.content)]);
  const validity = validitySeconds(message);
  if (validity !== null) form.set('ValidityPeriod', String(validity));
  if (form.has('Body') && settings.options['smart_encoding'] === 'true') form.set('SmartEncoded', 'true');
  if (settings.webhookUrl !== null) form.set('StatusCallback', `${settings.webhookUrl}?m=${message.callbackData}`);
  return {
    method: 'POST',
    path: `/${settings.apiVersion}/Accounts/${encodeURIComponent(settings.businessAccountId)}/Messages.json`,
    headers: {
      authorization: authorizationOf(settings, secrets),
      'content-type': 'application/x-www-form-urlencoded',
      accept: 'application/json',
    },
    body: form.toString(),
  };
}

/** A content as the parameters that say it. */
export function said(content: MessageContent): [string, string][] {
  const value = content[content.type];
  const fields: Fields = isFields(value) ? value : {};
  switch (content.type) {
    case 'text':
      return [['Body', textIn(fields, 'body')]];
    case 'location':
      return location(fields);
    case 'template': {
      const variables = variablesOf(fields);
      return [
        ['ContentSid', textIn(fields, 'name')],
        ...(variables ? [['ContentVariables', JSON.stringify(variables)] as [string, string]] : []),
      ];
    }
    default: {
      const caption = textIn(fields, 'caption');
      return [...(caption === '' ? [] : [['Body', caption] as [string, string]]), ['MediaUrl', textIn(fields, 'link')]];
    }
  }
}

function location(fields: Fields): [string, string][] {
  const name = textIn(fields, 'name') || textIn(fields, 'address');
  const label = textIn(fields, 'address') || name;
  return [
    ['Body', name],
    ['PersistentAction', `geo:${degrees(fields['latitude'])},${degrees(fields['longitude'])}|${label}`],
  ];
}

/** For how long the message is of use; null when that is as long as Twilio keeps it anyway. */
function validitySeconds({ expiresAt, writtenAt }: OutboundMessage): number | null {
  return expiresAt && writtenAt ? validityBetween(writtenAt, expiresAt) : null;
}

function validityBetween(writtenAt: Temporal.Instant, expiresAt: Temporal.Instant): number | null {
  const left = Math.floor((expiresAt.epochMilliseconds - writtenAt.epochMilliseconds) / 1000);
  return left < longestValiditySeconds ? Math.max(left, 1) : null;
}

/** Until when a message that Twilio took leaves its queue; afterwards the network has it, and says nothing of how long. */
export function leavesQueueUntil(
  expiresAt: Temporal.Instant | null,
  { at, isSent }: { at: Temporal.Instant; isSent: boolean },
): Temporal.Instant | null {
  if (isSent) return null;
  const seconds = (expiresAt && validityBetween(at, expiresAt)) ?? longestValiditySeconds;
  return at.add({ seconds });
}

function degrees(value: unknown): string {
  return typeof value === 'number' || typeof value === 'string' ? String(value) : '';
}

function textIn(fields: Fields, name: string): string {
  const value = fields[name];
  return typeof value === 'string' ? value : '';
}
