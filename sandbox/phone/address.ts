import { createContext, useCallback, useContext, useMemo, useSyncExternalStore } from 'react';
import { readPlaces, writePlaces, type Place } from './places.ts';

const moved = new EventTarget();

function subscribe(listener: () => void): () => void {
  moved.addEventListener('moved', listener);
  window.addEventListener('popstate', listener);
  return () => {
    moved.removeEventListener('moved', listener);
    window.removeEventListener('popstate', listener);
  };
}

/** The phones that the page shows, kept in its address. With `replace`, going back skips the present state. */
export function usePlaces() {
  const search = useSyncExternalStore(subscribe, () => window.location.search);
  const { isWall, places } = useMemo(() => readPlaces(search), [search]);
  const show = useCallback((next: readonly Place[], asWall: boolean, replace = false) => {
    const address = writePlaces(next, asWall) || window.location.pathname;
    if (replace) window.history.replaceState(null, '', address);
    else window.history.pushState(null, '', address);
    moved.dispatchEvent(new Event('moved'));
  }, []);
  return { isWall, places, show };
}

/** Where one phone stands, and how it goes elsewhere. */
export interface Navigation {
  place: Place;
  goTo: (place: Place, replace?: boolean) => void;
  /** Whether other phones stand beside it. */
  isInWall: boolean;
  /** Puts another phone beside it; undefined when there are as many as fit. */
  addPhone: (() => void) | undefined;
}

export const NavigationContext = createContext<Navigation>({
  place: {},
  goTo: () => undefined,
  isInWall: false,
  addPhone: undefined,
});

export function useNavigation(): Navigation {
  return useContext(NavigationContext);
}
