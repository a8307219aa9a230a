import { type Database, type Queryable, withWorkspace } from '#platform/database.ts';
import { Fault } from '#platform/fault.ts';
import { newId } from '#platform/ids.ts';
import type { ConsumerGroup } from '#queue/log-consumer.ts';
import type { LogEntry } from '#queue/log.ts';
import {
  type ConversationRow,
  findConversation,
  insertConversations,
  listConversations,
  mergeConversations,
  type MergedContact,
  type NewConversation,
  updateActive,
} from './conversations-store.ts';

export type Conversation = ConversationRow;

/** Keeps a conversation for every pair of sender and contact that exchanged messages. */
export const conversationsGroup: ConsumerGroup = {
  name: 'conversations',
  topics: ['message.accepted', 'message.received', 'contact.merged'],
  take: followMessages,
};

async function followMessages(tx: Queryable, entries: LogEntry[]): Promise<void> {
  const seen = new Map<string, NewConversation>();
  const spoken = new Map<string, NewConversation>();
  const merges: MergedContact[] = [];
  for (const entry of entries) {
    for (const { type, senderId, contactId, mergedFrom } of entry.events) {
      if (type === 'contact.merged' && typeof contactId === 'string' && typeof mergedFrom === 'string')
        merges.push({ workspaceId: entry.workspaceId, from: mergedFrom, into: contactId });
      if (typeof senderId !== 'string' || typeof contactId !== 'string') continue;
      const key = `${entry.workspaceId} ${senderId} ${contactId}`;
      const pair = seen.get(key) ?? { workspaceId: entry.workspaceId, id: newId(), senderId, contactId };
      seen.set(key, pair);
      if (type === 'message.received') spoken.set(key, pair);
    }
  }
  // In the order of their keys: another process that follows at the same time waits for us instead of blocking us for good.
  const inOrder = (pairs: Map<string, NewConversation>) =>
    [...pairs].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, pair]) => pair);
  await insertConversations(tx, inOrder(seen));
  await updateActive(tx, inOrder(spoken));
  for (const merge of merges) await mergeConversations(tx, merge);
}

/** The conversation, or `not_found`. */
export async function getConversation(db: Database, workspaceId: string, id: string): Promise<Conversation> {
  const conversation = await withWorkspace(db, workspaceId, (tx) => findConversation(tx, workspaceId, id));
  if (!conversation) throw new Fault('not_found', { detail: 'There is no conversation with this id.' });
  return conversation;
}

/** A page of conversations, the one that spoke last first. */
export function pageConversations(
  db: Database,
  workspaceId: string,
  before: { at: string; id: string } | null,
  limit: number,
): Promise<Conversation[]> {
  return withWorkspace(db, workspaceId, (tx) => listConversations(tx, workspaceId, before, limit));
}
