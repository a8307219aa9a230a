import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent } from 'undici';
import type { Credentials } from '#cloud-api/credentials.ts';
import type { Settings } from '#control/settings.ts';
import { type SandboxClock, isoInstant } from '#storage/clock.ts';
import { type Update, legacySignatureOf, signatureOf, webhookBody } from './update.ts';

export type Corruption = 'wrong_signature' | 'unsigned' | 'truncated' | 'endless';

/** One POST with all its attempts. */
export interface Delivery {
  id: string;
  updates: Update[];
  body: string;
  /** Of the first attempt only. */
  corruption: Corruption | undefined;
  attempts: number;
  firstAt: number;
}

export interface DeliveryView {
  id: string;
  seq: number;
  url: string;
  status: number | null;
  attempts: number;
  delivered: boolean;
  error?: string;
  first_at: string;
  last_at: string;
  body: string;
  signature: string;
}

const GIVE_UP_MS = 7 * 86_400_000;
const KEPT_VIEWS = 5000;
const KEPT_BYTES = 64_000_000;

/** Sends POSTs to the callback, again and again with growing delays until one is answered 200. */
export class Deliveries {
  readonly #deps: { clock: SandboxClock; settings: Settings; credentials: Credentials };
  readonly #onEnd: (delivery: Delivery, isTold: boolean) => void;
  readonly #agent = new Agent({ connections: 64, pipelining: 1, connect: { timeout: 3000 } });
  readonly #closing = new AbortController();
  #views: DeliveryView[] = [];
  #viewBytes = 0;
  #ended = 0;
  #inFlight = 0;
  #retrying = 0;
  /** Given by the queue after construction, because the address may change at any time. */
  target: (update: Update) => string | null = () => null;

  constructor(
    deps: { clock: SandboxClock; settings: Settings; credentials: Credentials },
    onEnd: (delivery: Delivery, isTold: boolean) => void,
  ) {
    this.#deps = deps;
    this.#onEnd = onEnd;
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  /** POSTs that failed and wait for their next attempt. */
  get retrying(): number {
    return this.#retrying;
  }

  get waiting(): number {
    return this.#inFlight + this.#retrying;
  }

  /** Deliveries that have ended so far. */
  get lastSeq(): number {
    return this.#ended;
  }

  /** The newest deliveries that ended, oldest first. */
  views(after: number, limit: number): DeliveryView[] {
    return this.#views.filter((view) => view.seq > after).slice(0, limit);
  }

  /** Shows a delivery of another provider that has ended. */
  keep(view: Omit<DeliveryView, 'seq'>): void {
    this.#keepView({ ...view, seq: ++this.#ended });
  }

  send(updates: Update[], corruption?: Corruption): void {
    const delivery: Delivery = {
      id: randomUUID(),
      updates,
      body: webhookBody(updates),
      corruption,
      attempts: 0,
      firstAt: this.#deps.clock.now(),
    };
    void this.#attempt(delivery);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#agent.destroy();
  }

  async #attempt(delivery: Delivery): Promise<void> {
    const { clock, settings, credentials } = this.#deps;
    const [update] = delivery.updates;
    const url = update ? this.target(update) : null;
    const secret = credentials.apps.find((app) => app.app_id === update?.app_id)?.app_secret ?? credentials.app_secret;
    this.#inFlight++;
    delivery.attempts++;
    const signature = signatureOf(delivery.body, secret);
    let status: number | null = null;
    let error: string | undefined;
    try {
      if (url === null) throw new Error('No callback address is set');
      status = await this.#post(url, delivery, { signature, secret });
    } catch (cause) {
      error = cause instanceof Error ? cause.message || cause.name : String(cause);
    }
    this.#inFlight--;
    if (this.#closing.signal.aborted) return;
    const isTold = status === 200;
    if (!isTold && clock.now() - delivery.firstAt < GIVE_UP_MS) {
      const delays = settings.webhook_retry_seconds;
      const seconds = delays[Math.min(delivery.attempts, delays.length) - 1] ?? 60;
      this.#retrying++;
      clock.after(seconds * 1000, () => {
        this.#retrying--;
        void this.#attempt(delivery);
      });
      return;
    }
    this.#keepView({
      id: delivery.id,
      seq: ++this.#ended,
      url: url ?? '',
      status,
      attempts: delivery.attempts,
      delivered: isTold,
      ...(error === undefined ? {} : { error }),
      first_at: isoInstant(delivery.firstAt),
      last_at: isoInstant(clock.now()),
      body: delivery.body,
      signature,
    });
    this.#onEnd(delivery, isTold);
  }

  async #post(url: string, delivery: Delivery, signed: { signature: string; secret: string }): Promise<number> {
    const { settings } = this.#deps;
    const corruption = delivery.attempts === 1 ? delivery.corruption : undefined;
    const timeoutMs = settings.webhook_timeout_seconds * 1000;
    const address = new URL(url);
    const wrong = `sha256=${'0'.repeat(64)}`;
    const signal = AbortSignal.any([AbortSignal.timeout(timeoutMs), this.#closing.signal]);
    const answer = await this.#agent.request({
      origin: address.origin,
      path: address.pathname + address.search,
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'user-agent': 'facebookexternalua',
        accept: '*/*',
        ...(corruption === 'unsigned'
          ? {}
          : {
              'x-hub-signature-256': corruption === 'wrong_signature' ? wrong : signed.signature,
              'x-hub-signature': legacySignatureOf(delivery.body, signed.secret),
            }),
      },
      body: bodyOf(delivery.body, corruption, signal),
      signal,
    });
    await answer.body.dump({ limit: 65_536 });
    return answer.statusCode;
  }

  #keepView(view: DeliveryView): void {
    this.#views.push(view);
    this.#viewBytes += view.body.length;
    if (this.#views.length > KEPT_VIEWS || this.#viewBytes > KEPT_BYTES) {
      // A tenth at a time: shifting the list for every delivery would cost more than the delivery.
      for (const old of this.#views.splice(0, Math.ceil(KEPT_VIEWS / 10))) this.#viewBytes -= old.body.length;
    }
  }
}

/** What a delivery with this fault posts. */
export function bodyOf(body: string, corruption: Corruption | undefined, signal: AbortSignal): string | Readable {
  switch (corruption) {
    case 'truncated':
      return body.slice(0, Math.floor(body.length / 2));
    case 'endless':
      return Readable.from(endless(body, signal));
    case 'wrong_signature':
    case 'unsigned':
    case undefined:
      return body;
  }
}

/** The beginning of the body, then blanks until the other side or the time-out ends it. */
async function* endless(body: string, signal: AbortSignal): AsyncGenerator<string> {
  yield body.slice(0, -1);
  while (!signal.aborted) {
    yield ' '.repeat(16_384);
    await sleep(20, undefined, { signal }).catch(() => undefined);
  }
}
