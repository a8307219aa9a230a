import type { Settings } from '#control/settings.ts';
import { isObject } from '#cloud-api/checks.ts';
import type { Credentials } from '#cloud-api/credentials.ts';
import type { Faults, Subject } from '#faults/faults.ts';
import type { Json } from '#people/chats.ts';
import type { SandboxClock } from '#storage/clock.ts';
import type { StateJournal } from '#storage/state.ts';
import { type Corruption, Deliveries, type Delivery } from './deliveries.ts';
import { Subscriptions } from './subscriptions.ts';
import { WebhookFaults } from './webhook-faults.ts';
import type { Update } from './update.ts';

export type NewUpdate = Pick<Update, 'field' | 'part' | 'contacts' | 'element' | 'inbound_id'>;

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
  /** Whoever changes them calls `pump` afterwards. */
  readonly subscriptions: Subscriptions;
  readonly deliveries: Deliveries;
  /** Called with the person's message of which the business now knows. */
  onInboundTold: (messageId: string) => void = () => undefined;

  readonly #deps: Deps;
  readonly #faults: WebhookFaults;
  readonly #open = new Map<number, Update>();
  /** What may be sent, by app and route: a POST goes to one address and has one signature. */
  readonly #ready = new Map<string, Update[]>();
  #lastSeq = 0;

  constructor(deps: Deps) {
    this.#deps = deps;
    this.deliveries = new Deliveries(deps, (delivery, isTold) => this.#finish(delivery, isTold));
    this.subscriptions = new Subscriptions(deps);
    this.deliveries.target = ({ app_id, route }) => this.subscriptions.addressOf(app_id, route);
    this.#faults = new WebhookFaults(deps.clock, deps.random, (updates, corruption) =>
      this.#release(updates, corruption),
    );
    deps.state.on<Update>('update', (kept) => {
      // A folder of an earlier version knows no apps.
      const update = { ...kept, app_id: kept.app_id ?? deps.credentials.app_id, route: kept.route ?? 'app' };
      this.#open.set(update.seq, update);
      this.#lastSeq = Math.max(this.#lastSeq, update.seq);
    });
    deps.state.on<number[]>('updates_done', (seqs) => {
      for (const seq of seqs) this.#open.delete(seq);
    });
    deps.state.snapshot(() => [...this.#open.values()].map((update) => ['update', update] as const));
  }

  get pending(): { updates: number; deliveries: number } {
    return { updates: this.#open.size, deliveries: this.deliveries.waiting };
  }

  /** Sends what an earlier run did not get told. */
  resume(): void {
    for (const update of this.#open.values()) this.#putReady(update);
    this.pump();
  }

  /** What is told is made for the app with the oldest version; those with a newer one are told less. */
  get lowestVersion(): number {
    const { credentials, settings } = this.#deps;
    return Math.min(...credentials.apps.map((app) => app.webhook_version ?? settings.webhook_version));
  }

  /** Tells every app that listens of what happened at a number. Without a callback, or for a field that was not asked
   *  for, Meta tells nothing and keeps nothing. */
  tell(phoneNumberId: string, update: NewUpdate): void {
    const { credentials } = this.#deps;
    const number = credentials.phone_numbers.find((each) => each.phone_number_id === phoneNumberId);
    this.#tellApps(update, {
      waba_id: number?.waba_id ?? credentials.waba_id,
      phone_number_id: phoneNumberId,
      display_phone_number: (number?.display_phone_number ?? '').replaceAll(/\D/g, ''),
    });
  }

  /** Tells of what happened to an account. Gives the number of apps that are told; with `isForced` also those that did
   *  not ask for the field. */
  tellAccount(wabaId: string, field: string, element: Json, isForced = false): number {
    const update: NewUpdate = { field, part: 'value', contacts: [], element, inbound_id: null };
    return this.#tellApps(update, { waba_id: wabaId, phone_number_id: '', display_phone_number: '' }, isForced);
  }

  /** Forms POSTs from what is ready, as many as may be in flight. Under load they grow by themselves, because
   *  updates gather while all of them are under way. */
  pump(): void {
    const { settings } = this.#deps;
    for (const [key, updates] of this.#ready) {
      const [first] = updates;
      if (!first || this.deliveries.target(first) === null) continue;
      while (
        updates.length > 0 &&
        this.deliveries.inFlight < settings.webhook_concurrency &&
        this.deliveries.retrying < MAX_RETRYING
      ) {
        this.deliveries.send(takeBatch(updates, settings.webhook_batch));
      }
      if (updates.length === 0) this.#ready.delete(key);
    }
  }

  async close(): Promise<void> {
    await this.deliveries.close();
  }

  #tellApps(
    update: NewUpdate,
    from: Pick<Update, 'waba_id' | 'phone_number_id' | 'display_phone_number'>,
    isForced = false,
  ): number {
    const { credentials, clock, settings } = this.#deps;
    const { subscriptions } = this;
    const copies: Update[] = [];
    for (const { app_id, waba_ids, webhook_version } of credentials.apps) {
      if (!waba_ids.includes(from.waba_id) || !subscriptions.isSubscribed(app_id, from.waba_id)) continue;
      if (!isForced && !subscriptions.of(app_id).fields.includes(update.field)) continue;
      const route = subscriptions.routeOf(app_id, from.waba_id, from.phone_number_id, update.field);
      if (subscriptions.addressOf(app_id, route) === null) continue;
      const at = Math.floor(clock.now() / 1000);
      const element = elementFor(webhook_version ?? settings.webhook_version, update.element);
      copies.push({ ...update, ...from, element, seq: ++this.#lastSeq, app_id, route, at });
    }
    const [first] = copies;
    if (!first) return 0;
    const action = this.#deps.faults.forUpdate(subjectOf(first));
    if (action?.kind === 'webhook_lost') return copies.length;
    for (const copy of copies) {
      this.#deps.state.record('update', copy);
      this.#open.set(copy.seq, copy);
      if (action) this.#faults.apply(action, copy);
      else this.#release([copy]);
    }
    return copies.length;
  }

  #putReady(update: Update): void {
    const key = wayOf(update);
    const updates = this.#ready.get(key);
    if (updates) updates.push(update);
    else this.#ready.set(key, [update]);
  }

  #release(updates: Update[], corruption?: Corruption): void {
    if (corruption) {
      this.deliveries.send(updates, corruption);
      return;
    }
    // Several at once are to travel together, as far as they have the same way. One alone, the usual case under load,
    // takes the short way.
    const [first] = updates;
    if (first && updates.length === 1) {
      this.#putReady(first);
      this.pump();
      return;
    }
    for (const together of Map.groupBy(updates, wayOf).values()) {
      if (together.length > 1) this.deliveries.send(together);
      else for (const update of together) this.#putReady(update);
    }
    this.pump();
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

function wayOf({ app_id, route }: Update): string {
  return `${app_id} ${route}`;
}

/** Since version 24 a status has its conversation only where that is free for 72 hours. */
function elementFor(version: number, element: Json): Json {
  if (version < 24 || element['conversation'] === undefined) return element;
  const { conversation: _conversation, ...rest } = element;
  const { pricing } = element;
  return isObject(pricing) && pricing['category'] === 'referral_conversion' ? element : rest;
}

/** What the rules for faults look at. */
function subjectOf({ element, phone_number_id, field }: Update): Subject {
  const { status, type, biz_opaque_callback_data: callbackData } = element;
  const to = element['recipient_id'] ?? element['recipient_user_id'] ?? element['from'];
  return {
    to: typeof to === 'string' ? to : null,
    sender: phone_number_id,
    type: typeof type === 'string' ? type : '',
    callbackData: typeof callbackData === 'string' ? callbackData : null,
    field,
    ...(typeof status === 'string' ? { status } : {}),
  };
}

/** Takes the first updates that fit into one POST. */
function takeBatch(updates: Update[], most: number): Update[] {
  let bytes = 0;
  let count = 0;
  for (const update of updates) {
    // Escaping can make six bytes of one character. A status has a few hundred of them at most.
    bytes += update.part === 'statuses' ? 3000 : 1000 + JSON.stringify(update.element).length * 6;
    if (count === most || (count > 0 && bytes > MAX_BODY_BYTES)) break;
    count++;
  }
  return updates.splice(0, count);
}
