import type { ContentProblem } from '#channels/provider.ts';
import { type Fields, isFields } from '#channels/providers/payloads/fields.ts';
import { escapePointer } from '#platform/json-body.ts';

/** What was found so far. Checks add to it and go on, so that a caller sees every mistake at once. */
export type Problems = ContentProblem[];

export function refuse(problems: Problems, pointer: string, message: string): void {
  problems.push({ pointer, message, code: 'invalid' });
}

/** For what WhatsApp has and Carillon does not send; `message` says so. */
export function refuseUnsupported(problems: Problems, pointer: string, message: string): void {
  problems.push({ pointer, message, code: 'unsupported' });
}

/** What a few rules depend on beside the content. */
export interface CheckContext {
  /** When the message is to leave. */
  sendAt: Temporal.Instant;
  /** It goes by the Marketing Messages API. */
  marketingMessages?: boolean;
}

/** For texts whose limit Meta does not tell, in characters: more than any phone shows. */
export const untoldMax = 1000;

/** The object at `pointer`, or undefined (and a problem) when there is none. Fields beyond `known` are refused: a
 *  misspelt optional field would otherwise be dropped in silence by the provider. */
export function fieldsAt(
  problems: Problems,
  pointer: string,
  value: unknown,
  known: readonly string[],
): Fields | undefined {
  if (!isFields(value)) {
    refuse(problems, pointer, value === undefined ? 'This object is required.' : 'It must be an object.');
    return undefined;
  }
  for (const name of Object.keys(value)) {
    if (!known.includes(name)) {
      refuse(
        problems,
        `${pointer}/${escapePointer(name).slice(0, 200)}`,
        `There is no such field here; known are: ${known.join(', ')}.`,
      );
    }
  }
  return value;
}

export interface TextRule {
  /** In characters (Unicode code points). */
  max: number;
  min?: number;
  /** Absent is fine. */
  optional?: boolean;
  /** Line breaks and tabs are refused. */
  singleLine?: boolean;
}

// Everything below space but tab, line feed and carriage return; PostgreSQL and JSON readers choke on NUL, phones show
// nothing for the rest.
// oxlint-disable-next-line no-control-regex -- finding control characters is the purpose
const controlCharacters = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/;

/** True when the text may be used. Length is counted in code points, the unit of Meta's limits. */
export function checkText(problems: Problems, pointer: string, value: unknown, rule: TextRule): value is string {
  if (value === undefined) {
    if (!rule.optional) refuse(problems, pointer, 'This text is required.');
    return false;
  }
  if (typeof value !== 'string') {
    refuse(problems, pointer, 'It must be a string.');
    return false;
  }
  const before = problems.length;
  const min = rule.min ?? 1;
  if (value.length < min || (min > 0 && value.trim() === '')) {
    refuse(problems, pointer, 'It must not be empty.');
  }
  if (isLongerThan(value, rule.max)) {
    refuse(problems, pointer, `It has ${characterCount(value)} characters; at most ${rule.max} are allowed.`);
  }
  if (!value.isWellFormed()) refuse(problems, pointer, 'It has half of a surrogate pair, which is no character.');
  if (controlCharacters.test(value)) refuse(problems, pointer, 'It has a control character (such as NUL).');
  if (rule.singleLine && /[\n\r\t]/.test(value)) refuse(problems, pointer, 'It must be one line without tabs.');
  return problems.length === before;
}

/** A list of `min` to `max` entries, or undefined (and a problem). */
export function listAt(
  problems: Problems,
  pointer: string,
  value: unknown,
  min: number,
  max: number,
): unknown[] | undefined {
  if (!Array.isArray(value)) {
    refuse(problems, pointer, value === undefined ? 'This list is required.' : 'It must be a list.');
    return undefined;
  }
  if (value.length < min || value.length > max) {
    const wanted = min === max ? `exactly ${min}` : `${min} to ${max}`;
    refuse(problems, pointer, `It has ${value.length} entries; ${wanted} are allowed.`);
    return undefined;
  }
  return value;
}

/** Refuses a value that `seen` already has, and remembers it. */
export function checkUnique(
  problems: Problems,
  pointer: string,
  value: unknown,
  seen: Set<unknown>,
  what: string,
): void {
  if (seen.has(value)) refuse(problems, pointer, `Another ${what} has the same value; each must be unique.`);
  seen.add(value);
}

/** An object of optional texts without a limit that Meta tells. An empty one says as much as none, and address books
 *  are full of them. */
export function checkTexts(
  problems: Problems,
  pointer: string,
  value: unknown,
  known: readonly string[],
): Fields | undefined {
  const fields = fieldsAt(problems, pointer, value, known);
  if (fields) checkParts(problems, pointer, fields, known);
  return fields;
}

/** The same for some fields of an object that has others too. */
export function checkParts(problems: Problems, pointer: string, fields: Fields, names: readonly string[]): void {
  for (const name of names) {
    checkText(problems, `${pointer}/${name}`, fields[name], { max: untoldMax, min: 0, optional: true });
  }
}

/** One of the words that the provider knows. */
export function checkWord(
  problems: Problems,
  pointer: string,
  value: unknown,
  known: readonly string[],
  rule: { optional?: boolean } = {},
): void {
  if (value === undefined && rule.optional) return;
  if (typeof value !== 'string' || !known.includes(value)) {
    refuse(problems, pointer, `It must be ${known.map((name) => `"${name}"`).join(' or ')}.`);
  }
}

export function checkWholeNumber(
  problems: Problems,
  pointer: string,
  value: unknown,
  min: number,
  max: number = Number.MAX_SAFE_INTEGER,
): value is number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return true;
  const range = max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`;
  refuse(problems, pointer, `It must be a whole number ${range}.`);
  return false;
}

/** What the field `name` of an object says in lower case: Meta takes either case in templates. Empty when it says nothing. */
export function wordIn(value: unknown, name: string): string {
  const word = isFields(value) ? value[name] : undefined;
  return typeof word === 'string' ? word.toLowerCase() : '';
}

function characterCount(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}

function isLongerThan(text: string, max: number): boolean {
  // A string never has more code points than code units, so most texts need no counting.
  return text.length > max && (text.length > max * 2 || characterCount(text) > max);
}
