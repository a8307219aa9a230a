import { toWaId } from '#cloud-api/phone-numbers.ts';
import { seededRandom } from '#storage/random.ts';
import type { FaultVoice } from './fault-voice.ts';
import type {
  DownloadAction,
  ErrorAction,
  FaultAction,
  FaultMatch,
  FaultRule,
  SendAction,
  WebhookAction,
} from './rules.ts';

/** What is known of a request or an update when a rule is looked for. */
export interface Subject {
  /** The Cloud API unless told. */
  provider?: string;
  to: string | null;
  sender: string;
  type: string;
  callbackData: string | null;
  field?: string;
  status?: string;
  method?: string;
  path?: string;
}

interface LiveRule extends FaultRule {
  seen: number;
  hits: number;
  random: () => number;
}

/** The rules by which the sandbox fails. Not kept over a restart: a sandbox that starts is well. */
export class Faults {
  #rules: LiveRule[] = [];
  #nextId = 1;
  #held = new Set<() => void>();
  #timesCleared = 0;
  /** The id that `garbage` of the variant `same_id` tells for every message of a provider. */
  readonly repeatedIds = new Map<FaultVoice, string>();

  add(rules: readonly { id?: string; match?: FaultMatch; action: FaultAction }[]): FaultRule[] {
    const added = rules.map((rule) => {
      const id = rule.id ?? `fault_${this.#nextId++}`;
      const match = rule.match ?? {};
      return { id, match, action: rule.action, seen: 0, hits: 0, random: seededRandom(match.seed ?? 1) };
    });
    const ids = new Set(added.map((rule) => rule.id));
    this.#rules = [...this.#rules.filter((rule) => !ids.has(rule.id)), ...added];
    return added.map(view);
  }

  list(): (FaultRule & { hits: number })[] {
    return this.#rules.map(view);
  }

  /** Removes one rule or all of them; all also lets go of the answers that are held back. */
  remove(id?: string): number {
    const before = this.#rules.length;
    this.#rules = id === undefined ? [] : this.#rules.filter((rule) => rule.id !== id);
    if (id === undefined) {
      this.#timesCleared += 1;
      for (const release of this.#held) release();
      this.#held.clear();
    }
    return before - this.#rules.length;
  }

  /** How often all faults were cleared. */
  get timesCleared(): number {
    return this.#timesCleared;
  }

  /** Registers what must end when the faults are cleared; the result unregisters it. With `since`, a clearing between that
   *  count and now ends it at once. */
  hold(release: () => void, since = this.#timesCleared): () => void {
    if (since !== this.#timesCleared) {
      release();
      return () => undefined;
    }
    this.#held.add(release);
    return () => void this.#held.delete(release);
  }

  /** Answers that are held back. */
  get held(): number {
    return this.#held.size;
  }

  forSend(subject: Subject): SendAction | undefined {
    return this.#take(
      subject,
      (rule) =>
        !/^(?:webhook|media)_/.test(rule.action.kind) &&
        rule.action.kind !== 'close_idle' &&
        !isUnreadCut(rule) &&
        !isOfCalls(rule),
    ) as SendAction | undefined;
  }

