import { useEffect, useRef, type ReactNode } from 'react';

/** A modal window on the browser's own dialog: it keeps the focus, closes with Escape and gives the focus back. A click
 *  beside it closes it too. It is open while it is rendered. */
export function Dialog(props: { title: string; className?: string; onClose: () => void; children: ReactNode }) {
  const ref = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = ref.current;
    if (dialog && !dialog.open) dialog.showModal();
    return () => dialog?.close();
  }, []);
  return (
    // Escape is the keyboard's way to what the click beside the dialog does.
    <dialog
      ref={ref}
      className={`mv-dialog ${props.className ?? ''}`}
      aria-label={props.title}
      onClose={props.onClose}
      onClick={(event) => {
        if (event.target === event.currentTarget) event.currentTarget.close();
      }}
    >
      <div className="mv-dialog-body">
        <header className="mv-dialog-head">
          <h2 dir="auto">{props.title}</h2>
          <button type="button" className="mv-close" aria-label="Close" onClick={() => ref.current?.close()}>
            ×
          </button>
        </header>
        {props.children}
      </div>
    </dialog>
  );
}
