import { unreachable } from './carillon-error.ts';

export type Fetch = (request: Request) => Promise<Response>;

export interface RetryOptions {
  /** How many times a call is tried again; 3 when absent, 0 for never. */
  retries?: number;
  /** A server that asks for a longer wait than this is not waited for; 30 when absent. */
  maxWaitSeconds?: number;
  /** How long one try may take; 30 when absent. Streams have no limit. */
  timeoutSeconds?: number;
  /** For tests: waits so many milliseconds. */
  wait?: (ms: number) => Promise<void>;
}

const firstWaitMs = 250;

/**
 * A fetch that gives every write an Idempotency-Key and tries again, with the same key, what cannot take effect twice:
 * - 429 and 503: the server did nothing; it says in Retry-After how long to wait
 * - 409 `idempotency_in_progress`: the first try is still under way, and its answer will come
 * - no answer at all: only reads, and writes that the server knows by their key
 * Rejects with a CarillonError `unreachable` when the last try got no answer, and with the reason of `request.signal` when
 * that ended it.
 */
export function retryingFetch(fetch: Fetch, options: RetryOptions = {}): Fetch {
  const { retries = 3, maxWaitSeconds = 30, timeoutSeconds = 30, wait = sleep } = options;
  return async (original) => {
    const isRead = original.method === 'GET' || original.method === 'HEAD';
    if (!isRead && !original.headers.has('idempotency-key'))
      original.headers.set('idempotency-key', crypto.randomUUID());
    for (let tries = 0; ; tries++) {
      const isLast = tries >= retries;
      const signal = AbortSignal.any([original.signal, AbortSignal.timeout(timeoutSeconds * 1_000)]);
      const backoffMs = firstWaitMs * 2 ** tries * (0.5 + Math.random());
      let response: Response;
      try {
        // A body can be read once, so each try gets a copy.
        response = await fetch(new Request(original.clone(), { signal }));
      } catch (error) {
        original.signal.throwIfAborted();
        if (isLast || !(isRead || isKnownByKey(original))) throw unreachable(error);
        await wait(backoffMs);
        continue;
      }
      if (isLast || !(await isWorthRepeating(response))) return response;
      const waitMs = Math.max(retryAfterMs(response) ?? 0, backoffMs);
      if (waitMs > maxWaitSeconds * 1_000) return response;
      await response.body?.cancel();
      await wait(waitMs);
      original.signal.throwIfAborted();
    }
  };
}

// The server keeps the keys of these; a repetition gets the first answer.
function isKnownByKey({ method, url }: Request): boolean {
  return method === 'POST' && /\/v1\/messages(\/batch)?$/.test(new URL(url).pathname);
}

async function isWorthRepeating(response: Response): Promise<boolean> {
  if (response.status === 429) return true;
  // The report of /health/ready is a 503 too, but an answer and no problem.
  if (response.status === 503) return !response.headers.get('content-type')?.startsWith('application/json');
  return response.status === 409 && (await response.clone().text()).includes('"idempotency_in_progress"');
}

/** Seconds or a date, as HTTP has it. */
function retryAfterMs(response: Response): number | undefined {
  const text = response.headers.get('retry-after')?.trim();
  if (!text) return undefined;
  const ms = /^\d+$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
