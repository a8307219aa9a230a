/** An address that may be followed: `http` or `https` only. `host` is given when the text shown could mislead about
 *  where the address leads (a user name before an `@`, or letters of another script, which come back as punycode). */
export interface SafeLink {
  href: string;
  host?: string;
}

/** Reads an address, or gives `undefined` for anything that is not plain http or https: `javascript:`, `data:`, a
 *  relative path, a broken address. */
export function safeLink(text: string): SafeLink | undefined {
  if (!/^https?:\/\//iu.test(text)) return undefined;
  const url = URL.parse(text);
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:') || url.hostname === '') return undefined;
  const shown =
    text
      .slice(text.indexOf('//') + 2)
      .split(/[/?#]/u, 1)[0]
      ?.toLowerCase() ?? '';
  return shown === url.host || shown === `${url.hostname}:${url.protocol === 'http:' ? '80' : '443'}`
    ? { href: url.href }
    : { href: url.href, host: url.host };
}

// Everything up to a space or a character that cannot stand in an address unescaped. The bound keeps a text made of
// nothing but addresses linear.
const LONGEST_ADDRESS = 2048;
const address = new RegExp(
  `https?://[^\\s<>"'\`\\\\^{}|\\p{Cc}\\u200B\\u200E\\u200F\\u202A-\\u202E\\u2066-\\u2069]{1,${LONGEST_ADDRESS}}`,
  'iuy',
);
const sentenceEnd = /[.,;:!?…)\]]$/u;

/** The address that begins exactly at `start`, or `undefined`. Punctuation that ends the sentence rather than the
 *  address is left out; a closing bracket stays when the address opened it. */
export function addressAt(text: string, start: number): string | undefined {
  address.lastIndex = start;
  let found = address.exec(text)?.[0];
  if (!found || found.length > LONGEST_ADDRESS) return undefined;
  while (sentenceEnd.test(found)) {
    if (found.endsWith(')') && count(found, '(') >= count(found, ')')) break;
    if (found.endsWith(']') && count(found, '[') >= count(found, ']')) break;
    found = found.slice(0, -1);
  }
  return safeLink(found) ? found : undefined;
}

/** The first address of a text, or `undefined`. Looks no further than the texts go that a provider takes. */
export function firstLink(text: string): string | undefined {
  const searched = text.slice(0, 4096 + LONGEST_ADDRESS);
  for (const { index } of searched.matchAll(/\bhttps?:\/\//giu)) {
    const found = addressAt(searched.slice(index, index + LONGEST_ADDRESS + 50), 0);
    if (found !== undefined) return found;
  }
  return undefined;
}

function count(text: string, sign: string): number {
  return text.split(sign).length - 1;
}
