import { type TwilioMessage, bareAddress } from './messages.ts';
import { API_VERSION } from './resources.ts';
import type { Parameters } from './signature.ts';
import { messageOfError } from './twilio-error.ts';

/** What a status callback says. */
export function statusParameters(
  message: TwilioMessage,
  { accountSid, senderSid, now }: { accountSid: string; senderSid: string; now: number },
): Parameters {
  const { sid, status, to, from, service_sid: serviceSid, error_code: errorCode } = message;
  const parameters: [string, string][] = [
    ['MessageSid', sid],
    ['SmsSid', sid],
    ['MessageStatus', status],
    ['SmsStatus', status],
    ['To', to],
    ['AccountSid', accountSid],
    ['ApiVersion', API_VERSION],
  ];
  if (from !== null) parameters.push(['From', from]);
  if (serviceSid !== null) parameters.push(['MessagingServiceSid', serviceSid]);
  if (errorCode !== null) {
    parameters.push(['ErrorCode', String(errorCode)], ['ErrorMessage', messageOfError(errorCode)]);
  }
  if (message.channel === 'whatsapp') {
    parameters.push(
      ['ChannelPrefix', 'whatsapp'],
      ['ChannelInstallSid', senderSid],
      ['ChannelToAddress', bareAddress(to)],
    );
    if (EVENTS.has(status)) parameters.push(['EventType', status.toUpperCase()]);
  } else if (status === 'delivered' || status === 'undelivered') {
    parameters.push(['RawDlrDoneDate', carrierMinute(now)]);
  }
  return parameters;
}

const EVENTS = new Set(['sent', 'delivered', 'undelivered', 'read']);

/** Two digits each for the year, the month, the day, the hour and the minute. */
function carrierMinute(ms: number): string {
  return new Date(ms).toISOString().slice(2, 16).replaceAll(/\D/g, '');
}
