import type { FormEvent } from 'react';
import { Dialog } from '@carillon/message-view/dialog.tsx';
import type { Outgoing } from './api.ts';
import { wordIn } from './form-words.ts';

/** A place to send. It starts with one, because a simulated phone is nowhere. */
export function LocationSheet({ onClose, onSend }: { onClose: () => void; onSend: (content: Outgoing) => void }) {
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const words = (name: string) => (wordIn(form, name) === '' ? {} : { [name]: wordIn(form, name) });
    onSend({
      type: 'location',
      location: {
        latitude: Number(form.get('latitude')),
        longitude: Number(form.get('longitude')),
        ...words('name'),
        ...words('address'),
      },
    });
    onClose();
  };
  return (
    <Dialog title="Send a location" onClose={onClose}>
      <form className="ph-sheet" onSubmit={submit}>
        <div className="ph-pair">
          <label className="ph-field">
            Latitude
            <input name="latitude" type="number" step="any" min={-90} max={90} required defaultValue="40.78291" />
          </label>
          <label className="ph-field">
            Longitude
            <input name="longitude" type="number" step="any" min={-180} max={180} required defaultValue="-73.96536" />
          </label>
        </div>
        <label className="ph-field">
          Name
          <input name="name" dir="auto" autoComplete="off" defaultValue="Central Park" />
        </label>
        <label className="ph-field">
          Address
          <input name="address" dir="auto" autoComplete="off" placeholder="New York" />
        </label>
        <button type="submit" className="ph-button">
          Send
        </button>
      </form>
    </Dialog>
  );
}
