import { useInfiniteQuery, useQueryClient, type InfiniteData } from '@tanstack/react-query';
import { useCallback, useEffect, useRef } from 'react';
import { api } from '#api.ts';
import { useLive } from '#shell/live.tsx';
import type { Filters } from './filters.ts';
import { dataOf, type Message, type Page, type Query } from '@carillon/sdk';
import { withNewest, withStatus } from './pages.ts';

type Pages = InfiniteData<Page<Message>, string | null>;

const pageSize = 50;
const keyOf = (filters: Filters) => ['messages', filters] as const;
const readPage = (filters: Filters, after: string | null, signal?: AbortSignal): Promise<Page<Message>> => {
  const query = { ...filters, limit: pageSize, ...(after === null ? {} : { after }) } as Query<'listMessages'>;
  return dataOf(api.GET('/v1/messages', { params: { query }, ...(signal ? { signal } : {}) }));
};

/** The messages that match, newest first, page by page. */
export function useMessages(filters: Filters) {
  return useInfiniteQuery({
    queryKey: keyOf(filters),
    queryFn: ({ pageParam, signal }) => readPage(filters, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    staleTime: 30_000,
  });
}

/** Keeps the list as it is on the server. True while the stream is connected. */
export function useLiveMessages(filters: Filters): boolean {
  const queries = useQueryClient();
  const change = useCallback(
    (how: (pages: Page<Message>[]) => Page<Message>[]) => {
      queries.setQueryData<Pages>(keyOf(filters), (known) => {
        if (!known) return known;
        const pages = how(known.pages);
        return { pages, pageParams: known.pageParams.slice(0, pages.length) };
      });
    },
    [queries, filters],
  );
  // A campaign changes thousands of messages a minute: what is seen of it is one reading a second at most.
  const refresh = useThrottled(
    useCallback(async () => {
      const newest = await readPage(filters, null);
      change((pages) => withNewest(pages, newest));
    }, [filters, change]),
    1000,
  );
  return useLive(
    useCallback(
      ({ id, status }) => {
        if (status !== null) change((pages) => withStatus(pages, id, status));
        refresh();
      },
      [change, refresh],
    ),
    refresh,
  );
}

// At once, and then at most every `pauseMs`; what is asked for in between is done at the end of the pause.
export function useThrottled(work: () => Promise<void>, pauseMs: number): () => void {
  const state = useRef({ timer: undefined as number | undefined, isWanted: false });
  useEffect(() => {
    const { current } = state;
    return () => {
      window.clearTimeout(current.timer);
      current.timer = undefined;
      current.isWanted = false;
    };
  }, [work]);
  return useCallback(() => {
    const { current } = state;
    const run = () => {
      current.isWanted = false;
      current.timer = window.setTimeout(() => {
        current.timer = undefined;
        if (current.isWanted) run();
      }, pauseMs);
      // The list's own query shows what is wrong with the server; a missed refresh is made up by the next.
      work().catch(() => undefined);
    };
    if (current.timer === undefined) run();
    else current.isWanted = true;
  }, [work, pauseMs]);
}
