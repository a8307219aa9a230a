import type { AddressPolicy } from '#platform/outgoing-address.ts';
import type { ConnectionSecrets, ConnectionSettings, ErrorEntry } from './provider.ts';
import type { Provider } from './provider-port.ts';
import type { ProviderAccount } from './provider-account.ts';
import type { ProviderTransport } from './provider-http.ts';
import { errorTable as smtpErrors } from './providers/smtp/errors/errors.ts';
import { SmtpTransport } from './providers/smtp/sending/transport.ts';
import { smtp, smtpAccount } from './providers/smtp/smtp.ts';
import { cloudApi, cloudApiAccount } from './providers/cloud-api/cloud-api.ts';
import { errorTable } from './providers/cloud-api/errors/errors.ts';
import { errorTables as twilioErrors } from './providers/twilio/errors/errors.ts';
import { smsName, whatsappName } from './providers/twilio/names.ts';
import { twilioSms, twilioSmsAccount, twilioWhatsapp, twilioWhatsappAccount } from './providers/twilio/twilio.ts';
import { errorTable as ultramsgErrors } from './providers/ultramsg/errors/errors.ts';
import { ultramsg, ultramsgAccount } from './providers/ultramsg/ultramsg.ts';

export interface ProviderAdapter {
  /** As people call it. */
  title: string;
  provider: Provider;
  account: ProviderAccount;
  /** Every error that the provider is known to give. */
  errors: readonly ErrorEntry[];
  /** Where the provider's API is when a connection does not say. */
  usualBaseUrl: string;
  usualApiVersion: string;
  /** How messages travel, where that is not HTTP. */
  openTransport?(
    settings: ConnectionSettings,
    secrets: ConnectionSecrets,
    addressPolicy: AddressPolicy,
  ): ProviderTransport;
}

const twilio = { usualBaseUrl: 'https://api.twilio.com', usualApiVersion: '2010-04-01' };

/** Every adapter, by the name of its provider. */
export const adapters: ReadonlyMap<string, ProviderAdapter> = new Map<string, ProviderAdapter>([
  [
    cloudApi.name,
    {
      title: 'WhatsApp',
      provider: cloudApi,
      account: cloudApiAccount,
      errors: errorTable,
      usualBaseUrl: 'https://graph.facebook.com',
      usualApiVersion: 'v26.0',
    },
  ],
  [
    smtp.name,
    {
      title: 'E-mail',
      provider: smtp,
      account: smtpAccount,
      errors: smtpErrors,
      usualBaseUrl: '',
      usualApiVersion: '',
      openTransport: (settings, secrets, policy) => new SmtpTransport(settings, secrets, policy),
    },
  ],
  [
    smsName,
    {
      title: 'SMS through Twilio',
      provider: twilioSms,
      account: twilioSmsAccount,
      errors: twilioErrors[smsName],
      ...twilio,
    },
  ],
  [
    whatsappName,
    {
      title: 'WhatsApp through Twilio',
      provider: twilioWhatsapp,
      account: twilioWhatsappAccount,
      errors: twilioErrors[whatsappName],
      ...twilio,
    },
  ],
  [
    ultramsg.name,
    {
      title: 'UltraMsg',
      provider: ultramsg,
      account: ultramsgAccount,
      errors: ultramsgErrors,
      usualBaseUrl: 'https://api.ultramsg.com',
      usualApiVersion: '',
    },
  ],
]);
