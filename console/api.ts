import { createClient } from '@carillon/sdk';
import { CarillonError } from '@carillon/sdk/error';

/** The server, as the session's cookie may see it; the browser adds the cookie. Calls reject with a `CarillonError`. */
export const carillon = createClient({ baseUrl: window.location.origin });

/** Every route with its types. */
export const { api } = carillon;

/** Whether the server answered with this HTTP status. */
export function hasStatus(error: unknown, status: number): boolean {
  return error instanceof CarillonError && error.status === status;
}

/** What can be shown to a person about any error, with the field at fault if it is about one. */
export function wordsOf(error: unknown): string {
  if (error instanceof CarillonError) {
    if (error.code === 'unreachable') return 'The server does not answer. Is it running?';
    const [field] = error.errors;
    const words = error.detail || error.title;
    return field && field.message !== words ? `${words} ${field.pointer}: ${field.message}` : words;
  }
  return error instanceof Error ? error.message : 'Something went wrong.';
}
