import type { ProviderError } from '#channels/provider.ts';
import type { AccountAccess, ProviderCalls } from '#channels/provider-account.ts';
import { OutgoingFailed } from '#platform/outgoing.ts';
import { Fault } from '#platform/fault.ts';
import { proofOf, proofParameter } from '#channels/providers/cloud-api/app-secret-proof.ts';
import { readErrorObject } from '#channels/providers/cloud-api/errors/errors.ts';
import { type Fields, isFields } from '#channels/providers/payloads/fields.ts';
import { readRegainSeconds } from './usage.ts';

/**
 * What a call of the Graph API came to. A refusal keeps the rest of its answer: some are refused in part only.
 * `retryAfterSeconds` is when Meta says that calls are taken again.
 */
export type GraphAnswer =
  | { ok: true; fields: Fields }
  | { ok: false; error: ProviderError | null; words: string; fields?: Fields; retryAfterSeconds?: number };

export interface GraphCall {
  /** Below the version, perhaps with a query. */
  path: string;
  method?: 'GET' | 'POST' | 'DELETE';
  /** What is undefined is left out. */
  query?: Record<string, string | number | boolean | undefined>;
  /** Sent as JSON. */
  body?: Fields;
  /** Instead of `body`, as it is. */
  bytes?: { contentType: string; content: Buffer; headers?: Record<string, string> };
  /** On Meta's second host, which has no versions in its paths. Behind any other base URL there is only one host. */
  onApiHost?: boolean;
  /** Instead of the connection's own access token: that of the app, with the secret that it is tried with. */
  app?: { token: string; secret: string };
}

const usualMs = 10_000;
// A file of a few megabytes goes up in this call.
const uploadMs = 60_000;
// Definitions of templates and flows are long, and a page has up to a hundred.
const maxAnswerBytes = 8 * 1024 * 1024;

/** Calls a management end point. An outage, a refusal and an answer that makes no sense are answers too, in words. */
export async function callGraph(
  calls: ProviderCalls,
  access: Pick<AccountAccess, 'settings' | 'secrets'>,
  call: GraphCall,
): Promise<GraphAnswer> {
  const { settings, secrets } = access;
  try {
    const answer = await calls.request({
      url: addressOf(settings, call, call.app ? proofOf(call.app.token, call.app.secret) : proofParameter(secrets)),
      method: call.method ?? 'GET',
      headers: {
        authorization: `Bearer ${call.app?.token ?? secrets.accessToken}`,
        ...(call.body ? { 'content-type': 'application/json' } : undefined),
        ...(call.bytes ? { ...call.bytes.headers, 'content-type': call.bytes.contentType } : undefined),
      },
      ...(call.body ? { body: JSON.stringify(call.body) } : undefined),
      ...(call.bytes ? { body: call.bytes.content } : undefined),
      timeoutMs: call.bytes ? uploadMs : usualMs,
      maxBytes: maxAnswerBytes,
    });
    const read = readGraphAnswer(answer.status, answer.body);
    if (read.ok) return read;
    const retryAfterSeconds = readRegainSeconds(answer.headers);
    return retryAfterSeconds === undefined ? read : { ...read, retryAfterSeconds };
  } catch (error) {
    if (error instanceof OutgoingFailed) return { ok: false, error: null, words: error.message };
    if (error instanceof Fault && error.code === 'address_refused') {
      return { ok: false, error: null, words: `The base URL cannot be used: ${error.detail ?? error.title}` };
    }
    throw error;
  }
}

function addressOf(settings: AccountAccess['settings'], call: GraphCall, proof: string): string {
  const base = settings.baseUrl.replace(/\/+$/, '');
  const root = call.onApiHost
    ? base.replace(/^https:\/\/graph\.facebook\.com$/, 'https://api.facebook.com')
    : `${base}/${settings.apiVersion}`;
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(call.query ?? {})) {
    if (value !== undefined) query.set(name, String(value));
  }
  // Commas may stand as they are; a hundred ids would make the address too long otherwise.
  const parts = [query.toString().replaceAll('%2C', ','), proof].filter((part) => part !== '').join('&');
  return `${root}/${call.path}${parts === '' ? '' : `${call.path.includes('?') ? '&' : '?'}${parts}`}`;
}

/** What a whole answer of the Graph API says. */
export function readGraphAnswer(status: number, body: Buffer): GraphAnswer {
  const fields = parse(body);
  const error = readErrorObject(fields?.['error']);
  if (fields && error)
    return {
      ok: false,
      error,
      words: `Meta answered: ${error.title} (code ${error.code}${error.subcode === undefined ? '' : `, subcode ${error.subcode}`}).`,
      fields,
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
