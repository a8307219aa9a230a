import type { ConnectionSettings, MessageContent, SmsSize } from '#channels/provider.ts';
import type { Provider } from '#channels/provider-port.ts';
import type { ProviderAccount } from '#channels/provider-account.ts';
import { checkCredentials } from './account/credentials.ts';
import { findSent } from './account/find-sent.ts';
import { fetchMedia } from './account/media.ts';
import { subscribe } from './account/numbers.ts';
import { smsCapabilities, whatsappCapabilities } from './capabilities.ts';
import { checkContent } from './content/content.ts';
import { problemsOfFile } from './content/file-rules.ts';
import { smsName, type TwilioName, whatsappName } from './names.ts';
import { readSendAnswer } from './sending/answers.ts';
import { buildSend, leavesQueueUntil, said } from './sending/requests.ts';
import { measureSms } from './sms-segments.ts';
import { decodeWebhook } from './webhooks/decode.ts';
import { verifyWebhook } from './webhooks/signature.ts';

/** SMS and MMS through Twilio's Programmable Messaging. */
export const twilioSms = providerOf(smsName);
/** WhatsApp through Twilio: the same API, with another form of address. */
export const twilioWhatsapp = providerOf(whatsappName);

export const twilioSmsAccount = accountOf(smsName);
export const twilioWhatsappAccount = accountOf(whatsappName);

function providerOf(name: TwilioName): Provider {
  return {
    name,
    capabilities: name === smsName ? smsCapabilities : whatsappCapabilities,
    checkContent: (content, recipient, occasion) => checkContent(name, content, recipient, occasion),
    problemsOfFile,
    ...(name === smsName ? { measureSms: measureContent } : undefined),
    buildSend: (message, sender, settings, secrets) => buildSend(name, message, sender, settings, secrets),
    buildMarkAsRead: () => {
      throw new Error('Twilio marks nothing as read: its capabilities say so.');
    },
    readSendAnswer: (response, now) => readSendAnswer(name, response, now),
    deliversUntil: ({ expiresAt }, handedOver) => leavesQueueUntil(expiresAt, handedOver),
    verifyWebhook,
    // No message in it: nothing is answered to the person.
    webhookAnswer: { contentType: 'text/xml; charset=utf-8', body: '<Response/>' },
    decodeWebhook: (body, query) => decodeWebhook(name, body, query),
  };
}

function measureContent(content: MessageContent, settings: ConnectionSettings): SmsSize | null {
  // With a file it is an MMS, whose text has no segments.
  const parameters = new Map(said(content));
  const body = parameters.get('Body');
  if (body === undefined || parameters.has('MediaUrl')) return null;
  return measureSms(body, settings.options['smart_encoding'] === 'true');
}

function accountOf(name: TwilioName): ProviderAccount {
  return {
    checkCredentials: (calls, access, callbackUrl) => checkCredentials(name, calls, access, callbackUrl),
    subscribe: (calls, access, callbackUrl) => subscribe(name, calls, access, callbackUrl),
    fetchMedia,
    findSent: (calls, access, sought) => findSent(name, calls, access, sought),
  };
}
