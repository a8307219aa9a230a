import multipart, { type Multipart, type MultipartFile } from '@fastify/multipart';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { Provider } from '#channels/provider-port.ts';
import { cleanName } from '#messages/media/clean-name.ts';
import type { CursorCodec } from '#platform/cursor.ts';
import { withWorkspace } from '#platform/database.ts';
import { Fault } from '#platform/fault.ts';
import { callerOf, type HttpServer } from '#platform/http.ts';
import { cursor, instant, nullable, page, pageLimit, strictObject, uuid } from '#platform/schema.ts';
import { addUpload, getUpload, maxUploadBytes, removeUpload, type Upload, type UploadDeps, usesOf } from './uploads.ts';
import { listUploads } from './uploads-store.ts';

const upload = strictObject({
  id: uuid({ description: 'Stands for the file in a content, e.g. {"type":"image","image":{"id":"…"}}' }),
  filename: nullable(Type.String()),
  mime_type: nullable(Type.String({ description: 'What the bytes are, whatever the name or the caller says' })),
  size_bytes: Type.Integer(),
  uses: Type.Array(
    strictObject({
      kind: Type.String({ description: 'A type of content' }),
      problems: Type.Array(Type.String(), { description: 'Why it cannot be sent so; empty when it can' }),
    }),
  ),
  created_at: instant(),
});

const path = strictObject({ id: uuid() });
const tags = ['uploads'];

/** Files that messages are to be sent with. `provider` is the one whose rules a file must pass to be taken. */
export async function uploadsRoutes(
  server: HttpServer,
  deps: UploadDeps & { cursors: CursorCodec; provider: Provider },
): Promise<void> {
  const present = (row: Upload) => ({
    id: row.id,
    filename: cleanName(row.filename),
    mime_type: row.facts.mimeType,
    size_bytes: row.facts.sizeBytes,
    uses: usesOf(deps.provider, row.facts),
    created_at: row.createdAt.toString(),
  });

  await server.register(async (plain) => {
    const scope = plain.withTypeProvider<TypeBoxTypeProvider>();
    await scope.register(multipart, {
      limits: { files: 1, fields: 0, parts: 1, fileSize: maxUploadBytes, headerPairs: 20 },
      throwFileSizeLimit: false,
    });
    scope.post(
      '/v1/uploads',
      {
        config: { access: { scope: 'media:write' }, kind: 'upload', idempotency: 'none', shed: 'api' },
        schema: {
          operationId: 'uploadFile',
          summary: 'Upload a file to send messages with',
          description:
            'multipart/form-data with one part named file, of at most 100 MB. The same file under the same name gives the same upload, so a repetition is harmless.',
          tags,
          consumes: ['multipart/form-data'],
          response: { 201: upload },
        },
      },
      async (request, reply) => {
        const { workspaceId } = callerOf(request);
        const { file, checkWhole } = await readFile(request);
        const kept = await addUpload(
          deps,
          workspaceId,
          { filename: cleanName(file.filename || null), body: bytesOf(file.file), checkWhole },
          deps.provider,
        );
        reply.code(201);
        return present(kept);
      },
    );
  });

  server.get(
    '/v1/uploads',
    {
      config: { access: { scope: 'media:read' }, shed: 'ui' },
      schema: {
        operationId: 'listUploads',
        summary: 'List uploaded files, newest first',
        tags,
        querystring: strictObject({ after: Type.Optional(cursor()), limit: Type.Optional(pageLimit()) }),
        response: { 200: page(upload) },
      },
    },
    async (request) => {
      const { workspaceId } = callerOf(request);
      return deps.cursors.page({ workspaceId, list: 'uploads' }, request.query, {
        read: ([before], limit) =>
          withWorkspace(deps.request, workspaceId, (tx) => listUploads(tx, { workspaceId, before }, limit)),
        positionOf: ({ id }) => [id],
        present,
      });
    },
  );

  server.get(
    '/v1/uploads/:id',
    {
      config: { access: { scope: 'media:read' }, shed: 'ui' },
      schema: {
        operationId: 'getUpload',
        summary: 'An uploaded file and how it can be sent',
        tags,
        params: path,
        response: { 200: upload },
      },
    },
    async (request) => present(await getUpload(deps.request, callerOf(request).workspaceId, request.params.id)),
  );

  server.delete(
    '/v1/uploads/:id',
    {
      config: { access: { scope: 'media:write' }, shed: 'ui' },
      schema: {
        operationId: 'deleteUpload',
        summary: 'Forget an uploaded file',
        description: 'Messages that were accepted with it are sent all the same.',
        tags,
        params: path,
        response: { 200: strictObject({ deleted: Type.Literal(true) }) },
      },
    },
    async (request) => {
      await removeUpload(deps, callerOf(request).workspaceId, request.params.id);
      return { deleted: true as const };
    },
  );
}

/** The one file of the form. `checkWhole` waits for the end of the form, so the file must have been read by then. */
async function readFile(request: FastifyRequest): Promise<{ file: MultipartFile; checkWhole: () => Promise<void> }> {
  if (!request.isMultipart()) {
    throw new Fault('unsupported_media_type', {
      detail: 'Send multipart/form-data with one part named file, e.g. curl -F file=@photo.jpg.',
    });
  }
  const parts = request.parts();
  const next = async () => {
    try {
      return (await parts.next()).value as Multipart | undefined;
    } catch (cause) {
      throw new Fault('invalid_request', { detail: wordsOf(cause), cause });
    }
  };
  const file = await next();
  if (file?.type !== 'file' || file.fieldname !== 'file') {
    if (file?.type === 'file') file.file.resume();
    throw new Fault('invalid_request', { detail: 'The body needs one part, named file, with the file.' });
  }
  const checkWhole = async () => {
    if (file.file.truncated) throw new Fault('body_too_large', { detail: `A file may have ${maxUploadBytes} bytes.` });
    if (await next()) throw new Fault('invalid_request', { detail: partLimit });
  };
  return { file, checkWhole };
}

/** The bytes of the file. That they end too early is known only while they are read. */
async function* bytesOf(file: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield* file;
  } catch (cause) {
    throw new Fault('invalid_request', { detail: wordsOf(cause), cause });
  }
}

const partLimit = 'The body has more than one part. Send the file alone, as a part named file.';

/** Why the form was given up on. */
function wordsOf(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (code === 'FST_PARTS_LIMIT' || code === 'FST_FILES_LIMIT') return partLimit;
  if (code === 'FST_FIELDS_LIMIT') return 'The body has a part without a filename. Send the file alone, with its name.';
  return 'The multipart body cannot be read: it is cut off, or its parts are not divided by its boundary.';
}
