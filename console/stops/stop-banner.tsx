import { Alert, Button, Group, Text } from '@mantine/core';
import { wordsOf } from '#api.ts';
import { Ago } from '#shell/instant.tsx';
import { useChangeStop, useStops, type Scope } from './stops.ts';

/** Says on every page what is stopped on all senders, why, and since when. */
export function StopBanner() {
  const stops = useStops();
  const change = useChangeStop();
  return (
    <div role="status" aria-label="Stops">
      {(stops.data?.data ?? []).map(({ scope, reason, stopped_at: at }) => (
        <Alert key={scope} color="red" variant="light" radius={0} py="xs">
          <Group gap="sm">
            <Text size="sm">
              <strong>{whatStands(scope)}</strong> {reason} (<Ago at={at} />)
            </Text>
            <Button
              size="compact-xs"
              variant="default"
              aria-label={`Resume ${scope}`}
              loading={change.isPending}
              onClick={() => change.mutate({ scope })}
            >
              Resume
            </Button>
          </Group>
        </Alert>
      ))}
      {change.isError && (
        <Text size="sm" c="red" role="alert" p="xs">
          {wordsOf(change.error)}
        </Text>
      )}
    </div>
  );
}

function whatStands(scope: Scope): string {
  return scope === 'everything' ? 'Nothing is sent: everything is stopped.' : `No ${scope} messages are sent.`;
}
