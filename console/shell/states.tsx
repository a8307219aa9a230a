import { Alert, Anchor, Button, Center, Code, Loader, Stack, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { wordsOf } from '#api.ts';
import { CopyButton } from './copy-button.tsx';

/** Something is being read. It says what, for those who cannot see the circle. */
export function Loading({ what }: { what: string }) {
  return (
    <Center p="xl" role="status">
      <Loader size="sm" mr="sm" aria-hidden="true" />
      <Text c="dimmed" size="sm">
        {what} …
      </Text>
    </Center>
  );
}

/** What went wrong, in words, and the way to try again. */
export function Failure({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  return (
    <Alert color="red" variant="outline" title="This did not work" role="alert" m="md">
      <Stack gap="xs" align="flex-start">
        <Text size="sm">{wordsOf(error)}</Text>
        {onRetry && (
          <Button size="xs" variant="default" onClick={onRetry}>
            Try again
          </Button>
        )}
      </Stack>
    </Alert>
  );
}

/** Nothing is here, and what would put something here. */
export function Empty({ title, children, command }: { title: string; children?: ReactNode; command?: string }) {
  return (
    <Stack className="c-empty" gap="xs" align="center">
      <Title order={2} size="h4">
        {title}
      </Title>
      {children && (
        <Text c="dimmed" size="sm" ta="center" component="div">
          {children}
        </Text>
      )}
      {command && (
        <div className="c-command">
          <Code block tabIndex={0}>
            {command}
          </Code>
          <CopyButton value={command} label="Copy the command" />
        </div>
      )}
    </Stack>
  );
}

export function NotFound() {
  return (
    <Empty title="There is no such page">
      <Anchor renderRoot={(props) => <Link to="/messages" {...props} />}>To the messages</Anchor>
    </Empty>
  );
}
