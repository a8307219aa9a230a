import type { Calls } from '#calls/calls.ts';
import type { Settings } from '#control/settings.ts';
import type { SandboxClock } from '#storage/clock.ts';
import type { StateJournal } from '#storage/state.ts';
import type { Chat, Chats } from './chats.ts';
import type { Person } from './people.ts';

interface Deps {
  clock: SandboxClock;
  settings: Settings;
  state: StateJournal;
  chats: Chats;
  calls: Calls;
}

interface Forgotten {
  person_id: string;
  at: number;
}

const THIRTY_DAYS_MS = 30 * 86_400_000;

/** Which phones of people with usernames the business may see. Others hide theirs from nobody. What went by phone is
 *  read from the kept messages and calls, so that nothing has to be noted while many messages are sent. */
export class ContactBook {
  readonly #deps: Deps;
  /** When the business took a person out of the book of the portfolio. */
  readonly #forgottenAt = new Map<string, number>();

  constructor(deps: Deps) {
    this.#deps = deps;
    deps.state.on<Forgotten>('contact_forgotten', ({ person_id, at }) => this.#forgottenAt.set(person_id, at));
    deps.state.snapshot(() =>
      [...this.#forgottenAt].map(([person_id, at]) => ['contact_forgotten', { person_id, at }] as const),
    );
  }

  /** The person as the number may see them: without the phone if that is hidden. */
  shown(person: Person, phoneNumberId: string): Person {
    return this.#hidesPhone(person, phoneNumberId) ? { ...person, phone: null, wa_id: null } : person;
  }

  forget(person: Person): void {
    const forgotten: Forgotten = { person_id: person.id, at: this.#deps.clock.now() };
    this.#forgottenAt.set(person.id, forgotten.at);
    this.#deps.state.record('contact_forgotten', forgotten);
  }

  #hidesPhone(person: Person, phoneNumberId: string): boolean {
    if (person.username === null || person.wa_id === null || person.saved_business) return false;
    const { chats, clock, settings } = this.#deps;
    const recent = this.#lastByPhone(person, chats.chat(person.id, phoneNumberId));
    if (recent !== undefined && clock.now() - recent < THIRTY_DAYS_MS) return false;
    if (settings.contact_book === 'off') return true;
    const forgottenAt = this.#forgottenAt.get(person.id) ?? Number.NEGATIVE_INFINITY;
    return ![...chats.chatsOf(person.id)].some(
      (chat) => (this.#lastByPhone(person, chat) ?? Number.NEGATIVE_INFINITY) > forgottenAt,
    );
  }

  /** When a message or a call last went to or came from the phone, as the business saw it. */
  #lastByPhone(person: Person, { phone_number_id, messages }: Chat): number | undefined {
    const instants = this.#deps.calls
      .between(phone_number_id, person.id)
      .filter((call) => call.is_phone_hidden !== true)
      .map((call) => call.started_at);
    for (const message of messages) {
      const isByPhone =
        message.from === 'person'
          ? message.is_phone_hidden !== true
          : message.group_id === undefined && isPhone(message.to);
      if (isByPhone) instants.push(message.at);
    }
    return instants.length === 0 ? undefined : instants.reduce((one, other) => Math.max(one, other));
  }
}

/** What a send was addressed to is a phone number, or a user id, which begins with letters. */
function isPhone(to: string | null): boolean {
  return to !== null && !/^[A-Z]{2}\./.test(to);
}
