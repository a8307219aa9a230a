import { useMemo, useState } from 'react';
import { MessageBubble } from '@carillon/message-view';
import type { PaymentOutcome, Request } from '@carillon/message-view/drawing.ts';
import { wordsOf } from './answers.ts';
import { mediaAddress, playMessage, type Message, type Outgoing } from './api.ts';
import type { Sheet } from './sheets.tsx';
import { ticksOf } from './thread.ts';

export interface MessageRowProps {
  message: Message;
  quoted: Message | undefined;
  day: string | undefined;
  isLast: boolean;
  businessName: string;
  /** In a group it is shown who wrote what. */
  isGroup: boolean;
  canWrite: boolean;
  onOpen: (id: string) => void;
  onReply: (message: Message) => void;
  onSend: (content: Outgoing) => void;
  onSheet: (sheet: Sheet) => void;
  onPay: (messageId: string, outcome: PaymentOutcome) => void;
  onCall: (payload: string | undefined) => void;
}

const emojis = ['👍', '❤️', '😂', '😮', '😢', '🙏'];

/** One message with what can be done to it: answer, react, tap its buttons. */
export function MessageRow(props: MessageRowProps) {
  const { message, quoted, canWrite, businessName, onSend, onOpen, onSheet, onCall, onPay } = props;
  const [isChoosing, setChoosing] = useState(false);
  const isOwn = message.from === 'person';
  const mine = message.reactions.find(({ from }) => from === 'person')?.emoji;
  const nameOf = ({ from, author }: Pick<Message, 'from' | 'author'>) =>
    from === 'person' ? 'You' : from === 'member' ? (author?.name ?? 'Somebody') : businessName;
  // Buttons, forms and bills are the business's.
  const isAnswerable = canWrite && message.from === 'business';

  const onAnswer = useMemo(
    () =>
      isAnswerable
        ? (content: Readonly<Record<string, unknown>>) =>
            onSend({ ...(content as Outgoing), context: { message_id: message.id } })
        : undefined,
    [isAnswerable, onSend, message.id],
  );
  const onRequest = useMemo(
    () =>
      isAnswerable
        ? (request: Request) =>
            request.kind === 'call'
              ? onCall(request.payload)
              : onSheet({ kind: 'request', request, answering: message.id })
        : undefined,
    [isAnswerable, onSheet, onCall, message.id],
  );
  const payThis = useMemo(
    () => (isAnswerable ? (outcome: PaymentOutcome) => onPay(message.id, outcome) : undefined),
    [isAnswerable, onPay, message.id],
  );
  const onPlay = useMemo(() => {
    if (message.from !== 'business' || message.status === 'played') return undefined;
    // The ticks of the business are not worth an alarm on the phone.
    return () => void playMessage(message.person_id, message.id).catch(() => undefined);
  }, [message.from, message.status, message.person_id, message.id]);
  const react = (emoji: string) => {
    setChoosing(false);
    onSend({ type: 'reaction', reaction: { message_id: message.id, emoji: emoji === mine ? '' : emoji } });
  };

  return (
    <>
      {props.day && <p className="ph-day">{props.day}</p>}
      <div
        className={`ph-row ph-row-${isOwn ? 'own' : 'other'}`}
        data-message={message.id}
        tabIndex={props.isLast ? 0 : -1}
        onKeyDown={(event) => {
          if (event.target !== event.currentTarget || !canWrite || message.deleted_at !== null) return;
          if (event.key === 'r' || event.key === 'Enter') props.onReply(message);
          else if (event.key === 'e') setChoosing(true);
          else if (event.key === 'Delete' && isOwn) onSheet({ kind: 'delete', message });
          else return;
          event.preventDefault();
        }}
      >
        <MessageBubble
          content={message.content}
          rendered={message.rendered ?? undefined}
          side={isOwn ? 'own' : 'other'}
          author={nameOf(message)}
          isAuthorShown={props.isGroup && !isOwn}
          at={message.at}
          ticks={isOwn ? ticksOf(message) : undefined}
          quote={
            message.context
              ? quoted?.deleted_at === null
                ? {
                    author: nameOf(quoted),
                    content: quoted.content,
                    rendered: quoted.rendered,
                    onOpen: () => onOpen(quoted.id),
                  }
                : {
                    author: quoted ? nameOf(quoted) : businessName,
                    content: {
                      type: 'text',
                      text: { body: quoted ? 'This message was deleted' : 'An earlier message' },
                    },
                  }
              : undefined
          }
          reactions={message.reactions.map((reaction) => ({ from: nameOf(reaction), emoji: reaction.emoji }))}
          mediaUrl={mediaAddress}
          onAnswer={onAnswer}
          onRequest={onRequest}
          onPay={payThis}
          onPlay={onPlay}
          isEdited={message.edited_at !== null}
          isDeleted={message.deleted_at !== null}
          note={message.error ? `${message.error.title} (${message.error.code})` : undefined}
        />
        {canWrite && message.deleted_at === null && (
          <div className={`ph-tools ${isChoosing ? 'ph-tools-open' : ''}`}>
            {isChoosing ? (
              <div
                className="ph-emojis"
                role="group"
                aria-label="React with"
                onKeyDown={(event) => event.key === 'Escape' && setChoosing(false)}
              >
                {emojis.map((emoji, index) => (
                  <button
                    key={emoji}
                    type="button"
                    // The row asked for these with a key or a tap: that is where the focus belongs.
                    ref={index === 0 ? (button) => button?.focus() : undefined}
                    aria-pressed={emoji === mine}
                    onClick={() => react(emoji)}
                  >
                    {emoji}
                  </button>
                ))}
                <button type="button" aria-label="Close" onClick={() => setChoosing(false)}>
                  ×
                </button>
              </div>
            ) : (
              <>
                <button
                  type="button"
                  className="ph-tool"
                  aria-label="Reply"
                  title="Reply (R)"
                  onClick={() => props.onReply(message)}
                >
                  ↩
                </button>
                <button
                  type="button"
                  className="ph-tool"
                  aria-label="React"
                  title="React (E)"
                  onClick={() => setChoosing(true)}
                >
                  ☺
                </button>
                {isOwn && wordsOf(message.content) !== undefined && (
                  <button
                    type="button"
                    className="ph-tool"
                    aria-label="Edit"
                    title="Edit"
                    onClick={() => onSheet({ kind: 'edit', message })}
                  >
                    ✎
                  </button>
                )}
                {isOwn && (
                  <button
                    type="button"
                    className="ph-tool"
                    aria-label="Delete"
                    title="Delete for everyone (Delete)"
                    onClick={() => onSheet({ kind: 'delete', message })}
                  >
                    ✕
                  </button>
                )}
              </>
            )}
          </div>
        )}
      </div>
    </>
  );
}
