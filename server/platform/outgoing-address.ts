import ipaddr from 'ipaddr.js';
import { Fault } from './fault.ts';

/** A private target that the operator allows for one purpose: a host name or a range of addresses, with its port. */
export type AllowedTarget = ({ host: string } | { cidr: string }) & { port: number };

/** Which addresses a purpose (outgoing webhooks, media links, a CRM) may call. */
export type AddressPolicy = {
  /** Also `http:`, for port 80. */
  allowHttp?: boolean;
  /** Instead of 443 (and 80 with `allowHttp`). */
  ports?: readonly number[];
  allowed?: readonly AllowedTarget[];
  /** Our own names: calling ourselves would act with our rights. */
  ownHosts?: readonly string[];
};

const maxUrlLength = 2_048;
// oxlint-disable-next-line no-control-regex
const mended = /[\s\\#\u0000-\u001f\u007f]/;
const localSuffixes = [
  'localhost',
  'local',
  'internal',
  'intranet',
  'lan',
  'home',
  'corp',
  'home.arpa',
  'in-addr.arpa',
  'ip6.arpa',
  'svc.cluster.local',
  'onion',
  'test',
  'invalid',
];

// ipaddr.js calls these unicast, or did in some version; they lead to somebody's inside all the same.
const refusedV4 = ['192.0.0.0/24', '192.88.99.0/24', '198.18.0.0/15', '100.64.0.0/10'].map((range) =>
  ipaddr.IPv4.parseCIDR(range),
);
const globalV6 = ipaddr.IPv6.parseCIDR('2000::/3');
const refusedV6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'].map((range) => ipaddr.IPv6.parseCIDR(range));

/** Reads an address that a user gave, as it will be called. Throws `address_refused` with the reason in words. Says
 *  nothing about where the name leads; that is checked at every call. */
export function parseOutgoingUrl(text: string, policy: AddressPolicy): URL {
  if (text.length > maxUrlLength) throw refused(`An address has ${maxUrlLength} characters at most.`);
  // The parser silently drops or mends these, and then we would not call what was read.
  if (mended.test(text)) throw refused('The address has spaces, line breaks, backslashes or a fragment.');
  const url = URL.parse(text);
  if (url === null) throw refused('This is not an address.');
  if (url.username !== '' || url.password !== '') throw refused('The address has a user name or a password.');
  const isHttp = url.protocol === 'http:';
  if (!isHttp && url.protocol !== 'https:') throw refused('The address must begin with https://.');

  const port = portOf(url);
  const host = hostOf(url);
  const literal = ipaddr.isValid(host) ? host : undefined;
  if (isAllowed(policy, host, port)) return url;
  if (policy.ownHosts?.some((own) => own.toLowerCase() === host))
    throw refused(`The address leads back to this server. ${howToAllow(host, port)}`);
  // The name may lead into a range that is allowed; that is seen when it is called.
  if (literal === undefined && policy.allowed?.some((target) => 'cidr' in target && target.port === port)) return url;

  const isOutside =
    literal === undefined
      ? host.includes('.') && !localSuffixes.some((suffix) => `.${host}`.endsWith(`.${suffix}`))
      : isPublicAddress(literal);
  if (!isOutside) {
    const what = literal === undefined ? 'The name is not one of' : 'The address is not on';
    throw refused(`${what} the public internet. ${howToAllow(host, port)}`);
  }
  if (isHttp && policy.allowHttp !== true) throw refused('The address must begin with https://.');
  const ports = usualPorts(policy);
  if (!ports.includes(port)) throw refused(`The port must be ${ports.join(' or ')}.`);
  return url;
}

// What a sandbox or a server of one's own needs; the operator decides, not the user who gave the address.
function howToAllow(host: string, port: number): string {
  return `The operator can allow it with CARILLON_ALLOWED_TARGETS=${host.includes(':') ? '<host>' : host}:${port}.`;
}

function usualPorts(policy: AddressPolicy): readonly number[] {
  return policy.ports ?? (policy.allowHttp === true ? [443, 80] : [443]);
}

/** Throws `address_refused` unless every one of the addresses that a name leads to may be called. One private address among
 *  public ones is enough to refuse: nobody knows which would be taken. */
export function checkAddresses(host: string, addresses: readonly string[], port: number, policy: AddressPolicy): void {
  if (addresses.length === 0) throw refused('The name leads nowhere.');
  if (isAllowed(policy, host, port)) return;
  const isUsualPort = usualPorts(policy).includes(port);
  const isFine = addresses.every(
    (address) => (isUsualPort && isPublicAddress(address)) || isAllowed(policy, address, port),
  );
  if (!isFine)
    throw refused(`The name leads to an address that is not on the public internet. ${howToAllow(host, port)}`);
}

/** Whether an address is one of the public internet. For version 6 only 2000::/3 is, without what tunnels to version 4:
 *  a list of forbidden ranges would have missed `::7f00:1`. */
export function isPublicAddress(text: string): boolean {
  if (!ipaddr.isValid(text)) return false;
  const address = ipaddr.parse(text);
  if (address instanceof ipaddr.IPv4)
    return address.range() === 'unicast' && !refusedV4.some((range) => address.match(range));
  const v6 = address as ipaddr.IPv6;
  return v6.zoneId === undefined && v6.match(globalV6) && !refusedV6.some((range) => v6.match(range));
}

/** The host without brackets and the dot at the end, in its ASCII form: what to show to people, too, since the Unicode form
 *  can look like another name. */
export function hostOf(url: URL): string {
  return url.hostname
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '')
    .toLowerCase();
}

