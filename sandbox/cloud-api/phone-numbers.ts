/** The digits under which WhatsApp knows a number, or undefined if it cannot be a phone number.
 *
 *  Notation is forgiven (`+`, `-`, `.`, parentheses, spaces). Ten digits without a `+` get the business's own country
 *  code, here 1. WhatsApp changes digits in some countries, and clients must cope with the answer: Brazilian mobiles
 *  with an area code from 31 lose their ninth digit, Argentinian ones gain a 9. */
export function toWaId(written: string): string | undefined {
  if (!/^\+?[\d\s().-]{5,40}$/.test(written.trim())) return undefined;
  let digits = written.replaceAll(/\D/g, '');
  if (!written.trim().startsWith('+') && digits.length === 10) digits = `1${digits}`;
  if (digits.length < 7 || digits.length > 15 || digits.startsWith('0')) return undefined;
  const brazilian = /^55([3-9]\d)9(\d{8})$/.exec(digits);
  if (brazilian && Number(brazilian[1]) >= 31) return `55${brazilian[1]}${brazilian[2]}`;
  if (/^54[1-8]\d{9}$/.test(digits)) return `549${digits.slice(2)}`;
  return digits;
}

/** Two letters for the business-scoped user id; `US` where the calling code is not one of the common ones. */
export function countryOf(waId: string): string {
  for (const [code, country] of CALLING_CODES) if (waId.startsWith(code)) return country;
  return 'US';
}

const CALLING_CODES: readonly (readonly [string, string])[] = [
  ['1', 'US'],
  ['20', 'EG'],
  ['234', 'NG'],
  ['254', 'KE'],
  ['27', 'ZA'],
  ['30', 'GR'],
  ['31', 'NL'],
  ['32', 'BE'],
  ['33', 'FR'],
  ['34', 'ES'],
  ['351', 'PT'],
  ['352', 'LU'],
  ['353', 'IE'],
  ['354', 'IS'],
  ['356', 'MT'],
  ['357', 'CY'],
  ['358', 'FI'],
  ['359', 'BG'],
  ['36', 'HU'],
  ['370', 'LT'],
  ['371', 'LV'],
  ['372', 'EE'],
  ['385', 'HR'],
  ['386', 'SI'],
  ['39', 'IT'],
  ['40', 'RO'],
  ['41', 'CH'],
  ['420', 'CZ'],
  ['421', 'SK'],
  ['423', 'LI'],
  ['43', 'AT'],
  ['44', 'GB'],
  ['45', 'DK'],
  ['46', 'SE'],
  ['47', 'NO'],
  ['48', 'PL'],
  ['49', 'DE'],
  ['52', 'MX'],
  ['53', 'CU'],
  ['54', 'AR'],
  ['55', 'BR'],
  ['57', 'CO'],
  ['62', 'ID'],
  ['65', 'SG'],
  ['7', 'RU'],
  ['81', 'JP'],
  ['82', 'KR'],
  ['850', 'KP'],
  ['90', 'TR'],
  ['91', 'IN'],
  ['92', 'PK'],
  ['963', 'SY'],
  ['971', 'AE'],
  ['972', 'IL'],
  ['98', 'IR'],
];
