type FaultKind = { status: number; title: string; retryable: boolean };

/** Every code that a caller can meet: public, never renamed, explained in docs/problems.md. `retryable` says that the
 *  same request may succeed later without being changed. */
export const faultCatalogue = {
  // The request could not be read.
  invalid_json: { status: 400, title: 'The body is not valid JSON', retryable: false },
  invalid_encoding: { status: 400, title: 'The body is not valid UTF-8', retryable: false },
  duplicate_key: { status: 400, title: 'The JSON has the same key twice', retryable: false },
  forbidden_key: { status: 400, title: 'The JSON has a key that is not allowed', retryable: false },
  too_deep: { status: 400, title: 'The JSON is nested too deeply', retryable: false },
  malformed_request: { status: 400, title: 'The request is not well-formed HTTP', retryable: false },
  malformed_url: { status: 400, title: 'The address cannot be decoded', retryable: false },
  cursor_invalid: { status: 400, title: 'The cursor is not one of this list', retryable: false },
  idempotency_key_missing: { status: 400, title: 'The Idempotency-Key header is missing', retryable: false },
  idempotency_key_invalid: { status: 400, title: 'The Idempotency-Key header is not usable', retryable: false },
  request_timeout: { status: 408, title: 'The request took too long to arrive', retryable: true },
  body_too_large: { status: 413, title: 'The body is too large', retryable: false },
  url_too_long: { status: 414, title: 'The address is too long', retryable: false },
  unsupported_media_type: {
    status: 415,
    title: 'The body has a type that this address does not take',
    retryable: false,
  },
  headers_too_large: { status: 431, title: 'The headers are too large', retryable: false },
  not_acceptable: { status: 406, title: 'The answer is JSON, which the request does not accept', retryable: false },

  // The request was read and may not or cannot be done.
  unauthorized: { status: 401, title: 'A valid API key is needed', retryable: false },
  invalid_signature: { status: 401, title: 'The signature does not fit the body', retryable: false },
  forbidden: { status: 403, title: 'The API key lacks the scope for this', retryable: false },
  cross_site_request: { status: 403, title: 'A page of another site made this request', retryable: false },
  not_found: { status: 404, title: 'There is nothing at this address', retryable: false },
  method_not_allowed: { status: 405, title: 'The address does not take this method', retryable: false },
  conflict: { status: 409, title: 'The change does not fit the present state', retryable: false },
  idempotency_in_progress: {
    status: 409,
    title: 'A request with this Idempotency-Key is being worked on',
    retryable: true,
  },
  answer_not_kept: {
    status: 409,
    title: 'This was done before, and its answer had a secret that is not kept',
    retryable: false,
  },
  invalid_request: { status: 422, title: 'The request has fields that are not valid', retryable: false },
  idempotency_key_reused: {
    status: 422,
    title: 'The Idempotency-Key belongs to a different request',
    retryable: false,
  },
  too_many_requests: { status: 429, title: 'Too many requests', retryable: true },

  // The domain refuses.
  recipient_invalid: { status: 422, title: 'The recipient is not a usable address', retryable: false },
  recipient_opted_out: { status: 422, title: 'The recipient has opted out', retryable: false },
  recipient_blocked: { status: 422, title: 'The recipient is on the block list', retryable: false },
  service_window_closed: { status: 422, title: 'The service window is closed', retryable: false },
  lane_stopped: { status: 409, title: 'The lane is stopped', retryable: true },
  sender_not_found: { status: 422, title: 'The sender does not exist', retryable: false },
  sender_not_ready: { status: 409, title: 'The sender is not ready to send', retryable: true },
  file_refused: { status: 422, title: 'The file cannot be taken', retryable: false },
  content_unsupported: { status: 422, title: 'Content of this kind is not sent', retryable: false },
  queue_full: { status: 429, title: 'Too many messages of the workspace wait to be sent', retryable: true },
  not_cancelable: { status: 409, title: 'The message can no longer be canceled', retryable: false },
  message_expired: { status: 422, title: 'The message has expired', retryable: false },
  dead_letter_unknown_needs_override: {
    status: 409,
    title: 'The outcome of the message is unknown, so sending it again may double it',
    retryable: false,
  },
  provider_refused: { status: 422, title: 'The provider refused this', retryable: false },
  address_refused: { status: 422, title: 'Carillon does not call this address', retryable: false },

  // We cannot at the moment, or are at fault.
  internal: { status: 500, title: 'Something went wrong on our side', retryable: true },
  upstream_failed: { status: 502, title: 'The provider did not answer as expected', retryable: true },
  overloaded: { status: 503, title: 'The server is too busy', retryable: true },
  not_ready: { status: 503, title: 'The server is not ready', retryable: true },
} as const satisfies Record<string, FaultKind>;

