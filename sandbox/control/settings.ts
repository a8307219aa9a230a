import { ACCOUNT_SETTINGS_SCHEMA, type AccountSettings, DEFAULT_ACCOUNT_SETTINGS } from './account-settings.ts';
import { CALL_SETTINGS_SCHEMA, type CallSettings, DEFAULT_CALL_SETTINGS } from './call-settings.ts';
import { DEFAULT_ULTRAMSG_SETTINGS, ULTRAMSG_SETTINGS_SCHEMA, type UltraMsgSettings } from './ultramsg-settings.ts';
import { DEFAULT_TWILIO_SETTINGS, TWILIO_SETTINGS_SCHEMA, type TwilioSettings } from './twilio-settings.ts';

const ACCOUNT_CONDITIONS = [
  'ok',
  'locked',
  'restricted',
  'maintenance',
  'token_expired',
  'token_invalidated',
  'access_denied',
  'unregistered',
  'wrong_certificate',
] as const;

/** What a user of the sandbox can turn. All of it may change while it runs; see the README for each. */
export interface Settings
  extends ContentSettings,
    DeliverySettings,
    AccountSettings,
    CallSettings,
    UltraMsgSettings,
    TwilioSettings {
  limits: 'on' | 'off';
  throughput_per_second: number;
  pair_burst: number;
  pair_interval_seconds: number;
  service_window: 'on' | 'off';
  magic_numbers: boolean;
  delay_factor: number;
  seed: number;
  webhook_batch: number;
  webhook_concurrency: number;
  webhook_timeout_seconds: number;
  webhook_retry_seconds: number[];
  webhook_version: number;
  require_app_secret_proof: boolean;
  account_state: (typeof ACCOUNT_CONDITIONS)[number];
}

/** What Meta's documentation leaves open about the content of messages. */
interface ContentSettings {
  /** Whether a field that no message has is an error, or overlooked. */
  unknown_fields: 'refused' | 'ignored';
  contact_name_part: 'optional' | 'required';
  /** With several, each message names the one that it is sent for. */
  messaging_accounts: 'one' | 'several';
  /** What marking an unknown message as read is refused with. */
  unknown_message_code: 131009 | 100;
  /** How the answer to `GET /{MEDIA}` writes the size. */
  media_file_size: 'text' | 'number';
  flow_button_length: number;
  quick_reply_payload_length: number;
  template_body_length: number;
  payments_terms_accepted: boolean;
}

/** What decides about the delivery and the price of accepted messages. */
interface DeliverySettings {
  messaging_limit: number;
  messaging_limit_error: 131048 | 130429;
  messaging_limit_answer: 'asynchronous' | 'synchronous';
  marketing_per_person: number;
  us_marketing: 'delivered' | 'paused';
  address_messages: 'india' | 'everywhere';
  payment_method: boolean;
  free_service_messages: number;
  free_service_type: 'free_customer_service' | 'regular';
  expired_messages: 'silent' | 'failed';
  /** What is told of a message that somebody reads as it arrives. */
  open_chat: 'delivered_and_read' | 'read';
  marketing_api: 'ready' | 'not_onboarded';
  marketing_sync_seconds: number;
  marketing_on_cloud_api: 'on' | 'off';
  media_links: 'trusted' | 'fetched';
  test_recipients: string[];
  closed_countries: string[];
}

export const DEFAULT_SETTINGS: Readonly<Settings> = {
  ...DEFAULT_ACCOUNT_SETTINGS,
  ...DEFAULT_CALL_SETTINGS,
  ...DEFAULT_ULTRAMSG_SETTINGS,
  ...DEFAULT_TWILIO_SETTINGS,
  limits: 'on',
  throughput_per_second: 80,
  pair_burst: 45,
  pair_interval_seconds: 6,
  service_window: 'on',
  magic_numbers: true,
  delay_factor: 1,
  seed: 1,
  webhook_batch: 100,
  webhook_concurrency: 8,
  webhook_timeout_seconds: 10,
  webhook_retry_seconds: [1, 2, 5, 10, 30, 60],
  webhook_version: 24,
  require_app_secret_proof: false,
  account_state: 'ok',
  unknown_fields: 'refused',
  contact_name_part: 'optional',
  messaging_accounts: 'one',
  unknown_message_code: 131009,
  media_file_size: 'text',
  flow_button_length: 30,
  quick_reply_payload_length: 128,
  template_body_length: 1024,
  payments_terms_accepted: true,
  messaging_limit: 100_000,
  messaging_limit_error: 131048,
  messaging_limit_answer: 'asynchronous',
  marketing_per_person: 0,
  us_marketing: 'delivered',
  address_messages: 'india',
  payment_method: true,
  free_service_messages: 1000,
  free_service_type: 'free_customer_service',
  expired_messages: 'silent',
  open_chat: 'delivered_and_read',
  marketing_api: 'ready',
  marketing_sync_seconds: 600,
  marketing_on_cloud_api: 'on',
  media_links: 'trusted',
  test_recipients: [],
  closed_countries: ['CU', 'IR', 'KP', 'SY'],
};

