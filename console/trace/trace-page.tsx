import { MessageBubble } from '@carillon/message-view';
import { cleanName } from '@carillon/message-view/shorten.ts';
import { Button, Group, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useEffect, useMemo } from 'react';
import type { Message, Trace } from '@carillon/sdk';
import { api, hasStatus, wordsOf } from '#api.ts';
import { DeadLetterActions } from '#dead-letters/dead-letter-actions.tsx';
import { contactWords, statusWords } from '#messages/message.ts';
import { StatusBadge } from '#messages/status-badge.tsx';
import { CopyButton } from '#shell/copy-button.tsx';
import { Icon } from '#shell/icons.tsx';
import { useShortcuts } from '#shell/shortcuts.ts';
import { Empty, Failure, Loading } from '#shell/states.tsx';
import { fullInstant } from '#shell/instant.tsx';
import { FactsTable } from './facts-table.tsx';
import { Files } from './files.tsx';
import { Rerouting } from './rerouting.tsx';
import { Story } from './story.tsx';
import { useTrace } from './trace.ts';

/** Why did this happen? One message, and its story from the call to the receipt. */
export function TracePage() {
  const { messageId = '' } = useParams({ strict: false });
  const trace = useTrace(messageId);
  if (trace.isPending) return <Loading what="Reading the story" />;
  if (trace.isError) {
    return hasStatus(trace.error, 404) ? (
      <Empty title="There is no such message">It may belong to another workspace, or have passed its retention.</Empty>
    ) : (
      <Failure error={trace.error} onRetry={() => void trace.refetch()} />
    );
  }
  return <TraceView key={messageId} trace={trace.data} />;
}

function TraceView({ trace }: { trace: Trace }) {
  const { message } = trace;
  const name = cleanName(contactWords(message));
  useEffect(() => {
    document.title = `${name}, ${statusWords(message.status).label.toLowerCase()} · Carillon`;
  }, [name, message.status]);
  useShortcuts({
    c: () => {
      // Without permission nothing is copied; the id stands on the page.
      navigator.clipboard.writeText(message.id).catch(() => undefined);
    },
  });
  const stored = trace.media.find((file) => file['state'] === 'stored')?.['id'];
  const mediaUrl = useMemo(
    () => (typeof stored === 'string' ? () => `/v1/media/${stored}/content` : undefined),
    [stored],
  );
  const isOutbound = message.direction === 'outbound';
  const isDeadLetter = trace.dead_letter?.['state'] === 'open';
  return (
    <article className="c-trace">
      <header className="c-trace-head">
        <Link className="c-back" to="/messages" search={(filters) => filters} aria-label="Back to the list">
          <Icon name="back" />
        </Link>
        <div className="c-row-words">
          <h2>
            {isOutbound ? 'To ' : 'From '}
            <Link to="/messages" search={{ contact: message.contact_id }} title="All messages of this contact">
              <bdi>{name}</bdi>
            </Link>
          </h2>
          <Group gap="xs">
            <StatusBadge status={message.status} />
            <Text size="sm" c="dimmed" component="span">
              {message.purpose}, {message.type}
            </Text>
          </Group>
        </div>
        <Group gap="xs" ml="auto">
          <CancelButton message={message} />
          <CopyButton value={message.id} label="Copy id" isWide />
        </Group>
      </header>
      {message.error && (
        <div className="c-why" role="note">
          <strong>
            {message.error.title} ({message.error.code})
          </strong>
          {message.error.details && <p>{message.error.details}</p>}
          {message.error.advice && <p>{message.error.advice}</p>}
          {message.error.tell && <p>To tell whoever wrote it: {message.error.tell}</p>}
        </div>
      )}
      <Rerouting routing={message.routing} />
      {isDeadLetter && (
        <DeadLetterActions
          messageId={message.id}
          content={message.content}
          isUnknown={trace.dead_letter?.['class'] === 'unknown'}
        />
      )}
      <div className="c-wall">
        <MessageBubble
          content={message.content}
          side={isOutbound ? 'own' : 'other'}
          author={isOutbound ? 'The business' : name}
          at={message.created_at}
          ticks={isOutbound ? statusWords(message.status).ticks : undefined}
          ticksTitle={statusWords(message.status).label}
          mediaUrl={mediaUrl}
        />
      </div>
      <h3 id="story">Story</h3>
      <Story events={trace.events} />
      <WaitsFor waits={trace.waits_for} />
      <Files files={trace.media} messageId={message.id} />
      <h3>Message</h3>
      <FactsTable detail={factsOfMessage(message)} />
      <details className="c-raw">
        <summary>Content as it was accepted</summary>
        <pre tabIndex={0}>{JSON.stringify(message.content, undefined, 2)}</pre>
      </details>
    </article>
  );
}

/** What the story goes on with, and why it has not yet. */
function WaitsFor({ waits }: { waits: Trace['waits_for'] }) {
  if (!waits) return null;
  return (
    <div className="c-way c-waits" role="status">
      <p>
        <strong>It waits.</strong> {waits.detail}
        {waits.until && (
          <>
            {' It goes on at '}
            <time dateTime={waits.until}>{fullInstant(waits.until)}</time>.
          </>
        )}
      </p>
    </div>
  );
}

function factsOfMessage(message: Message): Record<string, unknown> {
  return {
    id: message.id,
    provider_message_id: message.provider_message_id,
    to: message.to,
    to_email: message.to_email,
    recipient: message.recipient,
    contact_id: message.contact_id,
    sender_id: message.sender_id,
    reply_to: message.reply_to,
    created_at: message.created_at,
    send_at: message.send_at,
    expires_at: message.expires_at,
    direct_send_category: message.direct_send?.category,
    direct_send_ttl_seconds: message.direct_send?.ttl_seconds,
    direct_send_template_name: message.direct_send?.template_name,
    tags: message.tags.join(', '),
    ...Object.fromEntries(Object.entries(message.metadata).map(([name, value]) => [`metadata ${name}`, value])),
    trace_id: message.trace_id,
  };
}

const cancelable = new Set(['queued', 'scheduled', 'held']);

function CancelButton({ message }: { message: Message }) {
  const queries = useQueryClient();
  const cancel = useMutation({
    mutationFn: () => api.POST('/v1/messages/{id}/cancel', { params: { path: { id: message.id } } }),
    onSettled: () => queries.invalidateQueries({ queryKey: ['trace', message.id] }),
  });
  if (!cancelable.has(message.status)) return null;
  const due = message.send_at ? ` It would leave at ${fullInstant(message.send_at)}.` : '';
  return (
    <>
      {cancel.isError && (
        <Text size="xs" c="red" role="alert">
          {wordsOf(cancel.error)}
        </Text>
      )}
      <Button
        size="xs"
        variant="default"
        loading={cancel.isPending}
        onClick={() => cancel.mutate()}
        title={`Take the message back.${due}`}
      >
        Cancel
      </Button>
    </>
  );
}
