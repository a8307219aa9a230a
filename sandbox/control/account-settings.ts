/** What a group may be asked to take: the types of messages, and two sorts of templates. */
const GROUP_KINDS = [
  'text',
  'image',
  'audio',
  'video',
  'document',
  'sticker',
  'location',
  'contacts',
  'reaction',
  'interactive',
  'template',
  'authentication_template',
  'carousel_template',
  'pin',
] as const;

export type GroupKind = (typeof GROUP_KINDS)[number];

/** What Meta's documentation leaves open, or an account may have otherwise, on the side of the account. */
export interface AccountSettings {
  /** How long a review takes, scaled by `delay_factor`. */
  template_review_seconds: number;
  /** A utility template that sells is taken as marketing, or rejected. */
  utility_with_marketing: 'flip' | 'reject';
  /** A variable without an example is found by the review, or refused at once. */
  template_example_missing: 'reject' | 'refuse';
  /** From how many messages of a template on its quality follows from the people who block the business. */
  feedback_least_messages: number;
  feedback_yellow_percent: number;
  feedback_red_percent: number;
  /** How the webhooks about templates write the language. */
  template_language_form: 'underscore' | 'hyphen';
  template_count_limit: number;
  template_creations_per_hour: number;
  /** How long the name of a deleted template stays taken. */
  template_name_rest_days: number;
  /** Calls an hour, of one app to one account: without and with a registered number. */
  management_calls_unregistered: number;
  management_calls: number;
  /** Which fields a callback of an account or a number takes from the app's. */
  webhook_override_scope: 'all' | 'messages';
  /** The code that `verify_code` takes. */
  verification_code: string;
  verification_codes_per_hour: number;
  /** Wrong PINs in an hour, and in how many seconds the next one comes too fast. */
  pin_guesses_per_hour: number;
  pin_guess_seconds: number;
  /** People that a number can block. */
  block_list_limit: number;
  /** Usernames that a Facebook Page or an Instagram account has which is not linked. */
  page_usernames: string[];
  instagram_usernames: string[];
  /** `DELETE …/block_users` answers with this key. */
  unblock_answer: 'removed_users' | 'added_users';
  description_length: number;
  /** How `business_capability_update` writes the limit. */
  capability_limit: 'number' | 'tier';
  /** Whether `phone_number_quality_update` still tells of flags and of limits that go up and down. */
  quality_events: 'all' | 'current';
  /** Whether a template may have any text as the handle of its example, or those of uploads only. */
  template_handles: 'any' | 'known';
  /** How long a handle of the resumable upload lives. */
  upload_handle_days: number;
  /** Whether the number may use groups, and make new ones. */
  groups: 'on' | 'creation_disabled' | 'not_eligible';
  groups_per_number: number;
  /** What groups take; everything else is refused. */
  group_kinds: GroupKind[];
  group_participants: number;
  /** Changes of groups that a number may ask for in an hour. */
  group_calls: number;
  /** Whether the people who ask to join have accepted the terms of WhatsApp. */
  group_terms_accepted: boolean;
}

export const DEFAULT_ACCOUNT_SETTINGS: Readonly<AccountSettings> = {
  template_review_seconds: 2,
  utility_with_marketing: 'flip',
  template_example_missing: 'reject',
  feedback_least_messages: 20,
  feedback_yellow_percent: 5,
  feedback_red_percent: 10,
  template_language_form: 'underscore',
  template_count_limit: 250,
  template_creations_per_hour: 100,
  template_name_rest_days: 30,
  management_calls_unregistered: 200,
  management_calls: 5000,
  webhook_override_scope: 'all',
  verification_code: '123456',
  verification_codes_per_hour: 10,
  pin_guesses_per_hour: 5,
  pin_guess_seconds: 1,
  block_list_limit: 64_000,
  page_usernames: [],
  instagram_usernames: [],
  unblock_answer: 'removed_users',
  description_length: 512,
  capability_limit: 'number',
  quality_events: 'all',
  template_handles: 'any',
  upload_handle_days: 30,
  groups: 'on',
  groups_per_number: 10_000,
  group_kinds: ['text', 'image', 'audio', 'video', 'document', 'sticker', 'template', 'pin'],
  group_participants: 8,
  group_calls: 1000,
  group_terms_accepted: true,
};

export const ACCOUNT_SETTINGS_SCHEMA = {
  template_review_seconds: { type: 'number', minimum: 0, maximum: 2_592_000 },
  utility_with_marketing: { enum: ['flip', 'reject'] },
  template_example_missing: { enum: ['reject', 'refuse'] },
  feedback_least_messages: { type: 'integer', minimum: 1, maximum: 1_000_000 },
  feedback_yellow_percent: { type: 'number', minimum: 0, maximum: 100 },
  feedback_red_percent: { type: 'number', minimum: 0, maximum: 100 },
  template_language_form: { enum: ['underscore', 'hyphen'] },
  template_count_limit: { type: 'integer', minimum: 1, maximum: 100_000 },
  template_creations_per_hour: { type: 'integer', minimum: 1, maximum: 100_000 },
  template_name_rest_days: { type: 'number', minimum: 0, maximum: 3650 },
  management_calls_unregistered: { type: 'integer', minimum: 1, maximum: 1_000_000 },
  management_calls: { type: 'integer', minimum: 1, maximum: 1_000_000 },
  webhook_override_scope: { enum: ['all', 'messages'] },
  verification_code: { type: 'string', pattern: '^\\d{6}$' },
  pin_guesses_per_hour: { type: 'integer', minimum: 1, maximum: 1000 },
  pin_guess_seconds: { type: 'number', minimum: 0, maximum: 3600 },
  block_list_limit: { type: 'integer', minimum: 1, maximum: 1_000_000 },
  page_usernames: { type: 'array', maxItems: 100, items: { type: 'string', minLength: 3, maxLength: 35 } },
  instagram_usernames: { type: 'array', maxItems: 100, items: { type: 'string', minLength: 3, maxLength: 35 } },
  verification_codes_per_hour: { type: 'integer', minimum: 1, maximum: 1000 },
  unblock_answer: { enum: ['removed_users', 'added_users'] },
  capability_limit: { enum: ['number', 'tier'] },
  quality_events: { enum: ['all', 'current'] },
  template_handles: { enum: ['any', 'known'] },
  description_length: { type: 'integer', minimum: 1, maximum: 10_000 },
  upload_handle_days: { type: 'number', minimum: 0.001, maximum: 3650 },
  groups: { enum: ['on', 'creation_disabled', 'not_eligible'] },
  groups_per_number: { type: 'integer', minimum: 0, maximum: 1_000_000 },
  group_kinds: { type: 'array', maxItems: GROUP_KINDS.length, uniqueItems: true, items: { enum: GROUP_KINDS } },
  group_participants: { type: 'integer', minimum: 1, maximum: 1024 },
  group_calls: { type: 'integer', minimum: 1, maximum: 1_000_000 },
  group_terms_accepted: { type: 'boolean' },
} as const;
