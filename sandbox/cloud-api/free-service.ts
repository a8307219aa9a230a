import type { Settings } from '#control/settings.ts';
import { isoInstant } from '#storage/clock.ts';
import type { StateJournal } from '#storage/state.ts';

interface Used {
  phone_number_id: string;
  /** As `2026-11`, in UTC. */
  month: string;
  count: number;
}

/** The service messages that a number may deliver for nothing in a month. */
export class FreeService {
  readonly #settings: Settings;
  readonly #state: StateJournal;
  readonly #byNumber = new Map<string, Used>();

  constructor(settings: Settings, state: StateJournal) {
    this.#settings = settings;
    this.#state = state;
    state.on<Used>('free_service', (used) => this.#byNumber.set(used.phone_number_id, used));
    state.snapshot(() => [...this.#byNumber.values()].map((used) => ['free_service', used] as const));
  }

  isLeft(phoneNumberId: string, now: number): boolean {
    return this.#usedBy(phoneNumberId, now).count < this.#settings.free_service_messages;
  }

  /** A service message was delivered. */
  take(phoneNumberId: string, now: number): void {
    if (!this.isLeft(phoneNumberId, now)) return;
    const used = this.#usedBy(phoneNumberId, now);
    used.count++;
    this.#state.record('free_service', used);
  }

  #usedBy(phoneNumberId: string, now: number): Used {
    const month = monthOf(now);
    let used = this.#byNumber.get(phoneNumberId);
    if (used?.month !== month) {
      this.#byNumber.set(phoneNumberId, (used = { phone_number_id: phoneNumberId, month, count: 0 }));
    }
    return used;
  }
}

function monthOf(now: number): string {
  return isoInstant(now).slice(0, 7);
}
