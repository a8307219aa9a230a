import type { WebhookAction } from '#faults/rules.ts';
import { newWamid } from '#cloud-api/ids.ts';
import { shuffled } from '#storage/random.ts';
import type { SandboxClock } from '#storage/clock.ts';
import type { Corruption } from './deliveries.ts';
import type { Update } from './update.ts';

/** Does to updates what a fault rule says before they are released as POSTs. */
export class WebhookFaults {
  readonly #clock: SandboxClock;
  readonly #random: () => number;
  readonly #release: (updates: Update[], corruption?: Corruption) => void;
  #toShuffle: Update[] = [];
  #toRebatch: Update[] = [];

  constructor(
    clock: SandboxClock,
    random: () => number,
    release: (updates: Update[], corruption?: Corruption) => void,
  ) {
    this.#clock = clock;
    this.#random = random;
    this.#release = release;
  }

  apply(action: WebhookAction, update: Update): void {
    switch (action.kind) {
      case 'webhook_lost':
        break;
      case 'webhook_late':
        this.#clock.after(action.ms, () => this.#release([update]));
        break;
      case 'webhook_doubled':
        for (let copy = 0; copy < (action.times ?? 2); copy++) this.#release([update]);
        break;
      case 'webhook_shuffled':
        this.#toShuffle.push(update);
        if (this.#toShuffle.length >= (action.window ?? 20)) this.#releaseShuffled();
        else if (this.#toShuffle.length === 1) this.#clock.after(1000, () => this.#releaseShuffled());
        break;
      case 'webhook_rebatched':
        this.#toRebatch.push(update);
        if (this.#toRebatch.length >= (action.size ?? 3)) this.#releaseRebatched();
        else if (this.#toRebatch.length === 1) this.#clock.after(1000, () => this.#releaseRebatched());
        break;
      case 'webhook_wrong_signature':
      case 'webhook_unsigned':
      case 'webhook_truncated':
      case 'webhook_endless':
        this.#release([update], action.kind.slice('webhook_'.length) as Corruption);
        break;
      case 'webhook_unknown_wamid':
        this.#release([update, strangersStatus(update)]);
        break;
      case 'webhook_foreign_number':
        this.#release([strangersNumber(update), update]);
        break;
      case 'webhook_poison':
        this.#release([update, poison(update)]);
        break;
    }
  }

  #releaseShuffled(): void {
    const updates = shuffled(this.#toShuffle, this.#random);
    this.#toShuffle = [];
    for (const update of updates) this.#release([update]);
  }

  /** Everything that gathered in one POST, then some of it again in another. */
  #releaseRebatched(): void {
    const updates = this.#toRebatch;
    this.#toRebatch = [];
    if (updates.length === 0) return;
    this.#release(updates);
    this.#release(shuffled(updates, this.#random).slice(0, Math.ceil(updates.length / 2)));
  }
}

function strangersStatus(update: Update): Update {
  const element = {
    id: newWamid('out', '15550000000'),
    status: 'delivered',
    timestamp: '1750030073',
    recipient_id: '15550000000',
  };
  return { ...update, field: 'messages', part: 'statuses', contacts: [], element, inbound_id: null };
}

/** The same update of another account and number, which the business does not know. */
function strangersNumber(update: Update): Update {
  const foreign = {
    waba_id: '100000000000001',
    phone_number_id: '100000000000002',
    display_phone_number: '15550009999',
  };
  const element = { ...update.element, id: newWamid('in', '15550009999') };
  return { ...update, ...foreign, element, inbound_id: null };
}

/** An element that breaks whoever takes its fields for granted. */
function poison(update: Update): Update {
  const element = { id: { nested: [null, '\u0000'] }, status: 7, timestamp: 'never', type: null, recipient_id: false };
  return { ...update, field: 'messages', part: 'statuses', contacts: [], element, inbound_id: null };
}
