import { Button, Center } from '@mantine/core';
import { getRouteApi, Outlet, useNavigate, useParams } from '@tanstack/react-router';
import { useEffect, useMemo, useRef } from 'react';
import { useShortcuts } from '#shell/shortcuts.ts';
import { Empty, Failure, Loading } from '#shell/states.tsx';
import { hasFilters, type Filters } from './filters.ts';
import { MessageFilters } from './message-filters.tsx';
import { MessageList } from './message-list.tsx';
import { useLiveMessages, useMessages } from './use-messages.ts';

const route = getRouteApi('/messages');

/** The live list, and beside it (or over it on a small screen) the story of the open message. */
export function MessagesPage() {
  const search = route.useSearch();
  // The router gives a new object with every navigation; the list is read again only when a filter changed.
  const words = JSON.stringify(search);
  const filters = useMemo(() => JSON.parse(words) as Filters, [words]);
  const { messageId } = useParams({ strict: false });
  const navigate = useNavigate();
  const messages = useMessages(filters);
  const isLive = useLiveMessages(filters);
  const contactField = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLElement>(null);
  const shown = useMemo(() => messages.data?.pages.flatMap(({ data }) => data) ?? [], [messages.data]);

  useEffect(() => {
    document.title = 'Messages · Carillon';
  }, []);

  const setFilters = (next: Filters) => {
    void navigate(
      messageId
        ? { to: '/messages/$messageId', params: { messageId }, search: next }
        : { to: '/messages', search: next },
    );
  };
  const focusRow = (step: 1 | -1) => {
    const rows = Array.from(list.current?.querySelectorAll<HTMLElement>('[data-row]') ?? []);
    const focused = rows.findIndex((row) => row === document.activeElement);
    const from = focused >= 0 ? focused : rows.findIndex((row) => row.dataset['row'] === messageId);
    const row = rows[Math.min(rows.length - 1, Math.max(0, from + step))];
    row?.focus();
    row?.scrollIntoView({ block: 'nearest' });
  };
  useShortcuts({
    j: () => focusRow(1),
    k: () => focusRow(-1),
    ArrowDown: () => focusRow(1),
    ArrowUp: () => focusRow(-1),
    '/': () => contactField.current?.focus(),
    x: () => setFilters({}),
    Escape: messageId ? () => void navigate({ to: '/messages', search: filters }) : undefined,
  });

  return (
    <div className={`c-split ${messageId ? 'c-split-open' : ''}`}>
      <h1 className="c-hidden">Messages</h1>
      <section className="c-list" ref={list} aria-labelledby="messages-title">
        <header className="c-list-head">
          <div className="c-title-line">
            <h2 id="messages-title">Messages</h2>
            <span className={`c-live ${isLive ? 'c-live-on' : ''}`} role="status">
              {isLive ? 'Live' : 'Connecting …'}
            </span>
          </div>
          <MessageFilters filters={filters} onChange={setFilters} contactField={contactField} />
        </header>
        <div className="c-list-body">
          {messages.isPending ? (
            <Loading what="Reading the messages" />
          ) : messages.isError ? (
            <Failure error={messages.error} onRetry={() => void messages.refetch()} />
          ) : shown.length === 0 ? (
            <NoMessages filters={filters} onClear={() => setFilters({})} />
          ) : (
            <MessageList messages={shown} openId={messageId} />
          )}
          {messages.hasNextPage && (
            <Center p="md">
              <Button
                variant="default"
                size="xs"
                loading={messages.isFetchingNextPage}
                onClick={() => void messages.fetchNextPage()}
              >
                Earlier messages
              </Button>
            </Center>
          )}
        </div>
      </section>
      <section className="c-detail" aria-label="The open message">
        {messageId ? (
          <Outlet />
        ) : (
          <Empty title="Choose a message">Its whole story appears here: what was decided, tried and answered.</Empty>
        )}
      </section>
    </div>
  );
}

function NoMessages({ filters, onClear }: { filters: Filters; onClear: () => void }) {
  if (hasFilters(filters)) {
    return (
      <Empty title="No message matches the filters">
        <Button variant="default" size="xs" onClick={onClear}>
          Clear the filters
        </Button>
      </Empty>
    );
  }
  return (
    <Empty title="No messages yet" command={firstMessage}>
      Send the first one. The template <b>hello_world</b> may be sent to anybody; free text needs a message of theirs
      first.
    </Empty>
  );
}

const firstMessage = `curl -X POST ${window.location.origin}/v1/messages \\
  -H "Authorization: Bearer $CARILLON_API_KEY" \\
  -H "Idempotency-Key: first-message" \\
  -H "Content-Type: application/json" \\
  -d '{"to": "+15550001111",
       "purpose": "transactional",
       "content": {
         "type": "template",
         "template": {"name": "hello_world",
                      "language": {"code": "en_US"}}}}'`;
