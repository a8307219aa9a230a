import { GraphRefusal } from './graph-error.ts';

/** What of a list is asked for, as Graph names it. */
export interface PageQuery {
  limit?: string | undefined;
  after?: string | undefined;
  before?: string | undefined;
}

/** A page of a list in Graph's words. A cursor names the element at the edge of its page. */
export interface Page<Row> {
  data: Row[];
  paging?: { cursors: { before: string; after: string }; next?: string; previous?: string };
}

const standardLimit = 25;
const mostRows = 1000;

/** The page of `rows` that is asked for; `address` is what the neighbouring ones are asked for at, without its cursor.
 *  Throws a GraphRefusal for a bad limit or a cursor that names nothing. */
export function pageOf<Row extends { id: string }>(rows: Row[], query: PageQuery, address: URL): Page<Row> {
  const limit = limitOf(query.limit);
  const after = indexOf(rows, query.after);
  const before = indexOf(rows, query.before);
  const end = before ?? rows.length;
  const start = after !== undefined ? after + 1 : before === undefined ? 0 : Math.max(0, end - limit);
  const data = rows.slice(start, Math.min(end, start + limit));
  const [first] = data;
  const last = data.at(-1);
  if (!first || !last) return { data };
  const cursors = { before: cursorOf(first), after: cursorOf(last) };
  return {
    data,
    paging: {
      cursors,
      ...(start + data.length < rows.length ? { next: withCursor(address, 'after', cursors.after) } : {}),
      ...(start > 0 ? { previous: withCursor(address, 'before', cursors.before) } : {}),
    },
  };
}

/** The cursor by which the provider gives the page behind one of its lists; undefined behind the last one. */
export function nextCursor(body: object): string | undefined {
  const { paging } = body as { paging?: { cursors?: { after?: unknown } | null; next?: unknown } | null };
  const after = paging?.cursors?.after;
  return typeof paging?.next === 'string' && typeof after === 'string' && after !== '' ? after : undefined;
}

function limitOf(asked: string | undefined): number {
  if (asked === undefined || asked === '') return standardLimit;
  const limit = /^\d{1,6}$/.test(asked) ? Number(asked) : 0;
  if (limit < 1) throw new GraphRefusal(100, 'Param limit must be a positive number.');
  return Math.min(limit, mostRows);
}

function indexOf(rows: readonly { id: string }[], cursor: string | undefined): number | undefined {
  if (cursor === undefined || cursor === '') return undefined;
  const id = Buffer.from(cursor, 'base64url').toString('utf8');
  const index = rows.findIndex((row) => row.id === id);
  if (index === -1) throw new GraphRefusal(131059, 'The cursor names nothing in the list (any more). Start again.');
  return index;
}

function cursorOf({ id }: { id: string }): string {
  return Buffer.from(id).toString('base64url');
}

function withCursor(address: URL, edge: 'after' | 'before', cursor: string): string {
  const page = new URL(address);
  page.searchParams.set(edge, cursor);
  return page.href;
}
