import type { Json } from '#people/chats.ts';
import { isObject } from '#cloud-api/checks.ts';
import type { StateJournal } from '#storage/state.ts';

export type Quality = 'GREEN' | 'YELLOW' | 'RED' | 'UNKNOWN' | 'NA';

export const NUMBER_STATUSES = [
  'CONNECTED',
  'DISCONNECTED',
  'PENDING',
  'FLAGGED',
  'RESTRICTED',
  'RATE_LIMITED',
  'UNVERIFIED',
  'BANNED',
] as const;
export type NumberStatus = (typeof NUMBER_STATUSES)[number];

/** What a business number is and has, besides its name and its digits. Instants are milliseconds of the epoch. */
export interface NumberState {
  phone_number_id: string;
  status: NumberStatus;
  code_verification_status: 'VERIFIED' | 'NOT_VERIFIED' | 'EXPIRED';
  /** Until when the requested code is taken; null if none was requested. */
  code_expires_at: number | null;
  codes_requested_at: number[];
  pin: string | null;
  /** When wrong ones were tried. */
  pin_guesses: number[];
  /** Registrations and deregistrations, which share one limit. */
  registered_at: number[];
  quality_rating: Quality;
  throughput: 'STANDARD' | 'HIGH';
  name_status: string;
  new_display_name: string | null;
  new_name_status: string;
  settings: Json;
  profile: Json;
  is_cart_enabled: boolean;
  is_catalog_visible: boolean;
  prompts: string[];
  commands: Json[];
  username: string | null;
  public_key: string | null;
  /** Whether the key was uploaded after the last registration. */
  is_key_signed: boolean;
  /** When the number came to its account; null for those that were there from the beginning. */
  onboarded_at: number | null;
  /** What a number that stays in the app has handed over. */
  synced: string[];
}

/** The numbers of all accounts. A number that nothing was changed of is verified, registered and well. */
export class NumberStates {
  readonly #state: StateJournal;
  readonly #byId = new Map<string, NumberState>();

  constructor(state: StateJournal) {
    this.#state = state;
    state.on<NumberState>('number', (kept) =>
      this.#byId.set(kept.phone_number_id, { ...newNumber(kept.phone_number_id), ...kept }),
    );
    state.snapshot(() => [...this.#byId.values()].map((number) => ['number', number] as const));
  }

  of(phoneNumberId: string): NumberState {
    let number = this.#byId.get(phoneNumberId);
    if (!number) this.#byId.set(phoneNumberId, (number = newNumber(phoneNumberId)));
    return number;
  }

  /** Whether the number wants to know by which key it reaches a person. */
  hasIdentityCheck(phoneNumberId: string): boolean {
    const part = this.of(phoneNumberId).settings['user_identity_change'];
    return isObject(part) && part['enable_identity_key_check'] === true;
  }

  change(phoneNumberId: string, change: Partial<Omit<NumberState, 'phone_number_id'>>): NumberState {
    const number = Object.assign(this.of(phoneNumberId), change);
    this.#state.record('number', number);
    return number;
  }
}

function newNumber(phoneNumberId: string): NumberState {
  return {
    phone_number_id: phoneNumberId,
    status: 'CONNECTED',
    code_verification_status: 'VERIFIED',
    code_expires_at: null,
    codes_requested_at: [],
    pin: null,
    pin_guesses: [],
    registered_at: [],
    quality_rating: 'GREEN',
    throughput: 'STANDARD',
    name_status: 'APPROVED',
    new_display_name: null,
    new_name_status: 'NONE',
    settings: {},
    profile: { about: 'Hi there! I am a sandbox.', vertical: 'OTHER' },
    is_cart_enabled: true,
    is_catalog_visible: false,
    prompts: [],
    commands: [],
    username: null,
    public_key: null,
    is_key_signed: false,
    onboarded_at: null,
    synced: [],
  };
}
