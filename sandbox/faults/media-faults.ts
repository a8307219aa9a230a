import { Transform } from 'node:stream';
import type { FastifyReply } from 'fastify';
import type { Media, MediaStore } from '#cloud-api/media.ts';
import type { DownloadAction } from './rules.ts';

/** Answers a download of a file as the rule says. */
export function answerDownloadWithFault(
  reply: FastifyReply,
  action: DownloadAction,
  found: Media,
  media: MediaStore,
): FastifyReply {
  switch (action.kind) {
    case 'media_http':
      return reply
        .code(action.http_status)
        .type('text/html')
        .send(`<html><body><h1>${action.http_status}</h1></body></html>`);
    case 'media_cut':
      return cutInTheMiddle(reply, found, media);
    case 'media_altered':
      return reply
        .type(found.mime_type)
        .header('content-length', found.file_size)
        .send(media.read(found).pipe(newAlteration()));
  }
}

function cutInTheMiddle(reply: FastifyReply, found: Media, media: MediaStore): FastifyReply {
  reply.hijack();
  const { raw } = reply;
  raw.writeHead(200, { 'content-type': found.mime_type, 'content-length': found.file_size });
  raw.flushHeaders();
  const bytes = media.read(found, Math.floor(found.file_size / 2));
  bytes.on('end', () => raw.destroy());
  bytes.pipe(raw, { end: false });
  return reply;
}

/** As many bytes as before, the first of them another one. */
function newAlteration(): Transform {
  let isAltered = false;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      if (!isAltered && chunk.length > 0) {
        isAltered = true;
        chunk[0] = ~(chunk[0] ?? 0);
      }
      done(null, chunk);
    },
  });
}
