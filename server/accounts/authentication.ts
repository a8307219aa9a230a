import { LRUCache } from 'lru-cache';
import { type Clock, systemClock } from '#platform/clock.ts';
import { sha256 } from '#platform/crypto.ts';
import type { Database } from '#platform/database.ts';
import { Fault } from '#platform/fault.ts';
import type { Caller } from '#platform/http.ts';
import * as store from './accounts-store.ts';
import { readBearer } from './api-key.ts';
import { isSameSite, readSessionCookie } from './session-cookie.ts';

export type Credentials = {
  method: string;
  headers: Record<string, string | string[] | undefined>;
};

type Verdict = { caller: Caller; validUntilMs: number } | { refusal: string };

const cacheMs = 10_000;
const tidyEveryMs = 30_000;

/** Says who calls. A verdict is kept for ten seconds, so that a busy key costs no query; a key that is revoked by another
 *  server stays good for that long, one that is revoked here ends at once. */
export class Authenticator {
  readonly #db: Database;
  readonly #publicUrl: string | undefined;
  readonly #verdicts = new LRUCache<string, Verdict>({ max: 10_000, ttl: cacheMs });
  readonly #lookups = new Map<string, Promise<Verdict>>();
  readonly #uses = new Map<string, { workspaceId: string; keyId: string; at: Temporal.Instant }>();
  readonly #clock: Clock;
  readonly #timer: NodeJS.Timeout;
  readonly #onError: (error: unknown) => void;
  #generation = 0;

  /** `db` is the worker's: a credential is looked up before a workspace is known. */
  constructor(
    db: Database,
    options: { publicUrl?: string | undefined; onError?: (error: unknown) => void; clock?: Clock } = {},
  ) {
    this.#db = db;
    this.#publicUrl = options.publicUrl;
    this.#clock = options.clock ?? systemClock;
    this.#onError = options.onError ?? (() => {});
    this.#timer = setInterval(() => void this.#tidy().catch(this.#onError), tidyEveryMs).unref();
  }

  /** The caller that the request's credential stands for. Throws `unauthorized` or `cross_site_request`. An
   *  Authorization header counts before a cookie. */
  authenticate(request: Credentials): Caller | Promise<Caller> {
    const { authorization } = request.headers;
    if (authorization !== undefined) {
      const key = typeof authorization === 'string' ? readBearer(authorization) : undefined;
      if (key === undefined) throw refusal('The Authorization header must be: Bearer <API key>.');
      return this.authenticateKey(key);
    }
    const token = readSessionCookie(textOf(request.headers['cookie']));
    if (token === undefined) throw refusal('Send an API key as Authorization: Bearer <API key>.');
    this.refuseOtherSites(request);
    return this.#resolve('session', token);
  }

  authenticateKey(key: string): Caller | Promise<Caller> {
    return this.#resolve('key', key);
  }

  /** Throws `cross_site_request` unless a page of ours made the request. */
  refuseOtherSites(request: Credentials): void {
    const { headers, method } = request;
    const origin = {
      method,
      origin: textOf(headers['origin']),
      fetchSite: textOf(headers['sec-fetch-site']),
      host: textOf(headers['host']),
    };
    if (!isSameSite(origin, this.#publicUrl)) throw new Fault('cross_site_request');
  }

  /** Forgets every verdict: call it after a key or a session ended, once that is committed. */
  forget(): void {
    this.#generation++;
    this.#verdicts.clear();
    this.#lookups.clear();
  }

  /** Writes when keys were last used. */
  async flush(): Promise<void> {
    if (this.#uses.size === 0) return;
    const uses = [...this.#uses.values()];
    this.#uses.clear();
    await store.updateLastUsed(this.#db, uses);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    await this.flush().catch(this.#onError);
  }

  async #tidy(): Promise<void> {
    await this.flush();
    await store.deleteExpiredSessions(this.#db);
  }

  #resolve(kind: 'key' | 'session', secret: string): Caller | Promise<Caller> {
    // In memory the credential itself is the key, for ten seconds: a digest of it on every request would cost more than the rest.
    const cacheKey = `${kind} ${secret}`;
    const known = this.#verdicts.get(cacheKey);
    if (known !== undefined) return this.#accept(known);

    // Requests that come while the key is being looked up wait for the same answer.
    let lookup = this.#lookups.get(cacheKey);
    if (lookup === undefined) {
      lookup = this.#lookUp(kind, sha256(secret), cacheKey);
      this.#lookups.set(cacheKey, lookup);
    }
    return lookup.then((verdict) => this.#accept(verdict));
  }

  async #lookUp(kind: 'key' | 'session', hash: Buffer, cacheKey: string): Promise<Verdict> {
    const generation = this.#generation;
    try {
      const verdict =
        kind === 'key'
          ? verdictOnKey(await store.findApiKeyByHash(this.#db, hash))
          : verdictOnSession(await store.findSessionByHash(this.#db, hash));
      // What was read before a revocation must not be kept after it.
      if (generation === this.#generation) this.#verdicts.set(cacheKey, verdict);
      return verdict;
    } finally {
      if (generation === this.#generation) this.#lookups.delete(cacheKey);
    }
  }

  #accept(verdict: Verdict): Caller {
    if ('refusal' in verdict) throw refusal(verdict.refusal);
    const { caller } = verdict;
    const now = this.#clock.now();
    const nowMs = now.epochMilliseconds;
    if (nowMs >= verdict.validUntilMs) throw refusal('The API key or session has expired.');
    const latest = this.#uses.get(caller.keyId);
    if (latest === undefined || nowMs - latest.at.epochMilliseconds > 1_000) {
      this.#uses.set(caller.keyId, {
        workspaceId: caller.workspaceId,
        keyId: caller.keyId,
        at: now,
      });
    }
    return caller;
  }
}

function verdictOnKey(row: store.ApiKeyRow | undefined): Verdict {
  if (row === undefined) return { refusal: 'The API key is not known.' };
  if (row.revoked_at !== null) return { refusal: 'The API key was revoked.' };
  return {
    caller: { workspaceId: row.workspace_id, keyId: row.id, scopes: new Set(row.scopes) },
    validUntilMs: row.expires_at?.epochMilliseconds ?? Number.POSITIVE_INFINITY,
  };
}

function verdictOnSession(row: store.SessionRow | undefined): Verdict {
  if (row === undefined) return { refusal: 'The session has ended. Sign in again.' };
  const verdict = verdictOnKey(row);
  if ('refusal' in verdict) return verdict;
  return {
    caller: { ...verdict.caller, sessionId: row.session_id },
    validUntilMs: Math.min(verdict.validUntilMs, row.session_expires_at.epochMilliseconds),
  };
}

function refusal(detail: string): Fault {
  return new Fault('unauthorized', { detail });
}

function textOf(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' ? header : undefined;
}
