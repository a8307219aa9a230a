import { createHash } from 'node:crypto';
import { toWaId } from '#cloud-api/phone-numbers.ts';
import type { UltraMsgSettings } from '#control/ultramsg-settings.ts';
import type { Person } from '#people/people.ts';

/** Whom an address means: a phone number, a hidden id, or a group. */
export type Address = { kind: 'phone'; waId: string } | { kind: 'lid'; lid: string } | { kind: 'group'; id: string };

/** Reads the `to` of a send or the `chatId` of another call; undefined for what is no address. */
export function readAddress(written: string, { ultramsg_plus_sign: plusSign }: UltraMsgSettings): Address | undefined {
  const text = written.trim();
  if (/^\d{5,30}(-\d{5,30})?@g\.us$/.test(text)) return { kind: 'group', id: text };
  const [, lid] = /^(\d{5,30})@lid$/.exec(text) ?? [];
  if (lid !== undefined) return { kind: 'lid', lid };
  if (plusSign === 'refused' && text.startsWith('+')) return undefined;
  // With its suffix a number has its country already; ten digits are not ours to complete.
  const [, digits] = /^\+?(\d{7,15})(?:@c\.us)?$/.exec(text.replaceAll(/[\s().-](?!us$)/g, '')) ?? [];
  const waId = digits === undefined ? undefined : toWaId(`+${digits}`);
  return waId === undefined ? undefined : { kind: 'phone', waId };
}

export function jidOf(address: Address): string {
  switch (address.kind) {
    case 'phone':
      return `${address.waId}@c.us`;
    case 'lid':
      return `${address.lid}@lid`;
    case 'group':
      return address.id;
  }
}

/** The hidden id of a person, which says nothing of the phone. Stable as long as the person is. */
export function lidOf(person: Person): string {
  const hash = createHash('sha256').update(`lid:${person.id}`).digest();
  return String(hash.readBigUInt64BE(0)).padStart(20, '1').slice(0, 15);
}

/** The address under which an instance sees a person. */
export function jidOfPerson(person: Person, { ultramsg_lids: lids }: UltraMsgSettings): string {
  return person.wa_id === null || lids === 'everybody' ? `${lidOf(person)}@lid` : `${person.wa_id}@c.us`;
}
