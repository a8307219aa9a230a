import type { MessageChange } from '@carillon/sdk';
import { createContext, useContext, useEffect, useMemo, useState, type ReactNode } from 'react';
import { carillon } from '#api.ts';
import { useIsVisible } from './visibility.ts';

type LiveChange = Extract<MessageChange, { kind: 'message' }>;

interface Listener {
  onChange: (change: LiveChange) => void;
  onGap: () => void;
}

interface Live {
  isConnected: boolean;
  subscribe: (listener: Listener) => () => void;
}

const LiveContext = createContext<Live>({ isConnected: false, subscribe: () => () => undefined });

const refusedPauseMs = 15_000;

/** Keeps one stream of changes for the whole page, and none while the page is hidden: a browser opens only six
 *  connections to a server, for all of its tabs together. */
export function LiveProvider({ children }: { children: ReactNode }) {
  const isVisible = useIsVisible();
  const [listeners] = useState(() => new Set<Listener>());
  const [isConnected, setConnected] = useState(false);
  useEffect(() => {
    if (!isVisible) return undefined;
    const end = new AbortController();
    let again: number | undefined;
    const watch = async (): Promise<void> => {
      for await (const change of carillon.watchMessages({ signal: end.signal })) {
        if (change.kind !== 'message') setConnected(change.kind === 'ready');
        for (const { onChange, onGap } of listeners) {
          if (change.kind === 'message') onChange(change);
          // Without a stream the page reads by itself, as often as the client tries to get one.
          else onGap();
        }
      }
    };
    // A watch that was refused ends. Reading by themselves, the lists show why, or the door if nobody is signed in. What
    // refused it may be a proxy whose server is being replaced, so it is tried again.
    const keepWatching = (): void => {
      watch().catch(() => {
        setConnected(false);
        for (const { onGap } of listeners) onGap();
        again = window.setTimeout(keepWatching, refusedPauseMs);
      });
    };
    keepWatching();
    return () => {
      end.abort();
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

/** Calls `onChange` for every message that changed, and `onGap` when changes may have been missed: whenever the stream
 *  begins, breaks, or could not be had. True while it is connected. Keep the functions' identity steady. */
export function useLive(onChange: Listener['onChange'], onGap: Listener['onGap']): boolean {
  const { isConnected, subscribe } = useContext(LiveContext);
  useEffect(() => subscribe({ onChange, onGap }), [subscribe, onChange, onGap]);
  return isConnected;
}
