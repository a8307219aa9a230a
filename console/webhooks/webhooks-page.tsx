import { Button, Center } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { useEffect } from 'react';
import { dataOf } from '@carillon/sdk';
import { api } from '#api.ts';
import { Ago } from '#shell/instant.tsx';
import { Empty, Failure, Loading } from '#shell/states.tsx';
import { sizeWords, stateWords, webhookStates, type WebhookSummary } from './webhook.ts';

const route = getRouteApi('/webhooks');

/** What providers called, as it came, newest first. */
export function WebhooksPage() {
  const { state } = route.useSearch();
  const navigate = useNavigate();
  const webhooks = useInfiniteQuery({
    queryKey: ['webhooks', state ?? ''],
    queryFn: ({ pageParam, signal }) =>
      dataOf(
        api.GET('/v1/webhooks', {
          params: { query: { ...(state ? { state } : {}), ...(pageParam === null ? {} : { after: pageParam }) } },
          signal,
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    refetchInterval: 10_000,
  });
  useEffect(() => {
    document.title = 'Webhooks · Carillon';
  }, []);
  const shown = webhooks.data?.pages.flatMap(({ data }) => data) ?? [];
  return (
    <div className="c-page">
      <h1>Webhooks</h1>
      <p className="c-lead">
        Every call of a provider, kept with its exact bytes. What could not be applied is here too, and can be applied
        again.
      </p>
      <div className="c-tabs" role="group" aria-label="State">
        {[undefined, ...webhookStates].map((each) => (
          <Button
            key={each ?? 'all'}
            size="compact-sm"
            variant={each === state ? 'filled' : 'default'}
            aria-pressed={each === state}
            onClick={() => void navigate({ to: '/webhooks', search: each ? { state: each } : {} })}
          >
            {each ? stateWords[each] : 'All'}
          </Button>
        ))}
      </div>
      {webhooks.isPending ? (
        <Loading what="Reading the webhooks" />
      ) : webhooks.isError ? (
        <Failure error={webhooks.error} onRetry={() => void webhooks.refetch()} />
      ) : shown.length === 0 ? (
        <Empty title={state ? `No webhook is ${stateWords[state].toLowerCase()}` : 'No webhook has come yet'}>
          {!state &&
            'A provider calls when a message is sent, delivered, read or answered. The connections page tells whether it can reach Carillon.'}
        </Empty>
      ) : (
        <WebhookTable webhooks={shown} />
      )}
      {webhooks.hasNextPage && (
        <Center p="md">
          <Button
            variant="default"
            size="xs"
            loading={webhooks.isFetchingNextPage}
            onClick={() => void webhooks.fetchNextPage()}
          >
            Earlier webhooks
          </Button>
        </Center>
      )}
    </div>
  );
}

function WebhookTable({ webhooks }: { webhooks: readonly WebhookSummary[] }) {
  return (
    <div className="c-scroll" tabIndex={0} role="region" aria-label="Webhooks">
      <table className="c-table">
        <thead>
          <tr>
            <th scope="col">Received</th>
            <th scope="col">State</th>
            <th scope="col">Size</th>
            <th scope="col">Problem</th>
          </tr>
        </thead>
        <tbody>
          {webhooks.map((webhook) => (
            <tr key={webhook.id}>
              <td>
                <Link to="/webhooks/$webhookId" params={{ webhookId: webhook.id }}>
                  <Ago at={webhook.received_at} />
                </Link>
                <div className="c-dim">…{webhook.id.slice(-12)}</div>
              </td>
              <td>
                <span
                  className={`c-status c-status-${webhook.state === 'applied' ? 'good' : webhook.state === 'pending' ? 'wait' : 'bad'}`}
                >
                  {stateWords[webhook.state]}
                </span>
              </td>
              <td>{sizeWords(webhook.size_bytes)}</td>
              <td>{webhook.error ?? ''}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
