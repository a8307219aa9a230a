import type { ErrorEntry } from '#channels/provider.ts';
import type { AccountAccess, ProviderCalls } from '#channels/provider-account.ts';
import { type Fields, isFields } from '#channels/providers/payloads/fields.ts';
import { readError, rowOf } from '#channels/providers/ultramsg/errors/errors.ts';
import { instanceId } from '#channels/providers/ultramsg/instance.ts';
import { Fault } from '#platform/fault.ts';
import { OutgoingFailed } from '#platform/outgoing.ts';

/** What a call about an instance came to. `row` is there when UltraMsg itself refused; nobody answered otherwise. */
export type InstanceAnswer = { ok: true; fields: Fields } | { ok: false; row: ErrorEntry | null; words: string };

export interface InstanceCall {
  method?: 'GET' | 'POST';
  /** Below the instance, e.g. `instance/status`. */
  path: string;
  /** In the address of a GET and in the form of a POST; what is undefined is left out. */
  parameters?: Record<string, string | undefined>;
}

type Refused = Extract<InstanceAnswer, { ok: false }>;
type RawAnswer = { status: number; body: Buffer } | { words: string };

const timeoutMs = 10_000;
// A page of the list of messages has a hundred, of up to 4,096 characters each.
const maxAnswerBytes = 4 * 1024 * 1024;

/** Makes a call of an instance. An outage, a refusal and an answer that makes no sense are answers too, in words, and the
 *  token is in none of them. */
export async function callInstance(
  calls: ProviderCalls,
  access: AccountAccess,
  call: InstanceCall,
): Promise<InstanceAnswer> {
  const answer = await fetchAnswer(calls, access, call);
  if ('words' in answer) return { ok: false, row: null, words: answer.words };
  const { status, body } = answer;
  const refused = refusalIn(answer, access);
  if (refused) return refused;
  const fields = parse(body);
  if (fields && status >= 200 && status < 300) return { ok: true, fields };
  const words =
    status >= 300 && status < 400
      ? `The base URL redirects (HTTP ${status}), which is not followed.`
      : `What answered at the base URL is not UltraMsg (HTTP ${status}).`;
  return { ok: false, row: null, words };
}

/** Makes a call and throws Fault `provider_refused` when UltraMsg says no, `upstream_failed` when nobody can tell. */
export async function askInstance(calls: ProviderCalls, access: AccountAccess, call: InstanceCall): Promise<Fields> {
  const answer = await callInstance(calls, access, call);
  if (!answer.ok) throw faultOf(answer, call.method === 'POST');
  return answer.fields;
}

/** The same for an answer that is a picture. */
export async function askPicture(calls: ProviderCalls, access: AccountAccess, path: string): Promise<Buffer> {
  const answer = await fetchAnswer(calls, access, { path });
  if ('words' in answer) throw new Fault('upstream_failed', { detail: answer.words });
  if (answer.status === 200 && isPng(answer.body)) return answer.body;
  const refused = refusalIn(answer, access);
  if (refused) throw faultOf(refused);
  throw new Fault('upstream_failed', { detail: `UltraMsg gave no picture (HTTP ${answer.status}).` });
}

function faultOf({ row, words }: Refused, isChange = false): Fault {
  if (row) return new Fault('provider_refused', { detail: `${words} ${row.advice}` });
  const doubt = isChange ? ' Whether it was done is not known: look before you repeat it.' : '';
  return new Fault('upstream_failed', { detail: `${words}${doubt}` });
}

async function fetchAnswer(calls: ProviderCalls, access: AccountAccess, call: InstanceCall): Promise<RawAnswer> {
  const { settings, secrets } = access;
  const isPost = call.method === 'POST';
  const parameters = new URLSearchParams({ token: secrets.accessToken });
  for (const [name, value] of Object.entries(call.parameters ?? {}))
    if (value !== undefined) parameters.set(name, value);
  const instance = encodeURIComponent(instanceId(access.senderExternalId));
  const address = `${settings.baseUrl.replace(/\/+$/, '')}/${instance}/${call.path}`;
  try {
    return await calls.request({
      url: isPost ? address : `${address}?${parameters.toString()}`,
      method: isPost ? 'POST' : 'GET',
      headers: isPost ? { 'content-type': 'application/x-www-form-urlencoded' } : {},
      ...(isPost ? { body: parameters.toString() } : undefined),
      timeoutMs,
      maxBytes: maxAnswerBytes,
    });
  } catch (error) {
    // The message of a failed call has the host and nothing else of the address.
    if (error instanceof OutgoingFailed) return { words: error.message };
    if (error instanceof Fault && error.code === 'address_refused')
      return { words: `The base URL cannot be used: ${withoutToken(error.detail ?? error.title, access)}` };
    throw error;
  }
}

function refusalIn({ status, body }: { status: number; body: Buffer }, access: AccountAccess): Refused | undefined {
  const refused = readError(parse(body) ?? {});
  if (refused) {
    const said = withoutToken(refused.error.details ?? refused.row.title, access);
    return { ok: false, row: refused.row, words: `UltraMsg answered: ${/[.!?]$/.test(said) ? said : `${said}.`}` };
  }
  if (status !== 404) return undefined;
  const words = `UltraMsg does not know ${instanceId(access.senderExternalId)} (HTTP 404).`;
  return { ok: false, row: rowOf('instance_not_found'), words };
}

function parse(body: Buffer): Fields | undefined {
  try {
    const value: unknown = JSON.parse(body.toString());
    return isFields(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isPng(body: Buffer): boolean {
  return body.subarray(0, 8).equals(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]));
}

// Whoever answers knows the token, and may say it.
function withoutToken(words: string, { secrets }: AccountAccess): string {
  return secrets.accessToken === '' ? words : words.replaceAll(secrets.accessToken, '…');
}
