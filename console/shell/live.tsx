import type { Message } from '@carillon/sdk';
import { createContext, useContext, useEffect, useMemo, useState, type ReactNode } from 'react';
import { useIsVisible } from './visibility.ts';

/** A message that is new, changed its status, or had something else happen to it (then `status` is null). */
export interface LiveChange {
  id: string;
  status: Message['status'] | null;
}

interface Listener {
  onChange: (change: LiveChange) => void;
  onConnect: () => void;
}

interface Live {
  isConnected: boolean;
  subscribe: (listener: Listener) => () => void;
}

const LiveContext = createContext<Live>({ isConnected: false, subscribe: () => () => undefined });

/** Keeps one stream of changes for the whole page, and none while the page is hidden: a browser opens only six
 *  connections to a server, for all of its tabs together. */
export function LiveProvider({ children }: { children: ReactNode }) {
  const isVisible = useIsVisible();
  const [listeners] = useState(() => new Set<Listener>());
  const [isConnected, setConnected] = useState(false);
  useEffect(() => {
    if (!isVisible) return undefined;
    let source: EventSource;
    let again: number | undefined;
    const connect = () => {
      // The browser's own, and not the SDK's watch, because it tells when the connection is lost.
      source = new EventSource('/v1/messages/live');
      source.addEventListener('open', () => {
        setConnected(true);
        for (const { onConnect } of listeners) onConnect();
      });
      source.addEventListener('error', () => {
        setConnected(false);
        // The browser connects again by itself after a broken connection, but not after a refusal (a server that is
        // overloaded or starts). Until then the page reads by itself.
        if (source.readyState !== EventSource.CLOSED) return;
        again = window.setTimeout(() => {
          for (const { onConnect } of listeners) onConnect();
          connect();
        }, 5_000);
      });
      source.addEventListener('message', (event) => {
        const change = JSON.parse(event.data as string) as LiveChange;
        for (const { onChange } of listeners) onChange(change);
      });
    };
    connect();
    return () => {
      source.close();
      window.clearTimeout(again);
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

/** Calls `onChange` for every message that changed, and `onConnect` whenever the stream begins (again): what happened in
 *  between has to be read. True while it is connected. Keep the functions' identity steady. */
export function useLive(onChange: Listener['onChange'], onConnect: Listener['onConnect']): boolean {
  const { isConnected, subscribe } = useContext(LiveContext);
  useEffect(() => subscribe({ onChange, onConnect }), [subscribe, onChange, onConnect]);
  return isConnected;
}
