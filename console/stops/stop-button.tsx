import { Radio, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { wordsOf } from '#api.ts';
import { purposes } from '#messages/message.ts';
import { ReasonButton } from '#shell/reason-button.tsx';
import { useChangeStop, useStops, type Scope } from './stops.ts';

const scopes: readonly Scope[] = ['everything', ...purposes];

/** The stop button for all senders. Not there for those who may not look at stops. */
export function StopButton() {
  const stops = useStops();
  const change = useChangeStop();
  const [scope, setScope] = useState<Scope>('everything');
  if (!stops.data) return null;
  return (
    <>
      {change.isError && (
        <Text size="xs" c="red" role="alert">
          {wordsOf(change.error)}
        </Text>
      )}
      <ReasonButton
        label="Stop"
        accessibleLabel="Stop sending"
        title="Stop sending on all numbers"
        explanation="Messages wait until somebody resumes it; nothing is lost. What is being handed over now still goes."
        onReason={(reason) => change.mutate({ scope, reason })}
      >
        <Radio.Group
          label="What"
          value={scope}
          onChange={(value) => setScope(scopes.find((one) => one === value) ?? scope)}
        >
          <Stack gap={6} mt={4}>
            {scopes.map((one) => (
              <Radio key={one} value={one} label={one} />
            ))}
          </Stack>
        </Radio.Group>
      </ReasonButton>
    </>
  );
}
