import { Type } from 'typebox';
import type { PageSource } from '#platform/cursor.ts';
import { cursor, pageLimit, strictObject } from '#platform/schema.ts';

export const pageQuery = strictObject({ limit: Type.Optional(pageLimit()), after: Type.Optional(cursor()) });

/** The pages of what the directory holds in memory, oldest first. */
export function pagesOf<Entry>(
  entries: readonly Entry[],
  idOf: (entry: Entry) => string,
): Pick<PageSource<Entry, never>, 'read' | 'positionOf'> {
  return {
    read: ([afterId = ''], limit) =>
      entries
        .filter((entry) => idOf(entry) > afterId)
        .sort((a, b) => (idOf(a) < idOf(b) ? -1 : 1))
        .slice(0, limit),
    positionOf: (entry) => [idOf(entry)],
  };
}
