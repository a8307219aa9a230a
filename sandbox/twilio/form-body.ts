import type { FastifyRequest } from 'fastify';
import { isObject } from '#cloud-api/checks.ts';
import type { Json } from '#people/chats.ts';
import type { Form } from './send-parameters.ts';
import { TwilioError } from './twilio-error.ts';

/** The form of a request. A body of another type has no parameters, as far as Twilio looks. */
export function formOf(request: FastifyRequest): Form {
  const type = request.headers['content-type'] ?? '';
  const isForm = /^application\/x-www-form-urlencoded\b/i.test(type);
  return new URLSearchParams(isForm && Buffer.isBuffer(request.body) ? request.body.toString('utf8') : '');
}

/** The object of a request to one of the later endpoints. */
export function jsonOf(request: FastifyRequest): Json {
  try {
    const body: unknown = Buffer.isBuffer(request.body) ? JSON.parse(request.body.toString('utf8')) : undefined;
    if (isObject(body)) return body;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new TwilioError(20001, 'The body must be a JSON object');
}
