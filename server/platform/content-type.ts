import type { FastifyRequest } from 'fastify';
import { Fault } from './fault.ts';

const json = /^[ \t]*application\/json(?:[ \t]*;[ \t]*charset=(?:utf-8|"utf-8"))?[ \t]*;?[ \t]*$/i;

/** Throws `unsupported_media_type` unless the body, if there is one, is plain JSON in UTF-8. That a form or text is never
 *  taken for JSON also keeps pages of other sites from posting to us. */
export function requireBodyType(request: FastifyRequest): void {
  const { method, headers } = request;
  if (method === 'GET' || method === 'HEAD' || method === 'OPTIONS') return;
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    throw new Fault('unsupported_media_type', { detail: 'Send the body without a Content-Encoding.' });
  }
  const type = headers['content-type'];
  if (type !== undefined) {
    if (json.test(type)) return;
    throw new Fault('unsupported_media_type', { detail: 'Send the body as application/json in UTF-8.' });
  }
  const length = headers['content-length'];
  const hasBody = headers['transfer-encoding'] !== undefined || (length !== undefined && length !== '0');
  if (hasBody || request.routeOptions.schema?.body !== undefined) {
    throw new Fault('unsupported_media_type', { detail: 'Send a Content-Type of application/json.' });
  }
}
