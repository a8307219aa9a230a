/** What a user of the sandbox can turn. All of it may change while it runs; see the README for each. */
export interface Settings {
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
  account_state: 'ok' | 'locked' | 'restricted' | 'maintenance' | 'token_expired' | 'unregistered';
}

export const DEFAULT_SETTINGS: Readonly<Settings> = {
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
    account_state: { enum: ['ok', 'locked', 'restricted', 'maintenance', 'token_expired', 'unregistered'] },
  },
} as const;
