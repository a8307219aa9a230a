import { useId, useState, type FormEvent } from 'react';
import { Dialog } from '@carillon/message-view/dialog.tsx';
import type { Request } from '@carillon/message-view/drawing.ts';
import { addressAnswer } from './answers.ts';
import type { Outgoing } from './api.ts';

const fields = [
  ['name', 'Name'],
  ['phone_number', 'Phone number'],
  ['in_pin_code', 'PIN code'],
  ['house_number', 'House number'],
  ['floor_number', 'Floor'],
  ['tower_number', 'Tower'],
  ['building_name', 'Building'],
  ['address', 'Address'],
  ['landmark_area', 'Landmark or area'],
  ['city', 'City'],
  ['state', 'State'],
] as const;

/** The address that the business asked for: one that it has already, or a new one. What it refused the last time stands
 *  beside the field. */
export function AddressSheet({
  request,
  onClose,
  onSend,
}: {
  request: Request & { kind: 'address' };
  onClose: () => void;
  onSend: (content: Outgoing) => void;
}) {
  const [values, setValues] = useState<Readonly<Record<string, string>>>(request.values);
  const [savedId, setSavedId] = useState<string>();
  const id = useId();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    onSend(addressAnswer(values, savedId));
    onClose();
  };
  return (
    <Dialog title="Your address" onClose={onClose}>
      <form className="ph-sheet" onSubmit={submit}>
        {request.saved.length > 0 && (
          <fieldset className="ph-saved">
            <legend>Saved addresses</legend>
            {request.saved.map((address) => (
              <label key={address.id} className="ph-check">
                <input
                  type="radio"
                  name="saved"
                  checked={savedId === address.id}
                  onChange={() => {
                    setSavedId(address.id);
                    setValues(address.values);
                  }}
                />
                <bdi>{Object.values(address.values).join(', ') || address.id}</bdi>
              </label>
            ))}
          </fieldset>
        )}
        {fields.map(([name, label]) => (
          <label key={name} className="ph-field">
            {label}
            <input
              dir="auto"
              autoComplete="off"
              maxLength={500}
              value={values[name] ?? ''}
              aria-invalid={request.problems[name] ? true : undefined}
              aria-describedby={request.problems[name] ? `${id}-${name}` : undefined}
              onChange={(event) => {
                setSavedId(undefined);
                setValues({ ...values, [name]: event.target.value });
              }}
            />
            {request.problems[name] && (
              <span id={`${id}-${name}`} className="ph-problem">
                {request.problems[name]}
              </span>
            )}
          </label>
        ))}
        <button type="submit" className="ph-button">
          Send
        </button>
      </form>
    </Dialog>
  );
}
