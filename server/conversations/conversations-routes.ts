import { Type } from 'typebox';
import type { CursorCodec } from '#platform/cursor.ts';
import type { Database } from '#platform/database.ts';
import { callerOf, type HttpServer } from '#platform/http.ts';
import { cursor, instant, nullable, oneOf, page, pageLimit, strictObject, uuid } from '#platform/schema.ts';
import { type Conversation, getConversation, pageConversations } from './conversations.ts';

const conversation = strictObject({
  id: uuid(),
  sender_id: uuid(),
  contact_id: uuid(),
  contact_name: nullable(Type.String()),
  last_message_id: nullable(uuid()),
  last_message_at: nullable(instant()),
  last_direction: nullable(oneOf(['inbound', 'outbound'])),
  active_at: instant({ description: 'When the contact last spoke, or the conversation began' }),
  window_expires_at: nullable(instant({ description: 'Until when free-form messages may be sent' })),
  created_at: instant(),
});

/** Threads between a sender and a contact. */
export function conversationsRoutes(server: HttpServer, deps: { db: Database; cursors: CursorCodec }): void {
  const tags = ['conversations'];
  server.get(
    '/v1/conversations',
    {
      config: { access: { scope: 'conversations:read' }, shed: 'ui' },
      schema: {
        operationId: 'listConversations',
        summary: 'List conversations, the one in which the contact spoke last first',
        tags,
        querystring: strictObject({ after: Type.Optional(cursor()), limit: Type.Optional(pageLimit()) }),
        response: { 200: page(conversation) },
      },
    },
    async (request) => {
      const { workspaceId } = callerOf(request);
      return deps.cursors.page({ workspaceId, list: 'conversations' }, request.query, {
        read: ([at, id], limit) =>
          pageConversations(deps.db, workspaceId, at !== undefined && id !== undefined ? { at, id } : null, limit),
        positionOf: ({ activeAt, id }) => [activeAt.toString(), id],
        present,
      });
    },
  );

  server.get(
    '/v1/conversations/:id',
    {
      config: { access: { scope: 'conversations:read' }, shed: 'ui' },
      schema: {
        operationId: 'getConversation',
        summary: 'A conversation',
        tags,
        params: strictObject({ id: uuid() }),
        response: { 200: conversation },
      },
    },
    async (request) => present(await getConversation(deps.db, callerOf(request).workspaceId, request.params.id)),
  );
}

function present(row: Conversation) {
  return {
    id: row.id,
    sender_id: row.senderId,
    contact_id: row.contactId,
    contact_name: row.contactName,
    last_message_id: row.lastMessageId,
    last_message_at: row.lastMessageAt?.toString() ?? null,
    last_direction: row.lastDirection,
    active_at: row.activeAt.toString(),
    window_expires_at: row.windowExpiresAt?.toString() ?? null,
    created_at: row.createdAt.toString(),
  };
}
