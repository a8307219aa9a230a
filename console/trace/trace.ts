import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { read } from '#api.ts';
import type { Message } from '#messages/message.ts';
import { useLive, useThrottled } from '#messages/use-messages.ts';

export interface TraceEvent {
  at: string;
  kind: string;
  title: string;
  detail: Readonly<Record<string, unknown>>;
  /** The fact had been overtaken when it came. */
  late?: boolean;
  raw_webhook_id?: string;
}

export interface Trace {
  message: Message;
  events: TraceEvent[];
  dead_letter: Readonly<Record<string, unknown>> | null;
  media: Readonly<Record<string, unknown>>[];
}

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
    queryFn: ({ signal }) => read<Trace>(`/v1/messages/${encodeURIComponent(messageId)}/trace`, {}, signal),
  });
}
