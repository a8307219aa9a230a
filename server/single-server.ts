import { type Database, type ReservedConnection, sql } from '#platform/database.ts';
import type { Log } from '#platform/telemetry.ts';

/** "only"; not the lock of the migrations. */
const lockNumber = 0x6f6e_6c79;
const retryMs = 500;

/**
 * Holds the sign that one server runs on an embedded database. It is an advisory lock, which goes with its holder's
 * connection: so it tells a dead server from a living one without looking at processes. When the database restarts under
 * us the lock is taken again; should another server have been faster, `onLost` is called.
 */
export class SingleServerLock {
  readonly #owner: Database;
  readonly #log: Log;
  readonly #onLost: () => void;
  #held: ReservedConnection | null = null;
  #isReleased = false;

  constructor(owner: Database, log: Log, onLost: () => void) {
    this.#owner = owner;
    this.#log = log;
    this.#onLost = onLost;
  }

  /** False when another server has it. */
  async take(): Promise<boolean> {
    const connection = await this.#owner.reserve();
    const [row] = await connection.query<{ locked: boolean }>(
      sql`select pg_try_advisory_lock(${lockNumber}) as locked`,
    );
    if (!row?.locked) {
      connection.release();
      return false;
    }
    this.#held = connection;
    connection.client.once('end', () => void this.#takeAgain());
    return true;
  }

  release(): void {
    this.#isReleased = true;
    this.#held?.release();
    this.#held = null;
  }

  async #takeAgain(): Promise<void> {
    this.#held?.release(true);
    this.#held = null;
    while (!this.#isReleased) {
      try {
        if (await this.take()) return;
        this.#log.fatal('another server has taken over the database');
        return this.#onLost();
      } catch {
        // The database is still away.
        await new Promise((resolve) => setTimeout(resolve, retryMs));
      }
    }
  }
}
