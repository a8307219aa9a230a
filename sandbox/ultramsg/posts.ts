import { randomUUID } from 'node:crypto';
import { Agent } from 'undici';
import type { Settings } from '#control/settings.ts';
import type { Faults, Subject } from '#faults/faults.ts';
import type { Json } from '#people/chats.ts';
import { type SandboxClock, isoInstant } from '#storage/clock.ts';
import type { StateJournal } from '#storage/state.ts';
import { type Corruption, type Deliveries, bodyOf } from '#webhooks/deliveries.ts';
import type { Instance } from './instance.ts';
import type { Instances } from './instances.ts';
import type { EventType } from './payloads.ts';
import type { Post } from './post.ts';
import { PostFaults } from './post-faults.ts';

interface Deps {
  clock: SandboxClock;
  settings: Settings;
  state: StateJournal;
  faults: Faults;
  random: () => number;
  instances: Instances;
  deliveries: Deliveries;
}

interface Waiting {
  post: Post;
  corruption: Corruption | undefined;
  attempts: number;
  firstAt: number;
  onFirstEnd: () => void;
}

const FLAG_OF: Readonly<Record<EventType, keyof Instance['settings']>> = {
  message_received: 'webhook_message_received',
  message_create: 'webhook_message_create',
  message_ack: 'webhook_message_ack',
  message_reaction: 'webhook_message_reaction',
};

/** The webhooks of instances: one event in each, unsigned, posted until a 2xx or until the instance's number of tries
 *  is used up. What was not told then is lost. */
export class Posts {
  /** Called with the person's message of which the business now knows. */
  onInboundTold: (messageId: string) => void = () => undefined;

  readonly #deps: Deps;
  readonly #faults: PostFaults;
  readonly #open = new Map<number, Post>();
  readonly #ready: Waiting[] = [];
  readonly #agent = new Agent({ connections: 64, pipelining: 1, connect: { timeout: 3000 } });
  readonly #closing = new AbortController();
  #inFlight = 0;
  #lastSeq = 0;

  constructor(deps: Deps) {
    this.#deps = deps;
    this.#faults = new PostFaults(deps.clock, deps.random, (post, corruption) => this.#release(post, corruption));
    deps.state.on<Post>('ultramsg_post', (post) => {
      this.#open.set(post.seq, post);
      this.#lastSeq = Math.max(this.#lastSeq, post.seq);
    });
    deps.state.on<number>('ultramsg_post_done', (seq) => this.#open.delete(seq));
    deps.state.snapshot(() => [...this.#open.values()].map((post) => ['ultramsg_post', post] as const));
  }

  get pending(): number {
    return this.#open.size;
  }

  /** Tells what the instance asked to be told. Resolves when it was posted once, whatever came of it. */
  tell(instance: Instance, event: EventType, payload: Json, facts: Facts): Promise<void> {
    const { settings } = instance;
    if (settings.webhook_url === '' || settings[FLAG_OF[event]] !== true) return Promise.resolve();
    const { inbound_id, ...looked } = facts;
    const subject = { provider: 'ultramsg', sender: instance.id, field: event, ...looked };
    const action = this.#deps.faults.forUpdate(subject);
    if (action?.kind === 'webhook_lost') return Promise.resolve();
    const post: Post = { seq: ++this.#lastSeq, instance_id: instance.id, payload, inbound_id };
    this.#open.set(post.seq, post);
    this.#deps.state.record('ultramsg_post', post);
    if (!action) return this.#release(post);
    this.#faults.apply(action, post);
    return Promise.resolve();
  }

  /** Tells what an earlier run did not. */
  resume(): void {
    for (const post of this.#open.values()) void this.#release(post);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#agent.destroy();
  }

  #release(post: Post, corruption?: Corruption): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#ready.push({ post, corruption, attempts: 0, firstAt: this.#deps.clock.now(), onFirstEnd: resolve });
    this.#pump();
    return promise;
  }

  #pump(): void {
    while (this.#inFlight < this.#deps.settings.webhook_concurrency) {
      const next = this.#ready.shift();
      if (!next) return;
      void this.#attempt(next);
    }
  }

  async #attempt(waiting: Waiting): Promise<void> {
    const { clock, settings, instances } = this.#deps;
    const { post } = waiting;
    const instance = instances.find(post.instance_id);
    const url = instance?.settings.webhook_url ?? '';
    const sent = encodingOf(JSON.stringify(post.payload), settings);
    this.#inFlight++;
    waiting.attempts++;
    let status: number | null = null;
    let error: string | undefined;
    try {
      if (url === '') throw new Error('The instance has no webhook_url');
      status = await this.#post(url, sent, waiting.attempts === 1 ? waiting.corruption : undefined);
    } catch (cause) {
      error = cause instanceof Error ? cause.message || cause.name : String(cause);
    }
    this.#inFlight--;
    waiting.onFirstEnd();
    if (this.#closing.signal.aborted) return;
    const isTold = status !== null && status >= 200 && status < 300;
    const most = Math.max(1, instance?.settings.webhook_retries ?? 1);
    if (!isTold && url !== '' && waiting.attempts < most) {
      const delays = settings.webhook_retry_seconds;
      const seconds = delays[Math.min(waiting.attempts, delays.length) - 1] ?? 60;
      clock.after(seconds * 1000, () => {
        this.#ready.push(waiting);
        this.#pump();
      });
      this.#pump();
      return;
    }
    this.#deps.deliveries.keep({
      id: randomUUID(),
      url,
      status,
      attempts: waiting.attempts,
      delivered: isTold,
      ...(error === undefined ? {} : { error }),
      first_at: isoInstant(waiting.firstAt),
      last_at: isoInstant(clock.now()),
      body: sent.body,
      signature: '',
    });
    this.#open.delete(post.seq);
    this.#deps.state.record('ultramsg_post_done', post.seq);
    if (isTold && post.inbound_id !== null) this.onInboundTold(post.inbound_id);
    this.#pump();
  }

  async #post(
    url: string,
    { body, contentType }: { body: string; contentType: string },
    corruption: Corruption | undefined,
  ): Promise<number> {
    const address = new URL(url);
    const timeoutMs = this.#deps.settings.webhook_timeout_seconds * 1000;
    const signal = AbortSignal.any([AbortSignal.timeout(timeoutMs), this.#closing.signal]);
    const answer = await this.#agent.request({
      origin: address.origin,
      path: address.pathname + address.search,
      method: 'POST',
      headers: { 'content-type': contentType, accept: '*/*' },
      body: bodyOf(body, corruption, signal),
      signal,
    });
    await answer.body.dump({ limit: 65_536 });
    return answer.statusCode;
  }
}

/** What rules for webhooks look at, and whose second tick hangs on it. */
export type Facts = Pick<Subject, 'to' | 'type' | 'callbackData' | 'status'> & { inbound_id: string | null };

function encodingOf(json: string, settings: Settings): { body: string; contentType: string } {
  if (settings.ultramsg_webhook_form === 'json') return { body: json, contentType: 'application/json' };
  return {
    body: new URLSearchParams({ data: json }).toString(),
    contentType: 'application/x-www-form-urlencoded',
  };
}
