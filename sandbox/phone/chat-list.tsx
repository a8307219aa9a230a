import { previewOf } from '@carillon/message-view/preview.ts';
import { cleanName } from '@carillon/message-view/shorten.ts';
import { Ticks } from '@carillon/message-view/ticks.tsx';
import type { Chat, Message } from './api.ts';
import { Avatar } from './avatar.tsx';
import { isOnPhone, ticksOf } from './thread.ts';

/** The chats with each business, newest first, with the last message and how many are unread. */
export function ChatList({
  chats,
  openId,
  onOpen,
}: {
  chats: readonly Chat[] | undefined;
  openId: string | undefined;
  onOpen: (id: string) => void;
}) {
  if (!chats) return <p className="ph-empty">Reading the chats …</p>;
  return (
    <nav className="ph-chats" aria-label="Chats">
      <ul>
        {chats.map((chat) => (
          <li key={chat.phone_number_id}>
            <button
              type="button"
              className="ph-chat-row"
              aria-current={chat.phone_number_id === openId ? 'page' : undefined}
              onClick={() => onOpen(chat.phone_number_id)}
            >
              <Avatar name={chat.verified_name} seed={chat.phone_number_id} />
              <ChatWords chat={chat} />
            </button>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function ChatWords({ chat }: { chat: Chat }) {
  const last = chat.last_message && isOnPhone(chat.last_message) ? chat.last_message : undefined;
  return (
    <span className="ph-row-words">
      <span className="ph-row-line">
        <bdi className="ph-row-name">{cleanName(chat.verified_name)}</bdi>
        {last && (
          <time className="ph-row-time" dateTime={last.at}>
            {shortTime(last.at)}
          </time>
        )}
      </span>
      <span className="ph-row-line">
        <span className="ph-row-detail ph-row-preview">
          {chat.channel === 'sms' && <span className="ph-channel">SMS</span>}
          {last?.from === 'person' && last.status !== 'failed' && <Ticks state={ticksOf(last)} />}
          <span dir="auto">{last ? `${writerOf(chat, last)}${wordsOfLast(last)}` : placeholder(chat)}</span>
        </span>
        {chat.unread > 0 && (
          <span className="ph-unread">
            {chat.unread}
            <span className="ph-hidden"> unread</span>
          </span>
        )}
      </span>
    </span>
  );
}

function placeholder(chat: Chat): string {
  return chat.group_id === undefined ? chat.display_phone_number : `Group of ${chat.business_name ?? 'a business'}`;
}

// In a group it matters who said it.
function writerOf(chat: Chat, { from, author }: Message): string {
  if (chat.group_id === undefined || from === 'person') return '';
  return `${cleanName((from === 'member' ? author?.name : chat.business_name) ?? 'Somebody')}: `;
}

function wordsOfLast(last: Message): string {
  return last.deleted_at === null ? previewOf(last.content, last.rendered, 80) : 'This message was deleted';
}

const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const day = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });

function shortTime(at: string): string {
  const instant = new Date(at);
  return (instant.toDateString() === new Date().toDateString() ? clock : day).format(instant);
}
