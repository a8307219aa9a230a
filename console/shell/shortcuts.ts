import { useEffect } from 'react';

/** Calls the function of a key, given as the browser names it (`j`, `Enter`, `?`). Single letters are for pages and not
 *  for fields: nothing happens while somebody writes, or holds Ctrl, Alt or the command key. */
export function useShortcuts(shortcuts: Readonly<Record<string, ((event: KeyboardEvent) => void) | undefined>>): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isWriting(event.target)) return;
      const act = Object.hasOwn(shortcuts, event.key) ? shortcuts[event.key] : undefined;
      if (!act) return;
      event.preventDefault();
      act(event);
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, [shortcuts]);
}

function isWriting(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.closest('input, textarea, select, [role="dialog"]') !== null)
  );
}
