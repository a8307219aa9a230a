import { randomUUID } from 'node:crypto';
import type { Settings } from '#control/settings.ts';
import type { Faults, Subject } from '#faults/faults.ts';
import type { WebhookAction } from '#faults/rules.ts';
import { type SandboxClock, isoInstant } from '#storage/clock.ts';
import { shuffled } from '#storage/random.ts';
import type { StateJournal } from '#storage/state.ts';
import type { TwilioAccount } from './account.ts';
import { type CallbackAnswer, CallbackClient, type Corruption, NoAnswer } from './callback-post.ts';
import { persistenceOf } from './connection-overrides.ts';
import { newSid } from './sids.ts';
import type { Parameters } from './signature.ts';

/** A webhook that the business has still to be told. */
export interface Callback {
  seq: number;
  kind: 'status' | 'inbound';
  url: string;
  method: 'GET' | 'POST';
  /** Called when the first address fails. */
  fallback: { url: string; method: 'GET' | 'POST' } | null;
  message_sid: string;
  parameters: Parameters;
  /** The same for each attempt. */
  token: string;
}

export interface CallbackView {
  seq: number;
  kind: Callback['kind'];
  at: string;
  url: string;
  method: string;
  message_sid: string;
  parameters: Record<string, string>;
  attempts: number;
  status: number | null;
  content_type: string;
  body: string;
  error?: string;
}

interface Deps {
  clock: SandboxClock;
  settings: Settings;
  state: StateJournal;
  faults: Faults;
  account: TwilioAccount;
  random: () => number;
}

const KEPT_VIEWS = 5000;
const MOST_AT_ONCE = 64;
const GATHER_MS = 1000;
// Out of the order of the alphabet, which is that of the signature.
const NEW_PARAMETERS: Parameters = [
  ['FutureParameter', 'b'],
  ['FutureParameter', 'a'],
];

/** Tells the business what happened, one call for each thing, in no promised order. What could not be told after the
 *  repetitions is lost, as at Twilio; what a killed run had not told is told again. */
export class Callbacks {
  /** Called when the business has taken one. */
  onTold: (callback: Callback, answer: CallbackAnswer) => void = () => undefined;

  readonly #deps: Deps;
  readonly #client = new CallbackClient();
  readonly #open = new Map<number, Callback>();
  readonly #waiting: { callback: Callback; corruption: Corruption | undefined }[] = [];
  readonly #views: CallbackView[] = [];
  #gathered: Callback[] = [];
  #atOnce = 0;
  #lastSeq = 0;
  #ended = 0;
  #isClosed = false;

