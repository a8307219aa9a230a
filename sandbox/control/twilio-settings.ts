/** What decides about the simulated Twilio. */
export interface TwilioSettings {
  /** `closed`: no call is authorized. `suspended`: what was accepted fails. */
  twilio_account: 'active' | 'suspended' | 'closed';
  /** Which endpoints the API key may use: all of them, or none of the account's own. */
  twilio_api_key: 'main' | 'standard';
  /** Phones that a trial account may write to; with none the account is no trial. */
  twilio_verified_numbers: string[];
  /** Countries to which the account may not send. */
  twilio_closed_regions: string[];
  twilio_requests_per_second: number;
  /** Segments that a number sends in a second; 0 stops its queue. */
  twilio_segments_per_second: number;
  /** Messages that may wait for one number. */
  twilio_queue_limit: number;
  /** Whether a list by date has messages that were not sent yet. */
  twilio_list_unsent: 'listed' | 'hidden';
  /** `advanced`: the webhook says `OptOutType`. `default`: Twilio blocks, and says nothing. */
  twilio_opt_out: 'advanced' | 'default' | 'off';
  /** Whether people are known by a business-scoped user id. */
  twilio_bsuid: 'on' | 'off';
  /** Whether an address of WhatsApp has its prefix in the webhook of what a person writes. */
  twilio_whatsapp_from: 'prefixed' | 'bare';
  /** How the text of an SMS in several parts is written in the webhook. */
  twilio_long_bodies: 'text' | 'base64';
  twilio_callback_method: 'POST' | 'GET';
  /** Whether webhooks have a parameter that nobody knows, and that with two values. */
  twilio_new_parameters: 'off' | 'on';
  /** How often a webhook is repeated, and after what. */
  twilio_callback_retries: number;
  twilio_callback_retry_on: 'connection' | 'all';
  /** Whether a file that a person sent is given to callers without credentials. */
  twilio_media_access: 'public' | 'authorized';
}

export const DEFAULT_TWILIO_SETTINGS: Readonly<TwilioSettings> = {
  twilio_account: 'active',
  twilio_api_key: 'main',
  twilio_verified_numbers: [],
  twilio_closed_regions: [],
  twilio_requests_per_second: 100,
  twilio_segments_per_second: 100,
  twilio_queue_limit: 100_000,
  twilio_list_unsent: 'listed',
  twilio_opt_out: 'advanced',
  twilio_bsuid: 'on',
  twilio_whatsapp_from: 'prefixed',
  twilio_long_bodies: 'text',
  twilio_callback_method: 'POST',
  twilio_new_parameters: 'off',
  twilio_callback_retries: 1,
  twilio_callback_retry_on: 'connection',
  twilio_media_access: 'public',
};

export const TWILIO_SETTINGS_SCHEMA = {
  twilio_account: { enum: ['active', 'suspended', 'closed'] },
  twilio_api_key: { enum: ['main', 'standard'] },
  twilio_verified_numbers: { type: 'array', maxItems: 100, items: { type: 'string', minLength: 5, maxLength: 40 } },
  twilio_closed_regions: { type: 'array', maxItems: 300, items: { type: 'string', pattern: '^[A-Z]{2}$' } },
  twilio_requests_per_second: { type: 'integer', minimum: 1, maximum: 1_000_000 },
  twilio_segments_per_second: { type: 'number', minimum: 0, maximum: 1_000_000 },
  twilio_queue_limit: { type: 'integer', minimum: 0, maximum: 10_000_000 },
  twilio_list_unsent: { enum: ['listed', 'hidden'] },
  twilio_opt_out: { enum: ['advanced', 'default', 'off'] },
  twilio_bsuid: { enum: ['on', 'off'] },
  twilio_whatsapp_from: { enum: ['prefixed', 'bare'] },
  twilio_long_bodies: { enum: ['text', 'base64'] },
  twilio_callback_method: { enum: ['POST', 'GET'] },
  twilio_new_parameters: { enum: ['off', 'on'] },
  twilio_callback_retries: { type: 'integer', minimum: 0, maximum: 100 },
  twilio_callback_retry_on: { enum: ['connection', 'all'] },
  twilio_media_access: { enum: ['public', 'authorized'] },
} as const;
