import type { FormEvent } from 'react';
import { Dialog } from '@carillon/message-view/dialog.tsx';
import { contactOf } from './answers.ts';
import type { Outgoing, Person } from './api.ts';
import { wordIn } from './form-words.ts';

/** A contact to send: somebody's, or the person's own when the business asked for it. */
export function ContactSheet({
  own,
  onClose,
  onSend,
}: {
  own: Person | undefined;
  onClose: () => void;
  onSend: (content: Outgoing) => void;
}) {
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    onSend(contactOf(wordIn(form, 'name'), wordIn(form, 'phone'), wordIn(form, 'email')));
    onClose();
  };
  return (
    <Dialog title={own ? 'Share your contact' : 'Send a contact'} onClose={onClose}>
      <form className="ph-sheet" onSubmit={submit}>
        <label className="ph-field">
          Name
          <input
            name="name"
            dir="auto"
            autoComplete="off"
            required
            maxLength={200}
            defaultValue={own?.name ?? 'Bo Li'}
          />
        </label>
        <label className="ph-field">
          Phone number
          <input
            name="phone"
            type="tel"
            autoComplete="off"
            maxLength={40}
            defaultValue={own ? (own.phone ?? '') : '+1 555 000 2222'}
          />
        </label>
        <label className="ph-field">
          E-mail
          <input name="email" type="email" autoComplete="off" maxLength={200} />
        </label>
        <button type="submit" className="ph-button">
          Send
        </button>
      </form>
    </Dialog>
  );
}
