import type { RouteOptions } from 'fastify';
import { patternSentences } from './schema.ts';

type KnownRoute = { method: string; url: string; pattern: RegExp; options: RouteOptions };

/** The routes that were registered: refuses incomplete ones at start, and knows the methods of an address. */
export class RouteTable {
  readonly #routes: KnownRoute[] = [];
  readonly #scopes: readonly string[] | undefined;

  constructor(scopes?: readonly string[]) {
    this.#scopes = scopes;
  }

  add(options: RouteOptions): void {
    const pattern = patternOf(options.url);
    for (const method of [options.method].flat()) {
      this.#routes.push({ method, url: options.url, pattern, options });
    }
  }

  /** Every route with when it gives way under load; HEAD goes with its GET. */
  shedClasses(): { method: string; url: string; kind: string; shed: string | undefined }[] {
    return this.#routes.flatMap(({ method, url, options: { config } }) =>
      method === 'HEAD' ? [] : [{ method, url, kind: config?.kind ?? 'api', shed: config?.shed }],
    );
  }

  methodsOf(url: string): string[] {
    const path = url.split('?', 1)[0] ?? '';
    const found = this.#routes.filter(
      ({ pattern, url: known }) => known !== '*' && known !== '/*' && pattern.test(path),
    );
    return found.length === 0 ? [] : [...new Set([...found.map(({ method }) => method), 'OPTIONS'])].sort();
  }

  /** Throws one error that lists every route which lacks what all must have. */
  assertComplete(): void {
    const problems = this.#routes.flatMap(({ method, url, options }) =>
      method === 'HEAD' ? [] : problemsOf(options, this.#scopes).map((problem) => `${method} ${url}: ${problem}`),
    );
    if (problems.length > 0) throw new Error(`Routes are incomplete:\n  ${problems.join('\n  ')}`);
  }
}

function patternOf(url: string): RegExp {
  const escaped = url.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`);
  return new RegExp(`^${escaped.replaceAll(/:[^/]+/g, '[^/]+').replaceAll('*', '.*')}$`);
}

function problemsOf({ config, schema }: RouteOptions, scopes: readonly string[] | undefined): string[] {
  const problems: string[] = [];
  const kind = config?.kind ?? 'api';
  const access = config?.access;
  if (access === undefined) problems.push('config.access is missing');
  if (config?.shed === undefined) problems.push('config.shed is missing: say when it gives way under load');
  if (typeof access === 'object' && scopes?.includes(access.scope) === false) {
    problems.push(`there is no scope ${access.scope}`);
  }
  if (kind !== 'api' && kind !== 'stream') return problems;

  if (schema?.hide !== true && schema?.operationId === undefined) problems.push('schema.operationId is missing');
  if (kind === 'api' && !Object.keys(schema?.response ?? {}).some((status) => status.startsWith('2'))) {
    problems.push('schema.response lacks the schema of a success');
  }
  for (const part of ['body', 'querystring'] as const) {
    for (const [place, node] of nodesOf(schema?.[part], part)) {
      if (node['type'] === 'object' && node['properties'] && node['additionalProperties'] === undefined)
        problems.push(`${place} would let unknown fields through`);
      if (typeof node['pattern'] === 'string' && patternSentences[node['pattern']] === undefined)
        problems.push(`${place} has a pattern without a sentence in schema.ts`);
    }
  }
  return problems;
}

/** A schema and all that is in it, with where each is. */
function nodesOf(schema: unknown, place: string): [place: string, node: Record<string, unknown>][] {
  if (typeof schema !== 'object' || schema === null) return [];
  const node = schema as Record<string, unknown>;
  const children = Object.entries((node['properties'] ?? {}) as Record<string, unknown>).map(
    ([name, child]) => [`${place}/${name}`, child] as const,
  );
  const variants = ['anyOf', 'oneOf', 'allOf', 'items'].flatMap((keyword) =>
    [node[keyword]].flat().map((child) => [place, child] as const),
  );
  return [[place, node], ...[...children, ...variants].flatMap(([name, child]) => nodesOf(child, name))];
}
