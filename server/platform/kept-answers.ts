import { hmacSha256 } from './crypto.ts';
import { type Queryable, sql } from './database.ts';
import { Fault } from './fault.ts';
import { canonicalJson } from './idempotency.ts';
import { newId } from './ids.ts';

/** A write with its Idempotency-Key. */
export type KeyedRequest = {
  workspaceId: string;
  key: string;
  /** Method and pattern of the address. */
  route: string;
  /** All that the caller asked for. */
  asked: unknown;
};

export type Reservation = { id: string; workspaceId: string; key: string };

export type KeptAnswer = { status: number; body: unknown };

type KeptRow = { route: string; fingerprint: Buffer; status: number | null; body: unknown };

/** Longer than any write takes. A process that died during one keeps its key for as long. */
const reservedSeconds = 60;

/**
 * The answers of writes by their Idempotency-Key, for writes whose effect happens elsewhere: the key is reserved before the
 * effect and gets its answer after it. Messages do not go this way; their key is written with them, in one statement.
 */
export class KeptAnswers {
  readonly #db: Queryable;
  readonly #fingerprintKey: Buffer;

  /** `fingerprintKey` keeps requests that hold secrets from being guessed by their fingerprint. */
  constructor(db: Queryable, fingerprintKey: Buffer) {
    this.#db = db;
    this.#fingerprintKey = fingerprintKey;
  }

  /** Reserves the key, or gives the answer of the request that had it before. Throws `idempotency_key_reused` when that
   *  one was another request, and `idempotency_in_progress` while it is being worked on. */
  async begin(request: KeyedRequest): Promise<Reservation | KeptAnswer> {
    const { workspaceId, key, route } = request;
    const fingerprint = hmacSha256(this.#fingerprintKey, canonicalJson(request.asked));
    const reservation = { id: newId(), workspaceId, key };
    const reserved = await this.#db.query<object>(
      sql`insert into idempotency_key as k (workspace_id, key, route, fingerprint, reservation)
          values (${workspaceId}::uuid, ${key}, ${route}, ${fingerprint}, ${reservation.id}::uuid)
          on conflict (workspace_id, key) do update set reservation = excluded.reservation, created_at = now()
          where k.reservation is not null and k.created_at < now() - make_interval(secs => ${reservedSeconds})
            and k.route = excluded.route and k.fingerprint = excluded.fingerprint
          returning k.key`,
    );
    if (reserved.length > 0) return reservation;
    const [kept] = await this.#db.query<KeptRow>(
      sql`select route, fingerprint, response_status as status, response as body from idempotency_key
          where workspace_id = ${workspaceId}::uuid and key = ${key}`,
    );
    if (kept && (kept.route !== route || !kept.fingerprint.equals(fingerprint))) {
      throw new Fault('idempotency_key_reused', {
        detail: 'This Idempotency-Key was used for a different request. Use a new key for a new request.',
      });
    }
    // Without a row the other request has just ended without an answer to keep; the next try has the key for itself.
    if (!kept || kept.status === null) throw new Fault('idempotency_in_progress', { retryAfterSeconds: 1 });
    return { status: kept.status, body: kept.body };
  }

  /** Keeps the answer. Does nothing when the reservation was taken over meanwhile. */
  async keep(reservation: Reservation, answer: KeptAnswer): Promise<void> {
    await this.#db.query(
      sql`update idempotency_key set reservation = null, response_status = ${answer.status}, response = ${JSON.stringify(answer.body)}::json
          where workspace_id = ${reservation.workspaceId}::uuid and key = ${reservation.key} and reservation = ${reservation.id}::uuid`,
    );
  }

  /** Gives the key back: there is no answer to keep, and the request may come again. */
  async release(reservation: Reservation): Promise<void> {
    await this.#db.query(
      sql`delete from idempotency_key
          where workspace_id = ${reservation.workspaceId}::uuid and key = ${reservation.key} and reservation = ${reservation.id}::uuid`,
    );
  }
}
