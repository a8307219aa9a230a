import { Ajv, type ErrorObject } from 'ajv';
import { LineCounter, type Node, type Pair, isMap, isNode, isScalar, isSeq, parseDocument } from 'yaml';
import type { Scenario } from './scenario.ts';
import { checkMeaning } from './scenario-rules.ts';
import { SCENARIO_SCHEMA } from './scenario-schema.ts';
import { WRITING_WORDS, type Writing, isWritten } from './spans.ts';

/** What is wrong at one place of a scenario. Lines and columns count from 1. */
export interface ScenarioProblem {
  line: number;
  column: number;
  /** Such as `people[0].count`; empty for the whole. */
  at: string;
  message: string;
}

type Path = (string | number)[];

export type ReadScenario = { scenario: Scenario; problems: [] } | { scenario: null; problems: ScenarioProblem[] };

const MOST_PROBLEMS = 20;

/** Reads a scenario from YAML, of which JSON is a part. Finds all that is wrong with it, in the order of the lines. */
export function readScenario(text: string): ReadScenario {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, merge: true });
  const problemAt = (offset: number, at: Path, message: string): ScenarioProblem => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1), at: shownPath(at), message };
  };
  if (document.errors.length > 0) {
    return refused(document.errors.map((error) => problemAt(error.pos[0], [], `is no YAML: ${error.message}`)));
  }
  let value: unknown;
  try {
    value = document.toJS();
  } catch (error) {
    // More aliases than a scenario can need.
    return refused([problemAt(0, [], `cannot be read: ${error instanceof Error ? error.message : String(error)}`)]);
  }
  const contents: unknown = document.contents;
  const whereIs = (path: Path, key?: string) => offsetOf(isNode(contents) ? contents : null, path, key);
  if (!validate(value)) {
    const errors = (validate.errors ?? []).filter((error) => !error.schemaPath.includes('/anyOf/'));
    return refused(
      errors.map((error) => {
        const path = pathOf(error.instancePath, value);
        const { key, message } = wordsOf(error);
        return problemAt(whereIs(path, key), key === undefined ? path : [...path, key], message);
      }),
    );
  }
  const scenario = value as Scenario;
  const problems = Array.from(checkMeaning(scenario), ({ path, message }) => problemAt(whereIs(path), path, message));
  return problems.length > 0 ? refused(problems) : { scenario, problems: [] };
}

/** One line for each problem, as a compiler writes them. */
export function describeProblems(problems: readonly ScenarioProblem[]): string {
  return problems
    .map(
      ({ line, column, at, message }) =>
        `line ${line}, column ${column}: ${at === '' ? 'the scenario' : at} ${message}`,
    )
    .join('\n');
}

function refused(problems: ScenarioProblem[]): ReadScenario {
  const sorted = problems.toSorted((one, other) => one.line - other.line || one.column - other.column);
  return { scenario: null, problems: sorted.slice(0, MOST_PROBLEMS) };
}

const ajv = new Ajv({ allErrors: true, verbose: true, strict: true, allowUnionTypes: true, strictRequired: false });
ajv.addKeyword({ keyword: 'written', validate: (as: Writing, value: unknown) => isWritten(as, value), errors: false });
const validate = ajv.compile(SCENARIO_SCHEMA);

/** An error of the schema in words; `key` is the key below its place that is meant, if there is one. */
function wordsOf(error: ErrorObject): { key?: string; message: string } {
  const { keyword, params, parentSchema } = error;
  const described = (parentSchema as { description?: string } | undefined)?.description;
  switch (keyword) {
    case 'additionalProperties': {
      const known = Object.keys((parentSchema as { properties?: object } | undefined)?.properties ?? {});
      const key = String(params['additionalProperty']);
      return { key, message: `is not known here; what can stand here: ${likeliest(known, key).join(', ')}` };
    }
    case 'required':
      return { message: `has no ${String(params['missingProperty'])}` };
    case 'type':
      return { message: `must be ${TYPE_WORDS[String(params['type'])] ?? String(params['type'])}` };
    case 'enum':
      return { message: `must be one of ${(params['allowedValues'] as unknown[]).join(', ')}` };
    case 'written':
      return { message: `must be ${WRITING_WORDS[error.schema as Writing]}` };
    case 'minimum':
      return { message: `must be at least ${String(params['limit'])}` };
    case 'maximum':
      return { message: `must be at most ${String(params['limit'])}` };
    case 'minItems':
    case 'minLength':
    case 'minProperties':
      return { message: 'must not be empty' };
    case 'pattern':
      return { message: described === undefined ? `must match ${String(params['pattern'])}` : `must be ${described}` };
    case 'anyOf':
      return { message: `must not be ${JSON.stringify(error.data)?.slice(0, 100)}` };
    default:
      return { message: error.message ?? 'is wrong' };
  }
}

/** All of them while they are few, else those that begin most alike. */
function likeliest(known: string[], key: string): string[] {
  if (known.length <= 20) return known;
  const likeness = (name: string) => {
    let length = 0;
    while (length < key.length && name[length] === key[length]) length++;
    return length;
  };
  return [...known.toSorted((one, other) => likeness(other) - likeness(one)).slice(0, 10), '…'];
}

const TYPE_WORDS: Readonly<Record<string, string>> = {
  string: 'a text (in quotes, if it looks like a number)',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  object: 'a list of keys with values',
  array: 'a list, each line with a dash',
};

/** The parts of a JSON pointer; what is an index in the value becomes a number. */
function pathOf(pointer: string, value: unknown): Path {
  const path: Path = [];
  let inside: unknown = value;
  for (const part of pointer.split('/').slice(1)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    path.push(Array.isArray(inside) ? Number(key) : key);
    inside = typeof inside === 'object' && inside !== null ? (inside as Record<string, unknown>)[key] : undefined;
  }
  return path;
}

function shownPath(path: Path): string {
  return path
    .map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index === 0 ? '' : '.'}${part}`))
    .join('');
}

/** Where the value at `path` begins, or as near above it as there is anything; with `key`, where that key stands. */
function offsetOf(root: Node | null, path: Path, key: string | undefined): number {
  let node: unknown = root;
  let offset = root?.range?.[0] ?? 0;
  for (const part of path) {
    node = isSeq(node) ? node.items[Number(part)] : isMap(node) ? pairOf(node.items, String(part))?.value : undefined;
    if (!isNode(node)) return offset;
    offset = node.range?.[0] ?? offset;
  }
  const keyNode = key !== undefined && isMap(node) ? pairOf(node.items, key)?.key : undefined;
  return isNode(keyNode) ? (keyNode.range?.[0] ?? offset) : offset;
}

function pairOf(pairs: readonly Pair[], key: string): Pair | undefined {
  return pairs.find((pair) => isScalar(pair.key) && String(pair.key.value) === key);
}
