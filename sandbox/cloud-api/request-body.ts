import type { FastifyRequest } from 'fastify';
import type { Json } from '#people/chats.ts';
import { isObject } from './checks.ts';
import { formFields, formValue } from './form-fields.ts';
import { GraphError } from './graph-error.ts';
import { formOf } from './multipart-forms.ts';

/** The fields of a Graph call. Graph takes them as JSON, as a form or in the query; the body wins. Values of forms that
 *  look like JSON objects or arrays are read as such. Throws 100 for a body that cannot be read. */
export function fieldsOf(request: FastifyRequest): Json {
  return { ...(request.query as Json), ...bodyOf(request) };
}

export function bodyOf(request: FastifyRequest): Json {
  const form = formOf(request);
  if (form) return form.fields;
  const raw = request.body;
  if (!Buffer.isBuffer(raw) || raw.length === 0) return {};
  const contentType = request.headers['content-type'] ?? '';
  const text = raw.toString('utf8');
  if (/^application\/x-www-form-urlencoded/i.test(contentType)) return formFields(new URLSearchParams(text));
  return parseJson(text);
}

/** Larger bodies are files, and bring nothing beside themselves. */
const MOST_FIELD_BYTES = 1_000_000;

/** What a call says of its caller, such as a token: in the query, or, without a header that does, among the fields of a body
 *  that can be read. (With the header the body is not read for it a second time.) */
export function parameterOf(request: FastifyRequest, name: string): unknown {
  const inQuery = (request.query as Json)[name];
  if (inQuery !== undefined && inQuery !== '') return inQuery;
  if (request.headers.authorization !== undefined) return undefined;
  if (Buffer.isBuffer(request.body) && request.body.length > MOST_FIELD_BYTES) return undefined;
  try {
    return bodyOf(request)[name];
  } catch (error) {
    if (error instanceof GraphError) return undefined;
    throw error;
  }
}

// What says who calls is no part of what is said.
const CALLER_FIELDS = ['access_token', 'appsecret_proof'];

/** The fields of a message. Graph also takes an object that was written as text, as some clients write contacts. */
export function messageOf(request: FastifyRequest): Json {
  const query = Object.entries(request.query as Record<string, string | string[]>);
  const inQuery = query.flatMap(([name, value]) => [value].flat().map((each) => [name, each] as const));
  const all = { ...formFields(inQuery), ...bodyOf(request) };
  const body = Object.fromEntries(Object.entries(all).filter(([name]) => !CALLER_FIELDS.includes(name)));
  const objects = [body['type'], 'context', 'typing_indicator'].filter((key) => typeof key === 'string');
  const written = objects.flatMap((key) => {
    const value = body[key];
    return typeof value === 'string' ? [[key, formValue(value)]] : [];
  });
  return written.length === 0 ? body : { ...body, ...Object.fromEntries(written) };
}

function parseJson(text: string): Json {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new GraphError(100, 'The request body is not valid JSON.');
  }
  if (!isObject(parsed)) throw new GraphError(100, 'The request body must be a JSON object.');
  return parsed;
}
