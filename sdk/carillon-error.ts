import type { components } from './schema.ts';

export type Problem = components['schemas']['Problem'];

/** One field of a request that is not valid: a JSON pointer into the body, `?name` of a query parameter, or a header. */
export type FieldProblem = NonNullable<Problem['errors']>[number];

/**
 * A call that did not succeed. `code` is for programs and never renamed (docs/problems.md lists the server's). Two more
 * are the client's own: `unreachable`, when no answer came, so that nobody knows whether a write took effect; and
 * `unexpected_answer`, when something that is not Carillon answered.
 */
export class CarillonError extends Error {
  override readonly name = 'CarillonError';
  readonly code: string;
  /** The HTTP status; 0 when no answer came. */
  readonly status: number;
  /** What the code means, in a few words. */
  readonly title: string;
  /** What was wrong this time; empty when there is nothing to add to the title. */
  readonly detail: string;
  /** The fields at fault. */
  readonly errors: readonly FieldProblem[];
  /** Find the request in the server's log by it; empty when no answer came. */
  readonly requestId: string;
  /** Whether the same request may succeed later. */
  readonly isRetryable: boolean;

  constructor(problem: Omit<Problem, 'type'>, options: ErrorOptions = {}) {
    super(problem.detail ? `${problem.title}: ${problem.detail}` : problem.title, options);
    this.code = problem.code;
    this.status = problem.status;
    this.title = problem.title;
    this.detail = problem.detail ?? '';
    this.errors = problem.errors ?? [];
    this.requestId = problem.request_id;
    this.isRetryable = problem.retryable;
  }
}

/** The error that an answer stands for. Reads the body. */
export async function errorOf(response: Response): Promise<CarillonError> {
  const { status } = response;
  const text = await response.text().catch(() => '');
  const problem = response.headers.get('content-type')?.startsWith('application/problem+json')
    ? parse(text)
    : undefined;
  if (problem) return new CarillonError(problem);
  const detail = `Status ${status}: ${text.slice(0, 200) || 'an empty body'}. Is this the address of Carillon, or of a proxy before it?`;
  const title = 'The answer is not one of Carillon';
  const request_id = response.headers.get('x-request-id') ?? '';
  return new CarillonError({ code: 'unexpected_answer', status, title, detail, request_id, retryable: status >= 500 });
}

/** The error of a call that got no answer. */
export function unreachable(cause: unknown): CarillonError {
  const detail = `${wordsOf(cause)}.`;
  return new CarillonError(
    { code: 'unreachable', status: 0, title: 'The server did not answer', detail, request_id: '', retryable: true },
    { cause },
  );
}

/** Node's fetch says only "fetch failed"; why is in the cause, which may have several of its own. */
function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const inner = error.cause instanceof AggregateError ? error.cause.errors[0] : error.cause;
  return inner instanceof Error
    ? `${error.message} (${inner.message || String((inner as { code?: unknown }).code)})`
    : error.message;
}

function parse(text: string): Problem | undefined {
  try {
    const value = JSON.parse(text) as Problem;
    return typeof value.code === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}
