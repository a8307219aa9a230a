import { isUtf8 } from 'node:buffer';
import { Fault, type FaultCode } from './fault.ts';

/** Objects and arrays may lie this deep in each other; the outermost one counts as 1. */
const maxJsonDepth = 32;

const quote = 0x22;
const backslash = 0x5c;
const colon = 0x3a;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;

/** Parses a request body more strictly than JSON.parse, which keeps the last of two equal keys, reads 1e400 as
 *  Infinity and takes NUL, lone surrogates and a million levels, all of which break or change later in PostgreSQL.
 *  Throws a Fault that names the place, never the value. */
export function parseJsonBody(raw: Buffer): unknown {
  if (raw.length === 0) throw new Fault('invalid_json', { detail: 'The body is empty.' });
  if (raw[0] === 0xef && raw[1] === 0xbb && raw[2] === 0xbf) {
    throw new Fault('invalid_json', { detail: 'The body begins with a byte order mark; send plain UTF-8.' });
  }
  if (!isUtf8(raw)) throw new Fault('invalid_encoding', { detail: 'The body has bytes that are not UTF-8.' });

  const memberCount = countMembers(raw);
  const text = raw.toString('utf8');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new Fault('invalid_json', { detail: `The body is not valid JSON${placeOf(cause, text)}.`, cause });
  }

  const check: Check = { memberCount: 0, refusal: undefined };
  if (!inspect(value, check)) throw toFault(check);
  if (check.memberCount !== memberCount) {
    const pointer = findDuplicateKey(text);
    throw new Fault('duplicate_key', {
      detail: `The key ${pointer} stands twice in its object.`,
      fields: [{ pointer, message: 'This key stands twice in its object.' }],
    });
  }
  return value;
}

// One pass over the bytes before JSON.parse. It stops a deep body early, and counts the members that the text has: when
// the parsed value has fewer, some key came twice. That is far cheaper than keeping the keys of each object.
function countMembers(raw: Buffer): number {
  let depth = 0;
  let members = 0;
  for (let index = 0; index < raw.length; index++) {
    const byte = raw[index];
    if (byte === quote) index = endOfString(raw, index);
    else if (byte === colon) members++;
    else if (byte === closeBrace || byte === closeBracket) depth--;
    else if ((byte === openBrace || byte === openBracket) && ++depth > maxJsonDepth) {
      throw new Fault('too_deep', { detail: `Objects and arrays may be nested ${maxJsonDepth} deep at most.` });
    }
  }
  return members;
}

function endOfString(raw: Buffer, start: number): number {
  let index = start + 1;
  while (index < raw.length && raw[index] !== quote) index += raw[index] === backslash ? 2 : 1;
  return index;
}

type Refusal = { code: FaultCode; message: string; pointer: string };
type Check = { memberCount: number; refusal: Refusal | undefined };

// oxlint-disable-next-line no-control-regex
const controlCharacter = /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/;

// Counts members and refuses what must not get further. The pointer is put together only on the way back from a refusal.
function inspect(value: unknown, check: Check): boolean {
  if (typeof value === 'string') return inspectText(value, check);
  if (typeof value === 'number') {
    if (Math.abs(value) <= Number.MAX_SAFE_INTEGER) return true;
    return refuse(check, 'invalid_request', 'The number is too large to be kept exactly; send it as a string.');
  }
  if (typeof value !== 'object' || value === null) return true;
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) {
      if (!inspect(value[index], check)) return within(check, String(index));
    }
    return true;
  }
  const members = value as Record<string, unknown>;
  for (const key in members) {
    check.memberCount++;
    if (!inspectKey(key, check)) return false;
    if (!inspect(members[key], check)) return within(check, key);
  }
  return true;
}

function inspectText(text: string, check: Check): boolean {
  if (controlCharacter.test(text)) {
    return refuse(check, 'invalid_request', 'The text has a control character other than tab and line break.');
  }
  return text.isWellFormed() || refuse(check, 'invalid_request', 'The text has half of a surrogate pair.');
}

function inspectKey(key: string, check: Check): boolean {
  if (key === '__proto__' || key === 'constructor' || key === 'prototype') {
    refuse(check, 'forbidden_key', `The key ${key} is not allowed.`);
    return within(check, key);
  }
  return inspectText(key, check);
}

function refuse(check: Check, code: FaultCode, message: string): false {
  check.refusal = { code, message, pointer: '' };
  return false;
}

function within(check: Check, segment: string): false {
  if (check.refusal) check.refusal.pointer = `/${escapePointer(segment)}${check.refusal.pointer}`;
  return false;
}

/** One segment of a JSON pointer (RFC 6901). */
export function escapePointer(segment: string): string {
  return segment.replaceAll('~', '~0').replaceAll('/', '~1');
}

function toFault(check: Check): Fault {
  const { code, message, pointer } = check.refusal ?? { code: 'invalid_json' as const, message: '', pointer: '' };
  return new Fault(code, { detail: `${pointer || 'The body'}: ${message}`, fields: [{ pointer, message }] });
}

// V8's message quotes the input, so only the position is taken from it, or the one character that it could not read.
function placeOf(cause: unknown, text: string): string {
  const message = cause instanceof Error ? cause.message : '';
  const position = /at position (\d+)/.exec(message)?.[1];
  if (position === undefined) {
    const character = /^Unexpected token '([!-~])'/.exec(message)?.[1];
    if (character !== undefined) return `; a "${character}" is not expected where it stands`;
    return message.startsWith('Unexpected end') ? '; it ends too early' : '';
  }
  const before = text.slice(0, Number(position));
  const line = before.split('\n').length;
  return ` at line ${line}, column ${before.length - before.lastIndexOf('\n')}`;
}

/** Where the first repeated key of a valid JSON text is. Only for the error message, so it may be slow. */
function findDuplicateKey(text: string): string {
  type Level = { keys: Set<string> | undefined; segment: string | number };
  const levels: Level[] = [];
  const tokens = /"(?:[^"\\]|\\.)*"|[{}[\],:]/gs;
  let latest = '';
  for (const [token] of text.matchAll(tokens)) {
    const level = levels.at(-1);
    if (token === '{') levels.push({ keys: new Set(), segment: '' });
    else if (token === '[') levels.push({ keys: undefined, segment: 0 });
    else if (token === '}' || token === ']') levels.pop();
    else if (token === ',' && typeof level?.segment === 'number') level.segment++;
    else if (token === ':' && level?.keys) {
      level.segment = JSON.parse(latest) as string;
      if (level.keys.has(level.segment)) break;
      level.keys.add(level.segment);
    } else if (token !== ',') latest = token;
  }
  return levels.map((level) => `/${escapePointer(String(level.segment))}`).join('');
}
