import { useId, useState, type FormEvent } from 'react';
import { cleanName } from '@carillon/message-view/shorten.ts';
import { addPerson, openPerson, Refusal } from './api.ts';
import { useNavigation } from './address.ts';
import { Avatar } from './avatar.tsx';
import { wordIn } from './form-words.ts';
import { usePeople } from './use-person.ts';

/** The start: choose a person, or make one. */
export function PeoplePicker() {
  const { goTo, isInWall, addPhone } = useNavigation();
  const { people, problem } = usePeople();
  const [filter, setFilter] = useState('');
  const wanted = filter.trim().toLocaleLowerCase();
  const shown = people?.filter((person) =>
    `${person.name} ${person.phone ?? ''} ${person.username ?? ''}`.toLocaleLowerCase().includes(wanted),
  );
  return (
    <div className="ph-picker">
      <h1>Whose phone?</h1>
      <p className="ph-lead">
        Be a customer of the business: read what it sends, answer, go offline. Each window can be another person’s
        phone.
      </p>
      {problem && (
        <p className="ph-banner ph-banner-bad" role="alert">
          {problem}
        </p>
      )}
      {people && people.length > 6 && (
        <label className="ph-field">
          Find a person
          <input
            type="search"
            value={filter}
            onChange={(event) => setFilter(event.target.value)}
            placeholder="Name or number"
          />
        </label>
      )}
      {shown && shown.length > 0 && (
        <ul className="ph-people">
          {shown.map((person) => (
            <li key={person.id}>
              <button type="button" className="ph-person" onClick={() => goTo({ person: person.id })}>
                <Avatar name={person.name} seed={person.id} />
                <span className="ph-row-words">
                  <bdi className="ph-row-name">{cleanName(person.name)}</bdi>
                  <span className="ph-row-detail">
                    <bdi dir="ltr">{person.phone ?? (person.username ? `@${person.username}` : person.user_id)}</bdi>
                  </span>
                </span>
                {!person.online && <span className="ph-tag">offline</span>}
                {person.blocked && <span className="ph-tag">blocked the business</span>}
              </button>
            </li>
          ))}
        </ul>
      )}
      {people?.length === 0 && <p className="ph-empty">Nobody has a phone yet. Make the first person below.</p>}
      {shown?.length === 0 && people && people.length > 0 && (
        <p className="ph-empty">Nobody here has that name or number.</p>
      )}
      <NewPerson />
      {!isInWall && addPhone && (
        <button type="button" className="ph-link" onClick={addPhone}>
          Several phones side by side
        </button>
      )}
    </div>
  );
}

function NewPerson() {
  const { goTo } = useNavigation();
  const id = useId();
  const [problem, setProblem] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const make = async (form: FormData) => {
    const digits = wordIn(form, 'phone').replace(/[\s().+-]/gu, '');
    const phone = `+${digits}`;
    const name = wordIn(form, 'name');
    if (digits === '') {
      setProblem('Write a phone number, such as +1 555 000 1111.');
      return;
    }
    setBusy(true);
    try {
      const person = await addPerson({ phone, ...(name ? { name } : {}) }).catch(async (error: unknown) => {
        // A number that has a phone already opens that phone.
        if (error instanceof Refusal && error.status === 409) return openPerson(phone);
        throw error;
      });
      goTo({ person: person.id });
    } catch (error) {
      setProblem((error as Error).message);
      setBusy(false);
    }
  };
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    void make(new FormData(event.currentTarget));
  };
  return (
    <form className="ph-new" onSubmit={submit} aria-labelledby={`${id}-head`}>
      <h2 id={`${id}-head`}>Another person</h2>
      <label className="ph-field">
        Phone number
        <input
          name="phone"
          type="tel"
          autoComplete="off"
          placeholder="+1 555 000 1111"
          aria-describedby={problem ? `${id}-problem` : undefined}
        />
      </label>
      <label className="ph-field">
        Name
        <input name="name" autoComplete="off" placeholder="Ada" maxLength={100} />
      </label>
      {problem && (
        <p id={`${id}-problem`} className="ph-problem" role="alert">
          {problem}
        </p>
      )}
      <button type="submit" className="ph-button" disabled={isBusy}>
        Open the phone
      </button>
    </form>
  );
}
