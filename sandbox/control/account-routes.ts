import type { FastifyInstance } from 'fastify';
import {
  type AccountState,
  type AccountStates,
  LIMIT_TIERS,
  type LimitTier,
  PEOPLE_OF_TIER,
  RESTRICTIONS,
  type RestrictionType,
} from '#cloud-api/account/account-states.ts';
import { decideName } from '#cloud-api/account/number-routes.ts';
import {
  NUMBER_STATUSES,
  type NumberStates,
  type NumberStatus,
  type Quality,
} from '#cloud-api/account/number-states.ts';
import { type BusinessNumber, type Credentials, findNumber } from '#cloud-api/credentials.ts';
import { type SandboxClock, longDate } from '#storage/clock.ts';
import type { StateJournal } from '#storage/state.ts';
import type { WebhookQueue } from '#webhooks/queue.ts';
import { Refusal, notFound } from './refusal.ts';
import type { Settings } from './settings.ts';

interface Deps {
  clock: SandboxClock;
  credentials: Credentials;
  credentialsPath: string;
  numbers: NumberStates;
  accounts: AccountStates;
  settings: Settings;
  state: StateJournal;
  webhooks: WebhookQueue;
}

interface NumberChange {
  status?: NumberStatus;
  quality?: Quality;
  throughput?: 'STANDARD' | 'HIGH';
  name_status?: (typeof NAME_STATUSES)[number];
  name_decision?: 'APPROVED' | 'REJECTED';
}

interface AccountChange {
  messaging_limit?: LimitTier;
  restrictions?: { type: RestrictionType; hours?: number }[];
  ban?: 'DISABLE' | 'SCHEDULE_FOR_DISABLE' | 'REINSTATE';
  violation?: string;
  review?: 'APPROVED' | 'PENDING' | 'REJECTED';
  insights?: boolean;
}

