import { createContext, useContext, useEffect, useMemo, useState, type ReactNode } from 'react';
import { eventsAddress, type Call, type Message, type MessageStatus, type Person } from './api.ts';
import { useIsVisible } from './visibility.ts';

/** What the sandbox tells as it happens. `ready` comes first on every connection, so also after a lost one: whatever is
 *  shown must then be read again. */
export type LiveEvent =
  | { kind: 'ready' }
  | { kind: 'message'; message: Message }
  | {
      kind: 'status';
      id: string;
      person_id: string;
      phone_number_id: string;
      status: MessageStatus;
      error: Message['error'];
    }
  | { kind: 'chat_read'; person_id: string; phone_number_id: string }
  | { kind: 'typing'; person_id: string; phone_number_id: string; seconds: number }
  | { kind: 'call'; call: Call }
  | { kind: 'chats'; person_id: string }
  | { kind: 'person'; person: Person };

type Listener = (event: LiveEvent) => void;

interface Live {
  isConnected: boolean;
  subscribe: (listener: Listener) => () => void;
}

const LiveContext = createContext<Live>({ isConnected: false, subscribe: () => () => undefined });
const kinds = ['ready', 'message', 'status', 'chat_read', 'typing', 'call', 'chats', 'person'] as const;

/** Keeps one stream of events for the whole page; the browser connects again by itself. There is none while the page is
 *  hidden: a browser opens only six connections to a server for all of its tabs, and one may have many phones. */
export function LiveProvider({ children }: { children: ReactNode }) {
  const [listeners] = useState(() => new Set<Listener>());
  const [isConnected, setConnected] = useState(false);
  const isVisible = useIsVisible();
  useEffect(() => {
    if (!isVisible) return undefined;
    const source = new EventSource(eventsAddress());
    for (const kind of kinds) {
      source.addEventListener(kind, (message) => {
        if (kind === 'ready') setConnected(true);
        const event = { ...JSON.parse(message.data as string), kind } as LiveEvent;
        for (const listener of listeners) listener(event);
      });
    }
    source.addEventListener('error', () => setConnected(false));
    return () => {
      source.close();
      setConnected(false);
    };
  }, [isVisible, listeners]);
  const live = useMemo<Live>(
    () => ({
      isConnected,
      subscribe: (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    }),
    [isConnected, listeners],
  );
  return <LiveContext value={live}>{children}</LiveContext>;
}

export function useIsConnected(): boolean {
  return useContext(LiveContext).isConnected;
}

/** Calls `listener` with every event while the component is shown. Keep its identity steady. */
export function useLive(listener: Listener): void {
  const { subscribe } = useContext(LiveContext);
  useEffect(() => subscribe(listener), [subscribe, listener]);
}
