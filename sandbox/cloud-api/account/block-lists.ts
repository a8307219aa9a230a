import type { StateJournal } from '#storage/state.ts';

interface Block {
  phone_number_id: string;
  person_id: string;
  is_blocked: boolean;
}

/** Whom each business number has blocked, by person: a block holds whatever name of the person a call uses. */
export class BlockLists {
  readonly #state: StateJournal;
  readonly #byNumber = new Map<string, Set<string>>();

  constructor(state: StateJournal) {
    this.#state = state;
    state.on<Block>('blocked', (block) => this.#keep(block));
    state.snapshot(() =>
      [...this.#byNumber].flatMap(([phone_number_id, people]) =>
        [...people].map((person_id) => ['blocked', { phone_number_id, person_id, is_blocked: true }] as const),
      ),
    );
  }

  list(phoneNumberId: string): string[] {
    return [...(this.#byNumber.get(phoneNumberId) ?? [])];
  }

  has(phoneNumberId: string, personId: string): boolean {
    return this.#byNumber.get(phoneNumberId)?.has(personId) ?? false;
  }

  change(phoneNumberId: string, personId: string, isBlocked: boolean): void {
    const block = { phone_number_id: phoneNumberId, person_id: personId, is_blocked: isBlocked };
    this.#keep(block);
    this.#state.record('blocked', block);
  }

  #keep({ phone_number_id: id, person_id: personId, is_blocked: isBlocked }: Block): void {
    const people = this.#byNumber.get(id) ?? new Set();
    this.#byNumber.set(id, people);
    if (isBlocked) people.add(personId);
    else people.delete(personId);
  }
}
