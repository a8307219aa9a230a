import { useCallback, useEffect, useRef, useState } from 'react';
import { listMessages, writeMessage, type Outgoing } from './api.ts';
import { useLive, type LiveEvent } from './live.tsx';
import {
  emptyThread,
  withArrival,
  withoutUnsent,
  withPage,
  withProblem,
  withSent,
  withStatus,
  withUnsent,
  type Thread,
  type Unsent,
} from './thread.ts';

// These are drawn on the message that they are about, and never come by themselves.
const folded: ReadonlySet<string> = new Set(['reaction', 'edit', 'revoke']);

/** One chat of a person, kept up to date. Give the component that calls it a `key` of the two ids: it starts empty. */
export function useThread(personId: string, chatId: string) {
  const [thread, setThread] = useState<Thread>(emptyThread);
  const [isLoaded, setLoaded] = useState(false);
  const [problem, setProblem] = useState<string>();
  const [isTyping, setTyping] = useState(false);
  const typingEnds = useRef<number>(undefined);
  const showTyping = useCallback((seconds: number) => {
    window.clearTimeout(typingEnds.current);
    setTyping(seconds > 0);
    if (seconds > 0) typingEnds.current = window.setTimeout(() => setTyping(false), seconds * 1000);
  }, []);
  useEffect(() => () => window.clearTimeout(typingEnds.current), []);

  const read = useCallback(
    (before?: string) =>
      listMessages(personId, chatId, before).then(
        (page) => {
          setThread((now) => withPage(now, page));
          setProblem(undefined);
          setLoaded(true);
        },
        (error: Error) => {
          setProblem(error.message);
          setLoaded(true);
        },
      ),
    [personId, chatId],
  );
  useEffect(() => {
    void read();
  }, [read]);

  const onEvent = useCallback(
    (event: LiveEvent) => {
      switch (event.kind) {
        case 'ready':
          void read();
          return;
        case 'message':
          if (event.message.person_id !== personId || event.message.phone_number_id !== chatId) return;
          setThread((now) => withArrival(now, event.message));
          if (event.message.from !== 'person') showTyping(0);
          return;
        case 'status':
          if (event.person_id !== personId || event.phone_number_id !== chatId) return;
          setThread((now) => withStatus(now, event.id, event.status, event.error));
          return;
        case 'typing':
          if (event.person_id !== personId || event.phone_number_id !== chatId) return;
          showTyping(event.seconds);
          return;
        case 'chat_read':
        case 'chats':
        case 'call':
        case 'person':
          return;
      }
    },
    [read, showTyping, personId, chatId],
  );
  useLive(onEvent);

  const deliver = useCallback(
    async (unsent: Unsent) => {
      setThread((now) => withUnsent(now, unsent));
      try {
        const id = await writeMessage(personId, chatId, unsent.content);
        setThread((now) =>
          folded.has(unsent.content.type) ? withoutUnsent(now, unsent.key) : withSent(now, unsent.key, id),
        );
      } catch (error) {
        setThread((now) => withProblem(now, unsent.key, (error as Error).message));
      }
    },
    [personId, chatId],
  );
  const send = useCallback(
    (content: Outgoing) => void deliver({ key: crypto.randomUUID(), content, at: new Date().toISOString() }),
    [deliver],
  );
  const sendAgain = useCallback(
    ({ key, content }: Unsent) => void deliver({ key, content, at: new Date().toISOString() }),
    [deliver],
  );
  const discard = useCallback((key: string) => setThread((now) => withoutUnsent(now, key)), []);
  const readOlder = useCallback(() => read(thread.messages[0]?.id), [read, thread.messages]);

  return { thread, isLoaded, problem, isTyping, send, sendAgain, discard, readOlder };
}
