import { domainToASCII } from 'node:url';

export type EmailVerdict = { ok: true; address: string } | { ok: false; message: string };

/**
 * Reads one address for mail, as `name@host`. The host is lower-cased and put into its ASCII form; the name stays as it is,
 * because only its own server knows whether case matters there. What a header or a command of SMTP could be broken with
 * (spaces, quotes, line breaks, brackets) is in no name that is let through.
 */
export function readEmailAddress(text: string): EmailVerdict {
  const trimmed = text.trim();
  const at = trimmed.lastIndexOf('@');
  if (at < 1 || at === trimmed.length - 1)
    return { ok: false, message: 'An e-mail address looks like name@example.com.' };
  const name = trimmed.slice(0, at);
  const host = domainToASCII(trimmed.slice(at + 1)).toLowerCase();
  if (!/^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/.test(name)) {
    return {
      ok: false,
      message:
        'The part before the @ has letters, digits and a few signs only, and no spaces, quotes or two dots in a row.',
    };
  }
  if (!/^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/.test(host))
    return { ok: false, message: 'The part behind the @ must be the name of a domain, such as example.com.' };
  if (name.length > 64) return { ok: false, message: 'The part before the @ has 64 characters at most.' };
  if (name.length + 1 + host.length > 254) return { ok: false, message: 'An address has 254 characters at most.' };
  return { ok: true, address: `${name}@${host}` };
}

/** The same for every spelling of an address. By the letter of the standard names differ by case; no provider lets them. */
export function emailMatchKey(address: string): string {
  return address.toLowerCase();
}
