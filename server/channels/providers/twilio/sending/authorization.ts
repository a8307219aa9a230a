import type { ConnectionSecrets, ConnectionSettings } from '#channels/provider.ts';

// The directory keeps one object for the secrets of a connection until they change, so a header is made once and not for
// every message.
const headers = new WeakMap<ConnectionSecrets, { user: string; header: string }>();

/** The header that authorizes a call: the account with its auth token, or an API key with its secret. */
export function authorizationOf(settings: ConnectionSettings, secrets: ConnectionSecrets): string {
  const user = settings.options['api_key_sid'] ?? settings.businessAccountId;
  const known = headers.get(secrets);
  if (known?.user === user) return known.header;
  const header = `Basic ${Buffer.from(`${user}:${secrets.accessToken}`).toString('base64')}`;
  headers.set(secrets, { user, header });
  return header;
}
