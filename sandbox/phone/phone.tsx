import type { Chat } from './api.ts';
import { useEffect, useRef } from 'react';
import { cleanName } from '@carillon/message-view/shorten.ts';
import { useNavigation } from './address.ts';
import { ChatList } from './chat-list.tsx';
import { ChatView } from './chat-view.tsx';
import { useIsConnected } from './live.tsx';
import { PeoplePicker } from './people-picker.tsx';
import { PersonBar } from './person-bar.tsx';
import { isCallOnPhone } from './call-words.ts';
import { useCalls } from './use-calls.ts';
import { useChats } from './use-chats.ts';
import { usePerson } from './use-person.ts';

/** The phone of whoever stands in the address, or the choice of one. */
export function PhoneOrPicker() {
  const { place } = useNavigation();
  return place.person ? <Phone key={place.person} who={place.person} chatId={place.chat} /> : <PeoplePicker />;
}

/** The one chat there is. The numbers of other providers count once something was said there. */
function onlyChatOf(chats: readonly Chat[]): string | undefined {
  const [only, ...more] = chats.filter((chat) => chat.channel === undefined || chat.last_message !== null);
  return more.length === 0 ? only?.phone_number_id : undefined;
}

/** The phone of one person: who, their chats, and the open chat. */
function Phone({ who, chatId }: { who: string; chatId: string | undefined }) {
  const { goTo, isInWall } = useNavigation();
  const isConnected = useIsConnected();
  const { person, problem, turn } = usePerson(who);
  const { chats, problem: chatsProblem } = useChats(person?.id);
  const calls = useCalls(person?.id);
  const chat = chats?.find(({ phone_number_id: id }) => id === chatId);

  const onlyChat = chats && onlyChatOf(chats);
  const hasOpened = useRef(false);
  useEffect(() => {
    if (!onlyChat || chatId || hasOpened.current) return;
    // With one business there is nothing to choose, and where both fit nothing is hidden by opening it. In a narrow
    // phone of a wall it is opened once: the way back leads to the list.
    if (!isInWall && !window.matchMedia('(width >= 56rem)').matches) return;
    hasOpened.current = isInWall;
    goTo({ person: who, chat: onlyChat }, true);
  }, [who, chatId, onlyChat, isInWall, goTo]);

  const unread = chats?.reduce((sum, { unread: count }) => sum + count, 0) ?? 0;
  useEffect(() => {
    if (isInWall) return;
    const name = chat ? chat.verified_name : (person?.name ?? 'Phone');
    document.title = `${unread > 0 ? `(${unread}) ` : ''}${name} · Carillon sandbox`;
  }, [unread, chat, person, isInWall]);

  if (!person) {
    return (
      <div className="ph-center">
        <p role={problem ? 'alert' : 'status'}>{problem ?? 'Opening the phone …'}</p>
        {problem && (
          <button type="button" className="ph-button" onClick={() => goTo({})}>
            Choose a person
          </button>
        )}
      </div>
    );
  }
  // Whoever calls while another chat is open, or none, is heard all the same.
  const call = calls.calls.findLast(
    (each) => each.direction === 'BUSINESS_INITIATED' && each.state === 'ringing' && isCallOnPhone(each, person.online),
  );
  const ringing =
    call && call.phone_number_id !== chatId && chats?.find((each) => each.phone_number_id === call.phone_number_id);
  return (
    <section className={`ph-phone ${chatId ? 'ph-in-chat' : ''}`} aria-label={`Phone of ${person.name}`}>
      <h1 className="ph-hidden">Phone of {person.name}</h1>
      {ringing && (
        <p className="ph-ringing" role="alert">
          <span>
            <bdi>{cleanName(ringing.verified_name)}</bdi> is calling.
          </span>
          <button
            type="button"
            className="ph-button"
            onClick={() => goTo({ person: who, chat: ringing.phone_number_id })}
          >
            Look
          </button>
        </p>
      )}
      <div className="ph-side">
        <PersonBar person={person} turn={turn} />
        {!isConnected && (
          <p className="ph-banner" role="status">
            Connecting to the sandbox …
          </p>
        )}
        {(problem ?? chatsProblem) && (
          <p className="ph-banner ph-banner-bad" role="alert">
            {problem ?? chatsProblem}
          </p>
        )}
        <ChatList chats={chats} openId={chatId} onOpen={(id) => goTo({ person: who, chat: id })} />
      </div>
      {chat ? (
        <ChatView
          key={`${person.id} ${chat.phone_number_id}`}
          person={person}
          chat={chat}
          calls={calls}
          turn={turn}
          onBack={() => goTo({ person: who })}
        />
      ) : (
        <div className="ph-center ph-no-chat">
          <p>{chatId && chats ? 'There is no such chat.' : 'Choose a chat to read and answer.'}</p>
        </div>
      )}
    </section>
  );
}
