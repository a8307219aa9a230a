import { createContext, useContext, useMemo, useRef, type ReactNode } from 'react';

const CloseContext = createContext<() => void>(() => undefined);

/** Closes the menu that the caller stands in. */
export const useCloseMenu = () => useContext(CloseContext);

/** A menu on the browser's own disclosure. It closes with Escape and when the focus leaves it. */
export function Menu({
  label,
  icon,
  className = '',
  children,
}: {
  label: string;
  icon: string;
  className?: string;
  children: ReactNode;
}) {
  const menu = useRef<HTMLDetailsElement>(null);
  const close = useMemo(
    () => () => {
      if (menu.current) menu.current.open = false;
    },
    [],
  );
  return (
    <details
      ref={menu}
      className={`ph-menu ${className}`}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        close();
        event.currentTarget.querySelector('summary')?.focus();
      }}
      onBlur={(event) => {
        // Without a next element the focus went to nothing inside: a click on the menu's own words, or another window.
        if (event.relatedTarget && !event.currentTarget.contains(event.relatedTarget)) close();
      }}
    >
      <summary aria-label={label} title={label}>
        <svg viewBox="0 0 24 24" aria-hidden="true">
          <path d={icon} />
        </svg>
      </summary>
      <div className="ph-menu-veil" aria-hidden="true" onClick={close} />
      <div className="ph-menu-body">
        <CloseContext value={close}>{children}</CloseContext>
      </div>
    </details>
  );
}