function portOf(url: URL): number {
  return url.port === '' ? (url.protocol === 'http:' ? 80 : 443) : Number(url.port);
}

const reservedHeaders =
  /^(?:host|content-length|content-type|transfer-encoding|connection|keep-alive|te|trailer|upgrade|expect|authorization|cookie|forwarded|via|x-forwarded-.*|proxy-.*|sec-.*|webhook-.*)$/;

/** Throws `invalid_request` unless these headers, which a user set for calls of ours, are well-formed and none that decides
 *  how the call is framed, where it goes or who it claims to come from. */
export function checkUserHeaders(headers: Record<string, string>, pointer = '/headers'): void {
  const entries = Object.entries(headers);
  const wrong =
    entries.length > 20
      ? { name: '', message: 'There can be 20 headers at most.' }
      : entries
          .map(([name, value]) => ({ name, message: headerProblem(name, value) }))
          .find(({ message }) => message !== undefined);
  if (wrong?.message === undefined) return;
  throw new Fault('invalid_request', {
    detail: `${pointer}: ${wrong.message}`,
    fields: [
      {
        pointer: wrong.name === '' ? pointer : `${pointer}/${wrong.name.replaceAll(/[^\w-]/g, '').slice(0, 64)}`,
        message: wrong.message,
      },
    ],
  });
}

function headerProblem(name: string, value: string): string | undefined {
  if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}$/.test(name)) return 'A header name has letters, digits and hyphens.';
  if (reservedHeaders.test(name.toLowerCase())) return 'This header is set by Carillon and cannot be chosen.';
  if (!/^[\x20-\x7e]{0,1024}$/.test(value)) return 'A header value has printable ASCII characters, 1,024 at most.';
  return undefined;
}

function isAllowed(policy: AddressPolicy, hostOrAddress: string, port: number): boolean {
  const address = ipaddr.isValid(hostOrAddress) ? ipaddr.process(hostOrAddress) : undefined;
  return (policy.allowed ?? []).some((target) => {
    if (target.port !== port) return false;
    if ('host' in target) return target.host.toLowerCase() === hostOrAddress;
    const [network, bits] = ipaddr.parseCIDR(target.cidr);
    return address !== undefined && address.kind() === network.kind() && address.match(network, bits);
  });
}

function refused(detail: string): Fault {
  return new Fault('address_refused', { detail });
}
