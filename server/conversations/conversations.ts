import { type Database, type Queryable, withWorkspace } from '#platform/database.ts';
import { Fault } from '#platform/fault.ts';
import { newId } from '#platform/ids.ts';
import type { ConsumerGroup } from '#queue/log-consumer.ts';
import type { LogEntry } from '#queue/log.ts';
import {
  type ConversationRow,
  type ConversationTouch,
  findConversation,
  listConversations,
  touchConversations,
} from './conversations-store.ts';

export type Conversation = ConversationRow;

/** Keeps a conversation for every pair of sender and contact that exchanged messages. */
export const conversationsGroup: ConsumerGroup = { name: 'conversations', topics: ['message'], take: followMessages };

async function followMessages(tx: Queryable, entries: LogEntry[]): Promise<void> {
  const touches = new Map<string, ConversationTouch>();
  for (const entry of entries) {
    for (const event of entry.events) {
      const direction =
        event.type === 'message.received' ? 'inbound' : event.type === 'message.accepted' ? 'outbound' : null;
      if (!direction || !isText(event['senderId']) || !isText(event['contactId']) || !isText(event['messageId']))
        continue;
      const key = `${entry.workspaceId} ${event['senderId']} ${event['contactId']}`;
      const touch = touches.get(key) ?? {
        workspaceId: entry.workspaceId,
        id: newId(),
        senderId: event['senderId'],
        contactId: event['contactId'],
        messageId: event['messageId'],
        inbound: 0,
        outbound: 0,
        direction,
      };
      touch[direction] += 1;
      touch.messageId = event['messageId'];
      touch.direction = direction;
      touches.set(key, touch);
    }
  }
  await touchConversations(tx, [...touches.values()]);
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

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
