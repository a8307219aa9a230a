/** What decides about the simulated UltraMsg. Where its own words leave something open, it is a setting. */
export interface UltraMsgSettings {
  /** The year of the payloads of webhooks: each later one has more fields. */
  ultramsg_payloads: 2021 | 2023 | 2025;
  /** `form`: the JSON of a webhook stands in the field `data` of a form. */
  ultramsg_webhook_form: 'json' | 'form';
  /** When a message that leaves at once is told by `message_create`: before its own send call is answered, or after. */
  ultramsg_echo: 'before_answer' | 'after_answer';
  /** `repeated`: `message_create` tells of what people write as well. */
  ultramsg_inbound_create: 'silent' | 'repeated';
  /** What is told of the acks: each one; each one twice; only the last of those that follow at once; the later first. */
  ultramsg_acks: 'every' | 'doubled' | 'skipping' | 'reversed';
  /** Where the webhook of a reaction has its emoji and its message. */
  ultramsg_reaction_form: 'both' | 'body' | 'reaction';
  /** `everybody`: all people are known by a hidden id. Those without a phone number always are. */
  ultramsg_lids: 'hidden_phones' | 'everybody';
  /** Whether a hidden id can be written to. */
  ultramsg_lid_recipients: 'accepted' | 'invalid';
  /** How the flags of an instance are told. */
  ultramsg_flags: 'on_off' | 'booleans';
  /** `partial`: a field that a change of the settings leaves out stays as it is. */
  ultramsg_settings_write: 'full' | 'partial';
  /** The HTTP status of errors, but for an instance that is not known. */
  ultramsg_error_status: 200 | 400;
  /** The word for a message that was taken. */
  ultramsg_sent_word: 'true' | 'queued';
  /** `refused`: an address with a plus sign is no number. */
  ultramsg_plus_sign: 'accepted' | 'refused';
  /** `unique`: a reference that is known gives the earlier message again, and nothing is sent. */
  ultramsg_references: 'repeatable' | 'unique';
  /** What a send is answered with while the phone has no connection. */
  ultramsg_offline_sends: 'queued' | 'refused';
  /** How what waited leaves when the phone is back: all at once, or at its pace. */
  ultramsg_reconnect: 'burst' | 'paced';
  /** A burst of so many messages costs the number its session; 0: none does. */
  ultramsg_ban_burst: number;
  ultramsg_expiry_hours: number;
  ultramsg_base64_length: number;
  /** The order of `GET messages` that names none. */
  ultramsg_list_sort: 'asc' | 'desc';
}

export const DEFAULT_ULTRAMSG_SETTINGS: Readonly<UltraMsgSettings> = {
  ultramsg_payloads: 2025,
  ultramsg_webhook_form: 'json',
  ultramsg_echo: 'before_answer',
  ultramsg_inbound_create: 'silent',
  ultramsg_acks: 'every',
  ultramsg_reaction_form: 'both',
  ultramsg_lids: 'hidden_phones',
  ultramsg_lid_recipients: 'accepted',
  ultramsg_flags: 'on_off',
  ultramsg_settings_write: 'full',
  ultramsg_error_status: 200,
  ultramsg_sent_word: 'true',
  ultramsg_plus_sign: 'accepted',
  ultramsg_references: 'repeatable',
  ultramsg_offline_sends: 'queued',
  ultramsg_reconnect: 'burst',
  ultramsg_ban_burst: 0,
  ultramsg_expiry_hours: 24,
  ultramsg_base64_length: 10_000_000,
  ultramsg_list_sort: 'desc',
};

export const ULTRAMSG_SETTINGS_SCHEMA = {
  ultramsg_payloads: { enum: [2021, 2023, 2025] },
  ultramsg_webhook_form: { enum: ['json', 'form'] },
  ultramsg_echo: { enum: ['before_answer', 'after_answer'] },
  ultramsg_inbound_create: { enum: ['silent', 'repeated'] },
  ultramsg_acks: { enum: ['every', 'doubled', 'skipping', 'reversed'] },
  ultramsg_reaction_form: { enum: ['both', 'body', 'reaction'] },
  ultramsg_lids: { enum: ['hidden_phones', 'everybody'] },
  ultramsg_lid_recipients: { enum: ['accepted', 'invalid'] },
  ultramsg_flags: { enum: ['on_off', 'booleans'] },
  ultramsg_settings_write: { enum: ['full', 'partial'] },
  ultramsg_error_status: { enum: [200, 400] },
  ultramsg_sent_word: { enum: ['true', 'queued'] },
  ultramsg_plus_sign: { enum: ['accepted', 'refused'] },
  ultramsg_references: { enum: ['repeatable', 'unique'] },
  ultramsg_offline_sends: { enum: ['queued', 'refused'] },
  ultramsg_reconnect: { enum: ['burst', 'paced'] },
  ultramsg_ban_burst: { type: 'integer', minimum: 0, maximum: 1_000_000 },
  ultramsg_expiry_hours: { type: 'number', minimum: 0.001, maximum: 10_000 },
  ultramsg_base64_length: { type: 'integer', minimum: 1, maximum: 10_000_000 },
  ultramsg_list_sort: { enum: ['asc', 'desc'] },
} as const;
