import { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import type { Json } from '#people/chats.ts';
import { invalid } from '#cloud-api/checks.ts';
import type { Media, MediaStore } from '#cloud-api/media.ts';
import { formOf } from '#cloud-api/multipart-forms.ts';
import { fieldsOf } from '#cloud-api/request-body.ts';
import { checkPicture } from './group-picture.ts';

const MOST_BYTES = 5_000_000;

/** The fields of a change of a group, and its new picture if the call is a form with one. */
export async function pictureOf(
  request: FastifyRequest,
  { media }: { media: MediaStore },
): Promise<{ fields: Json; picture: Media | undefined }> {
  const fields = fieldsOf(request);
  const [file] = formOf(request)?.files ?? [];
  if (!file) return { fields, picture: undefined };
  const [name, bytes] = file;
  if (name !== 'profile_picture_file') throw invalid(name.slice(0, 100), 'is not known.');
  const facts = { owner: 'business' as const, phone_number_id: null, mime_type: checkPicture(bytes), filename: null };
  return { fields, picture: await media.store(Readable.from([bytes]), facts, MOST_BYTES) };
}
