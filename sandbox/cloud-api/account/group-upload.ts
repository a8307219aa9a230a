import { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import type { Json } from '#people/chats.ts';
import { invalid } from '#cloud-api/checks.ts';
import type { Media, MediaStore } from '#cloud-api/media.ts';
import { refuseBrokenForm } from '#cloud-api/media-routes.ts';
import { fieldsOf } from '#cloud-api/request-body.ts';
import { checkPicture } from './group-picture.ts';

const MOST_BYTES = 5_000_000;

/** The fields of a change of a group, and its new picture if the call is a form with one. */
export async function pictureOf(
  request: FastifyRequest,
  { media }: { media: MediaStore },
): Promise<{ fields: Json; picture: Media | undefined }> {
  if (!request.isMultipart()) return { fields: fieldsOf(request), picture: undefined };
  const fields: Json = {};
  let bytes: Buffer | undefined;
  try {
    for await (const part of request.parts({ limits: { files: 1, fields: 10, fileSize: MOST_BYTES } })) {
      if (part.type === 'field') fields[part.fieldname] = part.value;
      else if (part.fieldname === 'profile_picture_file') bytes = await part.toBuffer();
      else throw invalid(part.fieldname.slice(0, 100), 'is not known.');
    }
  } catch (error) {
    refuseBrokenForm(error);
  }
  if (!bytes) return { fields, picture: undefined };
  const facts = { owner: 'business' as const, phone_number_id: null, mime_type: checkPicture(bytes), filename: null };
  return { fields, picture: await media.store(Readable.from([bytes]), facts, MOST_BYTES) };
}
