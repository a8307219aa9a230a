import { createHmac } from 'node:crypto';

/** The parameters of a webhook, in the order in which they are written. */
export type Parameters = readonly (readonly [name: string, value: string])[];

/** `X-Twilio-Signature`: HMAC-SHA1 over the whole address and, for a POST, each name followed by its value in the order of
 *  the names. What a fragment says about the connection is not part of it. */
export function twilioSignature(authToken: string, url: string, posted: Parameters): string {
  const values = new Map<string, Set<string>>();
  for (const [name, value] of posted) values.set(name, (values.get(name) ?? new Set()).add(value));
  const names = [...values.keys()].toSorted(byUnits);
  const text = names.map((name) =>
    [...(values.get(name) ?? [])]
      .toSorted(byUnits)
      .map((value) => name + value)
      .join(''),
  );
  return createHmac('sha1', authToken)
    .update(url.replace(/#.*$/s, '') + text.join(''), 'utf8')
    .digest('base64');
}

function byUnits(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
