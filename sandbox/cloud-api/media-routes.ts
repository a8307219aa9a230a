import type { MultipartFile } from '@fastify/multipart';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Settings } from '#control/settings.ts';
import type { Faults, Subject } from '#faults/faults.ts';
import { answerDownloadWithFault } from '#faults/media-faults.ts';
import type { Json } from '#people/chats.ts';
import { accessToNumber, checkToken, unknownObject } from './access.ts';
import type { Credentials } from './credentials.ts';
import { GraphError } from './graph-error.ts';
import { MEDIA_KINDS, type Media, type MediaStore, bareMimeType, maxBytesOf } from './media.ts';

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
    accessToNumber(request, id, { credentials, settings });
    if (!request.isMultipart()) throw new GraphError(100, 'The upload must be multipart/form-data with a file.');
    return { id: (await storeUpload(request, id, media).catch(refuseBrokenForm)).id };
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
export function mediaNode(request: FastifyRequest, found: Media, media: MediaStore): Json {
  checkOwner(request, found);
  return {
    messaging_product: 'whatsapp',
    url: `http://${request.headers.host ?? 'localhost'}${media.newAddress(found)}`,
    mime_type: found.mime_type,
    sha256: found.sha256,
    file_size: String(found.file_size),
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

/** What the reader of forms says of one that has no boundary, no end, or no form at all. */
export function refuseBrokenForm(error: unknown): never {
  const words = error instanceof Error ? error.message : '';
  if (/^(Multipart: |Unexpected end of |Malformed )/.test(words))
    throw new GraphError(100, `The form cannot be read: ${words}.`);
  throw error;
}

async function storeUpload(request: FastifyRequest, phoneNumberId: string, media: MediaStore): Promise<Media> {
  let declaredType: string | undefined;
  let stored: Media | undefined;
  const { messaging_product: inQuery } = request.query as { messaging_product?: unknown };
  // Clients send the product in a field, in the query, or (some) not at all; only a wrong one is refused.
  let product: unknown = inQuery ?? 'whatsapp';
  for await (const part of request.parts({ limits: { files: 1, fields: 10, fileSize: 100_000_001 } })) {
    if (part.type === 'field') {
      if (part.fieldname === 'type') declaredType = String(part.value);
      if (part.fieldname === 'messaging_product') product = part.value;
    } else {
      stored = await storePart(part, declaredType, phoneNumberId, media);
    }
  }
  if (!stored) throw new GraphError(100, 'The parameter file is required.');
  if (product !== 'whatsapp') {
    await media.remove(stored);
    throw new GraphError(100, 'Param messaging_product must be whatsapp.');
  }
  return stored;
}

async function storePart(
  part: MultipartFile,
  declaredType: string | undefined,
  phoneNumberId: string,
  media: MediaStore,
): Promise<Media> {
  // A file without a type of its own has the one of the field that came before it.
  const hasOwnType = part.mimetype !== 'application/octet-stream' || declaredType === undefined;
  const mimeType = hasOwnType ? part.mimetype : declaredType;
  const maxBytes = maxBytesOf(mimeType);
  if (maxBytes === undefined) {
    part.file.resume();
    const types = Object.values(MEDIA_KINDS).flatMap((kind) => kind.types);
    throw new GraphError(
      100,
      `Param file must be a file with one of the following types: ${types.join(', ')}. Received file of type '${bareMimeType(mimeType)}'.`,
    );
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
