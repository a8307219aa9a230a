import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Settings } from '#control/settings.ts';
import type { Json } from '#people/chats.ts';
import { checkToken, checkVisible, unknownObject } from '#cloud-api/access.ts';
import { shown } from '#cloud-api/checks.ts';
import type { Credentials } from '#cloud-api/credentials.ts';
import { GraphError } from '#cloud-api/graph-error.ts';
import { fieldsOf } from '#cloud-api/request-body.ts';
import type { UploadSession, Uploads } from './uploads.ts';

interface Deps {
  credentials: Credentials;
  settings: Settings;
  uploads: Uploads;
}

type ById = { Params: { id: string } };

const TYPES = ['application/pdf', 'image/jpeg', 'image/jpg', 'image/png', 'video/mp4'];
const MAX_BYTES = 100_000_000;

/** `POST /{APP}/uploads`: the first step of a resumable upload. */
export function uploadRoutes(app: FastifyInstance, deps: Deps): void {
  app.post<ById>('/:id/uploads', (request) => {
    const { id } = request.params;
    const access = checkToken(request, deps.credentials, deps.settings);
    // Graph takes the word `app` for the app of the token.
    if (id !== 'app') checkVisible(id, access, deps.credentials);
    if (id !== 'app' && id !== access.app.app_id) throw unknownObject(id);
    const fields = fieldsOf(request);
    const length = Number(fields['file_length']);
    if (!Number.isInteger(length) || length < 1 || length > MAX_BYTES) {
      throw new GraphError(100, `Param file_length must be from 1 to ${MAX_BYTES}.`);
    }
    const type = shown(fields['file_type'] ?? '');
    if (!TYPES.includes(type)) throw new GraphError(100, `Param file_type must be one of {${TYPES.join(', ')}}.`);
    const name = fields['file_name'];
    const session = deps.uploads.start({
      app_id: access.app.app_id,
      file_name: typeof name === 'string' ? name.slice(0, 240) : null,
      mime_type: type === 'image/jpg' ? 'image/jpeg' : type,
      lengthBytes: length,
    });
    return { id: session.id };
  });
}

/** `GET /upload:…`: from where to go on. */
export function uploadNode(request: FastifyRequest<ById>, deps: Deps): Json {
  const session = sessionOf(request, deps);
  return { id: session.id, file_offset: session.receivedBytes };
}

/** `POST /upload:…` with the header `file_offset`: the bytes from there on. */
export async function takeUpload(request: FastifyRequest<ById>, deps: Deps): Promise<Json> {
  const session = sessionOf(request, deps);
  const bytes = request.body;
  if (!Buffer.isBuffer(bytes) || bytes.length === 0) throw new GraphError(100, 'The upload has no bytes.');
  const offset = Number(request.headers['file_offset'] ?? 0);
  if (offset !== session.receivedBytes) {
    throw new GraphError(
      100,
      `The header file_offset must be ${session.receivedBytes}, from where the upload goes on.`,
    );
  }
  if (session.receivedBytes + bytes.length > session.lengthBytes) {
    throw new GraphError(100, `The upload has more than the ${session.lengthBytes} bytes of its file_length.`);
  }
  const handle = await deps.uploads.take(session, bytes);
  return handle === null ? { id: session.id, file_offset: session.receivedBytes } : { h: handle };
}

function sessionOf(request: FastifyRequest<ById>, { credentials, settings, uploads }: Deps): UploadSession {
  const { app } = checkToken(request, credentials, settings);
  const session = uploads.find(request.params.id);
  if (session?.app_id !== app.app_id) throw unknownObject(request.params.id);
  return session;
}
