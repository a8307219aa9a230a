import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type Answer, dataOf } from '@carillon/sdk';
import { api } from '#api.ts';

export type Connection = Answer<'listConnections', 200>['data'][number];
export type Sender = Connection['senders'][number];
export type Health = Connection['health'];

const key = ['connections'];

export function useConnections() {
  return useQuery({
    queryKey: key,
    queryFn: ({ signal }) => dataOf(api.GET('/v1/connections', { signal })),
    // Setting up means waiting for the provider's first call.
    refetchInterval: 5_000,
  });
}

/** Something to do about a connection, a sender or a lane of one. */
export type Change =
  | { what: 'check' | 'subscribe' | 'resume_connection' | 'resume_sender'; id: string }
  | { what: 'pause_connection' | 'pause_sender'; id: string; reason: string }
  | { what: 'stop_lane'; id: string; lane: Lane; reason: string }
  | { what: 'resume_lane'; id: string; lane: Lane };

export type Lane = Sender['stopped_lanes'][number]['lane'];

export function useChange() {
  const queries = useQueryClient();
  return useMutation({ mutationFn: makeChange, onSettled: () => queries.invalidateQueries({ queryKey: key }) });
}

async function makeChange(change: Change): Promise<void> {
  const params = { path: { id: change.id } };
  switch (change.what) {
    case 'check':
      await api.POST('/v1/connections/{id}/check', { params });
      return;
    case 'subscribe':
      await api.POST('/v1/connections/{id}/subscribe', { params });
      return;
    case 'resume_connection':
      await api.POST('/v1/connections/{id}/resume', { params });
      return;
    case 'pause_connection':
      await api.POST('/v1/connections/{id}/pause', { params, body: { reason: change.reason } });
      return;
    case 'resume_sender':
      await api.POST('/v1/senders/{id}/resume', { params });
      return;
    case 'pause_sender':
      await api.POST('/v1/senders/{id}/pause', { params, body: { reason: change.reason } });
      return;
    case 'stop_lane':
      await api.POST('/v1/senders/{id}/lanes/{lane}/stop', {
        params: { path: { id: change.id, lane: change.lane } },
        body: { reason: change.reason },
      });
      return;
    case 'resume_lane':
      await api.POST('/v1/senders/{id}/lanes/{lane}/resume', {
        params: { path: { id: change.id, lane: change.lane } },
      });
  }
}
