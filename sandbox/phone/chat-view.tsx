import { useCallback, useEffect, useMemo, useState, type MouseEvent } from 'react';
import type { PaymentOutcome } from '@carillon/message-view/drawing.ts';
import { cleanName } from '@carillon/message-view/shorten.ts';
import { payOrder, readChat, type Chat, type Message, type Outgoing, type Person, type PersonSwitch } from './api.ts';
import { Avatar } from './avatar.tsx';
import { isCallOnPhone } from './call-words.ts';
import { Composer } from './composer.tsx';
import { MessageLog } from './message-log.tsx';
import { OpenSheet, type Sheet } from './sheets.tsx';
import { isOnPhone, waitingOf } from './thread.ts';
import type { PersonCalls } from './use-calls.ts';
import { useThread } from './use-thread.ts';
import { useIsVisible } from './visibility.ts';

/** One open chat: what was said, and the place to answer. */
export function ChatView({
  person,
  chat,
  calls: allCalls,
  turn,
  onBack,
}: {
  person: Person;
  chat: Chat;
  calls: PersonCalls;
  turn: (name: PersonSwitch, isOn: boolean) => void;
  onBack: () => void;
}) {
  const { thread, isLoaded, problem, isTyping, send, sendAgain, discard, readOlder } = useThread(
    person.id,
    chat.phone_number_id,
  );
  const [replyTo, setReplyTo] = useState<Message>();
  const [sheet, setSheet] = useState<Sheet>();
  const [payment, setPayment] = useState<{ words: string; isBad: boolean }>();
  const pay = useCallback(
    (messageId: string, outcome: PaymentOutcome) => {
      payOrder(person.id, messageId, outcome).then(
        () => setPayment({ words: paymentWords[outcome], isBad: false }),
        (error: Error) => setPayment({ words: error.message, isBad: true }),
      );
    },
    [person.id],
  );
  const { calls: everyCall, start } = allCalls;
  const calls = useMemo(
    () =>
      everyCall.filter((call) => call.phone_number_id === chat.phone_number_id && isCallOnPhone(call, person.online)),
    [everyCall, chat.phone_number_id, person.online],
  );
  const callBusiness = useCallback(
    (payload?: string) => start(chat.phone_number_id, payload),
    [start, chat.phone_number_id],
  );
  const waiting = useMemo(() => waitingOf(thread), [thread]);
  const messages = useMemo(() => thread.messages.filter(isOnPhone), [thread.messages]);
  useReading(person, chat, messages);

  const sendWithReply = useCallback(
    (content: Outgoing) => {
      send(replyTo ? { ...content, context: { message_id: replyTo.id } } : content);
      setReplyTo(undefined);
    },
    [send, replyTo],
  );
  const undelivered = thread.messages.filter(
    (message) => message.from === 'business' && message.status === 'sent',
  ).length;

  const businessName = chat.business_name ?? chat.verified_name;
  // A link into a group is for this phone, not for the browser that shows it.
  const followInvite = (event: MouseEvent): void => {
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    if (link?.hostname !== 'chat.whatsapp.com') return;
    event.preventDefault();
    setSheet({ kind: 'join', link: link.href });
  };

  return (
    <section
      onClickCapture={followInvite}
      className="ph-chat"
      aria-label={`Chat with ${cleanName(chat.verified_name)}`}
    >
      <header className="ph-bar">
        <button type="button" className="ph-icon-button ph-back" aria-label="Back to the chats" onClick={onBack}>
          <svg viewBox="0 0 24 24" aria-hidden="true">
            <path d="M14.5 5.5 8 12l6.5 6.5" />
          </svg>
        </button>
        <Avatar name={chat.verified_name} seed={chat.phone_number_id} />
        <div className="ph-row-words">
          <h2 className="ph-row-name">
            <bdi>{cleanName(chat.verified_name)}</bdi>
          </h2>
          <span className="ph-row-detail" aria-live="polite">
            {isTyping ? (
              'typing …'
            ) : (
              <>
                {chat.channel === 'sms' && 'SMS · '}
                {/* A number reads from left to right wherever it stands. */}
                <bdi dir={chat.group_id === undefined ? 'ltr' : 'auto'}>{partnerWords(chat)}</bdi>
                {chat.has_window !== false && windowWords(chat.window_closes_at)}
              </>
            )}
          </span>
        </div>
        {chat.group_id === undefined && chat.channel === undefined && person.online && !person.blocked && (
          <button
            type="button"
            className="ph-icon-button"
            aria-label="Call the business"
            title="Call the business"
            onClick={() => callBusiness()}
          >
            <svg viewBox="0 0 24 24" aria-hidden="true">
              <path d="M6 4h3l1.5 4.5L8.5 10a11 11 0 0 0 5.5 5.5l1.5-2L20 15v3a2 2 0 0 1-2 2A14 14 0 0 1 4 6a2 2 0 0 1 2-2Z" />
            </svg>
          </button>
        )}
        {chat.group_id !== undefined && (
          <button
            type="button"
            className="ph-link"
            onClick={() => setSheet({ kind: 'leave', groupId: chat.phone_number_id, subject: chat.verified_name })}
          >
            Leave
          </button>
        )}
      </header>
      {problem && (
        <p className="ph-banner ph-banner-bad" role="alert">
          {problem}
        </p>
      )}
      <MessageLog
        messages={messages}
        outbox={waiting}
        isLoaded={isLoaded}
        isTyping={isTyping}
        hasMore={thread.hasMore}
        businessName={businessName}
        isGroup={chat.group_id !== undefined}
        // An SMS is neither quoted nor reacted to.
        canWrite={person.online && !person.blocked && chat.suspended !== true && chat.channel !== 'sms'}
        onOlder={readOlder}
        onReply={setReplyTo}
        onSend={send}
        onSendAgain={sendAgain}
        onDiscard={discard}
        onSheet={setSheet}
        onPay={pay}
        calls={calls}
        onCall={callBusiness}
        onActOnCall={allCalls.act}
      />
      {allCalls.problem && (
        <p className="ph-banner ph-banner-bad" role="alert">
          {allCalls.problem}{' '}
          <button type="button" className="ph-link" onClick={allCalls.forgetProblem}>
            Close
          </button>
        </p>
      )}
      {payment && (
        <p className={`ph-banner ${payment.isBad ? 'ph-banner-bad' : ''}`} role={payment.isBad ? 'alert' : 'status'}>
          {payment.words}{' '}
          <button type="button" className="ph-link" onClick={() => setPayment(undefined)}>
            Close
          </button>
        </p>
      )}
      {person.blocked ? (
        <Obstacle text="You blocked this business." action="Unblock" onAction={() => turn('blocked', false)} />
      ) : chat.suspended ? (
        <Obstacle text="This group is suspended: nobody can write in it." />
      ) : person.online ? (
        <Composer
          personId={person.id}
          isSms={chat.channel === 'sms'}
          replyTo={replyTo}
          replyAuthor={replyTo?.from === 'person' ? 'You' : (replyTo?.author?.name ?? businessName)}
          onCancelReply={() => setReplyTo(undefined)}
          onSend={sendWithReply}
          onSheet={setSheet}
        />
      ) : (
        <Obstacle
          text={
            undelivered > 0
              ? `This phone is offline. ${undelivered} ${undelivered === 1 ? 'message waits' : 'messages wait'}.`
              : 'This phone is offline.'
          }
          action="Go online"
          onAction={() => turn('online', true)}
        />
      )}
      {sheet && (
        <OpenSheet
          sheet={sheet}
          person={person}
          onClose={() => setSheet(undefined)}
          // What is sent by the menu answers the quoted message, like words; the others say themselves what they are about.
          onSend={sheet.kind === 'location' || sheet.kind === 'contact' ? sendWithReply : send}
        />
      )}
    </section>
  );
}

