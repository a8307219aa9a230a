/**
 * Each message has its own address for bounces, `bounce+<token>@domain` (VERP), so that a bounce tells by where it came
 * which attempt it is about, whatever the server wrote into it. Servers on the way change the case of addresses, so the
 * token is the lower-cased callback data, "=" for ":", and behind the last "=" which letters were large, five to a sign.
 */
const signs = 'abcdefghijklmnopqrstuvwxyz234567';
const longestName = 64;

/** The address for bounces of an attempt; the bare one when the callback data does not fit. */
export function bounceAddressOf(callbackData: string, bounceAddress: string): string {
  const at = bounceAddress.lastIndexOf('@');
  const name = `${bounceAddress.slice(0, at)}+${encodeToken(callbackData)}`;
  return name.length > longestName ? bounceAddress : name + bounceAddress.slice(at);
}

/** The callback data in an address for bounces, or undefined when it is none. */
export function callbackDataOf(address: string): string | undefined {
  const token = /^[^@]*?\+([a-z0-9_=-]{3,64})@/i.exec(address)?.[1];
  return token === undefined ? undefined : decodeToken(token);
}

function encodeToken(callbackData: string): string {
  let mask = '';
  for (let start = 0; start < callbackData.length; start += 5) {
    const large = callbackData
      .slice(start, start + 5)
      .split('')
      .map((sign) => Number(/[A-Z]/.test(sign)));
    mask += signs[large.reduce((value, bit, place) => value + bit * 2 ** place, 0)];
  }
  return `${callbackData.toLowerCase().replaceAll(':', '=')}=${mask}`;
}

function decodeToken(token: string): string | undefined {
  const lower = token.toLowerCase();
  const end = lower.lastIndexOf('=');
  const text = lower.slice(0, end).replaceAll('=', ':');
  const mask = lower.slice(end + 1);
  if (end < 1 || mask.length !== Math.ceil(text.length / 5)) return undefined;
  const decoded = text.split('').map((sign, index) => {
    const value = signs.indexOf(mask[Math.floor(index / 5)] ?? '');
    return value >= 0 && Math.floor(value / 2 ** (index % 5)) % 2 === 1 ? sign.toUpperCase() : sign;
  });
  return decoded.join('');
}

/** The id of a message, made from its attempt. Its host is the one that bounces go to, so that an address for bounces tells
 *  the id as well. */
export function messageIdOf(callbackData: string, bounceAddress: string): string {
  return `<${callbackData.replaceAll(':', '.')}@${bounceAddress.slice(bounceAddress.lastIndexOf('@') + 1)}>`;
}

/** The callback data in the id of a message; undefined when the id is none of ours. Whether it is genuine its MAC says. */
export function callbackDataOfId(messageId: string): string | undefined {
  const name = /^\s*<?([\w.-]{3,60})@[^@\s>]+>?\s*$/.exec(messageId)?.[1];
  return name?.startsWith('a1.') ? name.replaceAll('.', ':') : undefined;
}
