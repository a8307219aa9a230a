import { Button, Code, Paper, PasswordInput, Stack, Text, Title } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { wordsOf } from '#api.ts';
import { Mark } from '#shell/icons.tsx';
import { useSignIn } from './session.ts';

/** The door: an API key of a workspace opens it. */
export function SignIn() {
  const [apiKey, setApiKey] = useState('');
  const signIn = useSignIn();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (apiKey.trim() !== '') signIn.mutate(apiKey.trim());
  };
  return (
    <main className="c-door">
      <Paper withBorder p="xl" w="min(26rem, 100%)" component="form" onSubmit={submit}>
        <Stack>
          <div>
            <Mark />
            <Title order={1} size="h3" mt="xs">
              Carillon
            </Title>
            <Text c="dimmed" size="sm">
              Sign in with an API key of your workspace.
            </Text>
          </div>
          <PasswordInput
            label="API key"
            name="api_key"
            autoComplete="current-password"
            autoFocus
            spellCheck={false}
            value={apiKey}
            onChange={(event) => setApiKey(event.currentTarget.value)}
            error={signIn.isError ? wordsOf(signIn.error) : undefined}
          />
          <Button type="submit" loading={signIn.isPending} disabled={apiKey.trim() === ''}>
            Sign in
          </Button>
          <Text size="xs" c="dimmed">
            <Code>npm start</Code> prints the first key. The key is exchanged for a session and is not kept in the
            browser.
          </Text>
        </Stack>
      </Paper>
    </main>
  );
}
