import type { Purpose } from '#messages/message.ts';
import type { Database } from '#platform/database.ts';
import { failpoint } from '#platform/failpoints.ts';
import { listReady, type ReadyMessage } from './outbox-store.ts';

const pageSize = 500;

/**
 * Reads the due messages of one sender and lane, page by page, and knows whether memory has all of them: only then may a
 * message that accept hands over join the line directly, or it would overtake those that were not read yet.
 */
export class LaneReader {
  readonly lane: Purpose;
  readonly #db: Database;
  readonly #sender: { workspaceId: string; senderId: string };
  #isComplete = false;
  #isWanted = true;
  #isReading = false;
  #from: { dueAt: Temporal.Instant; messageId: string } | null = null;

  constructor(db: Database, sender: { workspaceId: string; senderId: string }, lane: Purpose) {
    this.#db = db;
    this.#sender = sender;
    this.lane = lane;
  }

  /** Everything that is due is in memory. */
  get isComplete(): boolean {
    return this.#isComplete;
  }

  /** Something may have been missed: read again, from the beginning if it may lie before the last page. */
  wake(where: 'next page' | 'beginning'): void {
    this.#isWanted = true;
    if (where === 'beginning') this.#from = null;
  }

  /** A message was handed over that memory could not take. */
  miss(): void {
    this.#isWanted = true;
    this.#isComplete = false;
  }

  wantsToRead(waitingInMemory: number): boolean {
    return !this.#isReading && (this.#isWanted || !this.#isComplete) && waitingInMemory <= pageSize / 2;
  }

  /** The next page. Throws when the database cannot be read; then it wants to read again. */
  async read(): Promise<ReadyMessage[]> {
    this.#isReading = true;
    this.#isWanted = false;
    try {
      await failpoint('dispatch.beforeClaim');
      const rows = await listReady(this.#db, { ...this.#sender, lane: this.lane }, this.#from, pageSize);
      await failpoint('dispatch.afterClaim');
      const last = rows.at(-1);
      const isLastPage = rows.length < pageSize;
      this.#isComplete = isLastPage && !this.#isWanted;
      this.#from = isLastPage || !last ? null : { dueAt: last.dueAt, messageId: last.messageId };
      return rows;
    } catch (error) {
      this.#isWanted = true;
      throw error;
    } finally {
      this.#isReading = false;
    }
  }
}
