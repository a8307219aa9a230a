import type { AddressPolicy } from '#platform/outgoing-address.ts';
import type { ConnectionSecrets, ConnectionSettings, ErrorEntry, Provider } from './provider.ts';
import type { ProviderAccount } from './provider-account.ts';
import type { ProviderTransport } from './provider-http.ts';
import { cloudApi, cloudApiAccount } from './providers/cloud-api/cloud-api.ts';
import { errorTable } from './providers/cloud-api/errors/errors.ts';

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

/** Every adapter, by the name of its provider. */
export const adapters: ReadonlyMap<string, ProviderAdapter> = new Map([
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
]);
