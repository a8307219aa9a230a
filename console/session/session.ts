import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Problem, read, write } from '#api.ts';

export interface Session {
  workspace: { id: string; name: string };
  scopes: string[];
  expires_at: string | null;
}

const key = ['session'];

/** Who is signed in; `null` when nobody is. The key itself is never kept: the server answers with a cookie that no
 *  script can read. */
export function useSession() {
  return useQuery({
    queryKey: key,
    queryFn: async ({ signal }) => {
      try {
        return await read<Session>('/v1/session', {}, signal);
      } catch (error) {
        if (error instanceof Problem && error.status === 401) return null;
        throw error;
      }
    },
    staleTime: 60_000,
  });
}

export function useSignIn() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (apiKey: string) => write<Session>('POST', '/v1/session', { api_key: apiKey }),
    onSuccess: (session) => {
      queries.clear();
      queries.setQueryData(key, session);
    },
  });
}

export function useSignOut() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => write('DELETE', '/v1/session'),
    // Whatever the server said, this page shows nothing of the workspace any more.
    onSettled: () => {
      queries.clear();
      queries.setQueryData(key, null);
    },
  });
}
