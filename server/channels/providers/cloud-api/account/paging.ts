import { Fault } from '#platform/fault.ts';
import { askGraph, type Account } from './asking.ts';
import type { GraphCall } from './graph.ts';
import { list, object, optional, type Reader, text } from './reading.ts';

/** One page of a list at Meta. `after` is null on the last one. */
export interface GraphPage<Entry> {
  entries: Entry[];
  after: string | null;
}

export interface PageRequest {
  /** `after` of the page before. */
  after?: string;
  limit?: number;
}

const mostPages = 200;

/** Asks for one page. A cursor without `next` is the last page's: Graph gives cursors there too. */
export async function askPage<Entry>(
  account: Account,
  call: GraphCall,
  entry: Reader<Entry>,
  { after, limit }: PageRequest,
): Promise<GraphPage<Entry>> {
  const paged = { ...call, query: { ...call.query, limit, after } };
  const { data, paging } = await askGraph(
    account,
    paged,
    object({ data: list(entry), paging: optional(object({ next: optional(text), cursors: optional(cursors) })) }),
  );
  return { entries: data, after: paging?.next === undefined ? null : (paging.cursors?.after ?? null) };
}

const cursors = object({ after: optional(text) });

/**
 * Every entry of a list, page after page. Throws Fault `upstream_failed` when the pages do not end: a cursor that comes
 * again would lead around for ever.
 */
export async function* eachEntry<Entry>(
  askFor: (page: PageRequest) => Promise<GraphPage<Entry>>,
  limit = 100,
): AsyncGenerator<Entry> {
  const seen = new Set<string>();
  let after: string | undefined;
  while (seen.size < mostPages) {
    const page = await askFor(after === undefined ? { limit } : { limit, after });
    yield* page.entries;
    if (page.after === null) return;
    if (seen.has(page.after)) break;
    seen.add(page.after);
    after = page.after;
  }
  throw new Fault('upstream_failed', { detail: 'The pages of the list at Meta do not end.' });
}
