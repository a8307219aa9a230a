import { Button, Group, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useEffect } from 'react';
import { api, wordsOf } from '#api.ts';
import { CopyButton } from '#shell/copy-button.tsx';
import { Icon } from '#shell/icons.tsx';
import { Failure, Loading } from '#shell/states.tsx';
import { FactsTable } from '#trace/facts-table.tsx';
import { prettyBody } from './pretty-body.ts';
import { sizeWords, stateWords, useWebhook, type Webhook } from './webhook.ts';

/** One webhook with its exact body. */
export function WebhookPage() {
  const { webhookId = '' } = useParams({ strict: false });
  const webhook = useWebhook(webhookId);
  useEffect(() => {
    document.title = 'Webhook · Carillon';
  }, []);
  if (webhook.isPending) return <Loading what="Reading the webhook" />;
  if (webhook.isError) return <Failure error={webhook.error} onRetry={() => void webhook.refetch()} />;
  return <WebhookView webhook={webhook.data} />;
}

function WebhookView({ webhook }: { webhook: Webhook }) {
  const queries = useQueryClient();
  const replay = useMutation({
    mutationFn: () => api.POST('/v1/webhooks/{id}/replay', { params: { path: { id: webhook.id } } }),
    onSettled: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: ['webhook', webhook.id] }),
        queries.invalidateQueries({ queryKey: ['webhooks'] }),
      ]),
  });
  return (
    <div className="c-page">
      <Group justify="space-between">
        <h1>
          <Link className="c-back-always" to="/webhooks" aria-label="Back to the webhooks">
            <Icon name="back" />
          </Link>
          Webhook
        </h1>
        <Group gap="xs">
          <CopyButton value={webhook.id} label="Copy id" isWide />
          <CopyButton value={webhook.body} label="Copy body" isWide />
          <Button
            size="xs"
            loading={replay.isPending}
            onClick={() => replay.mutate()}
            title="What took effect before does not happen twice"
          >
            Apply again
          </Button>
        </Group>
      </Group>
      {replay.isError && (
        <Text size="sm" c="red" role="alert">
          {wordsOf(replay.error)}
        </Text>
      )}
      {replay.isSuccess && (
        <Text size="sm" role="status">
          It is being applied again. What took effect before does not happen twice.
        </Text>
      )}
      <FactsTable
        detail={{
          id: webhook.id,
          received_at: webhook.received_at,
          state: stateWords[webhook.state],
          problem: webhook.error,
          attempts: webhook.attempts,
          size: sizeWords(webhook.size_bytes),
          connection_id: webhook.connection_id,
        }}
      />
      <h2>Body</h2>
      <pre className="c-body" tabIndex={0}>
        {prettyBody(webhook)}
      </pre>
    </div>
  );
}
