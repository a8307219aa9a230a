import type { FastifyRequest } from 'fastify';
import type { Json } from '#people/chats.ts';
import { isObject } from './checks.ts';
import { GraphError } from './graph-error.ts';

/** The fields of a Graph call. Graph takes them as JSON, as a form or in the query; the body wins. Values of forms that
 *  look like JSON objects or arrays are read as such. Throws 100 for a body that cannot be read. */
export function fieldsOf(request: FastifyRequest): Json {
  return { ...(request.query as Json), ...bodyOf(request) };
}

export function bodyOf(request: FastifyRequest): Json {
  const raw = request.body;
  if (!Buffer.isBuffer(raw) || raw.length === 0) return {};
  const contentType = request.headers['content-type'] ?? '';
  if (contentType.startsWith('application/x-www-form-urlencoded')) {
    const fields: Json = {};
    for (const [name, value] of new URLSearchParams(raw.toString('utf8'))) fields[name] = formValue(value);
    return fields;
  }
  return parseJson(raw.toString('utf8'));
}

/** The fields of a message. Graph also takes an object that was written as text, as some clients write contacts. */
export function messageOf(request: FastifyRequest): Json {
  const body = bodyOf(request);
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

function formValue(value: string): unknown {
  if (!/^[[{]/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
