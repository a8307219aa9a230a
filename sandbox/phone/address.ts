import { useMemo, useSyncExternalStore } from 'react';

/** What the page shows, kept in its address: `?person=person_…&chat=<phone number id>`. */
export interface Place {
  person: string | undefined;
  chat: string | undefined;
}

const moved = new EventTarget();

function subscribe(listener: () => void): () => void {
  moved.addEventListener('moved', listener);
  window.addEventListener('popstate', listener);
  return () => {
    moved.removeEventListener('moved', listener);
    window.removeEventListener('popstate', listener);
  };
}

export function usePlace(): Place {
  const search = useSyncExternalStore(subscribe, () => window.location.search);
  return useMemo(() => {
    const query = new URLSearchParams(search);
    return { person: query.get('person') ?? undefined, chat: query.get('chat') ?? undefined };
  }, [search]);
}

/** Shows another place. With `replace`, going back skips the present one. */
export function goTo(place: { person?: string | undefined; chat?: string | undefined }, replace = false): void {
  const query = new URLSearchParams();
  if (place.person) query.set('person', place.person);
  if (place.person && place.chat) query.set('chat', place.chat);
  const address = query.size > 0 ? `?${query}` : window.location.pathname;
  if (replace) window.history.replaceState(null, '', address);
  else window.history.pushState(null, '', address);
  moved.dispatchEvent(new Event('moved'));
}
