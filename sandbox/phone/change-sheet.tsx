import type { FormEvent } from 'react';
import { Dialog } from '@carillon/message-view/dialog.tsx';
import { deletionOf, editOf, wordsOf } from './answers.ts';
import type { Message, Outgoing } from './api.ts';
import { wordIn } from './form-words.ts';

interface ChangeProps {
  message: Message;
  onClose: () => void;
  onSend: (content: Outgoing) => void;
}

/** Other words for a message that was sent. */
export function EditSheet({ message, onClose, onSend }: ChangeProps) {
  const isText = message.content.type === 'text';
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const words = wordIn(new FormData(event.currentTarget), 'words');
    if (isText && words === '') return;
    if (words !== wordsOf(message.content)) onSend(editOf(message.id, message.content.type, words));
    onClose();
  };
  return (
    <Dialog title="Edit the message" onClose={onClose}>
      <form className="ph-sheet" onSubmit={submit}>
        <label className="ph-field">
          {isText ? 'Message' : 'Caption'}
          <textarea name="words" dir="auto" rows={4} required={isText} defaultValue={wordsOf(message.content)} />
        </label>
        <button type="submit" className="ph-button">
          Save
        </button>
      </form>
    </Dialog>
  );
}

/** Asks once more, because nothing brings it back. */
export function DeleteSheet({ message, onClose, onSend }: ChangeProps) {
  return (
    <Dialog title="Delete for everyone?" onClose={onClose}>
      <div className="ph-sheet">
        <p>The business is told that you took it back. It may have read it already.</p>
        <div className="ph-buttons">
          <button
            type="button"
            className="ph-button"
            onClick={() => {
              onSend(deletionOf(message.id));
              onClose();
            }}
          >
            Delete
          </button>
          <button type="button" className="ph-link" onClick={onClose}>
            Keep it
          </button>
        </div>
      </div>
    </Dialog>
  );
}
