import { previewOf } from '@carillon/message-view/preview.ts';
import { cleanName } from '@carillon/message-view/shorten.ts';
import { Link } from '@tanstack/react-router';
import { Icon } from '#shell/icons.tsx';
import { Ago } from '#shell/instant.tsx';
import type { Message } from '@carillon/sdk';
import { contactWords } from './message.ts';
import { StatusBadge } from './status-badge.tsx';

/** The rows. Each is a link, so that it can be opened in another tab and is reached by Tab as well. */
export function MessageList({ messages, openId }: { messages: readonly Message[]; openId: string | undefined }) {
  return (
    <ul className="c-rows" aria-label="Messages, newest first">
      {messages.map((message) => (
        <li key={message.id}>
          <Link
            className="c-row"
            to="/messages/$messageId"
            params={{ messageId: message.id }}
            search={(filters) => filters}
            aria-current={message.id === openId ? 'true' : undefined}
            data-row={message.id}
          >
            <span className={`c-direction c-direction-${message.direction}`} title={message.direction}>
              <Icon name={message.direction === 'inbound' ? 'arrowIn' : 'arrowOut'} size={15} />
              <span className="c-hidden">{message.direction}</span>
            </span>
            <span className="c-row-words">
              <span className="c-row-line">
                <bdi className="c-row-name">{cleanName(contactWords(message))}</bdi>
                <span className="c-row-time">
                  <Ago at={message.created_at} />
                </span>
              </span>
              <span className="c-row-line">
                <span className="c-row-preview" dir="auto">
                  {previewOf(message.content, undefined, 90)}
                </span>
                <StatusBadge status={message.status} />
              </span>
            </span>
          </Link>
        </li>
      ))}
    </ul>
  );
}
