import type { Json } from '#people/chats.ts';
import { GraphError } from './graph-error.ts';

// The checks of one field each, with the error that Meta gives for it. `path` names the field in the details.

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function invalid(path: string, reason: string): GraphError {
  return new GraphError(100, `Param ${path} ${reason}`);
}

export function requireObject(parent: Json, key: string, path: string): Json {
  const value = parent[key];
  if (value === undefined || value === null) throw missing(path);
  if (!isObject(value)) throw invalid(path, 'must be a JSON object.');
  return value;
}

export function requireArray(parent: Json, key: string, path: string, min: number, max: number): unknown[] {
  const value = parent[key];
  if (value === undefined || value === null) throw missing(path);
  if (!Array.isArray(value)) throw invalid(path, 'must be an array.');
  if (value.length < min || value.length > max) {
    throw new GraphError(131009, `Param ${path} must have between ${min} and ${max} elements, it has ${value.length}.`);
  }
  return value as unknown[];
}

/** A text of 1 to `max` characters; counted as Meta counts, by code points. */
export function requireText(parent: Json, key: string, path: string, max: number): string {
  const value = parent[key];
  if (value === undefined || value === null || value === '') throw missing(path);
  return checkText(value, path, max);
}

export function optionalText(parent: Json, key: string, path: string, max: number): string | undefined {
  const value = parent[key];
  return value === undefined || value === null ? undefined : checkText(value, path, max);
}

function checkText(value: unknown, path: string, max: number): string {
  if (typeof value !== 'string') throw invalid(path, 'must be a string.');
  // A text of at most `max` UTF-16 units has at most so many code points: the dear count is for long texts only.
  const length = value.length <= max ? value.length : characterCount(value);
  if (length > max) throw invalid(path, `must be at most ${max} characters long, it has ${length}.`);
  return value;
}

/** Code points, not UTF-16 units: an emoji is one character for Meta. */
export function characterCount(text: string): number {
  let count = 0;
  for (const _character of text) count++;
  return count;
}

/** Any value as a short text for a message. */
export function shown(value: unknown): string {
  return (typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing')).slice(0, 200);
}

/** Whether an optional field was given: clients write an absent one as null, too. */
export function isGiven(parent: Json, key: string): boolean {
  return parent[key] !== undefined && parent[key] !== null;
}

export function optionalObject(parent: Json, key: string, path: string): Json | undefined {
  return isGiven(parent, key) ? requireObject(parent, key, path) : undefined;
}

/** The objects of a list, each with its path. */
export function requireObjects(
  parent: Json,
  key: string,
  path: string,
  min: number,
  max: number,
): { element: Json; at: string }[] {
  return requireArray(parent, key, path, min, max).map((element, index) => {
    const at = `${path}[${index}]`;
    if (!isObject(element)) throw invalid(at, 'must be a JSON object.');
    return { element, at };
  });
}

/** One of a few words. */
export function requireWord(parent: Json, key: string, path: string, words: readonly string[]): string {
  const value = parent[key];
  if (value === undefined || value === null || value === '') throw missing(path);
  if (typeof value !== 'string' || !words.includes(value)) {
    throw invalid(path, `must be one of {${words.join(', ')}} - got "${shown(value)}".`);
  }
  return value;
}

export function optionalWord(parent: Json, key: string, path: string, words: readonly string[]): string | undefined {
  return isGiven(parent, key) ? requireWord(parent, key, path, words) : undefined;
}

/** A whole number; Graph takes digits as text, too. */
export function requireInteger(parent: Json, key: string, path: string, min: number, max: number): number {
  const value = parent[key];
  if (value === undefined || value === null || value === '') throw missing(path);
  const number = typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isSafeInteger(number) || number < min || number > max) {
    throw new GraphError(131009, `Param ${path} must be a whole number from ${min} to ${max}.`);
  }
  return number;
}

export function optionalBoolean(parent: Json, key: string, path: string): void {
  const value = parent[key];
  // Forms and some clients send booleans as text, and Graph takes them.
  if (isGiven(parent, key) && typeof value !== 'boolean' && value !== 'true' && value !== 'false') {
    throw invalid(path, 'must be a boolean.');
  }
}

export function requireNumber(parent: Json, key: string, path: string, min: number, max: number): number {
  const value = parent[key];
  if (value === undefined || value === null || value === '') throw missing(path);
  const number = typeof value === 'string' && /^-?\d{1,4}(\.\d+)?$/.test(value.trim()) ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isFinite(number) || number < min || number > max) {
    throw new GraphError(131009, `Param ${path} must be a number from ${min} to ${max}.`);
  }
  return number;
}

export function requireUrl(parent: Json, key: string, path: string): string {
  const url = requireText(parent, key, path, 2048);
  if (!/^https?:\/\/[^\s/]/i.test(url) || !URL.canParse(url)) {
    throw invalid(path, 'must be a valid URL that starts with http:// or https://.');
  }
  return url;
}

export function missing(path: string): GraphError {
  return new GraphError(131008, `Required parameter ${path} is missing.`);
}
