import type { ProviderCalls } from '#channels/provider-account.ts';

export const accountSid = 'AC00112233445566778899aabbccddeeff';
export const sid = (letters: string, n: number) => letters + String(n).padStart(32, '0');
export const callbackUrl = 'https://shop.example/webhooks/twilio-sms/1';

export type Reply = { status?: number; headers?: Record<string, string>; body: unknown };
export type Asked = { method: string; url: string; body: string | undefined; authorization: string | undefined };

/** Calls that are answered by a function of the address, and remembered. */
export function answering(answer: (url: URL, asked: Asked) => Reply | Error) {
  const asked: Asked[] = [];
  const ask = async (request: Parameters<ProviderCalls['open']>[0]) => {
    const { url, method = 'GET', headers, body } = request;
    const one = {
      method,
      url,
      body: typeof body === 'string' ? body : undefined,
      authorization: headers?.['authorization'],
    };
    asked.push(one);
    const reply = await Promise.resolve(answer(new URL(url), one));
    if (reply instanceof Error) throw reply;
    const bytes = Buffer.from(typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body));
    return { status: reply.status ?? 200, headers: reply.headers ?? {}, bytes };
  };
  const calls: ProviderCalls = {
    request: async (request) => {
      const { bytes, ...answer } = await ask(request);
      return { ...answer, body: bytes };
    },
    open: async (request) => {
      const { bytes, ...answer } = await ask(request);
      return {
        ...answer,
        body: (async function* () {
          yield await Promise.resolve(bytes);
        })(),
      };
    },
  };
  return { calls, asked };
}

export const refusal = (status: number, code: number): Reply => ({ status, body: { code, message: 'Words', status } });

const account = { sid: accountSid, status: 'active', friendly_name: 'My shop', type: 'Full' };
export const number = {
  sid: sid('PN', 1),
  phone_number: '+15557122661',
  capabilities: { sms: true },
  sms_url: callbackUrl,
  sms_method: 'POST',
};

/** What differs from an account where everything is right. */
export interface Change {
  account?: object | Reply;
  number?: object | null;
  service?: Reply;
  messages?: Reply;
}

/** An account of Twilio with one number, whose addresses set off nothing. `change` is asked for with each call. */
export function twilioWith(change: Change | (() => Change)) {
  return answering((url) => {
    const now = typeof change === 'function' ? change() : change;
    if (url.pathname.endsWith(`/Accounts/${accountSid}.json`)) {
      const said = now.account ?? {};
      return 'body' in said ? (said as Reply) : { body: { ...account, ...said } };
    }
    if (url.pathname.endsWith('/Messages.json')) return now.messages ?? { body: { messages: [] } };
    if (url.pathname.includes('/v1/Services/')) return now.service ?? refusal(404, 20404);
    const numbers = now.number === null ? [] : [{ ...number, ...now.number }];
    return { body: { incoming_phone_numbers: numbers } };
  });
}
