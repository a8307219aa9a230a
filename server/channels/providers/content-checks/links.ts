import { isIP } from 'node:net';
import { isPublicAddress } from '#platform/outgoing-address.ts';
import { type Problems, refuse } from './checks.ts';

const maxLinkLength = 2048;

/**
 * An address that Meta is to fetch or a person is to open. Only its text is checked, since it is not we who call it:
 * http or https, no user and password, no host that is private by its very name. The name is looked at after parsing,
 * because `http://2130706433/` and `http://0x7f.1/` become 127.0.0.1 only then.
 */
export function checkLink(problems: Problems, pointer: string, value: unknown): void {
  if (typeof value !== 'string') return refuse(problems, pointer, 'It must be a string with an http or https address.');
  if (value.length > maxLinkLength)
    return refuse(problems, pointer, `It must have at most ${maxLinkLength} characters.`);
  // The URL parser drops these in silence, so what is checked would not be what is sent.
  // oxlint-disable-next-line no-control-regex -- finding control characters is the purpose
  if (/[\u0000-\u0020\u007f\\]/.test(value) || !value.isWellFormed()) {
    return refuse(problems, pointer, 'It must not have spaces, control characters or backslashes.');
  }
  const url = /^https?:\/\//i.test(value) ? URL.parse(value) : null;
  if (!url) return refuse(problems, pointer, 'It must be a full http or https address.');
  if (url.username !== '' || url.password !== '')
    return refuse(problems, pointer, 'It must not have a user or password.');
  if (isPrivateHost(url.hostname)) {
    refuse(problems, pointer, 'It points into a private network, where the provider cannot reach it.');
  }
}

function isPrivateHost(hostname: string): boolean {
  const host = hostname.replace(/\.$/, '');
  const literal = host.startsWith('[') ? host.slice(1, -1) : host;
  if (isIP(literal) !== 0) return !isPublicAddress(literal);
  return !host.includes('.') || /\.(?:localhost|local|internal|localdomain|home\.arpa)$/.test(host);
}
