import type { FastifyRequest } from 'fastify';
import type { Json } from '#people/chats.ts';
import { GraphError } from './graph-error.ts';

const STANDARD_LIMIT = 25;
const MOST = 1000;

/** A page of a list as Graph gives it, by the `limit`, `after` and `before` of the call. A cursor names the element at
 *  the edge of its page, so that pages stay right while elements come and go. Throws 100 for a bad limit or cursor. */
export function pagedAnswer<Row>(
  request: FastifyRequest,
  rows: readonly Row[],
  keyOf: (row: Row) => string,
  show: (row: Row) => Json,
): Json {
  const query = request.query as Record<string, unknown>;
  const limit = limitOf(query['limit']);
  const after = indexOf(query['after'], rows, keyOf);
  const before = indexOf(query['before'], rows, keyOf);
  const end = before ?? rows.length;
  const start = after === undefined ? (before === undefined ? 0 : Math.max(0, end - limit)) : after + 1;
  const shown = rows.slice(start, Math.min(end, start + limit));
  const first = shown[0];
  const last = shown.at(-1);
  if (!first || !last) return { data: [] };
  const cursors = { before: cursorOf(keyOf(first)), after: cursorOf(keyOf(last)) };
  const hasNext = start + shown.length < rows.length;
  return {
    data: shown.map(show),
    paging: {
      cursors,
      ...(hasNext ? { next: addressOf(request, 'after', cursors.after) } : {}),
      ...(start > 0 ? { previous: addressOf(request, 'before', cursors.before) } : {}),
    },
  };
}

function limitOf(asked: unknown): number {
  if (asked === undefined) return STANDARD_LIMIT;
  const limit = typeof asked === 'string' && /^\d{1,6}$/.test(asked) ? Number(asked) : 0;
  if (limit < 1) throw new GraphError(100, 'Param limit must be a positive number.');
  return Math.min(limit, MOST);
}

function cursorOf(key: string): string {
  return Buffer.from(key).toString('base64url');
}

function indexOf<Row>(cursor: unknown, rows: readonly Row[], keyOf: (row: Row) => string): number | undefined {
  if (cursor === undefined || cursor === '') return undefined;
  const key = typeof cursor === 'string' ? Buffer.from(cursor, 'base64url').toString() : '';
  const index = rows.findIndex((row) => keyOf(row) === key);
  if (index === -1) throw new GraphError(131059, 'The cursor of the page is not valid (any more).');
  return index;
}

/** The same call with another cursor. The token of the query is left out: an address ends in logs. */
function addressOf(request: FastifyRequest, edge: 'after' | 'before', cursor: string): string {
  const address = new URL(request.originalUrl, `http://${request.headers.host ?? 'localhost'}`);
  for (const name of ['after', 'before', 'access_token']) address.searchParams.delete(name);
  address.searchParams.set(edge, cursor);
  return address.href;
}
