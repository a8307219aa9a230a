import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type Answer, dataOf } from '@carillon/sdk';
import { api } from '#api.ts';

export type DeadLetterGroup = Answer<'listDeadLetterGroups', 200>['data'][number];
export type DeadLetter = Answer<'listDeadLetters', 200>['data'][number];

const classWords: Readonly<Record<string, string>> = {
  rejected: 'Refused by the provider',
  retries_exhausted: 'Tried too often',
  reported: 'Failed after the provider took it',
  unknown: 'The outcome was never told',
};

export function classOf(name: string): string {
  return classWords[name] ?? name;
}

export function useDeadLetterGroups() {
  return useQuery({
    queryKey: ['dead-letters', 'groups'],
    queryFn: ({ signal }) => dataOf(api.GET('/v1/dead-letters/groups', { signal })),
    refetchInterval: 15_000,
  });
}

export function useDeadLetters(group: string | undefined) {
  return useInfiniteQuery({
    queryKey: ['dead-letters', 'list', group ?? ''],
    queryFn: ({ pageParam, signal }) =>
      dataOf(
        api.GET('/v1/dead-letters', {
          params: {
            query: {
              state: 'open',
              ...(group ? { fingerprint: group } : {}),
              ...(pageParam === null ? {} : { after: pageParam }),
            },
          },
          signal,
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });
}

function useDeadLetterChange<Change, Answer>(change: (input: Change) => Promise<Answer>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSettled: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: ['dead-letters'] }),
        queries.invalidateQueries({ queryKey: ['trace'] }),
        queries.invalidateQueries({ queryKey: ['messages'] }),
      ]),
  });
}

/** Sends one again, with other content if given. `isEvenIfUnknown` is the person's word that a second copy may arrive. */
export function useRedrive() {
  return useDeadLetterChange(
    ({
      messageId,
      content,
      isEvenIfUnknown,
    }: {
      messageId: string;
      content?: { type: string } & Record<string, unknown>;
      isEvenIfUnknown?: boolean;
    }) =>
      api.POST('/v1/dead-letters/{message_id}/redrive', {
        params: { path: { message_id: messageId } },
        body: {
          ...(content === undefined ? {} : { content }),
          ...(isEvenIfUnknown ? { even_if_unknown: true } : {}),
        },
      }),
  );
}

export function useRedriveGroup() {
  return useDeadLetterChange((fingerprint: string) =>
    dataOf(api.POST('/v1/dead-letters/redrive', { body: { fingerprint } })),
  );
}

export function useDiscard() {
  return useDeadLetterChange((messageId: string) =>
    api.POST('/v1/dead-letters/{message_id}/discard', { params: { path: { message_id: messageId } } }),
  );
}
