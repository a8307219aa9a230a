import type { FastifyReply, FastifyRequest } from 'fastify';

/** Reads so much of the request's body and resets the connection; the request never becomes whole. */
export function cutUnreadRequest(request: FastifyRequest, reply: FastifyReply, bytes: number | 'half'): void {
  reply.hijack();
  const { raw } = request;
  const length = Number(raw.headers['content-length'] ?? 0);
  const most = bytes === 'half' ? Math.floor(length / 2) : bytes;
  const reset = () => raw.socket.resetAndDestroy();
  if (most === 0) {
    reset();
    return;
  }
  let read = 0;
  raw.on('data', (chunk: Buffer) => {
    read += chunk.length;
    if (read >= most) reset();
  });
  // A body shorter than the cut ends with the same reset.
  raw.on('end', reset);
  raw.on('error', () => undefined);
}
