import { useMemo, useState } from 'react';
import { MessageBubble } from '@carillon/message-view';
import { mediaAddress, type Message, type Outgoing } from './api.ts';

export interface MessageRowProps {
  message: Message;
  quoted: Message | undefined;
  day: string | undefined;
  isLast: boolean;
  businessName: string;
  canWrite: boolean;
  onOpen: (id: string) => void;
  onReply: (message: Message) => void;
  onSend: (content: Outgoing) => void;
  onLocation: () => void;
}

const emojis = ['👍', '❤️', '😂', '😮', '😢', '🙏'];

/** One message with what can be done to it: answer, react, tap its buttons. */
export function MessageRow(props: MessageRowProps) {
  const { message, quoted, canWrite, businessName, onSend, onOpen } = props;
  const [isChoosing, setChoosing] = useState(false);
  const isOwn = message.from === 'person';
  const mine = message.reactions.find(({ from }) => from === 'person')?.emoji;
  const nameOf = (from: Message['from']) => (from === 'person' ? 'You' : businessName);

  const mediaUrl = useMemo(() => {
    const address = mediaAddress(message);
    return () => address;
  }, [message]);
  const onAnswer = useMemo(
    () =>
      canWrite && !isOwn
        ? (content: Readonly<Record<string, unknown>>) =>
            onSend({ ...(content as Outgoing), context: { message_id: message.id } })
        : undefined,
    [canWrite, isOwn, onSend, message.id],
  );
  const onRequest = useMemo(
    () =>
      canWrite && !isOwn
        ? (request: string) => answerRequest(request, message.id, onSend, props.onLocation)
        : undefined,
    [canWrite, isOwn, onSend, message.id, props.onLocation],
  );
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
          if (event.target !== event.currentTarget || !canWrite) return;
          if (event.key === 'r' || event.key === 'Enter') props.onReply(message);
          else if (event.key === 'e') setChoosing(true);
          else return;
          event.preventDefault();
        }}
      >
        <MessageBubble
          content={message.content}
          rendered={message.rendered ?? undefined}
          side={isOwn ? 'own' : 'other'}
          author={nameOf(message.from)}
          at={message.at}
          ticks={isOwn ? message.status : undefined}
          quote={
            message.context
              ? quoted
                ? {
                    author: nameOf(quoted.from),
                    content: quoted.content,
                    rendered: quoted.rendered,
                    onOpen: () => onOpen(quoted.id),
                  }
                : { author: businessName, content: { type: 'text', text: { body: 'An earlier message' } } }
              : undefined
          }
          reactions={message.reactions.map(({ from, emoji }) => ({ from: nameOf(from), emoji }))}
          mediaUrl={mediaUrl}
          onAnswer={onAnswer}
          onRequest={onRequest}
          note={message.error ? `${message.error.title} (${message.error.code})` : undefined}
        />
        {canWrite && (
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
              </>
            )}
          </div>
        )}
      </div>
    </>
  );
}

// What a tap on a button that opens something of WhatsApp's own leads to. A form is answered with nothing in it.
function answerRequest(
  request: string,
  messageId: string,
  send: (content: Outgoing) => void,
  openLocation: () => void,
): void {
  if (request === 'location_request_message') openLocation();
  else if (request === 'call_permission_request') {
    send({
      type: 'interactive',
      interactive: {
        type: 'call_permission_reply',
        call_permission_reply: { response: 'accept', is_permanent: false, response_source: 'user_action' },
      },
      context: { message_id: messageId },
    });
  } else if (request === 'flow') {
    send({
      type: 'interactive',
      interactive: {
        type: 'nfm_reply',
        nfm_reply: { name: 'flow', body: 'Sent', response_json: '{"flow_token":"unused"}' },
      },
      context: { message_id: messageId },
    });
  }
}
