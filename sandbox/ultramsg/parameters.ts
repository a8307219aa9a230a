import type { FastifyRequest } from 'fastify';
import { isObject } from '#cloud-api/checks.ts';

/** What a call says, whether in its query, a form or JSON; the query first, since what stands there comes with every
 *  method. Everything is text, as in a form. A multipart form says nothing: only uploads may be one. */
export function parametersOf(request: FastifyRequest): Record<string, string> {
  return { ...bodyOf(request), ...textsOf(request.query) };
}

function bodyOf(request: FastifyRequest): Record<string, string> {
  const { body } = request;
  if (!Buffer.isBuffer(body) || body.length === 0) return {};
  const text = body.toString('utf8');
  // Clients say one kind and send another; the first character tells.
  if (!/^\s*\{/.test(text)) return Object.fromEntries(new URLSearchParams(text));
  try {
    return textsOf(JSON.parse(text));
  } catch {
    return {};
  }
}

function textsOf(value: unknown): Record<string, string> {
  if (!isObject(value)) return {};
  const texts: [string, string][] = [];
  for (const [name, each] of Object.entries(value)) {
    // Of a name that is given twice the last counts, as in PHP.
    const single: unknown = Array.isArray(each) ? (each as unknown[]).at(-1) : each;
    if (typeof single === 'string') texts.push([name, single]);
    else if (typeof single === 'number' || typeof single === 'boolean') texts.push([name, String(single)]);
  }
  return Object.fromEntries(texts);
}

/** Whether a flag is on, in any of the words for it. */
export function isOn(text: string | undefined): boolean {
  return text !== undefined && /^(?:true|on|1|yes)$/i.test(text.trim());
}
