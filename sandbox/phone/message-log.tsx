import { Fragment, useEffect, useLayoutEffect, useMemo, useRef, type KeyboardEvent } from 'react';
import type { PaymentOutcome } from '@carillon/message-view/drawing.ts';
import type { Call, CallAction, Message, Outgoing } from './api.ts';
import { CallCard } from './call-card.tsx';
import { MessageRow } from './message-row.tsx';
import type { Sheet } from './sheets.tsx';
import { UnsentRow } from './unsent-row.tsx';
import type { Unsent } from './thread.ts';

export interface MessageLogProps {
  messages: readonly Message[];
  outbox: readonly Unsent[];
  isLoaded: boolean;
  isTyping: boolean;
  hasMore: boolean;
  businessName: string;
  isGroup: boolean;
  canWrite: boolean;
  onOlder: () => Promise<void>;
  onReply: (message: Message) => void;
  onSend: (content: Outgoing) => void;
  onSendAgain: (unsent: Unsent) => void;
  onDiscard: (key: string) => void;
  onSheet: (sheet: Sheet) => void;
  onPay: (messageId: string, outcome: PaymentOutcome) => void;
  calls: readonly Call[];
  onCall: (payload: string | undefined) => void;
  onActOnCall: (callId: string, action: CallAction) => void;
}

/** The bubbles, oldest first, kept scrolled to the newest unless the reader scrolled up. The arrow keys go from message
 *  to message. */
export function MessageLog(props: MessageLogProps) {
  const {
    messages,
    outbox,
    isLoaded,
    isTyping,
    hasMore,
    businessName,
    isGroup,
    calls,
    onOlder,
    onActOnCall,
    ...actions
  } = props;
  const byId = useMemo(() => new Map(messages.map((message) => [message.id, message])), [messages]);
  const scroller = useRef<HTMLDivElement>(null);
  const keepsEnd = useRef(true);
  const lastTop = useRef(0);
  const heightBefore = useRef<number>(undefined);

  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    if (heightBefore.current !== undefined) {
      // Older messages came in above: what the reader looks at stays where it is.
      element.scrollTop += element.scrollHeight - heightBefore.current;
      heightBefore.current = undefined;
    } else if (keepsEnd.current) {
      element.scrollTop = element.scrollHeight;
    }
  }, [messages, outbox, isTyping, calls]);

  // Pictures and the keyboard of a real phone change the height later.
  useEffect(() => {
    const element = scroller.current;
    const content = element?.firstElementChild;
    if (!element || !content) return undefined;
    const observer = new ResizeObserver(() => {
      if (keepsEnd.current) element.scrollTop = element.scrollHeight;
    });
    observer.observe(content);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const open = (id: string) => {
    const row = scroller.current?.querySelector<HTMLElement>(`[data-message="${CSS.escape(id)}"]`);
    row?.scrollIntoView({ block: 'center' });
    row?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    const target = event.target as HTMLElement;
    const row = target.closest('[data-message]');
    // In a window or a player the arrow keys have a meaning of their own.
    if (step === undefined || !row || target.closest('dialog, audio, video')) return;
    const rows = Array.from(scroller.current?.querySelectorAll<HTMLElement>('[data-message]') ?? []);
    const next = rows[rows.indexOf(row as HTMLElement) + step];
    if (!next) return;
    event.preventDefault();
    next.focus();
    next.scrollIntoView({ block: 'nearest' });
  };
  const readOlder = async () => {
    heightBefore.current = scroller.current?.scrollHeight;
    await onOlder();
  };

  // Calls stand among the messages, each where it began.
  const callCards = (after: string, until?: string) =>
    calls
      .filter(({ started_at: at }) => at > after && (until === undefined || at <= until))
      .map((call) => (
        <CallCard key={call.id} call={call} businessName={businessName} canAct={actions.canWrite} onAct={onActOnCall} />
      ));

  return (
    <div
      ref={scroller}
      className="ph-log"
      role="log"
      // Without messages nothing inside takes the focus that scrolling by keyboard needs.
      tabIndex={messages.length === 0 ? 0 : undefined}
      aria-label={`Messages with ${businessName}`}
      onKeyDown={onKeyDown}
      onScroll={({ currentTarget: element }) => {
        // Only the reader scrolls up. A picture that arrives above moves the end away without it.
        if (element.scrollHeight - element.scrollTop - element.clientHeight < 80) keepsEnd.current = true;
        else if (element.scrollTop < lastTop.current) keepsEnd.current = false;
        lastTop.current = element.scrollTop;
      }}
    >
      <div className="ph-log-inner">
        {hasMore && (
          <button type="button" className="ph-older" onClick={() => void readOlder()}>
            Earlier messages
          </button>
        )}
        {!isLoaded && <p className="ph-empty">Reading the messages …</p>}
        {isLoaded && messages.length === 0 && outbox.length === 0 && calls.length === 0 && <Empty isGroup={isGroup} />}
        {messages.map((message, index) => (
          <Fragment key={message.id}>
            {callCards(messages[index - 1]?.at ?? (hasMore ? message.at : ''), message.at)}
            <MessageRow
              message={message}
              quoted={message.context ? byId.get(message.context.message_id) : undefined}
              day={dayIfNew(message, messages[index - 1])}
              isLast={index === messages.length - 1}
              businessName={businessName}
              isGroup={isGroup}
              onOpen={open}
              {...actions}
            />
          </Fragment>
        ))}
        {callCards(messages.at(-1)?.at ?? '')}
        {outbox.map((unsent) => (
          <UnsentRow key={unsent.key} unsent={unsent} onSendAgain={props.onSendAgain} onDiscard={props.onDiscard} />
        ))}
        {isTyping && (
          <div className="ph-typing" role="img" aria-label={`${businessName} is typing`}>
            <i />
            <i />
            <i />
          </div>
        )}
      </div>
    </div>
  );
}

function Empty({ isGroup }: { isGroup: boolean }) {
  if (isGroup)
    return <p className="ph-empty">No messages yet since you joined. All in the group read what you write.</p>;
  return (
    <p className="ph-empty">
      No messages yet. Write to the business below, or let it write first: its message appears here the moment it is
      delivered.
    </p>
  );
}

const dayFormat = new Intl.DateTimeFormat(undefined, { weekday: 'long', day: 'numeric', month: 'long' });

function dayIfNew(message: Message, previous: Message | undefined): string | undefined {
  const day = new Date(message.at).toDateString();
  if (previous && new Date(previous.at).toDateString() === day) return undefined;
  return day === new Date().toDateString() ? 'Today' : dayFormat.format(new Date(message.at));
}
