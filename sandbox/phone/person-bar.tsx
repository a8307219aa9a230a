import { cleanName } from '@carillon/message-view/shorten.ts';
import type { Person, PersonSwitch } from './api.ts';
import { goTo } from './address.ts';
import { Avatar } from './avatar.tsx';
import { Menu } from './menu.tsx';

type Turn = (name: PersonSwitch, isOn: boolean) => void;

/** Whose phone this is, and what the person has switched off. */
export function PersonBar({ person, turn }: { person: Person; turn: Turn }) {
  return (
    <header className="ph-bar">
      <Avatar name={person.name} seed={person.id} />
      <div className="ph-row-words">
        <h2 className="ph-row-name">
          <bdi>{cleanName(person.name)}</bdi>
        </h2>
        <span className="ph-row-detail">
          {person.phone ?? (person.username ? `@${person.username}` : person.user_id)}
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
        <button type="button" className="ph-button" onClick={() => goTo({})}>
          Another person
        </button>
      </Menu>
    </header>
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
