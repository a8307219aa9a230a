import { createHash, randomUUID } from 'node:crypto';
import { userIdFor } from '#cloud-api/ids.ts';
import { countryOf, toWaId } from '#cloud-api/phone-numbers.ts';
import { type SandboxClock, isoInstant } from '#storage/clock.ts';
import type { StateJournal } from '#storage/state.ts';

/** Somebody with a phone. Also the shape in which the control API shows a person. */
export interface Person {
  id: string;
  phone: string | null;
  wa_id: string | null;
  user_id: string;
  username: string | null;
  name: string;
  on_whatsapp: boolean;
  online: boolean;
  read_receipts: boolean;
  /** The person blocked the business. */
  blocked: boolean;
  marketing_opted_out: boolean;
  auto_read: boolean;
  /** The app on the phone is too old for newer kinds of messages. */
  old_client: boolean;
  /** Meta withholds marketing from this person for an experiment. */
  in_experiment: boolean;
  /** Treated as a number of the United States, which get no marketing. */
  us_number_rule: boolean;
  /** The person has the business among their contacts, and so shows it the phone. */
  saved_business: boolean;
  /** Changed when the person takes a new phone; null is the first one. */
  identity_key_hash: string | null;
  created_at: string;
}

export type PersonSwitches = Partial<
  Pick<
    Person,
    | 'name'
    | 'username'
    | 'on_whatsapp'
    | 'online'
    | 'read_receipts'
    | 'blocked'
    | 'marketing_opted_out'
    | 'auto_read'
    | 'old_client'
    | 'in_experiment'
    | 'us_number_rule'
    | 'saved_business'
    | 'identity_key_hash'
  >
>;

const NEWER_SWITCHES = {
  old_client: false,
  in_experiment: false,
  us_number_rule: false,
  saved_business: false,
  identity_key_hash: null,
};

/** The hash by which a business can tell that a person still has the same phone: 8 bytes in base64. */
export function identityHashOf(person: Person): string {
  if (person.identity_key_hash !== null) return person.identity_key_hash;
  return createHash('sha256').update(person.id).digest().subarray(0, 8).toString('base64');
}

interface Deps {
  clock: SandboxClock;
  state: StateJournal;
  /** Who is told of somebody new or changed. */
  changes: { emit(event: 'person', news: { person: Person }): unknown };
}

/** All people, found by any of their names. */
export class People {
  readonly #deps: Deps;
  readonly #byId = new Map<string, Person>();
  readonly #byWaId = new Map<string, Person>();
  readonly #byUserId = new Map<string, Person>();

