import type { ConnectionSecrets } from './provider.ts';
import { adapters } from './providers.ts';

/** How this server is reached. */
export interface Reached {
  /** From the outside, without a slash at the end; undefined when nobody said. */
  publicUrl: string | undefined;
  /** From this machine, which is enough for a simulated provider; null until it listens. */
  localUrl?: () => string | null;
}

/** The path at which a connection's webhooks arrive. Without `secrets` its last part is hidden where it is a secret. */
export function webhookPath(provider: string, connectionId: string, secrets?: ConnectionSecrets): string {
  const path = `/webhooks/${provider}/${connectionId}`;
  return isSigned(provider) ? path : `${path}/${secrets?.verifyToken ?? '{key}'}`;
}

/** Where its webhooks arrive, as its provider reaches it; null while nobody said how. With `secrets` it is for the provider and
 *  nobody else. */
export function webhookUrlOf(
  deps: Reached,
  one: { provider: string; connectionId: string; baseUrl: string; secrets?: ConnectionSecrets },
): string | null {
  const origin = deps.publicUrl ?? (isLoopback(one.baseUrl) ? deps.localUrl?.() : null) ?? null;
  return origin === null ? null : origin + webhookPath(one.provider, one.connectionId, one.secrets);
}

function isLoopback(url: string): boolean {
  const hostname = URL.parse(url)?.hostname ?? '';
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

function isSigned(provider: string): boolean {
  return adapters.get(provider)?.provider.capabilities.webhooks !== 'unsigned';
}
