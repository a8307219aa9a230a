import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type Answer, dataOf } from '@carillon/sdk';
import { api } from '#api.ts';

export type Stop = Answer<'listStops', 200>['data'][number];
export type Scope = Stop['scope'];

const key = ['stops'];

/** What is stopped on all senders. Everybody should see it soon, on whatever page they are. */
export function useStops() {
  return useQuery({
    queryKey: key,
    queryFn: ({ signal }) => dataOf(api.GET('/v1/stops', { signal })),
    refetchInterval: 5_000,
    retry: false,
  });
}

/** With a reason it stops, without one it lets go on. */
export function useChangeStop() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ scope, reason }: { scope: Scope; reason?: string }) => {
      const params = { path: { scope } };
      return reason === undefined
        ? dataOf(api.DELETE('/v1/stops/{scope}', { params }))
        : dataOf(api.PUT('/v1/stops/{scope}', { params, body: { reason } }));
    },
    onSuccess: (stops) => queries.setQueryData(key, stops),
    onSettled: () => queries.invalidateQueries(),
  });
}
