import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { ConnectionSecrets, WebhookRequest } from '#channels/provider.ts';
import { parseForm } from './form.ts';

/**
 * Checks `X-Twilio-Signature`: the base64 of an HMAC-SHA1 over the whole address as Twilio was given it, and behind it each
 * field of the form, sorted, name and values joined. A body that is no form is covered by its SHA-256 in the query of the
 * address. Every secret is tried, found or not, so that the time tells nothing; without a secret nothing is valid.
 * See https://www.twilio.com/docs/usage/security.
 */
export function verifyWebhook({ body, headers, url }: WebhookRequest, secrets: ConnectionSecrets): boolean {
  const header = headers['x-twilio-signature'];
  // 20 bytes are 27 characters and one "=", in exactly one way.
  if (typeof header !== 'string' || !/^[A-Za-z0-9+/]{27}=$/.test(header)) return false;
  const given = Buffer.from(header, 'base64');
  if (given.length !== 20 || given.toString('base64') !== header) return false;
  const bodyHash = queryOf(url).get('bodySHA256');
  if (bodyHash !== null && !isHashOf(bodyHash, body)) return false;
  const fields = bodyHash === null ? joined(body) : '';
  let valid = false;
  for (const secret of secrets.appSecrets) {
    if (secret === '') continue;
    for (const address of spellings(url)) {
      const expected = createHmac('sha1', secret)
        .update(address + fields, 'utf8')
        .digest();
      valid = timingSafeEqual(given, expected) || valid;
    }
  }
  return valid;
}

/** The fields by name; the values of one name without repetition and sorted, each behind the name. */
function joined(body: Uint8Array): string {
  const form = parseForm(body);
  return [...new Set(form.keys())]
    .sort()
    .flatMap((name) => [...new Set(form.getAll(name))].sort().map((value) => name + value))
    .join('');
}

/** With and without the usual port: Twilio writes it or leaves it away, whatever it was told. */
function spellings(address: string): string[] {
  const match = /^(https?):\/\/([^/?#]+)(.*)$/s.exec(address);
  const [, scheme, host, rest] = match ?? [];
  if (scheme === undefined || host === undefined) return [address];
  const port = scheme === 'https' ? '443' : '80';
  const bare = host.replace(/:\d+$/, '');
  const isUsual = host === bare || host === `${bare}:${port}`;
  const hosts = isUsual ? [bare, `${bare}:${port}`] : [host];
  return hosts.map((one) => `${scheme}://${one}${rest ?? ''}`);
}

function queryOf(address: string): URLSearchParams {
  const at = address.indexOf('?');
  return new URLSearchParams(at < 0 ? '' : address.slice(at + 1));
}

function isHashOf(hex: string, body: Uint8Array): boolean {
  if (!/^[0-9a-fA-F]{64}$/.test(hex)) return false;
  return timingSafeEqual(Buffer.from(hex, 'hex'), createHash('sha256').update(body).digest());
}
