import { useMutation, useQuery, useQueryClient, type QueryClient } from '@tanstack/react-query';
import { type Answer, dataOf } from '@carillon/sdk';
import { api, hasStatus } from '#api.ts';

export type Session = Answer<'getSession', 200>;

export const sessionKey = ['session'];

/** Who is signed in; `null` when nobody is. The key itself is never kept: the server answers with a cookie that no
 *  script can read. */
export function useSession() {
  return useQuery({
    queryKey: sessionKey,
    queryFn: async ({ signal }) => {
      try {
        return await dataOf(api.GET('/v1/session', { signal }));
      } catch (error) {
        if (hasStatus(error, 401)) return null;
        throw error;
      }
    },
    staleTime: 60_000,
  });
}

// What was read for one session is not for the next. The session's own query stays, because the page watches it.
function begin(queries: QueryClient, session: Session | null): void {
  queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== sessionKey[0] });
  queries.setQueryData(sessionKey, session);
}

export function useSignIn() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (apiKey: string) => dataOf(api.POST('/v1/session', { body: { api_key: apiKey } })),
    onSuccess: (session) => begin(queries, session),
  });
}

export function useSignOut() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => api.DELETE('/v1/session'),
    // Whatever the server said, this page shows nothing of the workspace any more.
    onSettled: () => begin(queries, null),
  });
}
