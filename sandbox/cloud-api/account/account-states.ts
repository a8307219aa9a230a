import type { Settings } from '#control/settings.ts';
import type { SandboxClock } from '#storage/clock.ts';
import type { StateJournal } from '#storage/state.ts';
import { GraphError } from '#cloud-api/graph-error.ts';
import type { BusinessNumber } from '#cloud-api/credentials.ts';
import type { NumberStates } from './number-states.ts';

export const RESTRICTIONS = [
  'RESTRICTED_ADD_PHONE_NUMBER_ACTION',
  'RESTRICTED_BIZ_INITIATED_MESSAGING',
  'RESTRICTED_CUSTOMER_INITIATED_MESSAGING',
  'RESTRICTED_UTILITY_TEMPLATES',
  'RESTRICTED_DIRECT_SEND_UTILITY_TEMPLATES',
  'RESTRICTED_BUSINESS_INITIATED_CALLING',
  'RESTRICTED_USER_INITIATED_CALLING',
  'RESTRICTED_USER_INITIATED_CALLING_CALL_BUTTON_HIDDEN',
  'RESTRICTED_BIZ_INITIATED_AND_USER_INITIATED_CALLING',
] as const;
export type RestrictionType = (typeof RESTRICTIONS)[number];

/** Those that forbid calls of the business, and calls of people. */
export const NO_BUSINESS_CALLS: readonly RestrictionType[] = [
  'RESTRICTED_BUSINESS_INITIATED_CALLING',
  'RESTRICTED_BIZ_INITIATED_AND_USER_INITIATED_CALLING',
];
export const NO_USER_CALLS: readonly RestrictionType[] = [
  'RESTRICTED_USER_INITIATED_CALLING',
  'RESTRICTED_USER_INITIATED_CALLING_CALL_BUTTON_HIDDEN',
  'RESTRICTED_BIZ_INITIATED_AND_USER_INITIATED_CALLING',
];

export const LIMIT_TIERS = ['TIER_50', 'TIER_250', 'TIER_2K', 'TIER_10K', 'TIER_100K', 'TIER_UNLIMITED'] as const;
export type LimitTier = (typeof LIMIT_TIERS)[number];

/** How many people each tier may reach in a day; 0 is as many as it likes. */
export const PEOPLE_OF_TIER: Readonly<Record<LimitTier, number>> = {
  TIER_50: 50,
  TIER_250: 250,
  TIER_2K: 2000,
  TIER_10K: 10_000,
  TIER_100K: 100_000,
  TIER_UNLIMITED: 0,
};

/** The smallest tier with room for so many people. */
export function tierOf(people: number): LimitTier {
  if (people === 0) return 'TIER_UNLIMITED';
  return LIMIT_TIERS.find((tier) => PEOPLE_OF_TIER[tier] >= people) ?? 'TIER_UNLIMITED';
}

/** What WhatsApp thinks of an account. */
export interface AccountState {
  waba_id: string;
  /** `until` in milliseconds of the epoch; null: until it is lifted. */
  restrictions: { type: RestrictionType; until: number | null }[];
  ban: 'DISABLE' | 'SCHEDULE_FOR_DISABLE' | null;
  review_status: 'APPROVED' | 'PENDING' | 'REJECTED';
  verification_status: string;
  is_enabled_for_insights: boolean;
}

export class AccountStates {
  readonly #clock: SandboxClock;
  readonly #settings: Settings;
  readonly #state: StateJournal;
  readonly #numbers: NumberStates;
  readonly #byId = new Map<string, AccountState>();

  constructor(deps: { clock: SandboxClock; settings: Settings; state: StateJournal; numbers: NumberStates }) {
    this.#clock = deps.clock;
    this.#settings = deps.settings;
    this.#state = deps.state;
    this.#numbers = deps.numbers;
    deps.state.on<AccountState>('account', (kept) => this.#byId.set(kept.waba_id, kept));
    deps.state.snapshot(() => [...this.#byId.values()].map((account) => ['account', account] as const));
  }

  of(wabaId: string): AccountState {
    let account = this.#byId.get(wabaId);
    if (!account) {
      account = {
        waba_id: wabaId,
        restrictions: [],
        ban: null,
        review_status: 'APPROVED',
        verification_status: 'VERIFIED',
        is_enabled_for_insights: true,
      };
      this.#byId.set(wabaId, account);
    }
    return account;
  }

  /** Of the portfolio, and so of all accounts and numbers. */
  get messagingLimit(): LimitTier {
    return tierOf(this.#settings.messaging_limit);
  }

  change(wabaId: string, change: Partial<Omit<AccountState, 'waba_id'>>): AccountState {
    const account = Object.assign(this.of(wabaId), change);
    this.#state.record('account', account);
    return account;
  }

  /** Whether one of the restrictions holds now. */
  isRestricted(wabaId: string, ...types: RestrictionType[]): boolean {
    const now = this.#clock.now();
    return this.of(wabaId).restrictions.some((each) => types.includes(each.type) && (each.until ?? now + 1) > now);
  }

  /** Throws what a send of that type is refused with for the state of number and account. */
  checkCanSend({ phone_number_id, waba_id }: BusinessNumber, type: string): void {
    const { status } = this.#numbers.of(phone_number_id);
    if (status === 'BANNED') throw new GraphError(131031, 'The phone number has been banned.');
    if (status === 'DISCONNECTED' || status === 'PENDING' || status === 'UNVERIFIED') {
      throw new GraphError(133010, 'The phone number is not registered on the WhatsApp Business Platform.');
    }
    if (this.of(waba_id).ban === 'DISABLE') {
      throw new GraphError(368, 'The WhatsApp Business Account has been disabled for violating a platform policy.');
    }
    const isAnswer = type !== 'template';
    const restriction = isAnswer ? 'RESTRICTED_CUSTOMER_INITIATED_MESSAGING' : 'RESTRICTED_BIZ_INITIATED_MESSAGING';
    if (type !== 'read' && this.isRestricted(waba_id, restriction)) {
      throw new GraphError(368, `The WhatsApp Business Account is restricted: ${restriction}.`);
    }
  }
}
