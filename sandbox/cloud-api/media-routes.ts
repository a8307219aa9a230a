import type { MultipartFile } from '@fastify/multipart';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Settings } from '#control/settings.ts';
import type { Faults, Subject } from '#faults/faults.ts';
import { answerDownloadWithFault } from '#faults/media-faults.ts';
import type { Json } from '#people/chats.ts';
import { accessToNumber, checkToken, tokenOf, unknownObject } from './access.ts';
import type { Credentials } from './credentials.ts';
import { GraphError } from './graph-error.ts';
import { MAX_MEDIA_BYTES, MEDIA_KINDS, type Media, type MediaStore, bareMimeType, maxBytesOf } from './media.ts';
import { keepForm, refuseBrokenForm } from './multipart-forms.ts';
import { fieldsOf } from './request-body.ts';

interface Deps {
  credentials: Credentials;
  settings: Settings;
  media: MediaStore;
  faults: Faults;
}

/** Upload and download of files. Reading a media node and deleting it share their paths with other nodes. */
export function mediaRoutes(app: FastifyInstance, { credentials, settings, media, faults }: Deps): void {
  app.post<{ Params: { id: string } }>('/:id/media', async (request) => {
    const { id } = request.params;
    const checkAccess = () => accessToNumber(request, id, { credentials, settings });
    // A form may bring the token too, before its file.
    if (tokenOf(request) !== undefined || !request.isMultipart()) checkAccess();
    if (!request.isMultipart()) throw new GraphError(100, 'The upload must be multipart/form-data with a file.');
    return { id: (await storeUpload(request, id, media, checkAccess).catch(refuseBrokenForm)).id };
  });

  app.get('/whatsapp_business/attachments/', (request, reply) => {
    const { hash } = request.query as { hash?: unknown };
    try {
      checkToken(request, credentials, settings);
    } catch (error) {
      if (!(error instanceof GraphError)) throw error;
      return reply.code(401).type('text/html').send('<html><body>Unauthorized</body></html>');
    }
    const found = typeof hash === 'string' ? media.findByAddress(hash) : undefined;
    if (!found) return reply.code(404).type('text/html').send('<html><body>Not found</body></html>');
    const fault = faults.forDownload(subjectOf(found));
    return fault ? answerDownloadWithFault(reply, fault, found, media) : sendBytes(reply, found, media);
  });
}

/** What rules for files look at. */
export function subjectOf(found: Media): Subject {
  return { sender: found.phone_number_id ?? '', to: null, type: found.mime_type, callbackData: null };
}

export function sendBytes(reply: FastifyReply, found: Media, media: MediaStore): FastifyReply {
  return reply
    .type(found.mime_type)
    .header('content-length', found.file_size)
    .header('x-content-type-options', 'nosniff')
    .send(media.read(found));
}

/** The answer to `GET /{MEDIA}`; `phone_number_id`, if given, must be the number of the file. */
export function mediaNode(
  request: FastifyRequest,
  found: Media,
  { media, settings }: Pick<Deps, 'media' | 'settings'>,
): Json {
  checkOwner(request, found);
  return {
    messaging_product: 'whatsapp',
    url: `http://${request.headers.host ?? 'localhost'}${media.newAddress(found)}`,
    mime_type: found.mime_type,
    sha256: found.sha256,
    file_size: settings.media_file_size === 'text' ? String(found.file_size) : found.file_size,
    id: found.id,
  };
}

export async function removeMedia(request: FastifyRequest, id: string, media: MediaStore): Promise<Json> {
  const found = media.find(id);
  if (!found) throw unknownObject(id);
  checkOwner(request, found);
  await media.remove(found);
  return { success: true };
}

function checkOwner(request: FastifyRequest, found: Media): void {
  const { phone_number_id: asked } = request.query as { phone_number_id?: unknown };
  if (asked !== undefined && asked !== found.phone_number_id) throw unknownObject(found.id);
}

async function storeUpload(
  request: FastifyRequest,
  phoneNumberId: string,
  media: MediaStore,
  checkAccess: () => void,
): Promise<Media> {
  const fields: Json = {};
  let stored: Media | undefined;
  keepForm(request, { fields, files: new Map() });
  for await (const part of request.parts({ limits: { files: 1, fields: 10, fileSize: MAX_MEDIA_BYTES + 1 } })) {
    if (part.type === 'field') fields[part.fieldname] = part.value;
    else {
      checkAccess();
      stored = await storePart(part, fields['type'], phoneNumberId, media);
    }
  }
  checkAccess();
  if (!stored) throw new GraphError(100, 'The parameter file is required.');
  try {
    // Clients send the product in a field, in the query, or (some) not at all; only a wrong one is refused.
    const { messaging_product: product = 'whatsapp' } = fieldsOf(request);
    if (product !== 'whatsapp') throw new GraphError(100, 'Param messaging_product must be whatsapp.');
    if (bareMimeType(stored.mime_type) === UNTOLD) giveType(stored, fields['type'], media);
  } catch (error) {
    await media.remove(stored);
    throw error;
  }
  return stored;
}

async function storePart(
  part: MultipartFile,
  declaredType: unknown,
  phoneNumberId: string,
  media: MediaStore,
): Promise<Media> {
  // A file without a type of its own has the one of the field, which may be still to come.
  const mimeType = part.mimetype === UNTOLD && typeof declaredType === 'string' ? declaredType : part.mimetype;
  const maxBytes = bareMimeType(mimeType) === UNTOLD ? MAX_MEDIA_BYTES : maxBytesOf(mimeType);
  if (maxBytes === undefined) {
    part.file.resume();
    throw untakenType(mimeType);
  }
  try {
    return await media.store(
      part.file,
      { owner: 'business', phone_number_id: phoneNumberId, mime_type: mimeType, filename: part.filename || null },
      maxBytes,
    );
  } catch (error) {
    if (error instanceof RangeError) throw new GraphError(100, `Param file is too large: ${error.message}.`);
    throw error;
  }
}

const UNTOLD = 'application/octet-stream';

/** The type of a file that was told behind it. */
function giveType(stored: Media, declaredType: unknown, media: MediaStore): void {
  const mimeType = typeof declaredType === 'string' ? declaredType : UNTOLD;
  const maxBytes = maxBytesOf(mimeType);
  if (maxBytes === undefined) throw untakenType(mimeType);
  if (stored.file_size > maxBytes) {
    throw new GraphError(100, `Param file is too large: The file has more than ${maxBytes} bytes.`);
  }
  media.giveType(stored, mimeType);
}

function untakenType(mimeType: string): GraphError {
  const types = Object.values(MEDIA_KINDS).flatMap((kind) => kind.types);
  return new GraphError(
    100,
    `Param file must be a file with one of the following types: ${types.join(', ')}. Received file of type '${bareMimeType(mimeType)}'.`,
  );
}
