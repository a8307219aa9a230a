import type { StateJournal } from '#storage/state.ts';

/** A mail that the server took, as it came. */
export interface Mail {
  id: string;
  at: number;
  /** The sender and the recipient of the envelope. */
  from: string;
  to: string;
  /** One character for each byte. */
  raw: string;
  /** What was done with it, in words, oldest first. */
  notes: string[];
}

const MOST = 1000;

/** The mailboxes of everybody in one: whoever is written to has one. The oldest mails go when there are too many. */
export class Mailbox {
  readonly #state: StateJournal;
  readonly #mails = new Map<string, Mail>();

  constructor(state: StateJournal) {
    this.#state = state;
    state.on<Mail>('mail', (mail) => this.#keep(mail));
    state.on<{ id: string; note: string }>('mail_note', ({ id, note }) => this.#mails.get(id)?.notes.push(note));
    state.snapshot(() => [...this.#mails.values()].map((mail) => ['mail', mail] as const));
  }

  has(id: string): boolean {
    return this.#mails.has(id);
  }

  find(id: string): Mail | undefined {
    return this.#mails.get(id);
  }

  /** Newest first. */
  list(): Mail[] {
    return [...this.#mails.values()].toReversed();
  }

  add(mail: Mail): void {
    this.#keep(mail);
    this.#state.record('mail', mail);
  }

  note(mail: Mail, note: string): void {
    mail.notes.push(note);
    this.#state.record('mail_note', { id: mail.id, note });
  }

  #keep(mail: Mail): void {
    this.#mails.set(mail.id, mail);
    const [oldest] = this.#mails.keys();
    if (this.#mails.size > MOST && oldest !== undefined) this.#mails.delete(oldest);
  }
}