/** JSON Schema of a change: any of the settings, nothing else. */
export const SETTINGS_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  minProperties: 1,
  properties: {
    limits: { enum: ['on', 'off'] },
    throughput_per_second: { type: 'number', minimum: 0.1, maximum: 100_000 },
    pair_burst: { type: 'integer', minimum: 1, maximum: 100_000 },
    pair_interval_seconds: { type: 'number', minimum: 0.001, maximum: 3600 },
    service_window: { enum: ['on', 'off'] },
    magic_numbers: { type: 'boolean' },
    delay_factor: { type: 'number', minimum: 0, maximum: 1000 },
    seed: { type: 'integer', minimum: 0, maximum: 4_294_967_295 },
    webhook_batch: { type: 'integer', minimum: 1, maximum: 1000 },
    webhook_concurrency: { type: 'integer', minimum: 1, maximum: 64 },
    webhook_timeout_seconds: { type: 'number', minimum: 0.1, maximum: 120 },
    webhook_retry_seconds: {
      type: 'array',
      minItems: 1,
      maxItems: 100,
      items: { type: 'number', minimum: 0.01, maximum: 604_800 },
    },
    webhook_version: { type: 'integer', minimum: 13, maximum: 99 },
    require_app_secret_proof: { type: 'boolean' },
    account_state: { enum: ACCOUNT_CONDITIONS },
    unknown_fields: { enum: ['refused', 'ignored'] },
    unknown_message_code: { enum: [131009, 100] },
    media_file_size: { enum: ['text', 'number'] },
    contact_name_part: { enum: ['optional', 'required'] },
    messaging_accounts: { enum: ['one', 'several'] },
    flow_button_length: { type: 'integer', minimum: 1, maximum: 1000 },
    quick_reply_payload_length: { type: 'integer', minimum: 1, maximum: 1000 },
    template_body_length: { type: 'integer', minimum: 1, maximum: 32_768 },
    payments_terms_accepted: { type: 'boolean' },
    messaging_limit: { type: 'integer', minimum: 0, maximum: 10_000_000 },
    messaging_limit_error: { enum: [131048, 130429] },
    messaging_limit_answer: { enum: ['asynchronous', 'synchronous'] },
    marketing_per_person: { type: 'integer', minimum: 0, maximum: 1000 },
    us_marketing: { enum: ['delivered', 'paused'] },
    address_messages: { enum: ['india', 'everywhere'] },
    payment_method: { type: 'boolean' },
    free_service_messages: { type: 'integer', minimum: 0, maximum: 1_000_000_000 },
    free_service_type: { enum: ['free_customer_service', 'regular'] },
    open_chat: { enum: ['delivered_and_read', 'read'] },
    expired_messages: { enum: ['silent', 'failed'] },
    marketing_api: { enum: ['ready', 'not_onboarded'] },
    marketing_sync_seconds: { type: 'number', minimum: 0, maximum: 86_400 },
    marketing_on_cloud_api: { enum: ['on', 'off'] },
    media_links: { enum: ['trusted', 'fetched'] },
    test_recipients: { type: 'array', maxItems: 5, items: { type: 'string', minLength: 5, maxLength: 40 } },
    closed_countries: { type: 'array', maxItems: 300, items: { type: 'string', pattern: '^[A-Z]{2}$' } },
    ...ACCOUNT_SETTINGS_SCHEMA,
    ...CALL_SETTINGS_SCHEMA,
    ...ULTRAMSG_SETTINGS_SCHEMA,
    ...TWILIO_SETTINGS_SCHEMA,
  },
} as const;
