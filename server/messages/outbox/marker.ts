import { templateOf } from '#messages/template-of.ts';
import type { Database } from '#platform/database.ts';
import { failpoint, failpointFlag } from '#platform/failpoints.ts';
import type { SenderAccount } from './sender-account.ts';
import {
  type MarkedMessage,
  markDispatching,
  type ReadyMessage,
  type TemplatesOfBatch,
  unmarked,
  withdrawMarks,
} from './outbox-store.ts';

/**
 * Commits the point of no return for one owner of a sender. When the answer to a mark is lost, nobody knows whether it was
 * committed, or will be in a moment, but nothing was written for it: the next mark of these messages takes it back
 * first, so that they keep their place before those that follow them in their conversations.
 */
export class Marker {
  readonly #db: Database;
  readonly #owner: { workspaceId: string; senderId: string; fence: number };
  /** Messages that a mark whose answer was lost may have marked, or may still mark. */
  readonly #doubtful = new Set<string>();

  constructor(db: Database, owner: { workspaceId: string; senderId: string; fence: number }) {
    this.#db = db;
    this.#owner = owner;
  }

  /** Those that were marked, with the monotonic instant right after the commit. Throws when that is not known. */
  async mark(
    messages: ReadyMessage[],
    account: Pick<SenderAccount, 'provider' | 'settings'>,
  ): Promise<{ marked: MarkedMessage[]; committedAt: number }> {
    const ids = messages.map(({ messageId }) => messageId);
    try {
      if (failpointFlag('skipDispatchingCommit'))
        return { marked: messages.map(unmarked), committedAt: performance.now() };
      const doubtful = ids.filter((id) => this.#doubtful.has(id));
      if (doubtful.length > 0) await withdrawMarks(this.#db, this.#owner, doubtful);
      await failpoint('dispatch.beforeDispatchingCommit');
      const { channel } = account.provider.capabilities;
      const templates = templatesOf(messages, account.settings.businessAccountId);
      let marked = await this.#markOnce(ids, channel, templates);
      const late = await this.#withdrawLate(doubtful, marked);
      if (late.length > 0) marked = [...marked, ...(await this.#markOnce(late, channel, templates))];
      const committedAt = performance.now();
      await failpoint('dispatch.afterDispatchingCommit');
      if (!failpointFlag('skipFence')) return { marked, committedAt };
      const known = new Map(marked.map((row) => [row.messageId, row]));
      return { marked: messages.map((message) => known.get(message.messageId) ?? unmarked(message)), committedAt };
    } catch (error) {
      for (const id of ids) this.#doubtful.add(id);
      throw error;
    }
  }

  #markOnce(messageIds: string[], channel: string, templates: TemplatesOfBatch): Promise<MarkedMessage[]> {
    const lease = `sender:${this.#owner.senderId}`;
    return markDispatching(this.#db, { ...this.#owner, lease, channel }, messageIds, templates);
  }

  // A lost mark may be committed between its withdrawal and the next mark, which then passes the message over. After that
  // mark it can come no more: it would find the message marked, or gone.
  async #withdrawLate(doubtful: string[], marked: MarkedMessage[]): Promise<string[]> {
    const isMarked = new Set(marked.map(({ messageId }) => messageId));
    const passedOver = doubtful.filter((id) => !isMarked.has(id));
    const late = passedOver.length > 0 ? await withdrawMarks(this.#db, this.#owner, passedOver) : [];
    for (const id of doubtful) this.#doubtful.delete(id);
    return late.map(({ messageId }) => messageId);
  }
}

/** The templates of a batch, each once: a campaign is one template many times. */
function templatesOf(messages: ReadyMessage[], businessAccountId: string): TemplatesOfBatch {
  const templates = new Map<string, { name: string; language: string }>();
  for (const { content } of messages) {
    const template = templateOf(content);
    if (template) templates.set(`${template.language} ${template.name}`, template);
  }
  return {
    businessAccountId,
    names: [...templates.values()].map(({ name }) => name),
    languages: [...templates.values()].map(({ language }) => language),
  };
}
