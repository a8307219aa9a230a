import { Tooltip } from '@mantine/core';
import { statusWords } from './message.ts';

/** A status by its word; the dot's colour only repeats it. */
export function StatusBadge({ status }: { status: string }) {
  const { label, meaning, tone } = statusWords(status);
  return (
    <Tooltip label={meaning} disabled={meaning === ''} multiline maw={260}>
      <span className={`c-status c-status-${tone}`}>{label}</span>
    </Tooltip>
  );
}
