import { proofParameter } from '#channels/providers/cloud-api/app-secret-proof.ts';
import type { AccountAccess, PassedCall, ProviderCalls } from '#channels/provider-account.ts';
import { Fault } from '#platform/fault.ts';
import { type OutgoingAnswer, OutgoingFailed } from '#platform/outgoing.ts';

const answerMs = 30_000;
const uploadMs = 5 * 60_000;
const maxBytes = 2 * 1024 * 1024;

/** One call of the Graph API for somebody who speaks it: with the token of the account, whatever the caller's own was. The
 *  answer comes as it is, a refusal too. Throws Fault `upstream_failed` when there is none. */
export async function passThrough(
  calls: ProviderCalls,
  { settings, secrets }: Pick<AccountAccess, 'settings' | 'secrets'>,
  call: PassedCall,
): Promise<OutgoingAnswer> {
  const query = new URLSearchParams(call.query);
  for (const [name, value] of new URLSearchParams(proofParameter(secrets))) query.set(name, value);
  const path = call.path.map((segment) => encodeURIComponent(segment)).join('/');
  const search = query.size === 0 ? '' : `?${query.toString()}`;
  try {
    return await calls.open({
      url: `${settings.baseUrl.replace(/\/+$/, '')}/${settings.apiVersion}/${path}${search}`,
      method: call.method,
      headers: { ...call.headers, authorization: `Bearer ${secrets.accessToken}` },
      ...(call.body === undefined ? {} : { body: call.body }),
      timeoutMs: call.body === undefined ? answerMs : uploadMs,
      maxBytes,
    });
  } catch (error) {
    if (error instanceof OutgoingFailed) throw new Fault('upstream_failed', { detail: error.message, cause: error });
    throw error;
  }
}
