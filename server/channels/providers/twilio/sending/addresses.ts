import type { Recipient, SenderAddress } from '#channels/provider.ts';
import { type TwilioName, whatsappName } from '#channels/providers/twilio/names.ts';

const whatsappPrefix = 'whatsapp:';
/** A messaging service, which chooses one of its numbers for each message. */
const serviceSid = /^MG[0-9a-fA-F]{32}$/;

export function isService(senderExternalId: string): boolean {
  return serviceSid.test(senderExternalId);
}

/** An address as Twilio writes it: the same number means another channel behind a prefix. */
export function addressOf(provider: TwilioName, value: string): string {
  return provider === whatsappName ? `${whatsappPrefix}${value}` : value;
}

/** Without its prefix, which Twilio leaves away in some webhooks. */
export function bareAddress(address: string): string {
  return address.toLowerCase().startsWith(whatsappPrefix) ? address.slice(whatsappPrefix.length) : address;
}

/** The parameters that name both sides of a message. */
export function sides(provider: TwilioName, sender: SenderAddress, recipient: Recipient): [string, string][] {
  return [
    ['To', addressOf(provider, recipient.value)],
    isService(sender.externalId)
      ? ['MessagingServiceSid', sender.externalId]
      : ['From', addressOf(provider, sender.externalId)],
  ];
}
