import { parsePhoneNumberFromString } from 'libphonenumber-js/max';

/** The ISO code of the country of a recipient: of a phone as E.164, or of a business-scoped user id, which begins with it.
 *  Null when there is none to be known. Pure. */
export function countryOf(address: { phone: string | null; userId: string | null }): string | null {
  if (address.phone !== null) return parsePhoneNumberFromString(address.phone)?.country ?? null;
  return /^([A-Z]{2})\./.exec(address.userId ?? '')?.[1] ?? null;
}
