import { useRef } from 'react';
import type { ChosenFile } from './file-sheet.tsx';

const kinds: readonly { kind: ChosenFile['kind']; label: string; accept: string }[] = [
  { kind: 'image', label: 'Photo', accept: 'image/jpeg,image/png' },
  { kind: 'video', label: 'Video', accept: 'video/mp4,video/3gpp' },
  { kind: 'audio', label: 'Audio', accept: 'audio/aac,audio/amr,audio/mpeg,audio/mp4,audio/ogg' },
  { kind: 'document', label: 'Document', accept: '' },
  { kind: 'sticker', label: 'Sticker', accept: 'image/webp' },
];

/** The paper clip: files by kind, and the location. */
export function AttachMenu({ onFile, onLocation }: { onFile: (chosen: ChosenFile) => void; onLocation: () => void }) {
  const menu = useRef<HTMLDetailsElement>(null);
  const close = () => {
    if (menu.current) menu.current.open = false;
  };
  return (
    <details
      ref={menu}
      className="ph-menu ph-attach"
      onKeyDown={(event) => event.key === 'Escape' && close()}
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) close();
      }}
    >
      <summary aria-label="Attach" title="Attach">
        <svg viewBox="0 0 24 24" aria-hidden="true">
          <path d="M12 5v14M5 12h14" />
        </svg>
      </summary>
      <div className="ph-menu-body">
        {kinds.map(({ kind, label, accept }) => (
          <label key={kind} className="ph-menu-entry">
            {label}
            <input
              type="file"
              accept={accept}
              className="ph-hidden"
              onChange={(event) => {
                const file = event.target.files?.[0];
                // The same file can be chosen again later.
                event.target.value = '';
                close();
                if (file) onFile({ kind, file });
              }}
            />
          </label>
        ))}
        <button
          type="button"
          className="ph-menu-entry"
          onClick={() => {
            close();
            onLocation();
          }}
        >
          Location
        </button>
      </div>
    </details>
  );
}
