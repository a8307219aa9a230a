import type { Settings } from '#control/settings.ts';
import type { Json } from '#people/chats.ts';
import { type BusinessNumber, type Credentials, type SandboxApp, numbersOf } from '#cloud-api/credentials.ts';
import type { Subscriptions } from '#webhooks/subscriptions.ts';
import { isoInstant } from '#storage/clock.ts';
import type { AccountStates } from './account-states.ts';
import type { NumberStates } from './number-states.ts';

export interface NodeDeps {
  credentials: Credentials;
  settings: Settings;
  numbers: NumberStates;
  accounts: AccountStates;
  webhooks: { subscriptions: Subscriptions };
}

type Health = 'AVAILABLE' | 'LIMITED' | 'BLOCKED';

/** A business number, with every field that the sandbox knows. */
export function numberNode(number: BusinessNumber, app: SandboxApp, deps: NodeDeps): Json {
  const state = deps.numbers.of(number.phone_number_id);
  const isUnregistered = deps.settings.account_state === 'unregistered';
  const { subscriptions } = deps.webhooks;
  const { callback_url: appUrl, wabas, numbers } = subscriptions.of(app.app_id);
  const wabaUrl = wabas[number.waba_id]?.override_url;
  const numberUrl = numbers[number.phone_number_id];
  return {
    id: number.phone_number_id,
    display_phone_number: number.display_phone_number,
    verified_name: number.verified_name,
    code_verification_status: state.code_verification_status,
    quality_rating: state.quality_rating,
    platform_type: state.status === 'CONNECTED' ? 'CLOUD_API' : 'NOT_APPLICABLE',
    throughput: {
      level: state.throughput === 'HIGH' || deps.settings.throughput_per_second > 80 ? 'HIGH' : 'STANDARD',
    },
    account_mode: 'LIVE',
    status: isUnregistered ? 'DISCONNECTED' : state.status,
    name_status: state.name_status,
    ...(state.new_display_name === null ? {} : { new_display_name: state.new_display_name }),
    new_name_status: state.new_name_status,
    whatsapp_business_manager_messaging_limit: deps.accounts.messagingLimit,
    is_official_business_account: false,
    official_business_account: { oba_status: 'NOT_STARTED' },
    is_pin_enabled: state.pin !== null,
    is_on_biz_app: false,
    search_visibility: 'VISIBLE',
    webhook_configuration: {
      ...(appUrl === null ? {} : { application: appUrl }),
      ...(wabaUrl ? { whatsapp_business_account: wabaUrl } : {}),
      ...(numberUrl === undefined ? {} : { phone_number: numberUrl }),
    },
    ...(state.onboarded_at === null ? {} : { last_onboarded_time: graphTime(state.onboarded_at) }),
    ...(state.username === null ? {} : { username: state.username }),
    conversational_automation: { id: number.phone_number_id, prompts: state.prompts, commands: state.commands },
    health_status: healthOf(number, deps),
  };
}

/** A WhatsApp Business Account. */
export function wabaNode(wabaId: string, deps: NodeDeps): Json {
  const account = deps.accounts.of(wabaId);
  return {
    id: wabaId,
    name: deps.credentials.wabas.find((waba) => waba.waba_id === wabaId)?.name ?? '',
    currency: 'EUR',
    timezone_id: '1',
    message_template_namespace: 'carillon_sandbox',
    account_review_status: account.review_status,
    business_verification_status: account.verification_status,
    country: 'DE',
    ownership_type: 'SELF',
    owner_business_info: { id: PORTFOLIO_ID, name: 'Carillon Sandbox Portfolio' },
    primary_business_location: 'DE',
    status: account.ban === 'DISABLE' ? 'DISABLED' : 'ACTIVE',
    is_enabled_for_insights: account.is_enabled_for_insights,
    marketing_messages_onboarding_status: 'ONBOARDED',
    health_status: wabaHealth(wabaId, deps),
  };
}

/** As "2026-11-22T14:00:00+0000". */
function graphTime(atMs: number): string {
  return isoInstant(Math.floor(atMs / 1000) * 1000).replace(/(\.\d+)?Z$/, '+0000');
}

export const PORTFOLIO_ID = '100000000000042';

export function appNode(app: SandboxApp): Json {
  return {
    id: app.app_id,
    name: app.name,
    category: 'Business',
    link: `https://www.facebook.com/games/?app_id=${app.app_id}`,
  };
}

function healthOf(number: BusinessNumber, deps: NodeDeps): Json {
  const own = numberHealth(number, deps);
  const account = accountHealth(number.waba_id, deps);
  return summaryOf([
    { type: 'PHONE_NUMBER', id: number.phone_number_id, ...own },
    { type: 'WABA', id: number.waba_id, ...account },
  ]);
}

function wabaHealth(wabaId: string, deps: NodeDeps): Json {
  const numbers = numbersOf(deps.credentials, wabaId);
  return summaryOf([
    { type: 'WABA', id: wabaId, ...accountHealth(wabaId, deps) },
    ...numbers.map((number) => ({ type: 'PHONE_NUMBER', id: number.phone_number_id, ...numberHealth(number, deps) })),
  ]);
}

interface Entity {
  type: string;
  id: string;
  health: Health;
  code?: number;
  problem?: string;
}

/** An account is as well as its worst part. */
function summaryOf(entities: readonly Entity[]): Json {
  const order: readonly Health[] = ['AVAILABLE', 'LIMITED', 'BLOCKED'];
  const worst = Math.max(...entities.map((entity) => order.indexOf(entity.health)));
  return {
    can_send_message: order[worst] ?? 'AVAILABLE',
    entities: entities.map(({ type, id, health, code, problem }) => ({
      entity_type: type,
      id,
      can_send_message: health,
      ...(problem === undefined
        ? {}
        : {
            errors: [
              { error_code: code, error_description: problem, possible_solution: 'See the state of the account.' },
            ],
          }),
    })),
  };
}

function numberHealth(number: BusinessNumber, deps: NodeDeps): Omit<Entity, 'type' | 'id'> {
  const { status } = deps.numbers.of(number.phone_number_id);
  if (status === 'CONNECTED') return { health: 'AVAILABLE' };
  const isLimited = status === 'FLAGGED' || status === 'RATE_LIMITED' || status === 'RESTRICTED';
  return { health: isLimited ? 'LIMITED' : 'BLOCKED', code: 141_010, problem: `The phone number is ${status}.` };
}

function accountHealth(wabaId: string, { accounts }: NodeDeps): Omit<Entity, 'type' | 'id'> {
  const { ban, restrictions } = accounts.of(wabaId);
  if (ban === 'DISABLE') return { health: 'BLOCKED', code: 141_001, problem: 'The account is disabled.' };
  const active = restrictions.filter((each) => accounts.isRestricted(wabaId, each.type));
  if (active.length === 0) return { health: 'AVAILABLE' };
  const types = active.map((each) => each.type).join(', ');
  return { health: 'LIMITED', code: 141_002, problem: `The account is restricted: ${types}.` };
}
