import type { LiveChanges } from '#control/events.ts';
import type { StateJournal } from '#storage/state.ts';
import type { Call } from './call.ts';
import type { Permission } from './call-permission.ts';
import { viewCall } from './call-view.ts';

interface KeptPermission extends Permission {
  phone_number_id: string;
  person_id: string;
}

const MOST_CALLS = 10_000;

/** Who called whom, and whom a number may call. The newest 10,000 calls are kept. */
export class Calls {
  readonly #state: StateJournal;
  readonly #changes: LiveChanges;
  readonly #calls = new Map<string, Call>();
  readonly #permissions = new Map<string, KeptPermission>();

  constructor(state: StateJournal, changes: LiveChanges) {
    this.#state = state;
    this.#changes = changes;
    state.on<Call>('call', (call) => this.#keep(call));
    state.on<KeptPermission>('call_permission', (kept) => this.#permissions.set(keyOf(kept), kept));
    state.snapshot(() => [
      ...[...this.#calls.values()].map((call) => ['call', call] as const),
      ...[...this.#permissions.values()].map((kept) => ['call_permission', kept] as const),
    ]);
  }

  find(id: string): Call | undefined {
    return this.#calls.get(id);
  }

  /** Oldest first. */
  list(): Call[] {
    return [...this.#calls.values()];
  }

  /** Those of a person with a number, oldest first. */
  between(phoneNumberId: string, personId: string): Call[] {
    return this.list().filter((call) => call.phone_number_id === phoneNumberId && call.person_id === personId);
  }

  put(call: Call): void {
    this.#keep(call);
    this.#state.record('call', call);
    this.#changes.emit('call', { call: viewCall(call) });
  }

  permissionOf(phoneNumberId: string, personId: string): Permission {
    const kept = this.#permissions.get(keyOf({ phone_number_id: phoneNumberId, person_id: personId }));
    return kept ?? { status: 'no_permission', expires_at: null };
  }

  setPermission(phoneNumberId: string, personId: string, permission: Permission): void {
    const kept = { phone_number_id: phoneNumberId, person_id: personId, ...permission };
    this.#permissions.set(keyOf(kept), kept);
    this.#state.record('call_permission', kept);
  }

  #keep(call: Call): void {
    this.#calls.set(call.id, call);
    if (this.#calls.size <= MOST_CALLS) return;
    const [oldest] = this.#calls.keys();
    if (oldest !== undefined) this.#calls.delete(oldest);
  }
}

function keyOf(kept: { phone_number_id: string; person_id: string }): string {
  return `${kept.phone_number_id} ${kept.person_id}`;
}
