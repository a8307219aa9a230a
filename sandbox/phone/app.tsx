import { useEffect } from 'react';
import { goTo, usePlace } from './address.ts';
import { ChatList } from './chat-list.tsx';
import { ChatView } from './chat-view.tsx';
import { useIsConnected } from './live.tsx';
import { PeoplePicker } from './people-picker.tsx';
import { PersonBar } from './person-bar.tsx';
import { useChats } from './use-chats.ts';
import { usePerson } from './use-person.ts';

/** Everything: whose phone it is, and the phone. Open it in several windows to be several people. */
export function App() {
  const place = usePlace();
  return place.person ? <Phone key={place.person} who={place.person} chatId={place.chat} /> : <PeoplePicker />;
}

/** The phone of one person: who, their chats, and the open chat. */
function Phone({ who, chatId }: { who: string; chatId: string | undefined }) {
  const isConnected = useIsConnected();
  const { person, problem, turn } = usePerson(who);
  const { chats, problem: chatsProblem } = useChats(person?.id);
  const chat = chats?.find(({ phone_number_id: id }) => id === chatId);

  const onlyChat = chats?.length === 1 ? chats[0]?.phone_number_id : undefined;
  const personId = person?.id;
  useEffect(() => {
    // With one business there is nothing to choose, and where both fit nothing is hidden by opening it.
    if (personId && !chatId && onlyChat && window.matchMedia('(width >= 56rem)').matches) {
      goTo({ person: personId, chat: onlyChat }, true);
    }
  }, [personId, chatId, onlyChat]);

  const unread = chats?.reduce((sum, { unread: count }) => sum + count, 0) ?? 0;
  useEffect(() => {
    const name = chat ? chat.verified_name : (person?.name ?? 'Phone');
    document.title = `${unread > 0 ? `(${unread}) ` : ''}${name} · Carillon sandbox`;
  }, [unread, chat, person]);

  if (!person) {
    return (
      <main className="ph-center">
        <p role={problem ? 'alert' : 'status'}>{problem ?? 'Opening the phone …'}</p>
        {problem && (
          <button type="button" className="ph-button" onClick={() => goTo({})}>
            Choose a person
          </button>
        )}
      </main>
    );
  }
  return (
    <main className={`ph-phone ${chatId ? 'ph-in-chat' : ''}`}>
      <h1 className="ph-hidden">Phone of {person.name}</h1>
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
        <ChatList chats={chats} openId={chatId} onOpen={(id) => goTo({ person: person.id, chat: id })} />
      </div>
      {chat ? (
        <ChatView key={`${person.id} ${chat.phone_number_id}`} person={person} chat={chat} turn={turn} />
      ) : (
        <div className="ph-center ph-no-chat">
          <p>{chatId && chats ? 'There is no such chat.' : 'Choose a chat to read and answer.'}</p>
        </div>
      )}
    </main>
  );
}
