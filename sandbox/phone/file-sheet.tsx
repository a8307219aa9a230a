import { useCallback, useState, type FormEvent } from 'react';
import { Dialog } from '@carillon/message-view/dialog.tsx';
import { cleanName } from '@carillon/message-view/shorten.ts';
import { uploadFile, type Outgoing } from './api.ts';

export interface ChosenFile {
  kind: 'image' | 'video' | 'audio' | 'document' | 'sticker';
  file: File;
}

const titles = {
  image: 'Send a photo',
  video: 'Send a video',
  audio: 'Send audio',
  document: 'Send a document',
  sticker: 'Send a sticker',
};

/** Shows the chosen file before it goes, with a caption where the kind has one. */
export function FileSheet({
  personId,
  chosen,
  onClose,
  onSend,
}: {
  personId: string;
  chosen: ChosenFile;
  onClose: () => void;
  onSend: (content: Outgoing) => void;
}) {
  const { kind, file } = chosen;
  const [problem, setProblem] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const hasCaption = kind === 'image' || kind === 'video' || kind === 'document';

  const send = async (form: FormData) => {
    setBusy(true);
    setProblem(undefined);
    try {
      const id = await uploadFile(personId, file);
      const caption = form.get('caption');
      onSend({
        type: kind,
        [kind]: {
          id,
          ...(typeof caption === 'string' && caption.trim() !== '' ? { caption: caption.trim() } : {}),
          ...(kind === 'document' ? { filename: file.name } : {}),
          ...(form.has('voice') ? { voice: true } : {}),
        },
      });
      onClose();
    } catch (error) {
      setProblem((error as Error).message);
      setBusy(false);
    }
  };
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    void send(new FormData(event.currentTarget));
  };

  return (
    <Dialog title={titles[kind]} onClose={onClose}>
      <form className="ph-sheet" onSubmit={submit}>
        <Preview kind={kind} file={file} />
        <p className="ph-row-detail">
          <bdi>{cleanName(file.name)}</bdi>, {sizeWords(file.size)}
        </p>
        {kind === 'audio' && (
          <label className="ph-check">
            <input type="checkbox" name="voice" defaultChecked={file.type.startsWith('audio/ogg')} /> As a voice message
          </label>
        )}
        {hasCaption && (
          <label className="ph-field">
            Caption
            <input name="caption" dir="auto" maxLength={1024} autoComplete="off" />
          </label>
        )}
        {problem && (
          <p className="ph-problem" role="alert">
            {problem}
          </p>
        )}
        <button type="submit" className="ph-button" disabled={isBusy}>
          {isBusy ? 'Sending …' : 'Send'}
        </button>
      </form>
    </Dialog>
  );
}

function Preview({ kind, file }: ChosenFile) {
  const showImage = usePreview<HTMLImageElement>(file);
  const showMedia = usePreview<HTMLMediaElement>(file);
  switch (kind) {
    case 'image':
    case 'sticker':
      return <img ref={showImage} className="ph-sheet-picture" alt="The chosen file" />;
    case 'video':
      return <video ref={showMedia} className="ph-sheet-picture" controls aria-label="The chosen video" />;
    case 'audio':
      return <audio ref={showMedia} controls aria-label="The chosen audio" />;
    case 'document':
      return null;
  }
}

// The address of the bytes lives as long as the element that shows them.
function usePreview<Shown extends HTMLImageElement | HTMLMediaElement>(file: File) {
  return useCallback(
    (element: Shown | null) => {
      if (!element) return undefined;
      const address = URL.createObjectURL(file);
      element.src = address;
      return () => URL.revokeObjectURL(address);
    },
    [file],
  );
}

function sizeWords(sizeBytes: number): string {
  const unit = sizeBytes >= 1_000_000 ? 'megabyte' : sizeBytes >= 1000 ? 'kilobyte' : 'byte';
  const value = sizeBytes / { megabyte: 1_000_000, kilobyte: 1000, byte: 1 }[unit];
  return new Intl.NumberFormat(undefined, { style: 'unit', unit, maximumFractionDigits: 1 }).format(value);
}
