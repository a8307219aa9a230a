import { isUtf8 } from 'node:buffer';

/** The fields of a form in the order of its body, a field more than once for each of its values. */
export function parseForm(body: Uint8Array): URLSearchParams {
  return new URLSearchParams(Buffer.from(body).toString('utf8'));
}

/** A text that a form has, cleaned of what the database does not take; undefined when it is absent or empty. */
export function fieldOf(form: URLSearchParams, name: string, max = 512): string | undefined {
  const value = form.get(name);
  if (value === null) return undefined;
  const clean = value.replaceAll('\0', '').toWellFormed();
  return clean === '' || clean.length > max ? undefined : clean;
}

/** A body of any length: what is beyond the limit is cut, and the raw webhook has all of it. */
export function bodyOf(form: URLSearchParams): { text: string; truncated: boolean } {
  const whole = decodePossibleBase64((form.get('Body') ?? '').replaceAll('\0', '').toWellFormed());
  return whole.length <= longestBody
    ? { text: whole, truncated: false }
    : { text: whole.slice(0, longestBody).toWellFormed(), truncated: true };
}

const longestBody = 20_000;
/** Shorter ones are words that happen to look like it. */
const shortestBase64 = 60;

/** Some networks have a text of several segments come as its base64. It is read only when it cannot be meant as it is: long,
 *  in one piece, and a readable text when decoded. */
function decodePossibleBase64(text: string): string {
  const bare = text.replaceAll(/[\r\n]/g, '').trim();
  if (bare.length < shortestBase64 || bare.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(bare)) return text;
  const bytes = Buffer.from(bare, 'base64');
  if (!isUtf8(bytes)) return text;
  const decoded = bytes.toString('utf8');
  // oxlint-disable-next-line no-control-regex -- finding control characters is the purpose
  return /[\u0000-\u0008\u000e-\u001f\u007f\ufffd]/.test(decoded) ? text : decoded;
}
