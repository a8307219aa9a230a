import { ActionIcon, Button, CopyButton as MantineCopyButton, Tooltip } from '@mantine/core';
import { Icon } from './icons.tsx';

/** Copies a value, and says so. With `isWide` the words stand on the button. */
export function CopyButton({ value, label, isWide = false }: { value: string; label: string; isWide?: boolean }) {
  return (
    <MantineCopyButton value={value} timeout={1500}>
      {({ copied, copy }) => {
        const words = copied ? 'Copied' : label;
        return isWide ? (
          <Button size="xs" variant="default" leftSection={<Icon name="copy" size={14} />} onClick={copy}>
            {words}
          </Button>
        ) : (
          <Tooltip label={words}>
            <ActionIcon variant="subtle" color="gray" aria-label={words} onClick={copy}>
              <Icon name="copy" size={16} />
            </ActionIcon>
          </Tooltip>
        );
      }}
    </MantineCopyButton>
  );
}
