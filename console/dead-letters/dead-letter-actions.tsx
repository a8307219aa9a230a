import { Button, Group, Modal, Stack, Text, Textarea } from '@mantine/core';
import { useState } from 'react';
import { wordsOf } from '#api.ts';
import { useDiscard, useRedrive } from './dead-letters.ts';

interface DeadLetterActionsProps {
  messageId: string;
  content: Readonly<Record<string, unknown>>;
  /** Nobody knows whether the provider delivered it: sending again may make two. */
  isUnknown: boolean;
}

/** What can be done about one dead letter: send it again, mend it first, or let it go. */
export function DeadLetterActions({ messageId, content, isUnknown }: DeadLetterActionsProps) {
  const redrive = useRedrive();
  const discard = useDiscard();
  const [isEditing, setEditing] = useState(false);
  const problem = redrive.error ?? discard.error;
  return (
    <section className="c-why c-dead" aria-label="Dead letter">
      <Stack gap="xs" align="flex-start">
        <strong>Dead letter</strong>
        <Text size="sm">
          {isUnknown
            ? 'Nobody told whether this message arrived. If it is sent again, the contact may get it twice.'
            : 'No further attempt is made by itself. Send it again once the cause is gone.'}
        </Text>
        {problem && !isEditing && (
          <Text size="sm" c="red" role="alert">
            {wordsOf(problem)}
          </Text>
        )}
        <Group gap="xs">
          <Button
            size="xs"
            loading={redrive.isPending && !isEditing}
            onClick={() => redrive.mutate({ messageId, isEvenIfUnknown: isUnknown })}
          >
            {isUnknown ? 'Send all the same' : 'Send again'}
          </Button>
          <Button size="xs" variant="default" onClick={() => setEditing(true)}>
            Edit and send
          </Button>
          <Button size="xs" variant="default" loading={discard.isPending} onClick={() => discard.mutate(messageId)}>
            Discard
          </Button>
        </Group>
      </Stack>
      <Modal
        opened={isEditing}
        onClose={() => setEditing(false)}
        title="Edit and send"
        size="lg"
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <ContentEditor
          content={content}
          isBusy={redrive.isPending}
          problem={redrive.error}
          onSend={(mended) =>
            redrive.mutate(
              { messageId, content: mended, isEvenIfUnknown: isUnknown },
              { onSuccess: () => setEditing(false) },
            )
          }
        />
      </Modal>
    </section>
  );
}

type Content = { type: string } & Record<string, unknown>;

interface ContentEditorProps {
  content: Readonly<Record<string, unknown>>;
  isBusy: boolean;
  problem: Error | null;
  onSend: (content: Content) => void;
}

function ContentEditor({ content, isBusy, problem, onSend }: ContentEditorProps) {
  const [text, setText] = useState(() => JSON.stringify(content, undefined, 2));
  const [mistake, setMistake] = useState<string>();
  const send = () => {
    try {
      // What is not content of a message is refused by the server, in words.
      onSend(JSON.parse(text) as Content);
      setMistake(undefined);
    } catch (error) {
      setMistake(`This is no JSON: ${wordsOf(error)}`);
    }
  };
  return (
    <Stack>
      <Textarea
        label="Content"
        description="As for the Cloud API. The old content stays in the story."
        autosize
        minRows={8}
        maxRows={24}
        spellCheck={false}
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: '0.8125rem' } }}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        error={mistake ?? (problem ? wordsOf(problem) : undefined)}
      />
      <Group>
        <Button loading={isBusy} onClick={send}>
          Send
        </Button>
      </Group>
    </Stack>
  );
}
