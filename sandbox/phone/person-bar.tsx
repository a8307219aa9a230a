import { useState, type FormEvent } from 'react';
import { cleanName } from '@carillon/message-view/shorten.ts';
import { changeNumber, type Person, type PersonSwitch } from './api.ts';
import { useNavigation } from './address.ts';
import { Avatar } from './avatar.tsx';
import { wordIn } from './form-words.ts';
import { Menu } from './menu.tsx';

type Turn = (name: PersonSwitch, isOn: boolean) => void;

/** Whose phone this is, and what the person has switched off. */
export function PersonBar({ person, turn }: { person: Person; turn: Turn }) {
  const { goTo, addPhone } = useNavigation();
  return (
    <header className="ph-bar">
      <Avatar name={person.name} seed={person.id} />
      <div className="ph-row-words">
        <h2 className="ph-row-name">
          <bdi>{cleanName(person.name)}</bdi>
        </h2>
        <span className="ph-row-detail">
          <bdi dir="ltr">{person.phone ?? (person.username ? `@${person.username}` : person.user_id)}</bdi>
        </span>
      </div>
      <Menu label="Settings of this phone" icon="M4 7h9M17 7h3M4 17h3M11 17h9M13 4.5v5M7 14.5v5">
        <Switch
          label="Offline"
          hint="Messages wait until the phone is back"
          isOn={!person.online}
          onTurn={(isOn) => turn('online', !isOn)}
        />
        <Switch
          label="No read receipts"
          hint="The business never sees blue ticks"
          isOn={!person.read_receipts}
          onTurn={(isOn) => turn('read_receipts', !isOn)}
        />
        <Switch
          label="Blocked the business"
          hint="Nothing more comes in"
          isOn={person.blocked}
          onTurn={(isOn) => turn('blocked', isOn)}
        />
        <Switch
          label="No marketing"
          hint="The business is told, and marketing fails"
          isOn={person.marketing_opted_out}
          onTurn={(isOn) => turn('marketing_opted_out', isOn)}
        />
        <Switch
          label="Old app"
          hint="Newer kinds of messages fail"
          isOn={person.old_client}
          onTurn={(isOn) => turn('old_client', isOn)}
        />
        <NewNumber key={person.phone} personId={person.id} />
        <button type="button" className="ph-button" onClick={() => goTo({})}>
          Another person
        </button>
        {addPhone && (
          <button type="button" className="ph-link" onClick={addPhone}>
            Another phone beside it
          </button>
        )}
      </Menu>
    </header>
  );
}

// The person appears with it by the live changes, as after any other change.
function NewNumber({ personId }: { personId: string }) {
  const [problem, setProblem] = useState<string>();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    setProblem(undefined);
    changeNumber(personId, wordIn(new FormData(event.currentTarget), 'phone')).catch((error: Error) =>
      setProblem(error.message),
    );
  };
  return (
    <form className="ph-adding" onSubmit={submit}>
      <label className="ph-field">
        New phone number
        <input name="phone" type="tel" autoComplete="off" required placeholder="+1 555 000 3333" />
      </label>
      <button type="submit" className="ph-button">
        Change
      </button>
      {problem && (
        <p className="ph-problem" role="alert">
          {problem}
        </p>
      )}
    </form>
  );
}

function Switch({
  label,
  hint,
  isOn,
  onTurn,
}: {
  label: string;
  hint: string;
  isOn: boolean;
  onTurn: (isOn: boolean) => void;
}) {
  return (
    <label className="ph-switch">
      <input type="checkbox" role="switch" checked={isOn} onChange={(event) => onTurn(event.target.checked)} />
      <span className="ph-row-words">
        <span>{label}</span>
        <span className="ph-row-detail">{hint}</span>
      </span>
    </label>
  );
}