  /** What a call of the account's endpoints is refused with. */
  forCall(subject: Subject & { method: string; path: string }): ErrorAction | undefined {
    if (this.#rules.length === 0) return undefined;
    return this.#take(subject, isOfCalls) as ErrorAction | undefined;
  }

  /** A rule that cuts a request before it is whole, and so may look at nothing but its sender. */
  forUnreadSend(sender: string, provider?: string): { bytes: number | 'half' } | undefined {
    if (this.#rules.length === 0) return undefined;
    const isOfRequests = (rule: FaultRule) => isUnreadCut(rule) && !cutsConnections(rule);
    const subject = { ...(provider === undefined ? {} : { provider }), sender, to: null, type: '', callbackData: null };
    return this.#take(subject, isOfRequests) as { bytes: number | 'half' } | undefined;
  }

  /** Whether the next connection is to be reset before it has carried a byte. */
  forConnection(): boolean {
    if (this.#rules.length === 0) return false;
    return this.#take({ sender: '', to: null, type: '', callbackData: null }, cutsConnections) !== undefined;
  }

  forUpdate(subject: Subject): WebhookAction | undefined {
    return this.#take(subject, (rule) => rule.action.kind.startsWith('webhook_')) as WebhookAction | undefined;
  }

  /** Whether a file is to be unknown although it is there. Its MIME type is the subject's type. */
  hidesMedia(subject: Subject): boolean {
    return this.#take(subject, (rule) => rule.action.kind === 'media_unknown') !== undefined;
  }

  forDownload(subject: Subject): DownloadAction | undefined {
    const isOfDownloads = ({ action: { kind } }: FaultRule) => kind.startsWith('media_') && kind !== 'media_unknown';
    return this.#take(subject, isOfDownloads) as DownloadAction | undefined;
  }

  /** After how many milliseconds an idle connection is closed, if a rule says so. */
  get closeIdleMs(): number | undefined {
    const action = this.#rules.find((rule) => rule.action.kind === 'close_idle')?.action;
    return action?.kind === 'close_idle' ? action.ms : undefined;
  }

  #take(subject: Subject, isOfKind: (rule: FaultRule) => boolean): FaultAction | undefined {
    for (const rule of this.#rules) {
      if (!isOfKind(rule) || !fits(rule.match, subject)) continue;
      if (!decides(rule)) continue;
      rule.hits++;
      return rule.action;
    }
    return undefined;
  }
}

/** Counts the request for the rule and says whether the rule strikes this time. */
function decides(rule: LiveRule): boolean {
  const { match } = rule;
  const number = rule.seen++;
  // The number is drawn for every request that fits, so that `times` and `after` do not shift the sequence.
  const drawn = match.probability === undefined ? 0 : rule.random();
  if (number < (match.after ?? 0)) return false;
  if (match.times !== undefined && rule.hits >= match.times) return false;
  if (match.cycle) {
    const place = (number - (match.after ?? 0)) % (match.cycle.fail + match.cycle.pass);
    if (place >= match.cycle.fail) return false;
  }
  return match.probability === undefined || drawn < match.probability;
}

function fits(match: FaultMatch, subject: Subject): boolean {
  if (match.provider !== undefined && match.provider !== (subject.provider ?? 'whatsapp_cloud')) return false;
  if (match.sender !== undefined && match.sender !== subject.sender) return false;
  if (match.type !== undefined && match.type !== subject.type) return false;
  if (match.field !== undefined && match.field !== subject.field) return false;
  if (match.status !== undefined && match.status !== subject.status) return false;
  if (match.method !== undefined && match.method !== subject.method) return false;
  if (match.path !== undefined && !subject.path?.endsWith(match.path)) return false;
  if (match.callback_prefix !== undefined && !subject.callbackData?.startsWith(match.callback_prefix)) return false;
  if (match.to_suffix !== undefined && !subject.to?.endsWith(match.to_suffix)) return false;
  return match.to === undefined || (subject.to !== null && sameAddress(match.to, subject.to));
}

function sameAddress(one: string, other: string): boolean {
  return one === other || (toWaId(one) ?? one) === (toWaId(other) ?? other);
}

function isUnreadCut({ match = {}, action }: { match?: FaultMatch; action: FaultAction }): boolean {
  return (
    action.kind === 'reset_after_bytes' &&
    action.bytes !== 'all' &&
    match.to === undefined &&
    match.to_suffix === undefined &&
    match.type === undefined &&
    match.callback_prefix === undefined
  );
}

/** Whether a rule is for the endpoints of the account, and not for sends. */
export function isOfCalls({ match = {} }: { match?: FaultMatch }): boolean {
  return match.method !== undefined || match.path !== undefined;
}

function view(rule: LiveRule): FaultRule & { hits: number } {
  return { id: rule.id, match: rule.match, action: rule.action, hits: rule.hits };
}

/** Whether a rule resets connections before they have carried a byte, whatever they were to carry. */
export function cutsConnections(rule: { match?: FaultMatch; action: FaultAction }): boolean {
  const { action } = rule;
  return (
    isUnreadCut(rule) &&
    action.kind === 'reset_after_bytes' &&
    action.bytes === 0 &&
    rule.match?.sender === undefined &&
    rule.match?.provider === undefined
  );
}
