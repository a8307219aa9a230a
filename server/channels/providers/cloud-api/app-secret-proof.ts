import { createHmac } from 'node:crypto';
import type { ConnectionSecrets, ProviderError } from '#channels/provider.ts';

// The directory keeps one object for the secrets of a connection until they change, so a proof is made once and not for
// every message.
const proofs = new WeakMap<ConnectionSecrets, string>();

/**
 * The parameter by which a call shows that its caller has the app's secret too, and not a stolen token alone. An app can be
 * set to refuse calls without it. Empty when there is no app secret. Of two secrets it is the newer one.
 */
export function proofParameter(secrets: ConnectionSecrets): string {
  const known = proofs.get(secrets);
  if (known !== undefined) return known;
  const [secret = ''] = secrets.appSecrets;
  const parameter = secret === '' ? '' : proofOf(secrets.accessToken, secret);
  proofs.set(secrets, parameter);
  return parameter;
}

/** The same for any token of the app. */
export function proofOf(token: string, appSecret: string): string {
  return `appsecret_proof=${createHmac('sha256', appSecret).update(token).digest('hex')}`;
}

/** Whether the provider refused the proof, or the lack of one. The code is that of every wrong parameter, so here, and only
 *  here, the words decide: what is queued must not be burned because the app's secret was changed. */
export function isProofRefused(error: ProviderError): boolean {
  return error.code === '100' && /\bappsecret_proof\b/.test(`${error.title} ${error.details ?? ''}`);
}
