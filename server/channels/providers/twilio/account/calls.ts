import type { ProviderError } from '#channels/provider.ts';
import type { AccountAccess, ProviderCalls } from '#channels/provider-account.ts';
import { type Fields, isFields } from '#channels/providers/payloads/fields.ts';
import { readErrorBody } from '#channels/providers/twilio/errors/errors.ts';
import { authorizationOf } from '#channels/providers/twilio/sending/authorization.ts';
import { Fault } from '#platform/fault.ts';
import { OutgoingFailed } from '#platform/outgoing.ts';

/** What a call of the REST API came to: its fields, or in words why there are none. */
export type TwilioAnswer =
  | { ok: true; fields: Fields }
  | { ok: false; httpStatus: number | null; error: ProviderError | null; words: string };

export interface TwilioCall {
  /** Below the account, e.g. `/Messages.json`; null stands for the account itself. */
  path: string | null;
  method?: 'GET' | 'POST';
  query?: Record<string, string>;
  /** Sent as a form. */
  form?: Record<string, string>;
}

const usualMs = 10_000;
// A page of a hundred messages with all their fields.
const maxAnswerBytes = 2 * 1024 * 1024;

/** Calls the API of the account. An outage, a refusal and an answer that makes no sense are answers too, in words. */
export async function callTwilio(
  calls: ProviderCalls,
  access: Pick<AccountAccess, 'settings' | 'secrets'>,
  call: TwilioCall,
): Promise<TwilioAnswer> {
  const { baseUrl, apiVersion, businessAccountId } = access.settings;
  const account = `${baseUrl}/${apiVersion}/Accounts/${encodeURIComponent(businessAccountId)}`;
  return callAt(calls, access, call.path === null ? `${account}.json` : account + call.path, call);
}

/** The same at another address of Twilio's. */
export async function callAt(
  calls: ProviderCalls,
  access: Pick<AccountAccess, 'settings' | 'secrets'>,
  address: string,
  { method = 'GET', query, form }: Omit<TwilioCall, 'path'> = {},
): Promise<TwilioAnswer> {
  const search = query ? `?${new URLSearchParams(query).toString()}` : '';
  try {
    const answer = await calls.request({
      url: address + search,
      method,
      headers: {
        authorization: authorizationOf(access.settings, access.secrets),
        accept: 'application/json',
        ...(form ? { 'content-type': 'application/x-www-form-urlencoded' } : undefined),
      },
      ...(form ? { body: new URLSearchParams(form).toString() } : undefined),
      timeoutMs: usualMs,
      maxBytes: maxAnswerBytes,
    });
    return readAnswer(answer.status, answer.body);
  } catch (error) {
    if (error instanceof OutgoingFailed) return { ok: false, httpStatus: null, error: null, words: error.message };
    if (error instanceof Fault && error.code === 'address_refused') {
      const words = `The base URL cannot be used: ${error.detail ?? error.title}`;
      return { ok: false, httpStatus: null, error: null, words };
    }
    throw error;
  }
}

function readAnswer(httpStatus: number, body: Buffer): TwilioAnswer {
  const fields = parse(body);
  const isSuccess = httpStatus >= 200 && httpStatus < 300;
  const error = isSuccess ? undefined : readErrorBody(fields);
  if (error) return { ok: false, httpStatus, error, words: `Twilio answered: ${error.title} (error ${error.code}).` };
  if (fields && isSuccess) return { ok: true, fields };
  const words =
    httpStatus >= 300 && httpStatus < 400
      ? `The base URL redirects (HTTP ${httpStatus}), which is not followed.`
      : `What answered at the base URL is not the API of Twilio (HTTP ${httpStatus}).`;
  return { ok: false, httpStatus, error: null, words };
}

function parse(body: Buffer): Fields | undefined {
  try {
    const value: unknown = JSON.parse(body.toString());
    return isFields(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
