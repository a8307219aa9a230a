import { isoInstant } from '#storage/clock.ts';
import type { Deed } from './plan.ts';

interface Entry {
  seq: number;
  at: string;
  text: string;
}

const KEPT_ENTRIES = 2000;

/** What a scenario has done so far: its steps in words, everything else as numbers. */
export class Tally {
  readonly #entries: Entry[] = [];
  readonly #counts = new Map<string, number>();
  #lastSeq = 0;

  get counts(): Record<string, number> {
    return Object.fromEntries(this.#counts);
  }

  /** Entries with a number above `after`, oldest first. */
  entries(after: number): Entry[] {
    return this.#entries.filter((entry) => entry.seq > after);
  }

  note(atMs: number, text: string): void {
    this.#entries.push({ seq: ++this.#lastSeq, at: isoInstant(atMs), text });
    if (this.#entries.length > KEPT_ENTRIES) this.#entries.shift();
  }

  count(kind: Deed['kind'], outcome: string | undefined): void {
    const name = outcome === undefined ? NAMES[kind] : `sends: ${outcome}`;
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
  }
}

const NAMES: Readonly<Record<Deed['kind'], string>> = {
  write: 'written by people',
  send: 'sends',
  pay: 'payments',
  read: 'chats read',
  change: 'people changed',
  close_window: 'windows closed',
  fault: 'faults on',
  heal: 'faults off',
  settings: 'settings changed',
  settings_back: 'settings put back',
  number: 'numbers changed',
  account: 'accounts changed',
  call: 'calls',
};
