import type { AccountAccess, ProviderCalls } from '#channels/provider-account.ts';
import { isFields, textOf } from '#channels/providers/payloads/fields.ts';
import { type TwilioName, smsName } from '#channels/providers/twilio/names.ts';
import { isService } from '#channels/providers/twilio/sending/addresses.ts';
import { Fault } from '#platform/fault.ts';
import { callTwilio, type TwilioAnswer } from './calls.ts';

/** The number that the sender is, among those of the account. */
export async function findNumber(calls: ProviderCalls, access: AccountAccess): Promise<TwilioAnswer> {
  const { senderExternalId: phone } = access;
  const answer = await callTwilio(calls, access, {
    path: '/IncomingPhoneNumbers.json',
    query: { PhoneNumber: phone },
  });
  if (!answer.ok) return { ...answer, words: `The numbers of the account cannot be seen. ${answer.words}` };
  const listed = answer.fields['incoming_phone_numbers'];
  const number = Array.isArray(listed) && listed.filter(isFields).find((one) => one['phone_number'] === phone);
  if (number) return { ok: true, fields: number };
  const words = `The account has no number ${phone}. Write it with "+" and country code, as the Twilio console lists it.`;
  return { ok: false, httpStatus: null, error: null, words };
}

/** Has messages to the number sent here. Of a messaging service and of WhatsApp a person sets the address at Twilio, because
 *  it belongs to the service or to the sender, and not to a number. */
export async function subscribe(
  provider: TwilioName,
  calls: ProviderCalls,
  access: AccountAccess,
  callbackUrl: string,
): Promise<void> {
  const isOfService = isService(access.senderExternalId);
  if (provider !== smsName || isOfService) {
    const where = isOfService
      ? 'open the messaging service, Integration, "Send a webhook"'
      : 'open the sender of WhatsApp, "Webhook URL for incoming messages"';
    throw new Fault('conflict', {
      detail: `Twilio is told by hand where messages to this sender go: in the Twilio console, ${where}, and enter ${callbackUrl} with HTTP POST. Receipts come by themselves.`,
    });
  }
  const number = await findNumber(calls, access);
  const sid = number.ok ? textOf(number.fields['sid'], 100) : undefined;
  const answer =
    sid === undefined
      ? number
      : await callTwilio(calls, access, {
          path: `/IncomingPhoneNumbers/${encodeURIComponent(sid)}.json`,
          method: 'POST',
          form: { SmsUrl: callbackUrl, SmsMethod: 'POST' },
        });
  const words = answer.ok ? (sid === undefined ? 'Twilio lists the number without its SID.' : undefined) : answer.words;
  if (words !== undefined)
    throw new Fault('upstream_failed', { detail: `The webhooks could not be subscribed. ${words}` });
}
