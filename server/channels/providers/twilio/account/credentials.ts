import type { AccountAccess, AccountReport, CredentialCheck, ProviderCalls } from '#channels/provider-account.ts';
import { type Fields, isFields, textOf } from '#channels/providers/payloads/fields.ts';
import { type TwilioName, smsName } from '#channels/providers/twilio/names.ts';
import { isService } from '#channels/providers/twilio/sending/addresses.ts';
import { callAt, callTwilio, type TwilioAnswer } from './calls.ts';
import { findNumber } from './numbers.ts';

/** Tries the credentials, and says in words what is wrong and what to do. */
export async function checkCredentials(
  provider: TwilioName,
  calls: ProviderCalls,
  access: AccountAccess,
  callbackUrl: string | null,
): Promise<AccountReport> {
  const { senderExternalId } = access;
  // With the token that webhooks are signed with: a key that works would not show that it is right, and most keys may not
  // see the account.
  const account = await callTwilio(calls, withToken(access), { path: null });
  if (!account.ok) return { checks: [refusedAccount(account)] };
  const checks = [
    accountCheck(account.fields),
    { name: 'auth_token', ok: true, message: 'The auth token is right; webhooks are verified with it.' },
    ...(await keyChecks(calls, access)),
  ];
  const displayName = textOf(account.fields['friendly_name'], 200);
  const named = displayName === undefined ? {} : { displayName };
  if (isService(senderExternalId)) return { checks: [...checks, await serviceCheck(calls, access)], ...named };
  if (provider !== smsName) {
    const message = `Twilio does not tell whether ${senderExternalId} is a sender of WhatsApp: the first message shows it.`;
    return { checks: [...checks, { name: 'sender', ok: true, message }], ...named, phone: senderExternalId };
  }
  const number = await findNumber(calls, access);
  if (!number.ok) return { checks: [...checks, { name: 'sender', ok: false, message: number.words }], ...named };
  return {
    checks: [...checks, numberCheck(senderExternalId, number.fields), webhookCheck(number.fields, callbackUrl)],
    ...named,
    phone: senderExternalId,
  };
}

function refusedAccount(answer: Extract<TwilioAnswer, { ok: false }>): CredentialCheck {
  if (answer.error === null) return { name: 'reach', ok: false, message: answer.words };
  const isUnknown = answer.error.code === '20404';
  const advice = isUnknown
    ? 'Copy the Account SID (AC and 32 hexadecimal digits) from the Twilio console.'
    : 'Copy the auth token from the Twilio console, or use an API key with its secret.';
  const message = `The account cannot be seen. ${answer.words} ${advice}`;
  return { name: isUnknown ? 'account_sid' : 'auth_token', ok: false, message };
}

function accountCheck(account: Fields): CredentialCheck {
  const status = textOf(account['status'], 100) ?? 'unknown';
  if (status !== 'active') {
    const message = `The account is ${status}, so nothing can be sent. Look into the Twilio console.`;
    return { name: 'account_sid', ok: false, message };
  }
  const name = textOf(account['friendly_name'], 200) ?? 'there';
  const trial = account['type'] === 'Trial' ? ' It is a trial: it writes to verified numbers only.' : '';
  return { name: 'account_sid', ok: true, message: `The account is ${name}.${trial}` };
}

function withToken({ settings, secrets }: AccountAccess): Pick<AccountAccess, 'settings' | 'secrets'> {
  const [newest = ''] = secrets.appSecrets;
  return { settings: { ...settings, options: {} }, secrets: { ...secrets, accessToken: newest } };
}

/** The key that calls are made with, tried by looking whether there are messages. */
async function keyChecks(calls: ProviderCalls, access: AccountAccess): Promise<CredentialCheck[]> {
  if (access.settings.options['api_key_sid'] === undefined) return [];
  const name = 'api_key_sid';
  const answer = await callTwilio(calls, access, { path: '/Messages.json', query: { PageSize: '1' } });
  if (answer.ok) return [{ name, ok: true, message: 'The API key is right.' }];
  const message = `The API key does not work. ${answer.words} Copy its SID and its secret, or make a new one.`;
  return [{ name, ok: false, message }];
}

function numberCheck(phone: string, number: Fields): CredentialCheck {
  const isAble = !isFields(number['capabilities']) || number['capabilities']['sms'] !== false;
  const message = isAble ? `The number is ${phone}.` : `The number ${phone} cannot send SMS.`;
  return { name: 'sender', ok: isAble, message };
}

function webhookCheck(number: Fields, callbackUrl: string | null): CredentialCheck {
  const name = 'webhooks';
  const address = textOf(number['sms_url'], 2048);
  if (address === undefined) {
    const message = 'Twilio was not told where messages to this number go, so none come. Subscribe.';
    return { name, ok: false, message };
  }
  if (callbackUrl !== null && address !== callbackUrl) {
    // An address may have a secret in its path or query, so its host alone is told.
    const host = URL.parse(address)?.host ?? 'another address';
    return { name, ok: false, message: `Messages to this number go to ${host}. Subscribe to have them come here.` };
  }
  const method = textOf(number['sms_method'], 10) ?? 'POST';
  if (method !== 'POST')
    return { name, ok: false, message: `Twilio calls by ${method}. Subscribe to have it call by POST.` };
  const message = callbackUrl === null ? 'Messages to this number go somewhere.' : 'Messages to this number come here.';
  return { name, ok: true, message };
}

async function serviceCheck(calls: ProviderCalls, access: AccountAccess): Promise<CredentialCheck> {
  // Services are kept on a host of their own; behind any other base URL there is only one host.
  const origin = access.settings.baseUrl.replace(/^https:\/\/api\.twilio\.com$/, 'https://messaging.twilio.com');
  const answer = await callAt(calls, access, `${origin}/v1/Services/${encodeURIComponent(access.senderExternalId)}`);
  if (!answer.ok)
    return { name: 'sender', ok: false, message: `The messaging service cannot be seen. ${answer.words}` };
  const title = textOf(answer.fields['friendly_name'], 200) ?? access.senderExternalId;
  return { name: 'sender', ok: true, message: `The messaging service is ${title}.` };
}
