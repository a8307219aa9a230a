import type { Settings } from '#control/settings.ts';
import type { Person } from '#people/people.ts';
import type { StateJournal } from '#storage/state.ts';
import { type Failure, WITHHELD } from './delivery-rules.ts';

interface Reached {
  person_id: string;
  at: number;
}

interface MarketingTo {
  person_id: string;
  /** When marketing was on its way to the person, newest last. */
  sent_at: number[];
  /** When a message was withheld; trying again keeps the person closed for another day. */
  withheld_at: number | null;
}

const DAY_MS = 86_400_000;

/** Country codes at the start of user ids where WhatsApp does not cap marketing: the European Economic Area, the United
 *  Kingdom, Japan and South Korea. */
const UNCAPPED = new Set(
  'AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK GB JP KR'.split(' '),
);

/** Limits that count people, not messages: how many different ones the business may write to first in 24 hours, over all
 *  its numbers, and how much marketing one person gets. */
export class AudienceLimits {
  readonly #settings: Settings;
  readonly #state: StateJournal;
  /** In the order of their instants. */
  readonly #reached = new Map<string, number>();
  readonly #marketing = new Map<string, MarketingTo>();

  constructor(settings: Settings, state: StateJournal) {
    this.#settings = settings;
    this.#state = state;
    state.on<Reached>('reached', ({ person_id, at }) => this.#keepReached(person_id, at));
    state.on<MarketingTo>('marketing_to', (entry) => this.#marketing.set(entry.person_id, entry));
    state.snapshot(() => [
      ...[...this.#reached].map(([person_id, at]) => ['reached', { person_id, at }] as const),
      ...[...this.#marketing.values()].map((entry) => ['marketing_to', entry] as const),
    ]);
  }

  /** The failure of a business-initiated message to one person more than the portfolio may reach; null if there is
   *  room. A person who is not known yet has not been reached. */
  overPortfolio(person: Person | undefined, now: number): Failure | null {
    const { limits, messaging_limit: limit, messaging_limit_error: code } = this.#settings;
    if (limits === 'off' || limit === 0) return null;
    this.#forgetReached(now);
    if ((person && this.#reached.has(person.id)) || this.#reached.size < limit) return null;
    return { code, details: `The business has reached ${limit} people in 24 hours, as many as its limit allows.` };
  }

  /** A business-initiated message is on its way. Counted now and not when it arrives, because many leave at once. */
  countReached(person: Person, now: number): void {
    const { limits, messaging_limit: limit } = this.#settings;
    if (limits === 'off' || limit === 0) return;
    const before = this.#reached.get(person.id);
    // Once an hour is enough to keep somebody in the window, and spares the journal.
    if (before !== undefined && now - before < DAY_MS / 24) return;
    this.#keepReached(person.id, now);
    this.#state.record('reached', { person_id: person.id, at: now });
  }

  /** The failure of marketing to a person who has had enough of it; null if there is room. */
  overMarketing(person: Person, now: number): Failure | null {
    const { limits, marketing_per_person: limit } = this.#settings;
    if (limits === 'off' || limit === 0 || UNCAPPED.has(person.user_id.slice(0, 2))) return null;
    const entry = this.#entryOf(person, now);
    const isClosed = entry.withheld_at !== null && now - entry.withheld_at < DAY_MS;
    if (!isClosed && entry.sent_at.length < limit) return null;
    entry.withheld_at = now;
    this.#state.record('marketing_to', entry);
    return WITHHELD;
  }

  countMarketing(person: Person, now: number): void {
    const { limits, marketing_per_person: limit } = this.#settings;
    if (limits === 'off' || limit === 0) return;
    const entry = this.#entryOf(person, now);
    entry.sent_at.push(now);
    this.#state.record('marketing_to', entry);
  }

  #entryOf(person: Person, now: number): MarketingTo {
    let entry = this.#marketing.get(person.id);
    if (!entry) this.#marketing.set(person.id, (entry = { person_id: person.id, sent_at: [], withheld_at: null }));
    entry.sent_at = entry.sent_at.filter((at) => now - at < DAY_MS);
    return entry;
  }

  #keepReached(personId: string, at: number): void {
    this.#reached.delete(personId);
    this.#reached.set(personId, at);
  }

  #forgetReached(now: number): void {
    for (const [personId, at] of this.#reached) {
      if (now - at < DAY_MS) return;
      this.#reached.delete(personId);
    }
  }
}