  constructor(deps: Deps) {
    this.#deps = deps;
    deps.state.on<Callback>('twilio_callback', (callback) => {
      this.#open.set(callback.seq, callback);
      this.#lastSeq = Math.max(this.#lastSeq, callback.seq);
    });
    deps.state.on<number>('twilio_callback_done', (seq) => this.#open.delete(seq));
    deps.state.snapshot(() => [...this.#open.values()].map((callback) => ['twilio_callback', callback] as const));
  }

  get pending(): number {
    return this.#open.size;
  }

  /** The newest that ended, oldest first. */
  views(after: number, limit: number): CallbackView[] {
    return this.#views.filter((view) => view.seq > after).slice(0, limit);
  }

  resume(): void {
    for (const callback of this.#open.values()) this.#release(callback);
  }

  tell(wanted: Omit<Callback, 'seq' | 'token'>, subject: Subject): void {
    const action = this.#deps.faults.forUpdate(subject);
    if (action?.kind === 'webhook_lost') return;
    const isNewer = this.#deps.settings.twilio_new_parameters === 'on';
    const parameters = isNewer ? [...wanted.parameters, ...NEW_PARAMETERS] : wanted.parameters;
    const callback = this.#keep({ ...wanted, parameters }, randomUUID());
    if (action) this.#applyFault(action, callback);
    else this.#release(callback);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#client.close();
  }

  #keep(wanted: Omit<Callback, 'seq' | 'token'>, token: string): Callback {
    const callback: Callback = { ...wanted, seq: ++this.#lastSeq, token };
    this.#open.set(callback.seq, callback);
    this.#deps.state.record('twilio_callback', callback);
    return callback;
  }

  #applyFault(action: WebhookAction, callback: Callback): void {
    switch (action.kind) {
      case 'webhook_lost':
        return;
      case 'webhook_late':
        this.#deps.clock.after(action.ms, () => this.#release(callback));
        return;
      case 'webhook_doubled':
        this.#release(callback);
        for (let copy = 1; copy < (action.times ?? 2); copy++) this.#release(this.#keep(callback, callback.token));
        return;
      case 'webhook_shuffled':
      case 'webhook_rebatched':
        this.#gather(callback, action);
        return;
      case 'webhook_wrong_signature':
      case 'webhook_unsigned':
      case 'webhook_truncated':
      case 'webhook_endless':
        this.#release(callback, action.kind.slice('webhook_'.length) as Corruption);
        return;
      case 'webhook_unknown_wamid':
      case 'webhook_foreign_number':
      case 'webhook_poison':
        this.#release(callback);
        this.#release(this.#keep({ ...callback, parameters: changed(callback, action.kind) }, randomUUID()));
    }
  }

  /** There are no batches: what is to come in others is told in another order, and some of it again. */
  #gather(callback: Callback, action: { kind: string; window?: number; size?: number }): void {
    this.#gathered.push(callback);
    const isAgain = action.kind === 'webhook_rebatched';
    const release = () => {
      const callbacks = shuffled(this.#gathered, this.#deps.random);
      this.#gathered = [];
      for (const each of callbacks) this.#release(each);
      if (!isAgain) return;
      for (const each of callbacks.slice(0, Math.ceil(callbacks.length / 2))) {
        this.#release(this.#keep(each, each.token));
      }
    };
    if (this.#gathered.length >= (action.window ?? action.size ?? (isAgain ? 3 : 20))) release();
    else if (this.#gathered.length === 1) this.#deps.clock.after(GATHER_MS, release);
  }

  #release(callback: Callback, corruption?: Corruption): void {
    this.#waiting.push({ callback, corruption });
    this.#pump();
  }

  #pump(): void {
    while (this.#atOnce < MOST_AT_ONCE && !this.#isClosed) {
      const next = this.#waiting.shift();
      if (!next) return;
      this.#atOnce++;
      void this.#attempt(next.callback, 1, next.corruption);
    }
  }

  async #attempt(callback: Callback, attempts: number, corruption?: Corruption): Promise<void> {
    const { url, method, parameters, token } = callback;
    const { clock, settings, account } = this.#deps;
    const persistence = persistenceOf(url, settings);
    let answer: CallbackAnswer | NoAnswer;
    try {
      const { connectMs, answerMs } = persistence;
      const { auth_token: authToken } = account;
      answer = await this.#client.call({ url, method, parameters, token, authToken, connectMs, answerMs, corruption });
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      answer = error;
    }
    if (this.#isClosed) return;
    const isGood = !(answer instanceof NoAnswer) && answer.status >= 200 && answer.status < 300;
    const isReason =
      answer instanceof NoAnswer ? answer.isConnection || persistence.isForAnswers : persistence.isForAnswers;
    if (!isGood && isReason && attempts <= persistence.retries) {
      const seconds =
        settings.webhook_retry_seconds[Math.min(attempts, settings.webhook_retry_seconds.length) - 1] ?? 1;
      clock.after(seconds * 1000, () => void this.#attempt(callback, attempts + 1));
      return;
    }
    this.#keepView(callback, attempts, answer);
    if (!isGood && callback.fallback !== null) {
      void this.#attempt({ ...callback, ...callback.fallback, fallback: null }, 1);
      return;
    }
    this.#atOnce--;
    this.#open.delete(callback.seq);
    this.#deps.state.record('twilio_callback_done', callback.seq);
    if (isGood && !(answer instanceof NoAnswer)) this.onTold(callback, answer);
    this.#pump();
  }

  #keepView(callback: Callback, attempts: number, answer: CallbackAnswer | NoAnswer): void {
    const { kind, url, method, message_sid, parameters } = callback;
    const { clock } = this.#deps;
    const failed = answer instanceof NoAnswer;
    this.#views.push({
      seq: ++this.#ended,
      kind,
      at: isoInstant(clock.now()),
      url,
      method,
      message_sid,
      parameters: Object.fromEntries(parameters),
      attempts,
      status: failed ? null : answer.status,
      content_type: failed ? '' : answer.contentType,
      body: failed ? '' : answer.body,
      ...(failed ? { error: answer.message } : {}),
    });
    if (this.#views.length > KEPT_VIEWS) this.#views.splice(0, 100);
  }
}

/** The same webhook about something that the business does not know, or that breaks whoever takes it for granted. */
function changed({ parameters }: Callback, kind: string): Parameters {
  const sid = newSid('SM');
  const stranger: Record<string, string> = { MessageSid: sid, SmsSid: sid, SmsMessageSid: sid };
  const foreign = { ...stranger, AccountSid: newSid('AC') };
  const poison = {
    MessageSid: '\u0000',
    SmsSid: '[]',
    MessageStatus: '{}',
    SmsStatus: '',
    To: '',
    From: '',
    NumMedia: '-1',
  };
  const changes: Record<string, string> =
    kind === 'webhook_poison' ? poison : kind === 'webhook_foreign_number' ? foreign : stranger;
  return parameters.map(([name, value]) => [name, changes[name] ?? value]);
}
