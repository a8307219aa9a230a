import type { ProviderPerson } from '#channels/events.ts';
import { bareAddress } from '#channels/providers/twilio/sending/addresses.ts';
import { fieldOf } from './form.ts';

const phone = /^\+?[1-9]\d{5,14}$/;

/**
 * The person on one side of a message. WhatsApp's business-scoped id stands in a field of its own, and in the place of the
 * number when Twilio is not told the number. What writes an SMS under a name or a short code is known by that.
 */
export function personOf(form: URLSearchParams, side: 'From' | 'To'): ProviderPerson | undefined {
  const address = bareAddress(fieldOf(form, side, 200) ?? '');
  const waId = side === 'From' ? fieldOf(form, 'WaId', 200) : undefined;
  const number = [waId, address].find((one) => one !== undefined && phone.test(one));
  const named = bareAddress((side === 'From' ? fieldOf(form, 'ExternalUserId', 200) : undefined) ?? '');
  const userId = named !== '' ? named : number === undefined ? address : '';
  if (number === undefined && userId === '') return undefined;
  const profileName = side === 'From' ? nameIn(form) : undefined;
  return {
    ...(number === undefined ? undefined : { waId: number.replace(/^\+/, '') }),
    ...(userId === '' ? undefined : { providerUserId: userId.slice(0, 150) }),
    ...(profileName === undefined ? undefined : { profileName }),
  };
}

/** Which sender of ours a webhook is about: its number, and the messaging service that the number works for. */
export function senderOf(
  form: URLSearchParams,
  side: 'From' | 'To',
): { senderExternalId: string; otherSenderExternalId?: string } | undefined {
  const number = bareAddress(fieldOf(form, side, 100) ?? '');
  const service = fieldOf(form, 'MessagingServiceSid', 100);
  if (number === '') return service === undefined ? undefined : { senderExternalId: service };
  // A number without "+" is one all the same; short codes and names stay as they are.
  const senderExternalId = /^[1-9]\d{9,14}$/.test(number) ? `+${number}` : number;
  return { senderExternalId, ...(service === undefined ? undefined : { otherSenderExternalId: service }) };
}

// Control characters and the marks that turn the direction of text: a name must not disturb the screen around it.
// oxlint-disable-next-line no-control-regex -- finding control characters is the purpose
const unprintable = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

function nameIn(form: URLSearchParams): string | undefined {
  const name = (fieldOf(form, 'ProfileName', 4096) ?? '').replaceAll(unprintable, '').trim().slice(0, 256);
  return name === '' ? undefined : name.toWellFormed();
}
