import type { ErrorEntry, Provider, ProviderAccount } from './provider.ts';
import { cloudApi, cloudApiAccount } from './providers/cloud-api/cloud-api.ts';
import { errorTable } from './providers/cloud-api/errors/errors.ts';

export interface ProviderAdapter {
  provider: Provider;
  account: ProviderAccount;
  /** Every error that the provider is known to give. */
  errors: readonly ErrorEntry[];
  /** Where the provider's API is when a connection does not say. */
  usualBaseUrl: string;
  usualApiVersion: string;
}

/** Every adapter, by the name of its provider. */
export const adapters: ReadonlyMap<string, ProviderAdapter> = new Map([
  [
    cloudApi.name,
    {
      provider: cloudApi,
      account: cloudApiAccount,
      errors: errorTable,
      usualBaseUrl: 'https://graph.facebook.com',
      usualApiVersion: 'v26.0',
    },
  ],
]);
