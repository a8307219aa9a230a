import { useState } from 'react';
import type { Media } from './drawing.ts';
import { Dialog } from './dialog.tsx';
import { useDrawing } from './drawing-context.ts';
import { Icon } from './icons.tsx';
import { safeLink } from './links.ts';
import { cleanName } from './shorten.ts';

const words = { image: 'Photo', video: 'Video', audio: 'Audio', document: 'Document', sticker: 'Sticker' } as const;

/** A file of a message. When its bytes cannot be read it is named, so that nothing is missing from the story. */
export function MediaView({ media }: { media: Media }) {
  const { mediaUrl, onPlay } = useDrawing();
  const url = mediaUrl?.(media);
  const [isBroken, setBroken] = useState(false);
  if (media.kind === 'document' || url === undefined || isBroken)
    return <FileView media={media} url={url} isBroken={isBroken} />;
  const onError = () => setBroken(true);
  switch (media.kind) {
    case 'image':
      return (
        <Picture url={url} label={media.caption ? `Photo: ${cleanName(media.caption)}` : 'Photo'} onError={onError} />
      );
    case 'sticker':
      return <img className="mv-sticker" src={url} alt="Sticker" loading="lazy" onError={onError} />;
    case 'video':
      // Files come from people, who send no subtitles.
      return <video className="mv-video" src={url} controls preload="metadata" aria-label="Video" onError={onError} />;
    case 'audio':
      return (
        <div className="mv-audio">
          {media.voice && <Icon name="audio" />}
          <audio
            src={url}
            controls
            preload="metadata"
            onPlay={onPlay}
            aria-label={media.voice ? 'Voice message' : 'Audio'}
            onError={onError}
          />
        </div>
      );
  }
}

function Picture({ url, label, onError }: { url: string; label: string; onError: () => void }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <button type="button" className="mv-picture" aria-label={`Open ${label}`} onClick={() => setOpen(true)}>
        <img src={url} alt={label} loading="lazy" onError={onError} />
      </button>
      {isOpen && (
        <Dialog title={label} className="mv-dialog-wide" onClose={() => setOpen(false)}>
          <img className="mv-picture-large" src={url} alt={label} />
        </Dialog>
      )}
    </>
  );
}

function FileView({ media, url, isBroken }: { media: Media; url: string | undefined; isBroken: boolean }) {
  const word = media.voice ? 'Voice message' : words[media.kind];
  const name = cleanName(media.filename ?? '') || word;
  const type = media.mimeType?.split(';', 1)[0] ?? '';
  const details = [
    name === word ? '' : word,
    type,
    isBroken ? 'cannot be shown' : url === undefined ? `not loaded${hostWords(media.link)}` : '',
  ]
    .filter((detail) => detail !== '')
    .join(', ');
  const inner = (
    <>
      <Icon name={media.kind} />
      <span className="mv-file-words">
        <bdi className="mv-file-name">{name}</bdi>
        {details && <span className="mv-file-details">{details}</span>}
      </span>
    </>
  );
  // What a message names by a public address is not loaded by itself; who wants to may follow it.
  const link = media.link === undefined ? undefined : safeLink(media.link);
  if (url === undefined && link) {
    return (
      <a className="mv-file" href={link.href} target="_blank" rel="noopener noreferrer nofollow">
        {inner}
      </a>
    );
  }
  return url === undefined ? (
    <div className="mv-file">{inner}</div>
  ) : (
    <a className="mv-file" href={url} download={name} target="_blank" rel="noopener noreferrer">
      {inner}
    </a>
  );
}

function hostWords(link: string | undefined): string {
  const host = link === undefined ? undefined : URL.parse(safeLink(link)?.href ?? '')?.host;
  return host ? ` from ${host}` : '';
}
