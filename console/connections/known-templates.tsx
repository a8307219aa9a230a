import { dataOf } from '@carillon/sdk';
import { useQuery } from '@tanstack/react-query';
import { api } from '#api.ts';

const shown = 200;

/** The templates that are not approved, with the reason and until when. Nothing when there are none. */
export function KnownTemplates({ connectionId }: { connectionId: string }) {
  const templates = useQuery({
    queryKey: ['connections', connectionId, 'templates'],
    queryFn: ({ signal }) =>
      dataOf(
        api.GET('/v1/connections/{id}/templates', {
          params: { path: { id: connectionId }, query: { limit: shown } },
          signal,
        }),
      ),
    refetchInterval: 5_000,
  });
  const open = (templates.data?.data ?? []).filter(({ status }) => status !== null && status !== 'approved');
  if (open.length === 0) return null;
  return (
    <>
      <h3>Templates that are not approved</h3>
      <p className="c-dim">Messages made of them wait until they are approved.</p>
      <ul className="c-checks" aria-label="Templates that are not approved">
        {open.map(({ name, language, status, status_reason: reason, status_until: until }) => (
          <li key={`${name} ${language}`} className="c-check-open">
            <strong>{name}</strong> ({language}): {status?.replaceAll('_', ' ')}.{' '}
            {reason && `${reason.replace(/\.$/u, '')}. `}
            {until && `Tried again at ${new Date(until).toLocaleString()}.`}
          </li>
        ))}
      </ul>
    </>
  );
}
