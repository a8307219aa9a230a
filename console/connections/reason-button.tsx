import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import type { useChange } from './connections.ts';

interface ReasonButtonProps {
  label: string;
  accessibleLabel?: string;
  title: string;
  explanation: string;
  change: ReturnType<typeof useChange>;
  path: string;
  isSmall?: boolean;
}

/** A button for what holds others' messages back: it asks for the reason, which everybody will see. */
export function ReasonButton({
  label,
  accessibleLabel,
  title,
  explanation,
  change,
  path,
  isSmall = false,
}: ReasonButtonProps) {
  const [isOpen, setOpen] = useState(false);
  const [reason, setReason] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (reason.trim() === '') return;
    change.mutate({ path, body: { reason: reason.trim() } });
    setOpen(false);
    setReason('');
  };
  return (
    <>
      <Button
        size={isSmall ? 'compact-xs' : 'xs'}
        variant="default"
        aria-label={accessibleLabel}
        onClick={() => setOpen(true)}
      >
        {label}
      </Button>
      <Modal opened={isOpen} onClose={() => setOpen(false)} title={title} closeButtonProps={{ 'aria-label': 'Close' }}>
        <form onSubmit={submit}>
          <Stack>
            <Text size="sm">{explanation}</Text>
            <TextInput
              label="Reason"
              data-autofocus
              required
              maxLength={500}
              value={reason}
              onChange={(event) => setReason(event.currentTarget.value)}
            />
            <Group>
              <Button type="submit" color="red" disabled={reason.trim() === ''}>
                {label}
              </Button>
            </Group>
          </Stack>
        </form>
      </Modal>
    </>
  );
}
