import type { Readiness } from '#channels/provider-account.ts';
import type { SenderAccount, WorkerDeps } from './sender-account.ts';

const longestPauseMs = 30_000;
const fullPauseMs = 1_000;
/** The account is paused meanwhile, so this counts from when it goes on. */
const notReadyPauseMs = 3_000;

/**
 * How many messages may be handed to a provider that has a queue of its own. What waits there cannot be taken back, is not
 * in our order, and leaves at once when a phone that was off returns; so only a few may wait. Each accepted message takes a
 * place, and when no place is left the provider is asked how many still wait. Times are monotonic milliseconds.
 */
export class QueueRoom {
  readonly #limit: number;
  readonly #ask: () => Promise<Readiness>;
  readonly #onRoom: () => void;
  #left = 0;
  #isAsking = false;
  #failures = 0;
  #askAgainAt = 0;
  /** Calls under way: they may or may not be in the provider's count. */
  #underWay = 0;

  /** `onRoom` is told when there is room again, or when it is time to look. */
  constructor(limit: number, ask: () => Promise<Readiness>, onRoom: () => void) {
    this.#limit = limit;
    this.#ask = ask;
    this.#onRoom = onRoom;
  }

  /** Null for a provider that takes what its rate allows. */
  static of(account: SenderAccount, deps: Pick<WorkerDeps, 'readiness'>, onRoom: () => void): QueueRoom | null {
    const { queueLimit } = account.provider.capabilities;
    if (queueLimit === null) return null;
    const ask = async (): Promise<Readiness> =>
      (await deps.readiness(account)) ?? { ready: true, reason: '', waiting: null };
    return new QueueRoom(queueLimit, ask, onRoom);
  }

  /** How many messages may be handed over now. Without room it begins to ask. */
  available(now: number): number {
    if (this.#left === 0 && this.#underWay === 0 && !this.#isAsking && now >= this.#askAgainAt) void this.#look();
    return this.#left;
  }

  /** For how long nothing changes by itself. */
  waitMs(now: number): number {
    return this.#left > 0 ? 0 : Math.max(50, this.#askAgainAt - now);
  }

  /** So many messages are handed over. */
  take(count: number): void {
    this.#left -= count;
    this.#underWay += count;
  }

  /** The call has ended. What was surely not taken leaves its place. */
  end(isInQueue: boolean): void {
    this.#underWay -= 1;
    if (!isInQueue) this.#left += 1;
  }

  async #look(): Promise<void> {
    this.#isAsking = true;
    try {
      const { ready, waiting } = await this.#ask();
      this.#failures = 0;
      this.#left = ready ? Math.max(0, this.#limit - (waiting ?? 0)) : 0;
      this.#askAgainAt = performance.now() + (ready ? fullPauseMs : notReadyPauseMs);
    } catch {
      this.#failures += 1;
      this.#askAgainAt = performance.now() + Math.min(longestPauseMs, fullPauseMs * 2 ** this.#failures);
    }
    this.#isAsking = false;
    this.#onRoom();
  }
}
