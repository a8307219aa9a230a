import type { FastifyRequest } from 'fastify';
import { Fault, invalidField } from './fault.ts';
import { parseIdempotencyKey } from './idempotency.ts';
import { readQuery } from './strict-query.ts';

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
  if (hasBody || request.route.schema?.body !== undefined) {
    throw new Fault('unsupported_media_type', { detail: 'Send a Content-Type of application/json.' });
  }
}

/** Reads the key and the query as the route declares them, and refuses a body that it does not declare. */
export function readDeclared(request: FastifyRequest): void {
  const { config, schema } = request.route;
  const kind = config.kind ?? 'api';
  if (config.idempotency === 'required' || config.idempotency === 'kept')
    readIdempotencyKey(request, config.idempotency);
  if (kind !== 'api' && kind !== 'stream') return;
  request.query = readQuery(
    request.query as Record<string, string | string[]>,
    schema?.querystring as object | undefined,
  );
  if (schema?.body === undefined && !isEmptyBody(request.body)) throw invalidField('', 'This address takes no body.');
}

/** Throws `not_acceptable` when the caller would not take JSON. */
export function requireJsonAccepted(request: FastifyRequest): void {
  const { accept } = request.headers;
  if (accept === undefined || /(?:\*\/\*|application\/(?:\*|json|problem\+json))/i.test(accept)) return;
  throw new Fault('not_acceptable', { detail: 'The answer is application/json; the Accept header leaves it out.' });
}

function readIdempotencyKey(request: FastifyRequest, idempotency: 'required' | 'kept'): void {
  const header = request.headers['idempotency-key'];
  if (header === undefined && idempotency === 'kept') return;
  request.idempotencyKey = parseIdempotencyKey(header);
}

function isEmptyBody(body: unknown): boolean {
  if (body === undefined || body === null) return body === undefined;
  return typeof body === 'object' && !Array.isArray(body) && Object.keys(body).length === 0;
}

const smallBodyBytes = 64 * 1024;

/** How large the body may be, by what it announces and else by the route's limit; 0 when that is not worth counting. */
export function largeBodyBytes({ headers, route }: FastifyRequest): number {
  if (headers['transfer-encoding'] !== undefined) return route.bodyLimit;
  const announced = Number(headers['content-length'] ?? 0);
  return announced > smallBodyBytes ? announced : 0;
}
