import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { read, write, type Page } from '#api.ts';

export interface DeadLetterGroup {
  /** Equal for dead letters of one cause. */
  fingerprint: string;
  class: string;
  code: string;
  title: string;
  messages: number;
  first_at: string;
  last_at: string;
}

export interface DeadLetter {
  message_id: string;
  state: 'open' | 'redriven' | 'discarded' | 'recovered';
  class: string;
  code: string;
  title: string;
  fingerprint: string;
  first_at: string;
  last_at: string;
  failures: number;
  redrives: number;
  type: string;
  purpose: string;
  contact_id: string;
  sender_id: string;
}

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
    queryFn: ({ signal }) => read<{ data: DeadLetterGroup[] }>('/v1/dead-letters/groups', {}, signal),
    refetchInterval: 15_000,
  });
}

export function useDeadLetters(group: string | undefined) {
  return useInfiniteQuery({
    queryKey: ['dead-letters', 'list', group ?? ''],
    queryFn: ({ pageParam, signal }) =>
      read<Page<DeadLetter>>(
        '/v1/dead-letters',
        { state: 'open', fingerprint: group, after: pageParam ?? undefined },
        signal,
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
    ({ messageId, content, isEvenIfUnknown }: { messageId: string; content?: unknown; isEvenIfUnknown?: boolean }) =>
      write('POST', `/v1/dead-letters/${messageId}/redrive`, {
        ...(content === undefined ? {} : { content }),
        ...(isEvenIfUnknown ? { even_if_unknown: true } : {}),
      }),
  );
}

export function useRedriveGroup() {
  return useDeadLetterChange((fingerprint: string) =>
    write<{ matching: number; redriven: number }>('POST', '/v1/dead-letters/redrive', { fingerprint }),
  );
}

export function useDiscard() {
  return useDeadLetterChange((messageId: string) => write('POST', `/v1/dead-letters/${messageId}/discard`));
}