/** What WhatsApp may do to a number or an account, each with its webhook. */
export function accountControlRoutes(app: FastifyInstance, deps: Deps): void {
  const { clock, credentials, numbers, accounts, settings, state, webhooks } = deps;

  app.patch<{ Params: { id: string }; Body: NumberChange }>(
    '/_sandbox/phone_numbers/:id',
    { schema: { body: NUMBER_SCHEMA } },
    (request) => {
      const number = findNumber(credentials, request.params.id);
      if (!number) throw notFound(`The business number ${request.params.id.slice(0, 100)}`);
      return changeNumber(number, request.body);
    },
  );

  app.get<{ Params: { id: string } }>('/_sandbox/phone_numbers/:id', (request) => {
    const number = findNumber(credentials, request.params.id);
    if (!number) throw notFound(`The business number ${request.params.id.slice(0, 100)}`);
    const { pin: _pin, ...state } = numbers.of(number.phone_number_id);
    return { ...number, ...state };
  });

  app.get<{ Params: { id: string } }>('/_sandbox/wabas/:id', (request) => accounts.of(getWaba(request.params.id)));

  app.patch<{ Params: { id: string }; Body: AccountChange }>(
    '/_sandbox/wabas/:id',
    { schema: { body: ACCOUNT_SCHEMA } },
    (request) => changeAccount(getWaba(request.params.id), request.body),
  );

  function getWaba(id: string): string {
    if (credentials.wabas.some((waba) => waba.waba_id === id)) return id;
    throw notFound(`The account ${id.slice(0, 100)}`);
  }

  function changeNumber(number: BusinessNumber, wanted: NumberChange) {
    const { phone_number_id: id } = number;
    const before = { ...numbers.of(id) };
    if (wanted.name_decision !== undefined) {
      if (before.new_display_name === null) throw new Refusal('No display name is in review', 'name_decision', 409);
      decideName(number, before.new_display_name, wanted.name_decision, deps);
    }
    if (wanted.status !== undefined) numbers.change(id, { status: wanted.status });
    if (wanted.name_status !== undefined) numbers.change(id, { name_status: wanted.name_status });
    if (wanted.quality !== undefined && wanted.quality !== before.quality_rating) {
      numbers.change(id, { quality_rating: wanted.quality });
      if (wanted.quality === 'RED') tellQuality(number, 'FLAGGED');
      else if (before.quality_rating === 'RED') tellQuality(number, 'UNFLAGGED');
    }
    if (wanted.throughput !== undefined && wanted.throughput !== before.throughput) {
      numbers.change(id, { throughput: wanted.throughput });
      if (wanted.throughput === 'HIGH') tellQuality(number, 'THROUGHPUT_UPGRADE');
    }
    const { pin: _pin, ...state } = numbers.of(id);
    return { ...number, ...state };
  }

  function tellQuality(number: BusinessNumber, event: string): void {
    if (event !== 'THROUGHPUT_UPGRADE' && settings.quality_events === 'current') return;
    webhooks.tellAccount(number.waba_id, 'phone_number_quality_update', {
      display_phone_number: number.display_phone_number.replaceAll(/\D/g, ''),
      event,
      max_daily_conversations_per_business: accounts.messagingLimit,
    });
  }

  function changeAccount(wabaId: string, wanted: AccountChange): AccountState {
    if (wanted.messaging_limit !== undefined) changeLimit(wanted.messaging_limit);
    if (wanted.restrictions !== undefined) restrict(wabaId, wanted.restrictions);
    if (wanted.ban !== undefined) {
      accounts.change(wabaId, { ban: wanted.ban === 'REINSTATE' ? null : wanted.ban });
      webhooks.tellAccount(wabaId, 'account_update', {
        event: 'DISABLED_UPDATE',
        ban_info: { waba_ban_state: wanted.ban, waba_ban_date: longDate(clock.now()) },
      });
    }
    if (wanted.violation !== undefined) {
      webhooks.tellAccount(wabaId, 'account_update', {
        event: 'ACCOUNT_VIOLATION',
        violation_info: { violation_type: wanted.violation },
      });
    }
    if (wanted.insights !== undefined) accounts.change(wabaId, { is_enabled_for_insights: wanted.insights });
    if (wanted.review !== undefined) {
      accounts.change(wabaId, { review_status: wanted.review });
      webhooks.tellAccount(wabaId, 'account_review_update', { decision: wanted.review });
    }
    return accounts.of(wabaId);
  }

  /** The limit belongs to the portfolio, and so to all of its accounts and numbers. */
  function changeLimit(limit: LimitTier): void {
    const before = accounts.messagingLimit;
    if (before === limit) return;
    settings.messaging_limit = PEOPLE_OF_TIER[limit];
    state.record('settings', settings);
    const isUp = LIMIT_TIERS.indexOf(limit) > LIMIT_TIERS.indexOf(before);
    for (const number of credentials.phone_numbers) tellQuality(number, isUp ? 'UPGRADE' : 'DOWNGRADE');
    const isSmall = limit === 'TIER_50' || limit === 'TIER_250';
    for (const { waba_id } of credentials.wabas) {
      webhooks.tellAccount(waba_id, 'business_capability_update', {
        // As a number, -1 stands for no limit.
        max_daily_conversations_per_business:
          settings.capability_limit === 'tier' ? limit : PEOPLE_OF_TIER[limit] || -1,
        ...(isSmall ? { max_phone_numbers_per_business: 2 } : { max_phone_numbers_per_waba: 25 }),
      });
    }
  }

  /** The whole list; an empty one lifts every restriction. */
  function restrict(wabaId: string, wanted: { type: RestrictionType; hours?: number }[]): void {
    const restrictions = wanted.map(({ type, hours }) => ({
      type,
      until: hours === undefined ? null : clock.now() + hours * 3_600_000,
    }));
    accounts.change(wabaId, { restrictions });
    webhooks.tellAccount(wabaId, 'account_update', {
      event: 'ACCOUNT_RESTRICTION',
      restriction_info: restrictions.map(({ type, until }) => ({
        restriction_type: type,
        ...(until === null ? {} : { expiration: Math.floor(until / 1000) }),
      })),
    });
  }
}

/** Of the display name. */
const NAME_STATUSES = [
  'APPROVED',
  'AVAILABLE_WITHOUT_REVIEW',
  'DECLINED',
  'EXPIRED',
  'PENDING_REVIEW',
  'NONE',
] as const;

export const NUMBER_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  minProperties: 1,
  properties: {
    status: { enum: NUMBER_STATUSES },
    quality: { enum: ['GREEN', 'YELLOW', 'RED', 'UNKNOWN', 'NA'] },
    throughput: { enum: ['STANDARD', 'HIGH'] },
    name_status: { enum: NAME_STATUSES },
    name_decision: { enum: ['APPROVED', 'REJECTED'] },
  },
} as const;

export const ACCOUNT_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  minProperties: 1,
  properties: {
    messaging_limit: { enum: LIMIT_TIERS },
    restrictions: {
      type: 'array',
      maxItems: 10,
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['type'],
        properties: { type: { enum: RESTRICTIONS }, hours: { type: 'number', minimum: 0, maximum: 87_600 } },
      },
    },
    ban: { enum: ['DISABLE', 'SCHEDULE_FOR_DISABLE', 'REINSTATE'] },
    violation: { type: 'string', pattern: '^[A-Z_]{3,60}$' },
    review: { enum: ['APPROVED', 'PENDING', 'REJECTED'] },
    insights: { type: 'boolean' },
  },
} as const;