export type FaultCode = keyof typeof faultCatalogue;

/** One field at fault. `pointer` is an RFC 6901 JSON pointer into the body (`/content/type`), or `?name` for a query
 *  parameter, or the name of a header. */
export type FieldProblem = { pointer: string; message: string; code?: string };

export type FaultOptions = {
  /** One or two sentences for the caller: what was wrong and what to do. Never a value of a secret or of a person. */
  detail?: string;
  /** For our logs only. */
  message?: string;
  /** For our logs only. */
  cause?: unknown;
  fields?: FieldProblem[];
  /** Becomes the Retry-After header. */
  retryAfterSeconds?: number;
  /** Further members of the answer, e.g. the id of the message that was blocked. */
  extensions?: Record<string, unknown>;
};

/** A refusal that ends a request. What the caller sees (`detail`, `fields`) and what only the log sees (`message`,
 *  `cause`) are separate, so that no secret leaks by formatting an error. */
export class Fault extends Error {
  override readonly name = 'Fault';
  readonly code: FaultCode;
  readonly detail: string | undefined;
  readonly fields: FieldProblem[] | undefined;
  readonly retryAfterSeconds: number | undefined;
  readonly extensions: Record<string, unknown> | undefined;

  constructor(code: FaultCode, options: FaultOptions = {}) {
    super(options.message ?? options.detail ?? faultCatalogue[code].title, { cause: options.cause });
    this.code = code;
    this.detail = options.detail;
    this.fields = options.fields;
    this.retryAfterSeconds = options.retryAfterSeconds;
    this.extensions = options.extensions;
  }

  get status(): number {
    return faultCatalogue[this.code].status;
  }

  get title(): string {
    return faultCatalogue[this.code].title;
  }

  get retryable(): boolean {
    return faultCatalogue[this.code].retryable;
  }
}

/** The commonest refusal: one field of the request. */
export function invalidField(pointer: string, message: string, code?: string): Fault {
  return new Fault('invalid_request', {
    detail: `${pointer || 'The body'}: ${message}`,
    fields: [code === undefined ? { pointer, message } : { pointer, message, code }],
  });
}

/** The body of an error answer (RFC 9457). `type` is a path on this server, so that it stays the same wherever the
 *  server runs. */
export type Problem = {
  type: string;
  title: string;
  status: number;
  code: FaultCode;
  detail?: string;
  retryable: boolean;
  request_id: string;
  errors?: FieldProblem[];
  [extension: string]: unknown;
};

/** The public side of a fault. */
export function problemOf(fault: Fault, requestId: string): Problem {
  const problem: Problem = {
    type: `/problems/${fault.code}`,
    title: fault.title,
    status: fault.status,
    code: fault.code,
    retryable: fault.retryable,
    request_id: requestId,
  };
  if (fault.detail !== undefined) problem.detail = fault.detail;
  if (fault.fields !== undefined) problem.errors = fault.fields;
  return fault.extensions === undefined ? problem : { ...fault.extensions, ...problem };
}
