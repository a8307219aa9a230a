import { getCountries, getCountryCallingCode } from 'libphonenumber-js/max';

export type PhoneVerdict = { ok: true; e164: string } | { ok: false; message: string };

const callingCodes = new Set<string>(getCountries().map((country) => getCountryCallingCode(country)));

/**
 * Reads a number as people write it: "+" and country code, then digits with spaces, dots, dashes and brackets.
 * Deliberately not a full check against numbering plans: WhatsApp's own ids break them (Mexico's 521, Brazil without the
 * ninth digit, test numbers), and a parser that repairs input would take extensions and digits of other scripts silently.
 */
export function readPhone(text: string): PhoneVerdict {
  const trimmed = text.trim();
  if (!/^[+0-9 ()./-]+$/.test(trimmed)) {
    return { ok: false, message: 'A phone number has digits, "+", spaces, dots, dashes and brackets only.' };
  }
  if (!trimmed.startsWith('+')) {
    const hint = trimmed.startsWith('00') ? ' Write "+" in place of the leading 00.' : '';
    return { ok: false, message: `A phone number begins with "+" and the country code, e.g. +15550001111.${hint}` };
  }
  if (trimmed.lastIndexOf('+') > 0) return { ok: false, message: 'A phone number has one "+", at its beginning.' };
  const digits = digitsOf(trimmed);
  if (digits.length < 7 || digits.length > 15) return { ok: false, message: 'A phone number has 7 to 15 digits.' };
  if (![1, 2, 3].some((length) => callingCodes.has(digits.slice(0, length)))) {
    return { ok: false, message: 'The number does not begin with the code of a country.' };
  }
  return { ok: true, e164: `+${digits}` };
}

/**
 * One key for all spellings of a number that reach the same person: Brazil's ninth digit, Mexico's 1 and Argentina's 9
 * come and go between what is dialled and what WhatsApp calls the person. Takes E.164 or WhatsApp's digits.
 */
export function phoneMatchKey(number: string): string {
  const digits = digitsOf(number);
  if (digits.startsWith('55') && digits.length === 13 && digits[4] === '9') return digits.slice(0, 4) + digits.slice(5);
  if (digits.startsWith('521') && digits.length === 13) return `52${digits.slice(3)}`;
  if (digits.startsWith('549') && digits.length === 13) return `54${digits.slice(3)}`;
  return digits;
}

// Most numbers come as they should be; replacing nothing by a pattern costs more than looking.
function digitsOf(text: string): string {
  const bare = text.startsWith('+') ? text.slice(1) : text;
  return /^\d+$/.test(bare) ? bare : bare.replaceAll(/\D/g, '');
}
