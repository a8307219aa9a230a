import { Type } from 'typebox';
import type { BlobStore } from '#platform/blob-store.ts';
import type { CursorCodec } from '#platform/cursor.ts';
import { type Database, withWorkspace } from '#platform/database.ts';
import { Fault } from '#platform/fault.ts';
import { callerOf, type HttpServer } from '#platform/http.ts';
import { cursor, instant, nullable, oneOf, page, pageLimit, strictObject, uuid } from '#platform/schema.ts';
import { cleanName } from './clean-name.ts';
import { getMedia, type Media, retryMedia } from './media.ts';
import { listMedia } from './media-store.ts';

const media = strictObject({
  id: uuid(),
  message_id: uuid(),
  kind: Type.String(),
  mime_type: nullable(Type.String()),
  filename: nullable(Type.String({ description: 'As the sender called it, without what could mislead' })),
  size_bytes: nullable(Type.Integer()),
  state: oneOf(['pending', 'stored', 'failed']),
  attempts: Type.Integer(),
  error: nullable(Type.String()),
  created_at: instant(),
  updated_at: instant(),
});

const path = strictObject({ id: uuid() });

/** Files of received messages. */
export function mediaRoutes(
  server: HttpServer,
  deps: { db: Database; worker: Database; blobs: BlobStore; cursors: CursorCodec },
): void {
  const tags = ['media'];
  server.get(
    '/v1/media',
    {
      config: { access: { scope: 'media:read' }, shed: 'ui' },
      schema: {
        operationId: 'listMedia',
        summary: 'List files of received messages, newest first',
        tags,
        querystring: strictObject({
          state: Type.Optional(oneOf(['pending', 'stored', 'failed'])),
          after: Type.Optional(cursor()),
          limit: Type.Optional(pageLimit()),
        }),
        response: { 200: page(media) },
      },
    },
    async (request) => {
      const { workspaceId } = callerOf(request);
      const { state } = request.query;
      return deps.cursors.page({ workspaceId, list: 'media' }, request.query, {
        read: ([before], limit) =>
          withWorkspace(deps.db, workspaceId, (tx) => listMedia(tx, { workspaceId, state, before }, limit)),
        positionOf: ({ id }) => [id],
        present,
      });
    },
  );

  server.get(
    '/v1/media/:id',
    {
      config: { access: { scope: 'media:read' }, shed: 'ui' },
      schema: {
        operationId: 'getMedia',
        summary: 'A file and whether it is here',
        tags,
        params: path,
        response: { 200: media },
      },
    },
    async (request) => present(await getMedia(deps.db, callerOf(request).workspaceId, request.params.id)),
  );

  server.get(
    '/v1/media/:id/content',
    {
      config: { access: { scope: 'media:read' }, kind: 'stream', shed: 'ui' },
      schema: { operationId: 'downloadMedia', summary: 'The bytes of a file', tags, params: path },
    },
    async (request, reply) => {
      const row = await getMedia(deps.db, callerOf(request).workspaceId, request.params.id);
      if (row.state !== 'stored' || row.storageKey === null) {
        throw new Fault('conflict', {
          detail:
            row.state === 'failed'
              ? `The file could not be fetched: ${row.error ?? 'unknown reason'}`
              : 'The file is still being fetched.',
          extensions: { state: row.state },
        });
      }
      const blob = await deps.blobs.get(row.storageKey);
      if (!blob) throw new Fault('not_found', { detail: 'The file is gone from the store.' });
      // A stranger's file is never shown inside a page of ours: it is downloaded, whatever it claims to be.
      return reply
        .type(safeType(row.mimeType))
        .header('content-length', String(blob.sizeBytes))
        .header('content-disposition', disposition(row))
        .header('content-security-policy', "default-src 'none'; sandbox")
        .send(blob.body);
    },
  );

  server.post(
    '/v1/media/:id/retry',
    {
      config: { access: { scope: 'media:write' }, shed: 'ui' },
      schema: {
        operationId: 'retryMedia',
        summary: 'Fetch a failed file again',
        tags,
        params: path,
        response: { 202: strictObject({ id: uuid(), state: Type.Literal('pending') }) },
      },
    },
    async (request, reply) => {
      await retryMedia({ request: deps.db, worker: deps.worker }, callerOf(request).workspaceId, request.params.id);
      reply.code(202);
      return { id: request.params.id, state: 'pending' as const };
    },
  );
}

const shownTypes =
  /^(image\/(jpeg|png|webp)|audio\/(aac|amr|mpeg|mp4|ogg)|video\/(mp4|3gpp)|application\/pdf|text\/plain)\b/;

function safeType(mimeType: string | null): string {
  return mimeType && shownTypes.test(mimeType) ? mimeType : 'application/octet-stream';
}

function disposition(row: Media): string {
  const name = cleanName(row.filename) ?? `${row.kind}-${row.id}`;
  const ascii = name.replaceAll(/[^\w.-]/g, '_');
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encodeURIComponent(name).replaceAll(/['()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)}`;
}

function present(row: Media) {
  return {
    id: row.id,
    message_id: row.messageId,
    kind: row.kind,
    mime_type: row.mimeType,
    filename: cleanName(row.filename),
    size_bytes: row.sizeBytes,
    state: row.state,
    attempts: row.attempts,
    error: row.error,
    created_at: row.createdAt.toString(),
    updated_at: row.updatedAt.toString(),
  };
}
