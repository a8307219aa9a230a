import addressparser from 'nodemailer/lib/addressparser';
import { readEmailAddress } from '#platform/email-address.ts';
import { headerOf, type MailPart } from './mail-part.ts';

export interface NamedAddress {
  address: string;
  name?: string;
}

/** Whom the headers of these names give, in their order; what is no address is left out. */
export function addressesIn(part: Pick<MailPart, 'headers'>, names: readonly string[]): NamedAddress[] {
  return names.flatMap((name) =>
    (part.headers.get(name) ?? []).flatMap((value) => {
      // A list may have thousands; what we look for stands first.
      const text = headerOf({ headers: new Map([[name, [value]]]) }, name) ?? '';
      return addressparser(text.slice(0, 5_000), { flatten: true }).flatMap((one) => {
        const verdict = readEmailAddress(one.address ?? '');
        if (!verdict.ok) return [];
        const display = one.name.trim().slice(0, 200);
        return [{ address: verdict.address, ...(display === '' ? undefined : { name: display }) }];
      });
    }),
  );
}

/** Where the mail arrived, the surest first: as whoever passes it on says, then as its way says, then as it says itself. */
export function arrivedAt(mail: MailPart, query: string): string[] {
  const told = new URLSearchParams(query).getAll('to').flatMap((text) => {
    const verdict = readEmailAddress(text);
    return verdict.ok ? [verdict.address] : [];
  });
  const written = addressesIn(mail, ['x-original-to', 'delivered-to', 'envelope-to', 'x-envelope-to', 'to', 'cc']);
  return [...told, ...written.map(({ address }) => address)];
}

/** The address of a sender of ours that this one leads to: lower case, without what stands behind a "+". */
export function senderOf(address: string): string {
  return address.toLowerCase().replace(/\+[^@]*@/, '@');
}
