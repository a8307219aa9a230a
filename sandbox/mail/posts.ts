import { randomUUID } from 'node:crypto';
import { Agent } from 'undici';
import type { Settings } from '#control/settings.ts';
import type { Faults } from '#faults/faults.ts';
import { isoInstant, type SandboxClock } from '#storage/clock.ts';
import type { StateJournal } from '#storage/state.ts';
import type { Deliveries } from '#webhooks/deliveries.ts';

interface Deps {
  clock: SandboxClock;
  settings: Settings;
  state: StateJournal;
  faults: Faults;
  deliveries: Deliveries;
}

/** A mail on its way to the business, passed on by the server of its mailbox. */
interface Post {
  seq: number;
  /** One character for each byte. */
  raw: string;
}

const MOST_TRIES = 20;

/** Passes mail on to the callback as it is, again and again until one try is answered 2xx. */
export class Posts {
  readonly #deps: Deps;
  readonly #open = new Map<number, Post>();
  readonly #agent = new Agent({ connections: 16, pipelining: 1, connect: { timeout: 3000 } });
  readonly #closing = new AbortController();
  #lastSeq = 0;
  #url = '';

  constructor(deps: Deps) {
    this.#deps = deps;
    deps.state.on<string>('mail_webhook', (url) => (this.#url = url));
    deps.state.on<Post>('mail_post', (post) => {
      this.#open.set(post.seq, post);
      this.#lastSeq = Math.max(this.#lastSeq, post.seq);
    });
    deps.state.on<number>('mail_post_done', (seq) => this.#open.delete(seq));
    deps.state.snapshot(() => [
      ['mail_webhook', this.#url] as const,
      ...[...this.#open.values()].map((post) => ['mail_post', post] as const),
    ]);
  }

  get pending(): number {
    return this.#open.size;
  }

  /** Where mail is passed on to; empty: nowhere. */
  get url(): string {
    return this.#url;
  }

  set url(url: string) {
    this.#url = url;
    this.#deps.state.record('mail_webhook', url);
  }

  /** Passes a mail on, as the rules for webhooks say; `type` is what kind of mail it is. */
  pass(raw: string, facts: { to: string; sender: string; type: string }): void {
    if (this.#url === '') return;
    const { faults, clock, state } = this.#deps;
    const action = faults.forUpdate({ provider: 'mail', callbackData: null, field: facts.type, ...facts });
    if (action?.kind === 'webhook_lost') return;
    const times = action?.kind === 'webhook_doubled' ? (action.times ?? 2) : 1;
    for (let time = 0; time < times; time++) {
      const post: Post = { seq: ++this.#lastSeq, raw };
      this.#open.set(post.seq, post);
      state.record('mail_post', post);
      if (action?.kind === 'webhook_late') clock.after(action.ms, () => void this.#try(post, 1));
      else void this.#try(post, 1);
    }
  }

  /** Passes on what an earlier run did not. */
  resume(): void {
    for (const post of this.#open.values()) void this.#try(post, 1);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#agent.destroy();
  }

  async #try(post: Post, attempts: number): Promise<void> {
    const { clock, settings, deliveries, state } = this.#deps;
    let status: number | null = null;
    let error: string | undefined;
    try {
      status = await this.#post(post.raw);
    } catch (cause) {
      error = cause instanceof Error ? cause.message || cause.name : String(cause);
    }
    if (this.#closing.signal.aborted) return;
    const isTold = status !== null && status >= 200 && status < 300;
    if (!isTold && attempts < MOST_TRIES) {
      const delays = settings.webhook_retry_seconds;
      const seconds = delays[Math.min(attempts, delays.length) - 1] ?? 60;
      clock.after(seconds * 1000, () => void this.#try(post, attempts + 1));
      return;
    }
    deliveries.keep({
      id: randomUUID(),
      url: this.#url,
      status,
      attempts,
      delivered: isTold,
      ...(error === undefined ? {} : { error }),
      first_at: isoInstant(clock.now()),
      last_at: isoInstant(clock.now()),
      body: post.raw.slice(0, 20_000),
      signature: '',
    });
    this.#open.delete(post.seq);
    state.record('mail_post_done', post.seq);
  }

  async #post(raw: string): Promise<number> {
    const address = new URL(this.#url);
    const timeoutMs = this.#deps.settings.webhook_timeout_seconds * 1000;
    const answer = await this.#agent.request({
      origin: address.origin,
      path: address.pathname + address.search,
      method: 'POST',
      headers: { 'content-type': 'message/rfc822' },
      body: Buffer.from(raw, 'latin1'),
      signal: AbortSignal.any([AbortSignal.timeout(timeoutMs), this.#closing.signal]),
    });
    await answer.body.dump({ limit: 65_536 });
    return answer.statusCode;
  }
}
