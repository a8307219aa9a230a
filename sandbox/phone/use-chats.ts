import { useCallback, useEffect, useRef, useState } from 'react';
import { listChats, type Chat } from './api.ts';
import { useLive, type LiveEvent } from './live.tsx';

/** The chats of a person, newest first, read again after whatever changes them. They belong to the first person that is
 *  given: show another one's in a component with another `key`. */
export function useChats(personId: string | undefined): {
  chats: readonly Chat[] | undefined;
  problem: string | undefined;
} {
  const [chats, setChats] = useState<readonly Chat[]>();
  const [problem, setProblem] = useState<string>();
  const soon = useRef<number>(undefined);
  const read = useCallback(() => {
    if (personId === undefined) return;
    listChats(personId).then(
      (answer) => {
        setChats(answer.data);
        setProblem(undefined);
      },
      (error: Error) => setProblem(error.message),
    );
  }, [personId]);
  useEffect(() => {
    read();
    return () => window.clearTimeout(soon.current);
  }, [read]);
  const onEvent = useCallback(
    (event: LiveEvent) => {
      if (event.kind === 'typing' || event.kind === 'call' || event.kind === 'person') return;
      if (event.kind !== 'ready' && personOf(event) !== personId) return;
      // Events come in bursts; one reading answers for all of them.
      window.clearTimeout(soon.current);
      soon.current = window.setTimeout(read, 120);
    },
    [read, personId],
  );
  useLive(onEvent);
  return { chats, problem };
}

function personOf(event: LiveEvent & { kind: 'message' | 'status' | 'chat_read' | 'chats' }): string {
  return event.kind === 'message' ? event.message.person_id : event.person_id;
}
