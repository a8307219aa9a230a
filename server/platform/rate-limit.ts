import { LRUCache } from 'lru-cache';

export type RateLimit = {
  /** Requests a second that are sustained. */
  perSecond: number;
  /** Requests that may come at once. */
  burst: number;
};

export type RateVerdict = { allowed: boolean; remaining: number; resetSeconds: number };

/** A bucket for each caller, in this process only: with several servers each grants the whole limit. It shields the
 *  server from one caller; it does not meter. */
export class RateLimiter {
  readonly limit: RateLimit;
  /** The RateLimit-Policy header. */
  readonly policy: string;
  // The instant at which the bucket would be empty, in milliseconds (the generic cell rate algorithm): one number each.
  readonly #fullAt = new LRUCache<string, number>({ max: 20_000 });
  readonly #monotonicMs: () => number;

  constructor(limit: RateLimit, monotonicMs: () => number = () => performance.now()) {
    this.limit = limit;
    this.policy = `"requests";q=${limit.burst};w=${Math.max(1, Math.ceil(limit.burst / limit.perSecond))}`;
    this.#monotonicMs = monotonicMs;
  }

  /** Takes one request out of the caller's bucket, if there is one left. */
  take(key: string): RateVerdict {
    const nowMs = this.#monotonicMs();
    const intervalMs = 1_000 / this.limit.perSecond;
    const capacityMs = intervalMs * this.limit.burst;
    const theoreticalMs = Math.max(nowMs, this.#fullAt.get(key) ?? 0) + intervalMs;
    const allowed = theoreticalMs - nowMs <= capacityMs + 1e-6;
    if (allowed) this.#fullAt.set(key, theoreticalMs);
    const usedMs = (allowed ? theoreticalMs : theoreticalMs - intervalMs) - nowMs;
    return {
      allowed,
      remaining: Math.max(0, Math.floor((capacityMs - usedMs) / intervalMs + 1e-6)),
      resetSeconds: Math.max(1, Math.ceil((allowed ? usedMs : theoreticalMs - nowMs - capacityMs) / 1_000)),
    };
  }
}

/** The RateLimit header of the draft standard. */
export function rateLimitHeader(verdict: RateVerdict): string {
  return `"requests";r=${verdict.remaining};t=${verdict.resetSeconds}`;
}
