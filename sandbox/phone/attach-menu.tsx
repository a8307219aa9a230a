import type { Outgoing } from './api.ts';
import type { ChosenFile } from './file-sheet.tsx';
import { Menu, useCloseMenu } from './menu.tsx';
import type { Sheet } from './sheets.tsx';

const kinds: readonly { kind: ChosenFile['kind']; label: string; accept: string }[] = [
  { kind: 'image', label: 'Photo', accept: 'image/jpeg,image/png' },
  { kind: 'video', label: 'Video', accept: 'video/mp4,video/3gpp' },
  { kind: 'audio', label: 'Audio', accept: 'audio/aac,audio/amr,audio/mpeg,audio/mp4,audio/ogg' },
  { kind: 'document', label: 'Document', accept: '' },
  { kind: 'sticker', label: 'Sticker', accept: 'image/webp' },
];

// What the first message says of somebody who tapped an advertisement. The provider then makes the answers free.
const fromAdvertisement: Outgoing = {
  type: 'text',
  text: { body: 'Hello! Can I get more info on this?' },
  referral: {
    source_url: 'https://fb.me/sandbox',
    source_id: '120210000000000000',
    source_type: 'ad',
    headline: 'Autumn at the bakery',
    body: 'Fresh bread every morning',
    media_type: 'image',
    image_url: 'https://example.com/bread.jpg',
    ctwa_clid: 'Aff-sandbox',
  },
};

interface AttachProps {
  isSms: boolean;
  onFile: (chosen: ChosenFile) => void;
  onSheet: (sheet: Sheet) => void;
  onSend: (content: Outgoing) => void;
}

/** What can be sent beside words: files by kind, a location, a contact, a first message
 *  after an advertisement, and a poll, which the Cloud API does not know. */
export function AttachMenu(props: AttachProps) {
  return (
    <Menu label="Attach" icon="M12 5v14M5 12h14" className="ph-attach">
      <Entries {...props} />
    </Menu>
  );
}

function Entries({ isSms, onFile, onSheet, onSend }: AttachProps) {
  const close = useCloseMenu();
  return (
    <>
      {(isSms ? kinds.filter(({ kind }) => kind !== 'sticker') : kinds).map(({ kind, label, accept }) => (
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
      {!isSms && <OtherEntries onSheet={onSheet} onSend={onSend} />}
    </>
  );
}

function OtherEntries({ onSheet, onSend }: Pick<AttachProps, 'onSheet' | 'onSend'>) {
  return (
    <>
      <Entry label="Location" onChosen={() => onSheet({ kind: 'location' })} />
      <Entry label="Contact" onChosen={() => onSheet({ kind: 'contact' })} />
      <Entry label="From an advertisement" onChosen={() => onSend(fromAdvertisement)} />
      <Entry
        label="Poll (unsupported)"
        onChosen={() => onSend({ type: 'unsupported', unsupported: { type: 'poll_creation' } })}
      />
    </>
  );
}

function Entry({ label, onChosen }: { label: string; onChosen: () => void }) {
  const close = useCloseMenu();
  return (
    <button
      type="button"
      className="ph-menu-entry"
      onClick={() => {
        close();
        onChosen();
      }}
    >
      {label}
    </button>
  );
}
