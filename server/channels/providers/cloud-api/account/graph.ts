import type { AccountAccess, ProviderCalls, ProviderError } from '#channels/provider.ts';
import { OutgoingFailed } from '#platform/outgoing.ts';
import { Fault } from '#platform/fault.ts';
import { proofOf, proofParameter } from '#channels/providers/cloud-api/app-secret-proof.ts';
import { readErrorObject } from '#channels/providers/cloud-api/errors/errors.ts';
import { type Fields, isFields } from '#channels/providers/cloud-api/fields.ts';

/** What a call of the Graph API came to. */
export type GraphAnswer = { ok: true; fields: Fields } | { ok: false; error: ProviderError | null; words: string };

export interface GraphCall {
  /** Below the version, with its query. */
  path: string;
  method?: 'GET' | 'POST';
  body?: Fields;
  /** Instead of the connection's own access token: that of the app, with the secret that it is tried with. */
  app?: { token: string; secret: string };
}

/** Calls a management end point. An outage, a refusal and an answer that makes no sense are answers too, in words. */
export async function callGraph(
  calls: ProviderCalls,
  access: Pick<AccountAccess, 'settings' | 'secrets'>,
  call: GraphCall,
): Promise<GraphAnswer> {
  const { settings, secrets } = access;
  const proof = call.app ? proofOf(call.app.token, call.app.secret) : proofParameter(secrets);
  const path = proof === '' ? call.path : `${call.path}${call.path.includes('?') ? '&' : '?'}${proof}`;
  const url = `${settings.baseUrl.replace(/\/+$/, '')}/${settings.apiVersion}/${path}`;
  try {
    const answer = await calls.request({
      url,
      method: call.method ?? 'GET',
      headers: {
        authorization: `Bearer ${call.app?.token ?? secrets.accessToken}`,
        ...(call.body ? { 'content-type': 'application/json' } : undefined),
      },
      ...(call.body ? { body: JSON.stringify(call.body) } : undefined),
      timeoutMs: 10_000,
      maxBytes: 1024 * 1024,
    });
    return readGraphAnswer(answer.status, answer.body);
  } catch (error) {
    if (error instanceof OutgoingFailed) return { ok: false, error: null, words: error.message };
    if (error instanceof Fault && error.code === 'address_refused') {
      return { ok: false, error: null, words: `The base URL cannot be used: ${error.detail ?? error.title}` };
    }
    throw error;
  }
}

/** What a whole answer of the Graph API says. */
export function readGraphAnswer(status: number, body: Buffer): GraphAnswer {
  const fields = parse(body);
  const error = readErrorObject(fields?.['error']);
  if (error)
    return {
      ok: false,
      error,
      words: `Meta answered: ${error.title} (code ${error.code}${error.subcode === undefined ? '' : `, subcode ${error.subcode}`}).`,
    };
  if (fields && status >= 200 && status < 300) return { ok: true, fields };
  if (status >= 300 && status < 400)
    return { ok: false, error: null, words: `The base URL redirects (HTTP ${status}), which is not followed.` };
  return { ok: false, error: null, words: `What answered at the base URL is not the Graph API (HTTP ${status}).` };
}

function parse(body: Buffer): Fields | undefined {
  try {
    const value: unknown = JSON.parse(body.toString());
    return isFields(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
