import type { Fault, FaultCode, FieldProblem } from '#platform/fault.ts';

/** An error as Meta writes it; `fbtrace_id` is added where the answer is sent. */
export interface GraphEnvelope {
  error: {
    message: string;
    type: 'OAuthException' | 'GraphMethodException';
    code: number;
    error_subcode?: number;
    error_data: { messaging_product: 'whatsapp'; details: string };
  };
}

export interface GraphErrorAnswer {
  status: number;
  body: GraphEnvelope;
}

// The codes that Carillon itself answers with, and the HTTP status that Meta documents for each.
const kinds = {
  2: { status: 503, title: 'API Service' },
  10: { status: 403, title: 'API Permission Denied' },
  100: { status: 400, title: 'Invalid parameter' },
  190: { status: 401, title: 'Invalid OAuth access token' },
  2500: { status: 400, title: 'Unknown path components' },
  130403: { status: 400, title: 'Recipient is blocked by the business' },
  130429: { status: 400, title: 'Rate limit hit' },
  131000: { status: 500, title: 'Something went wrong' },
  131008: { status: 400, title: 'Required parameter is missing' },
  131009: { status: 400, title: 'Parameter value is not valid' },
  131016: { status: 500, title: 'Service unavailable' },
  131021: { status: 400, title: 'Recipient cannot be sender' },
  131026: { status: 400, title: 'Message undeliverable' },
  131047: { status: 400, title: 'Re-engagement message' },
  131050: { status: 400, title: 'Recipient stopped marketing messages' },
  131051: { status: 400, title: 'Unsupported message type' },
  131053: { status: 400, title: 'Media upload error' },
  131055: { status: 400, title: 'Method not allowed' },
  131057: { status: 500, title: 'Account in maintenance mode' },
  131059: { status: 400, title: 'Invalid cursor' },
  134100: { status: 400, title: 'Only marketing templates are allowed' },
  135000: { status: 400, title: 'Generic user error' },
} as const satisfies Record<number, { status: number; title: string }>;

export type GraphCode = keyof typeof kinds;

const ofFault: Readonly<Record<FaultCode, GraphCode>> = {
  invalid_json: 100,
  invalid_encoding: 100,
  duplicate_key: 100,
  forbidden_key: 100,
  too_deep: 100,
  malformed_request: 100,
  malformed_url: 2500,
  cursor_invalid: 100,
  idempotency_key_missing: 100,
  idempotency_key_invalid: 100,
  request_timeout: 2,
  body_too_large: 100,
  url_too_long: 100,
  unsupported_media_type: 100,
  headers_too_large: 100,
  not_acceptable: 100,
  unauthorized: 190,
  invalid_signature: 100,
  forbidden: 10,
  cross_site_request: 10,
  not_found: 100,
  method_not_allowed: 2500,
  conflict: 135000,
  idempotency_in_progress: 131016,
  answer_not_kept: 135000,
  invalid_request: 131009,
  idempotency_key_reused: 100,
  too_many_requests: 130429,
  queue_full: 130429,
  recipient_invalid: 131009,
  recipient_opted_out: 131050,
  recipient_blocked: 130403,
  service_window_closed: 131047,
  lane_stopped: 131057,
  sender_not_found: 100,
  sender_not_ready: 131057,
  content_unsupported: 131051,
  not_cancelable: 135000,
  message_expired: 131026,
  dead_letter_unknown_needs_override: 135000,
  address_refused: 131009,
  file_refused: 131053,
  internal: 131000,
  upstream_failed: 131016,
  provider_refused: 135000,
  overloaded: 2,
  not_ready: 2,
};

// Of what there is not, Meta says by this subcode that it may also be something one may not see.
const invisible = 33;

/** A refusal in Meta's own words. */
export class GraphRefusal extends Error {
  override readonly name = 'GraphRefusal';
  readonly code: GraphCode;
  readonly details: string;
  readonly subcode: number | undefined;

  constructor(code: GraphCode, details: string, subcode?: number) {
    super(details);
    this.code = code;
    this.details = details;
    this.subcode = subcode;
  }
}

/** What Meta answers for an id that does not exist, or belongs to somebody else. */
export function unknownObject(id: string): GraphRefusal {
  return new GraphRefusal(
    100,
    `Unsupported request. Object with ID '${id.slice(0, 100)}' does not exist, cannot be loaded due to missing permissions, or does not support this operation.`,
    invisible,
  );
}

export function graphAnswer(code: GraphCode, details: string, subcode?: number): GraphErrorAnswer {
  const { status, title } = kinds[code];
  return {
    status,
    body: {
      error: {
        message: `(#${code}) ${title}`,
        type: subcode === invisible ? 'GraphMethodException' : 'OAuthException',
        code,
        ...(subcode === undefined ? {} : { error_subcode: subcode }),
        error_data: { messaging_product: 'whatsapp', details },
      },
    },
  };
}

/** A refusal of ours as Meta would have said it. `body` is what was asked: it tells a missing parameter from a bad one. */
export function graphAnswerOf(refusal: Fault | GraphRefusal, body?: unknown): GraphErrorAnswer {
  if (refusal instanceof GraphRefusal) return graphAnswer(refusal.code, refusal.details, refusal.subcode);
  return answerOfCode(refusal.code, refusal.detail ?? refusal.title, refusal.fields, body);
}

/** The same of a problem that was written down. */
export function answerOfCode(
  code: FaultCode,
  detail: string,
  fields?: FieldProblem[],
  body?: unknown,
): GraphErrorAnswer {
  const [field] = fields ?? [];
  if (code === 'not_found' || code === 'sender_not_found') return graphAnswer(100, detail, invisible);
  if (!field) return graphAnswer(ofFault[code], detail);
  const path = pathOf(field.pointer);
  const isMissing = code === 'invalid_request' && (field.code === 'required' || isAbsent(body, path));
  const details =
    path.length === 0 ? field.message : `Param ${nameOf(path)}${isMissing ? ' is missing' : ''}: ${field.message}`;
  return graphAnswer(isMissing ? 131008 : ofFault[code], details);
}

/** The code of the same name for a message that ended here instead of at the provider. */
export function graphTitle(code: GraphCode): string {
  return kinds[code].title;
}

// Our requests have the content one level deeper, and call the answered message and a group otherwise.
function pathOf(pointer: string): string[] {
  const path = pointer
    .split('/')
    .slice(1)
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));
  if (path[0] === 'content') return path.slice(1);
  if (path[0] === 'reply_to') return ['context', 'message_id'];
  if (path[0] === 'group_id') return ['to'];
  if (path[0] === 'direct_send')
    return [path[1] === 'template_name' ? 'direct_send_template_name' : (path[1] ?? 'category')];
  return path;
}

/** `text['body']`, as Meta names the parameters of parameters. */
function nameOf([first, ...rest]: string[]): string {
  return (first ?? '') + rest.map((segment) => (/^\d+$/.test(segment) ? `[${segment}]` : `['${segment}']`)).join('');
}

function isAbsent(body: unknown, path: string[]): boolean {
  if (body === undefined || path.length === 0) return false;
  let value: unknown = body;
  for (const segment of path) {
    if (typeof value !== 'object' || value === null) return false;
    value = (value as Record<string, unknown>)[segment];
  }
  return value === undefined || value === null || value === '';
}
