import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useState, type FormEvent, type ReactNode } from 'react';

interface ReasonButtonProps {
  label: string;
  accessibleLabel?: string;
  title: string;
  explanation: string;
  onReason: (reason: string) => void;
  isSmall?: boolean;
  /** What else is to be chosen. */
  children?: ReactNode;
}

/** A button for what holds others' messages back: it asks for the reason, which everybody will see. */
export function ReasonButton({
  label,
  accessibleLabel,
  title,
  explanation,
  onReason,
  isSmall = false,
  children,
}: ReasonButtonProps) {
  const [isOpen, setOpen] = useState(false);
  const [reason, setReason] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (reason.trim() === '') return;
    onReason(reason.trim());
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
            {children}
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
