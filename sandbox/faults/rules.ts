/** What a rule looks at. All that is given must hold. */
export interface FaultMatch {
  /** As the ledger names it. */
  provider?: string;
  to?: string;
  to_suffix?: string;
  sender?: string;
  type?: string;
  callback_prefix?: string;
  /** Webhooks only. */
  field?: string;
  status?: string;
  /** Calls other than sends: the method, and the end of the path without its query. */
  method?: string;
  path?: string;
  after?: number;
  times?: number;
  probability?: number;
  seed?: number;
  cycle?: { fail: number; pass: number };
}

export type GarbageVariant =
  | 'html'
  | 'empty'
  | 'truncated_json'
  | 'no_id'
  | 'same_id'
  | 'huge'
  | 'gzip_bomb'
  | 'wrong_content_length'
  | 'bom'
  | 'error_with_200';

export interface ErrorAction {
  kind: 'error';
  code: number;
  http_status?: number;
  retry_after?: string;
  details?: string;
  accepted?: boolean;
}

export type SendAction =
  | ErrorAction
  | {
      kind: 'http';
      http_status: number;
      body?: 'none' | 'html' | 'graph';
      retry_after?: string;
      accepted?: boolean;
    }
  | { kind: 'accept_then_timeout' | 'timeout'; release_ms?: number }
  | { kind: 'accept_then_reset' | 'reset' }
  | { kind: 'reset_after_bytes'; bytes: number | 'half' | 'all' }
  | { kind: 'slow_answer'; bytes_per_second?: number }
  | { kind: 'garbage'; variant: GarbageVariant; accepted?: boolean }
  | { kind: 'redirect'; http_status: 301 | 302 | 307 | 308; location?: string }
  | { kind: 'delay_answer'; ms: number }
  | { kind: 'duplicate_acceptance' }
  | { kind: 'fail_later'; code: number; details?: string };

export type WebhookAction =
  | {
      kind:
        | 'webhook_lost'
        | 'webhook_wrong_signature'
        | 'webhook_unsigned'
        | 'webhook_truncated'
        | 'webhook_endless'
        | 'webhook_unknown_wamid'
        | 'webhook_foreign_number'
        | 'webhook_poison';
    }
  | { kind: 'webhook_late'; ms: number }
  | { kind: 'webhook_doubled'; times?: number }
  | { kind: 'webhook_shuffled'; window?: number }
  | { kind: 'webhook_rebatched'; size?: number };

/** What goes wrong when the bytes of a file are fetched. */
export type DownloadAction = { kind: 'media_http'; http_status: number } | { kind: 'media_cut' | 'media_altered' };

export type MediaAction = DownloadAction | { kind: 'media_unknown' };

export type FaultAction = SendAction | WebhookAction | MediaAction | { kind: 'close_idle'; ms: number };

export interface FaultRule {
  id: string;
  match: FaultMatch;
  action: FaultAction;
}

const text = { type: 'string', minLength: 1, maxLength: 512 } as const;
const count = { type: 'integer', minimum: 0, maximum: 1_000_000_000 } as const;

const MATCH_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  properties: {
    provider: text,
    to: text,
    to_suffix: text,
    sender: text,
    type: text,
    callback_prefix: text,
    field: text,
    status: text,
    method: { enum: ['GET', 'POST', 'DELETE'] },
    path: text,
    after: count,
    times: count,
    probability: { type: 'number', minimum: 0, maximum: 1 },
    seed: count,
    cycle: {
      type: 'object',
      additionalProperties: false,
      required: ['fail', 'pass'],
      properties: { fail: { ...count, minimum: 1 }, pass: { ...count, minimum: 1 } },
    },
  },
} as const;

const milliseconds = { type: 'number', minimum: 0, maximum: 86_400_000 } as const;
const httpStatus = { type: 'integer', minimum: 200, maximum: 599 } as const;
// Any text, so that a client meets a date, a negative number, or nonsense.
const retryAfter = { type: 'string', maxLength: 100, pattern: '^[ -~]*$' } as const;

function action(kinds: string[], properties: Record<string, unknown> = {}, required: string[] = []) {
  return {
    type: 'object',
    additionalProperties: false,
    required: ['kind', ...required],
    properties: { kind: { enum: kinds }, ...properties },
  };
}

export const ACTION_SCHEMAS: Readonly<Record<string, object>> = Object.fromEntries(
  [
    action(
      ['error'],
      {
        code: count,
        http_status: httpStatus,
        retry_after: retryAfter,
        details: text,
        accepted: { type: 'boolean' },
      },
      ['code'],
    ),
    action(
      ['http'],
      {
        http_status: httpStatus,
        body: { enum: ['none', 'html', 'graph'] },
        retry_after: retryAfter,
        accepted: { type: 'boolean' },
      },
      ['http_status'],
    ),
    action(['accept_then_timeout', 'timeout'], { release_ms: milliseconds }),
    action(['accept_then_reset', 'reset', 'duplicate_acceptance']),
    action(['fail_later'], { code: count, details: text }, ['code']),
    action(['reset_after_bytes'], { bytes: { anyOf: [count, { enum: ['half', 'all'] }] } }, ['bytes']),
    action(['slow_answer'], { bytes_per_second: { type: 'number', minimum: 0.1, maximum: 10_000 } }),
    action(
      ['garbage'],
      {
        variant: {
          enum: [
            'html',
            'empty',
            'truncated_json',
            'no_id',
            'same_id',
            'huge',
            'gzip_bomb',
            'wrong_content_length',
            'bom',
            'error_with_200',
          ],
        },
        accepted: { type: 'boolean' },
      },
      ['variant'],
    ),
    action(['redirect'], { http_status: { enum: [301, 302, 307, 308] }, location: text }, ['http_status']),
    action(['delay_answer'], { ms: milliseconds }, ['ms']),
    action(['close_idle'], { ms: milliseconds }, ['ms']),
    action([
      'webhook_lost',
      'webhook_wrong_signature',
      'webhook_unsigned',
      'webhook_truncated',
      'webhook_endless',
      'webhook_unknown_wamid',
      'webhook_foreign_number',
      'webhook_poison',
    ]),
    action(['media_http'], { http_status: httpStatus }, ['http_status']),
    action(['media_cut', 'media_altered', 'media_unknown']),
    action(['webhook_late'], { ms: milliseconds }, ['ms']),
    action(['webhook_doubled'], { times: { type: 'integer', minimum: 2, maximum: 100 } }),
    action(['webhook_shuffled'], { window: { type: 'integer', minimum: 2, maximum: 1000 } }),
    action(['webhook_rebatched'], { size: { type: 'integer', minimum: 2, maximum: 1000 } }),
  ].flatMap((schema) => schema.properties.kind.enum.map((kind) => [kind, schema])),
);

/** JSON Schema of the body that adds rules. The action is checked apart, by its kind, for a message that helps. */
export const RULES_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  required: ['rules'],
  properties: {
    rules: {
      type: 'array',
      minItems: 1,
      maxItems: 1000,
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['action'],
        properties: {
          id: { type: 'string', pattern: '^[\\w.-]{1,64}$' },
          match: MATCH_SCHEMA,
          action: {
            type: 'object',
            required: ['kind'],
            properties: { kind: { enum: Object.keys(ACTION_SCHEMAS) } },
          },
        },
      },
    },
  },
} as const;
