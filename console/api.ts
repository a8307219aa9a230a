import { createClient } from '@carillon/sdk';
import { CarillonError } from '@carillon/sdk/error';
import type { operations } from '@carillon/sdk/schema';

/** Every route of the server with its types. The session's cookie goes along by itself. Rejects with a `CarillonError`. */
export const { api } = createClient({ baseUrl: window.location.origin });

/** What an operation answers with a status. */
export type Answer<Name extends keyof operations, Status extends number> = operations[Name] extends {
  responses: Record<Status, { content: { 'application/json': infer Content } }>;
}
  ? Content
  : never;

/** The values that a query parameter of an operation takes. */
export type QueryOf<Name extends keyof operations> = NonNullable<operations[Name]['parameters']['query']>;

export interface Page<Entry> {
  data: Entry[];
  next_cursor: string | null;
}

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
