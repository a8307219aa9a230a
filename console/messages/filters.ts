import { contentTypes, purposes, statusNames } from './message.ts';

/** Which messages are listed. The page's address holds it: `?direction=inbound&status=…`. */
export interface Filters {
  direction?: 'outbound' | 'inbound';
  status?: string;
  purpose?: string;
  type?: string;
  /** A contact's id or phone number. */
  contact?: string;
}

/** Reads the filters from an address. What is not a filter, or has a value that cannot be, is left out: an old or
 *  mistyped link still opens the list. */
export function readFilters(search: Readonly<Record<string, unknown>>): Filters {
  const one = (name: string, known: readonly string[]) => {
    const value = search[name];
    return typeof value === 'string' && known.includes(value) ? value : undefined;
  };
  const direction = one('direction', ['outbound', 'inbound']) as Filters['direction'];
  const status = one('status', statusNames);
  const purpose = one('purpose', purposes);
  const type = one('type', contentTypes);
  const contact = typeof search['contact'] === 'string' ? readContact(search['contact']) : '';
  return {
    ...(direction ? { direction } : {}),
    ...(status ? { status } : {}),
    ...(purpose ? { purpose } : {}),
    ...(type ? { type } : {}),
    ...(contact ? { contact } : {}),
  };
}

// A number may be written with spaces and brackets, and without its plus.
function readContact(text: string): string {
  const contact = text.trim().slice(0, 160);
  return /^\+?[\d\s().-]{5,}$/u.test(contact) ? `+${contact.replace(/\D/gu, '')}` : contact;
}

export function hasFilters(filters: Filters): boolean {
  return Object.keys(filters).length > 0;
}