const paymentWords: Readonly<Record<PaymentOutcome, string>> = {
  captured: 'Paid. The business was told.',
  pending: 'The payment is pending. The business was told.',
  failed: 'The payment failed. The business was told.',
};

function Obstacle({ text, action, onAction }: { text: string; action?: string; onAction?: () => void }) {
  return (
    <div className="ph-obstacle">
      <span role="status">{text}</span>
      {action && (
        <button type="button" className="ph-button" onClick={onAction}>
          {action}
        </button>
      )}
    </div>
  );
}

// A message counts as read when it is on the screen of a phone that is online, as on a real one.
function useReading(person: Person, chat: Chat, messages: readonly Message[]): void {
  const newest = messages.findLast((message) => message.from === 'business' && message.status === 'delivered')?.id;
  const isUnread = newest !== undefined || chat.unread > 0;
  const isVisible = useIsVisible();
  useEffect(() => {
    if (!isVisible || !isUnread || !person.online) return;
    // The sandbox may be restarting; the next message or the next look reads the chat again.
    readChat(person.id, chat.phone_number_id).catch(() => undefined);
  }, [isVisible, isUnread, newest, person.online, person.id, chat.phone_number_id]);
}

const clock = new Intl.DateTimeFormat(undefined, { weekday: 'short', hour: '2-digit', minute: '2-digit' });

function partnerWords({ group_id, display_phone_number, business_name, participants = [] }: Chat): string {
  if (group_id === undefined) return display_phone_number;
  return `Group · ${[business_name ?? '', ...participants].map((name) => cleanName(name)).join(', ')}`;
}

function windowWords(closesAt: string | null): string {
  if (closesAt === null) return ' · service window closed';
  const isOpen = Date.parse(closesAt) > Date.now();
  return isOpen ? ` · service window until ${clock.format(new Date(closesAt))}` : ' · service window closed';
}
