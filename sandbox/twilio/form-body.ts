import type { FastifyRequest } from 'fastify';
import type { Form } from './send-parameters.ts';

/** The form of a request. A body of another type has no parameters, as far as Twilio looks. */
export function formOf(request: FastifyRequest): Form {
  const type = request.headers['content-type'] ?? '';
  const isForm = /^application\/x-www-form-urlencoded\b/i.test(type);
  return new URLSearchParams(isForm && Buffer.isBuffer(request.body) ? request.body.toString('utf8') : '');
}
