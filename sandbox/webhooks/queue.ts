import type { Settings } from '#control/settings.ts';
import type { Credentials } from '#cloud-api/credentials.ts';
import type { Faults } from '#faults/faults.ts';
import type { SandboxClock } from '#storage/clock.ts';
import type { StateJournal } from '#storage/state.ts';
import { type Corruption, Deliveries, type Delivery } from './deliveries.ts';
import { WebhookFaults } from './webhook-faults.ts';
import type { Update } from './update.ts';

export type NewUpdate = Pick<Update, 'field' | 'part' | 'contacts' | 'element' | 'inbound_id'>;

/** The app's callback, and the one that a WABA puts in its place. */
export interface Subscription {
  callback_url: string | null;
  verify_token: string | null;
  fields: string[];
  override_url: string | null;
  is_waba_subscribed: boolean;
  verified_at: string | null;
}

interface Deps {
  clock: SandboxClock;
  settings: Settings;
  credentials: Credentials;
  state: StateJournal;
  faults: Faults;
  random: () => number;
}

/** A POST may have this many bytes; Meta's own bound. */
const MAX_BODY_BYTES = 3_000_000;
/** While so many POSTs wait for their retry, new updates are held back and travel in larger batches afterwards. */
const MAX_RETRYING = 50;

/** Everything that the business has still to be told. Written down before it is sent and crossed out after a 200, so
 *  that a killed sandbox tells again what it may not have told: at least once, in no promised order, as Meta does. */
export class WebhookQueue {
  readonly subscription: Subscription = {
    callback_url: null,
    verify_token: null,
    fields: ['messages'],
    override_url: null,
    is_waba_subscribed: true,
    verified_at: null,
  };
  readonly deliveries: Deliveries;
  /** Called with the person's message of which the business now knows. */
  onInboundTold: (messageId: string) => void = () => undefined;

  readonly #deps: Deps;
  readonly #faults: WebhookFaults;
  readonly #open = new Map<number, Update>();
  #ready: Update[] = [];
  #lastSeq = 0;

  constructor(deps: Deps) {
    this.#deps = deps;
    this.deliveries = new Deliveries(deps, (delivery, isTold) => this.#finish(delivery, isTold));
    this.deliveries.target = () => this.#target();
    this.#faults = new WebhookFaults(deps.clock, deps.random, (updates, corruption) =>
      this.#release(updates, corruption),
    );
    deps.state.on<Subscription>('subscription', (subscription) => Object.assign(this.subscription, subscription));
    deps.state.on<Update>('update', (update) => {
      this.#open.set(update.seq, update);
      this.#lastSeq = Math.max(this.#lastSeq, update.seq);
    });
    deps.state.on<number[]>('updates_done', (seqs) => {
      for (const seq of seqs) this.#open.delete(seq);
    });
    deps.state.snapshot(() => [
      ['subscription', this.subscription],
      ...[...this.#open.values()].map((update) => ['update', update] as const),
    ]);
  }

  get pending(): { updates: number; deliveries: number } {
    return { updates: this.#open.size, deliveries: this.deliveries.waiting };
  }

  /** Sends what an earlier run did not get told. */
  resume(): void {
    this.#ready = [...this.#open.values()];
    this.pump();
  }

  changeSubscription(change: Partial<Subscription>): void {
    Object.assign(this.subscription, change);
    this.#deps.state.record('subscription', this.subscription);
    this.pump();
  }

  /** Tells the business, unless nobody listens: without a callback, or for a field that was not asked for, Meta tells
   *  nothing and keeps nothing. */
  tell(phoneNumberId: string, update: NewUpdate): void {
    const { credentials, faults, state } = this.#deps;
    const { subscription } = this;
    if (this.#target() === null || !subscription.is_waba_subscribed || !subscription.fields.includes(update.field))
      return;
    const number = credentials.phone_numbers.find((each) => each.phone_number_id === phoneNumberId);
    const kept: Update = {
      ...update,
      seq: ++this.#lastSeq,
      waba_id: credentials.waba_id,
      phone_number_id: phoneNumberId,
      display_phone_number: (number?.display_phone_number ?? '').replaceAll(/\D/g, ''),
    };
    const status = update.element['status'];
    const type = update.element['type'];
    const callbackData = update.element['biz_opaque_callback_data'];
    const to = update.element['recipient_id'] ?? update.element['recipient_user_id'] ?? update.element['from'];
    const action = faults.forUpdate({
      to: typeof to === 'string' ? to : null,
      sender: phoneNumberId,
      type: typeof type === 'string' ? type : '',
      callbackData: typeof callbackData === 'string' ? callbackData : null,
      field: update.field,
      ...(typeof status === 'string' ? { status } : {}),
    });
    if (action?.kind === 'webhook_lost') return;
    state.record('update', kept);
    this.#open.set(kept.seq, kept);
    if (action) this.#faults.apply(action, kept);
    else this.#release([kept]);
  }

  /** Forms POSTs from what is ready, as many as may be in flight. Under load they grow by themselves, because
   *  updates gather while all of them are under way. */
  pump(): void {
    const { settings } = this.#deps;
    if (this.#target() === null) return;
    while (
      this.#ready.length > 0 &&
      this.deliveries.inFlight < settings.webhook_concurrency &&
      this.deliveries.retrying < MAX_RETRYING
    ) {
      this.deliveries.send(this.#takeBatch(settings.webhook_batch));
    }
  }

  async close(): Promise<void> {
    await this.deliveries.close();
  }

  #release(updates: Update[], corruption?: Corruption): void {
    if (corruption) {
      this.deliveries.send(updates, corruption);
      return;
    }
    if (updates.length > 1) this.deliveries.send(updates);
    else this.#ready.push(...updates);
    this.pump();
  }

  #takeBatch(most: number): Update[] {
    let bytes = 0;
    let count = 0;
    for (const update of this.#ready) {
      // Escaping can make six bytes of one character. A status has a few hundred of them at most.
      bytes += update.part === 'statuses' ? 3000 : 1000 + JSON.stringify(update.element).length * 6;
      if (count === most || (count > 0 && bytes > MAX_BODY_BYTES)) break;
      count++;
    }
    return this.#ready.splice(0, count);
  }

  #target(): string | null {
    return this.subscription.override_url ?? this.subscription.callback_url;
  }

  #finish(delivery: Delivery, isTold: boolean): void {
    const seqs = delivery.updates.map((update) => update.seq);
    for (const seq of seqs) this.#open.delete(seq);
    this.#deps.state.record('updates_done', seqs);
    if (isTold) {
      for (const update of delivery.updates) if (update.inbound_id !== null) this.onInboundTold(update.inbound_id);
    }
    this.pump();
  }
}
