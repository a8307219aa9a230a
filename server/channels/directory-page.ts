import { Type } from 'typebox';
import type { CursorCodec } from '#platform/cursor.ts';
import { cursor, pageLimit, strictObject } from '#platform/schema.ts';

export const pageQuery = strictObject({ limit: Type.Optional(pageLimit()), after: Type.Optional(cursor()) });

/** A page of what the directory holds in memory, oldest first. Throws `cursor_invalid`. */
export function pageOf<Entry>(
  entries: readonly Entry[],
  idOf: (entry: Entry) => string,
  place: { cursors: CursorCodec; workspaceId: string; list: string },
  { after, limit = 50 }: { after?: string; limit?: number },
): { shown: Entry[]; next: string | null } {
  const { cursors, ...scope } = place;
  const afterId = after === undefined ? '' : (cursors.decode(scope, after)[0] ?? '');
  const rest = entries.filter((entry) => idOf(entry) > afterId).sort((a, b) => (idOf(a) < idOf(b) ? -1 : 1));
  const shown = rest.slice(0, limit);
  const last = shown.at(-1);
  return { shown, next: rest.length > limit && last !== undefined ? cursors.encode(scope, [idOf(last)]) : null };
}