  constructor(deps: Deps) {
    this.#deps = deps;
    // A journal of an earlier version has people without the newer switches.
    deps.state.on<Person>('person', (person) => this.#keep({ ...NEWER_SWITCHES, ...person }));
    deps.state.snapshot(() => [...this.#byId.values()].map((person) => ['person', person] as const));
  }

  /** The two people who are there from the start. */
  addFirstPeople(): void {
    if (this.#byId.size > 0) return;
    this.add({ phone: '+15550001111', name: 'Ada' });
    this.add({ username: 'grace.h', name: 'Grace' });
  }

  /** Throws if neither a valid phone number nor a username is given; the caller has made sure that both are new. */
  add(wanted: { phone?: string } & PersonSwitches): Person {
    const waId = wanted.phone === undefined ? null : (toWaId(wanted.phone) ?? null);
    if (waId === null && !wanted.username) throw new Error('A person needs a phone number or a username');
    const person: Person = {
      id: `person_${randomUUID()}`,
      phone: waId === null ? null : `+${waId}`,
      wa_id: waId,
      user_id: userIdFor(waId === null ? 'US' : countryOf(waId), waId ?? `username:${wanted.username}`),
      username: wanted.username ?? null,
      name: wanted.name ?? inventedName(waId ?? wanted.username ?? ''),
      on_whatsapp: wanted.on_whatsapp ?? true,
      online: wanted.online ?? true,
      read_receipts: wanted.read_receipts ?? true,
      blocked: wanted.blocked ?? false,
      marketing_opted_out: wanted.marketing_opted_out ?? false,
      auto_read: wanted.auto_read ?? false,
      old_client: wanted.old_client ?? false,
      in_experiment: wanted.in_experiment ?? false,
      us_number_rule: wanted.us_number_rule ?? false,
      saved_business: wanted.saved_business ?? false,
      identity_key_hash: wanted.identity_key_hash ?? null,
      created_at: isoInstant(this.#deps.clock.now()),
    };
    this.#keep(person);
    this.#tell(person);
    return person;
  }

  change(person: Person, switches: PersonSwitches): void {
    Object.assign(person, switches);
    this.#tell(person);
  }

  /** The person moves to another phone number, which nobody has. WhatsApp gives a new user id with it. */
  changeNumber(person: Person, waId: string): void {
    this.#forgetKeys(person);
    Object.assign(person, { phone: `+${waId}`, wa_id: waId, user_id: userIdFor(countryOf(waId), waId) });
    this.#keep(person);
    this.#tell(person);
  }

  /** WhatsApp gives the person another user id, as it may to one without a phone number that a business sees. */
  renewUserId(person: Person): void {
    this.#forgetKeys(person);
    Object.assign(person, { user_id: userIdFor(person.user_id.slice(0, 2), `after:${person.user_id}`) });
    this.#keep(person);
    this.#tell(person);
  }

  /** Finds by person id, business-scoped user id or phone number (with or without `+`). */
  find(who: string): Person | undefined {
    const known = this.#byId.get(who) ?? this.#byUserId.get(who);
    if (known) return known;
    const waId = toWaId(who);
    return waId === undefined ? undefined : this.#byWaId.get(waId);
  }

  findByWaId(waId: string): Person | undefined {
    return this.#byWaId.get(waId);
  }

  findByUserId(userId: string): Person | undefined {
    return this.#byUserId.get(userId);
  }

  findByUsername(username: string): Person | undefined {
    for (const person of this.#byId.values()) if (person.username === username) return person;
    return undefined;
  }

  /** People in the order in which they came, from the one after `afterId`. */
  list(afterId: string | undefined, limit: number): Person[] {
    const page: Person[] = [];
    let isPast = afterId === undefined;
    for (const person of this.#byId.values()) {
      if (isPast) page.push(person);
      else isPast = person.id === afterId;
      if (page.length === limit) break;
    }
    return page;
  }

  #keep(person: Person): void {
    // A journal tells of a person again for each change, and the number may be another one since.
    const before = this.#byId.get(person.id);
    if (before) this.#forgetKeys(before);
    this.#byId.set(person.id, person);
    this.#byUserId.set(person.user_id, person);
    if (person.wa_id !== null) this.#byWaId.set(person.wa_id, person);
  }

  #forgetKeys(person: Person): void {
    this.#byUserId.delete(person.user_id);
    if (person.wa_id !== null) this.#byWaId.delete(person.wa_id);
  }

  #tell(person: Person): void {
    this.#deps.state.record('person', person);
    this.#deps.changes.emit('person', { person });
  }
}

function inventedName(key: string): string {
  let sum = 0;
  for (const character of key) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 65_521;
  return NAMES[sum % NAMES.length] ?? 'Sam';
}

const NAMES = [
  'Amara',
  'Bo',
  'Chidi',
  'Dolores',
  'Emil',
  'Fatima',
  'Goran',
  'Hana',
  'Inès',
  'João',
  'Kwame',
  'Léa',
  'Mina',
  'Nikolai',
  'Olu',
  'Priya',
  'Quentin',
  'Rosa',
  'Sven',
  'Tomás',
  'Uma',
  'Vera',
  'Wei',
  'Ximena',
  'Yusuf',
  'Zoë',
];
