/** A refusal of the server (RFC 9457), with what it said in words. */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  /** Where in the request, as a JSON pointer. */
  readonly pointer: string | undefined;

  constructor(status: number, code: string, message: string, pointer?: string) {
    super(message);
    this.name = 'Problem';
    this.status = status;
    this.code = code;
    this.pointer = pointer;
  }
}

type Query = Readonly<Record<string, string | number | undefined>>;

/** Reads from the API; the session's cookie goes along by itself. Throws `Problem`. */
export function read<Answer>(path: string, query: Query = {}, signal?: AbortSignal): Promise<Answer> {
  const words = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    if (value !== undefined && value !== '') words.set(name, String(value));
  return call<Answer>('GET', words.size > 0 ? `${path}?${words}` : path, undefined, signal);
}

/** Changes something through the API. Every call is a write of its own: it carries a new idempotency key. Throws
 *  `Problem`. */
export function write<Answer = unknown>(
  method: 'POST' | 'DELETE' | 'PATCH',
  path: string,
  body?: unknown,
): Promise<Answer> {
  return call<Answer>(method, path, body);
}

async function call<Answer>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<Answer> {
  const headers: Record<string, string> = { accept: 'application/json' };
  if (method !== 'GET') headers['idempotency-key'] = crypto.randomUUID();
  if (body !== undefined) headers['content-type'] = 'application/json';
  const limit = AbortSignal.timeout(30_000);
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      headers,
      body: body === undefined ? null : JSON.stringify(body),
      signal: signal ? AbortSignal.any([signal, limit]) : limit,
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Problem(0, 'unreachable', 'The server does not answer. Is it running?');
  }
  const answer: unknown = response.status === 204 ? null : await response.json().catch(() => undefined);
  if (!response.ok) throw problemOf(response.status, answer);
  return answer as Answer;
}

function problemOf(status: number, answer: unknown): Problem {
  const fields = (typeof answer === 'object' && answer !== null ? answer : {}) as Record<string, unknown>;
  const text = (name: string) => (typeof fields[name] === 'string' ? fields[name] : undefined);
  const message = text('detail') ?? text('title') ?? `The server answered ${status}.`;
  return new Problem(status, text('code') ?? 'unknown', message, text('pointer'));
}

/** What can be shown to a person about any error. */
export function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : 'Something went wrong.';
}

export interface Page<Entry> {
  data: Entry[];
  next_cursor: string | null;
}
