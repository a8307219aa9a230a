import { Type } from 'typebox';
import type { CursorCodec } from '#platform/cursor.ts';
import { type Database, withWorkspace } from '#platform/database.ts';
import { callerOf, type HttpServer } from '#platform/http.ts';
import { cursor, instant, nullable, oneOf, page, pageLimit, strictObject, uuid } from '#platform/schema.ts';
import { getConnection } from './connections.ts';
import { type KnownTemplateRow, listTemplates } from './known-templates-store.ts';
import { templateStatuses } from './lessons.ts';

const template = strictObject({
  name: Type.String(),
  language: Type.String(),
  provider_id: nullable(Type.String()),
  status: nullable(oneOf(templateStatuses)),
  status_reason: nullable(Type.String()),
  status_until: nullable(instant({ description: 'It is tried again then, if nothing else is told before' })),
  status_at: nullable(instant({ description: "By the provider's clock" })),
  quality: nullable(Type.String()),
  category: nullable(Type.String()),
  next_category: nullable(Type.String({ description: 'The category that the provider announced' })),
  next_category_at: nullable(instant()),
});

/** What is known of the templates of an account. */
export function templatesRoutes(server: HttpServer, { db, cursors }: { db: Database; cursors: CursorCodec }): void {
  server.get(
    '/v1/connections/:id/templates',
    {
      config: { access: { scope: 'connections:read' }, shed: 'ui' },
      schema: {
        operationId: 'listKnownTemplates',
        summary: 'What the provider told of the templates of a connection, by name and language',
        tags: ['connections'],
        params: strictObject({ id: uuid() }),
        querystring: strictObject({
          status: Type.Optional(oneOf(templateStatuses)),
          after: Type.Optional(cursor()),
          limit: Type.Optional(pageLimit()),
        }),
        response: { 200: page(template) },
      },
    },
    async (request) => {
      const { workspaceId } = callerOf(request);
      const { id } = request.params;
      const { status = null } = request.query;
      const connection = await withWorkspace(db, workspaceId, (tx) => getConnection(tx, workspaceId, id));
      const of = { workspaceId, businessAccountId: connection.business_account_id };
      return cursors.page({ workspaceId, list: `templates:${id.toLowerCase()}` }, request.query, {
        read: ([name, language], limit) => {
          const after = name === undefined || language === undefined ? null : { name, language };
          return withWorkspace(db, workspaceId, (tx) => listTemplates(tx, of, { status, after }, limit));
        },
        positionOf: ({ name, language }) => [name, language],
        present,
      });
    },
  );
}

function present(row: KnownTemplateRow) {
  return {
    name: row.name,
    language: row.language,
    provider_id: row.providerId,
    status: row.status,
    status_reason: row.statusReason,
    status_until: row.statusUntil?.toString() ?? null,
    status_at: row.statusAt?.toString() ?? null,
    quality: row.quality,
    category: row.category,
    next_category: row.nextCategory,
    next_category_at: row.nextCategoryAt?.toString() ?? null,
  };
}
