import type { Database } from '#platform/database.ts';
import { failpoint, failpointFlag } from '#platform/failpoints.ts';
import { type MarkedMessage, markDispatching, type ReadyMessage, unmarked, withdrawMarks } from './outbox-store.ts';

/**
 * Commits the point of no return for one owner of a sender. When the answer to a mark is lost, nobody knows whether it was
 * committed, but nothing was written for it: the next mark takes it back first, so that the messages keep their place
 * before those that follow them in their conversations.
 */
export class Marker {
  readonly #db: Database;
  readonly #owner: { workspaceId: string; senderId: string; fence: number };
  readonly #doubtful = new Set<string>();

  constructor(db: Database, owner: { workspaceId: string; senderId: string; fence: number }) {
    this.#db = db;
    this.#owner = owner;
  }

  /** Those that were marked, with the monotonic instant right after the commit. Throws when that is not known. */
  async mark(messages: ReadyMessage[], channel: string): Promise<{ marked: MarkedMessage[]; committedAt: number }> {
    try {
      if (failpointFlag('skipDispatchingCommit'))
        return { marked: messages.map(unmarked), committedAt: performance.now() };
      if (this.#doubtful.size > 0) {
        await withdrawMarks(this.#db, this.#owner, [...this.#doubtful]);
        this.#doubtful.clear();
      }
      await failpoint('dispatch.beforeDispatchingCommit');
      const lease = `sender:${this.#owner.senderId}`;
      const ids = messages.map(({ messageId }) => messageId);
      const marked = await markDispatching(this.#db, { ...this.#owner, lease, channel }, ids);
      const committedAt = performance.now();
      await failpoint('dispatch.afterDispatchingCommit');
      if (!failpointFlag('skipFence')) return { marked, committedAt };
      const known = new Map(marked.map((row) => [row.messageId, row]));
      return { marked: messages.map((message) => known.get(message.messageId) ?? unmarked(message)), committedAt };
    } catch (error) {
      for (const { messageId } of messages) this.#doubtful.add(messageId);
      throw error;
    }
  }
}
