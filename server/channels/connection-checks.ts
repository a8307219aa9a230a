import { randomToken } from '#platform/crypto.ts';
import { Fault, invalidField } from '#platform/fault.ts';
import { type AddressPolicy, parseOutgoingUrl } from '#platform/outgoing-address.ts';
import type { AccountReport, CredentialCheck } from './provider-account.ts';
import type { ConnectionSecrets } from './provider.ts';
import type { ProviderAdapter } from './providers.ts';

/** Where the provider's API is. Throws Fault `address_refused` for what may not be called. */
export function readBaseUrl(text: string, adapter: ProviderAdapter, policy: AddressPolicy): string {
  // What is no HTTP has an address of its own form, which its transport checks.
  if (adapter.openTransport) return text;
  const url = parseOutgoingUrl(text, policy);
  if (url.search !== '') throw invalidField('/base_url', 'It must have no query.', 'format');
  return url.href.replace(/\/+$/, '');
}

/** Where webhooks are not signed their address is what nobody may guess. */
export function withKey(secrets: ConnectionSecrets, { provider }: ProviderAdapter): ConnectionSecrets {
  if (provider.capabilities.webhooks === 'signed' || secrets.verifyToken !== '') return secrets;
  return { ...secrets, verifyToken: randomToken() };
}

/** Throws for a set that could not work whatever the provider says of it. */
export function checkSecrets(secrets: ConnectionSecrets, { provider }: ProviderAdapter): ConnectionSecrets {
  // Without a secret no webhook could be told from a forged one, so there is no connection without it.
  const isSigned = provider.capabilities.webhooks === 'signed';
  if ((isSigned && secrets.appSecrets.length === 0) || secrets.appSecrets.some((secret) => secret.trim() === '')) {
    throw invalidField('/app_secret', 'It must not be empty: webhooks are verified with it.', 'required');
  }
  if (secrets.accessToken.trim() === '') throw invalidField('/access_token', 'It must not be empty.', 'required');
  if ((provider.answerHandshake || !isSigned) && secrets.verifyToken.trim() === '')
    throw invalidField('/verify_token', 'It must not be empty.', 'required');
  if (!isSigned && !/^[\w-]{32,200}$/.test(secrets.verifyToken)) {
    throw invalidField(
      '/verify_token',
      'It is the last part of the address that unsigned webhooks come to: 32 to 200 random letters, digits, "-" and "_", so that nobody can guess it.',
    );
  }
  return secrets;
}

export function failedChecks(report: AccountReport): CredentialCheck[] {
  // Webhooks can be subscribed only once the connection has an address, and a phone is linked only then.
  return report.checks.filter(({ ok, name }) => !ok && name !== 'webhooks' && name !== 'phone');
}

const fieldsOfChecks: Partial<Record<string, string>> = {
  reach: '/base_url',
  permissions: '/access_token',
  number_of_account: '/business_account_id',
};

export function refuseFailed(report: AccountReport): void {
  const failed = failedChecks(report);
  if (failed.length === 0) return;
  throw new Fault('invalid_request', {
    detail: `The credentials do not work, so nothing was saved. ${failed.map(({ message }) => message).join(' ')}`,
    fields: failed.map(({ name, message }) => ({
      pointer: fieldsOfChecks[name] ?? `/${name}`,
      message,
      code: 'credentials',
    })),
  });
}
