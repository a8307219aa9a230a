import { useEffect, useRef, useState, type KeyboardEvent } from 'react';
import { previewOf } from '@carillon/message-view/preview.ts';
import type { Message, Outgoing } from './api.ts';
import { AttachMenu } from './attach-menu.tsx';
import { FileSheet, type ChosenFile } from './file-sheet.tsx';
import type { Sheet } from './sheets.tsx';
import { VoiceButton } from './voice-button.tsx';

export interface ComposerProps {
  personId: string;
  /** Only words and files go by SMS. */
  isSms: boolean;
  replyTo: Message | undefined;
  replyAuthor: string;
  onCancelReply: () => void;
  onSend: (content: Outgoing) => void;
  onSheet: (sheet: Sheet) => void;
}

/** Where the person writes. Enter sends, Shift and Enter begin a line, Escape lets go of the quoted message. */
export function Composer({ personId, isSms, replyTo, replyAuthor, onCancelReply, onSend, onSheet }: ComposerProps) {
  const [text, setText] = useState('');
  const [file, setFile] = useState<ChosenFile>();
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    if (replyTo) field.current?.focus();
  }, [replyTo]);

  const send = () => {
    if (text.trim() === '') return;
    onSend({ type: 'text', text: { body: text } });
    setText('');
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // While a word is being composed (Japanese, Chinese, accents), Enter ends the word.
    if (event.key === 'Enter' && !event.shiftKey && !event.nativeEvent.isComposing) {
      event.preventDefault();
      send();
    } else if (event.key === 'Escape' && replyTo) {
      onCancelReply();
    }
  };

  return (
    <footer className="ph-composer">
      {replyTo && (
        <div className="ph-replying">
          <span className="ph-replying-words">
            <bdi className="ph-replying-author">{replyAuthor}</bdi>
            <span dir="auto">{previewOf(replyTo.content, replyTo.rendered, 100)}</span>
          </span>
          <button type="button" className="ph-icon-button" aria-label="Do not quote" onClick={onCancelReply}>
            ×
          </button>
        </div>
      )}
      <div className="ph-composer-line">
        <AttachMenu isSms={isSms} onFile={setFile} onSheet={onSheet} onSend={onSend} />
        <textarea
          ref={field}
          rows={1}
          dir="auto"
          aria-label="Message"
          placeholder={isSms ? 'SMS' : 'Message'}
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={onKeyDown}
          onPaste={(event) => {
            const pasted = event.clipboardData.files[0];
            if (!pasted) return;
            event.preventDefault();
            setFile({ kind: pasted.type.startsWith('image/') ? 'image' : 'document', file: pasted });
          }}
        />
        <VoiceButton onRecorded={(recorded) => setFile({ kind: 'audio', file: recorded })} />
        <button type="button" className="ph-send" aria-label="Send" disabled={text.trim() === ''} onClick={send}>
          <svg viewBox="0 0 24 24" aria-hidden="true">
            <path d="M4 12 20 4.5 15 20l-4-6.5ZM11 13.5 20 4.5" />
          </svg>
        </button>
      </div>
      {file && <FileSheet personId={personId} chosen={file} onClose={() => setFile(undefined)} onSend={onSend} />}
    </footer>
  );
}
