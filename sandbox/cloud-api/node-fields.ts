import type { FastifyRequest } from 'fastify';
import type { Json } from '#people/chats.ts';

/** Only the fields that `?fields=` asks for, and `id` always; all of them if it asks for none. Fields that the sandbox
 *  does not know are left out. */
export function pick(request: FastifyRequest, node: Json, standard?: readonly string[]): Json {
  const { fields } = request.query as { fields?: unknown };
  const asked = typeof fields === 'string' && fields !== '' ? fieldNames(fields) : standard;
  if (!asked) return node;
  const names = new Set([...asked, 'id']);
  return Object.fromEntries([...names].filter((name) => name in node).map((name) => [name, node[name]]));
}

/** The names at the top of a list as `id,analytics.start(1).end(2),owner{id,name}`. */
export function fieldNames(fields: string): string[] {
  return splitFields(fields).map((field) => field.replace(/[.{(].*$/s, '').trim());
}

/** Splits at the commas that stand in no parentheses or braces. */
export function splitFields(fields: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let part = '';
  for (const character of fields) {
    if ('({['.includes(character)) depth++;
    if (')}]'.includes(character)) depth--;
    if (character === ',' && depth === 0) {
      parts.push(part);
      part = '';
    } else part += character;
  }
  return [...parts, part].filter((each) => each.trim() !== '');
}
