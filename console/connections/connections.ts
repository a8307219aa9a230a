import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { read, write } from '#api.ts';

export interface Health {
  state: 'ok' | 'degraded' | 'down';
  /** A sentence that says what to do. */
  detail: string;
}

export interface Sender {
  id: string;
  external_id: string;
  phone: string | null;
  display_name: string | null;
  status: 'active' | 'paused';
  paused_reason: string | null;
  paused_until: string | null;
  throughput_per_second: number;
  stopped_lanes: { lane: string; reason: string; stopped_at: string; stopped_by: string }[];
  health: Health;
}

export interface Connection {
  id: string;
  provider: string;
  name: string;
  base_url: string;
  api_version: string;
  business_account_id: string;
  app_id: string | null;
  status: 'active' | 'paused';
  paused_reason: string | null;
  health: Health;
  /** What was found with the credentials when they were last tried. */
  checks: { name: string; ok: boolean; message: string }[];
  webhook_path: string;
  callback_url: string | null;
  challenge_seen_at: string | null;
  first_webhook_at: string | null;
  last_webhook_at: string | null;
  senders: Sender[];
}

const key = ['connections'];

export function useConnections() {
  return useQuery({
    queryKey: key,
    queryFn: ({ signal }) => read<{ data: Connection[] }>('/v1/connections', {}, signal),
    // Setting up means waiting for the provider's first call.
    refetchInterval: 5_000,
  });
}

/** A change of a connection, a sender or a lane, by its path below `/v1/`. */
export function useChange() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ path, body }: { path: string; body?: unknown }) => write('POST', `/v1/${path}`, body),
    onSettled: () => queries.invalidateQueries({ queryKey: key }),
  });
}
