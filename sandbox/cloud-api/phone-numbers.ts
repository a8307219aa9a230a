import { callingCodeOf } from './calling-codes.ts';

/** The digits under which WhatsApp knows a number, or undefined if it cannot be a phone number.
 *
 *  Notation is forgiven (`+`, `-`, `.`, parentheses, spaces). Ten digits without a `+` get `ownCode`, the
 *  business's own country code. WhatsApp changes digits in some countries, and clients must cope with the answer: Brazilian mobiles
 *  with an area code from 31 lose their ninth digit, Argentinian ones gain a 9. */
export function toWaId(written: string, ownCode = '1'): string | undefined {
  if (!/^\+?[\d\s().-]{5,40}$/.test(written.trim())) return undefined;
  let digits = written.replaceAll(/\D/g, '');
  if (!written.trim().startsWith('+') && digits.length === 10) digits = `${ownCode}${digits}`;
  if (digits.length < 7 || digits.length > 15 || digits.startsWith('0')) return undefined;
  const brazilian = /^55([3-9]\d)9(\d{8})$/.exec(digits);
  if (brazilian && Number(brazilian[1]) >= 31) return `55${brazilian[1]}${brazilian[2]}`;
  if (/^54[1-8]\d{9}$/.test(digits)) return `549${digits.slice(2)}`;
  return digits;
}

/** Two letters, as a business-scoped user id begins; `US` for what begins with no calling code. */
export function countryOf(waId: string): string {
  return callingCodeOf(waId)?.country ?? 'US';
}
