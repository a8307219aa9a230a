import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { dataOf, type Trace } from '@carillon/sdk';
import { api } from '#api.ts';
import { useThrottled } from '#messages/use-messages.ts';
import { useLive } from '#shell/live.tsx';

export type TraceEvent = Trace['events'][number];

const keyOf = (messageId: string) => ['trace', messageId];

/** The whole story of a message, kept up to date while it goes on. */
export function useTrace(messageId: string) {
  const queries = useQueryClient();
  const refresh = useThrottled(
    useCallback(() => queries.invalidateQueries({ queryKey: keyOf(messageId) }), [queries, messageId]),
    700,
  );
  useLive(
    useCallback(({ id }) => id === messageId && refresh(), [messageId, refresh]),
    refresh,
  );
  return useQuery({
    queryKey: keyOf(messageId),
    queryFn: ({ signal }) =>
      dataOf(api.GET('/v1/messages/{id}/trace', { params: { path: { id: messageId } }, signal })),
    // What happened while another page was open told this one nothing.
    refetchOnMount: 'always',
    // Files are fetched by a job that tells nobody, and a line moves on in silence.
    refetchInterval: ({ state }) => (state.data && isMoving(state.data) ? 2_000 : false),
  });
}

const waitsForLong = new Set(['scheduled', 'held', 'retry']);

function isMoving({ media, waits_for: waits }: Trace): boolean {
  const isInLine = waits !== null && !waitsForLong.has(waits.rule);
  return isInLine || media.some((file) => file['state'] === 'pending');
}
