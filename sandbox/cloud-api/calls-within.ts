import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Settings } from '#control/settings.ts';
import type { Json } from '#people/chats.ts';
import { checkToken, tokenOf } from './access.ts';
import { isObject } from './checks.ts';
import type { Credentials } from './credentials.ts';
import { GraphError } from './graph-error.ts';
import { splitFields } from './node-fields.ts';
import { fieldsOf, parameterOf } from './request-body.ts';

interface Deps {
  credentials: Credentials;
  settings: Settings;
}

interface Call {
  method: 'GET' | 'POST' | 'DELETE';
  url: string;
  body?: string;
}

const MOST_CALLS = 50;
const METHODS = ['GET', 'POST', 'DELETE'] as const;

/** `POST /` with a batch: many calls in one, each answered as if it had come alone. */
export function batchRoute(app: FastifyInstance, { credentials, settings }: Deps): void {
  app.post('/', async (request) => {
    checkToken(request, credentials, settings);
    const { batch } = fieldsOf(request);
    if (!Array.isArray(batch) || batch.length === 0) throw new GraphError(100, 'The parameter batch is required.');
    if (batch.length > MOST_CALLS) throw new GraphError(100, `Param batch may have ${MOST_CALLS} calls at most.`);
    const calls = batch.map(callOf);
    const answers: Json[] = [];
    // One behind the other, since a later call may build on what an earlier one did.
    for (const call of calls) {
      const { statusCode, headers, body } = await callWithin(app, request, call);
      const type = { name: 'Content-Type', value: String(headers['content-type'] ?? 'application/json') };
      answers.push({ code: statusCode, headers: [type], body });
    }
    return answers;
  });
}

function callOf(written: unknown): Call {
  const { method = 'GET', relative_url: address, body } = isObject(written) ? written : {};
  const known = METHODS.find((each) => each === String(method).toUpperCase());
  if (!known) throw new GraphError(100, `Param method of a call in batch must be one of {${METHODS.join(', ')}}.`);
  if (typeof address !== 'string' || !/^[\x21-\x7e]{1,8000}$/.test(address)) {
    throw new GraphError(100, 'Param relative_url of a call in batch must be the end of an address.');
  }
  if (body !== undefined && typeof body !== 'string') {
    throw new GraphError(100, 'Param body of a call in batch must be a text.');
  }
  const url = `/${address.replace(/^\/+/, '')}`;
  const { pathname } = new URL(url, 'http://localhost');
  // The control side is none of Graph's, and a batch has no batches.
  if (/_sandbox|%5f|^\/(v\d{1,2}\.\d\/?)?$/i.test(pathname)) {
    throw new GraphError(2500, `Unknown path components: ${pathname.slice(0, 200)}`);
  }
  return { method: known, url, ...(body === undefined ? {} : { body }) };
}

const EDGE = /^(phone_numbers|message_templates|flows|subscribed_apps)(?:\.limit\((\d{1,4})\))?(?:\{(.*)\})?$/s;

/** The lists of an account that `?fields=` asks for beside its own fields, as in `id,phone_numbers{id}`. */
export async function edgesOf(app: FastifyInstance, request: FastifyRequest, id: string): Promise<Json> {
  const { fields } = request.query as { fields?: unknown };
  const edges: Json = {};
  for (const field of typeof fields === 'string' ? splitFields(fields) : []) {
    const [, edge, limit, inner] = EDGE.exec(field.trim()) ?? [];
    if (edge === undefined) continue;
    const query = new URLSearchParams({
      ...(limit === undefined ? {} : { limit }),
      ...(inner ? { fields: inner } : {}),
    });
    const answer = await callWithin(app, request, { method: 'GET', url: `/${id}/${edge}?${query.toString()}` });
    const list = answer.json<{ error?: { code: number; error_data?: { details?: string } } }>();
    if (list.error) throw new GraphError(list.error.code, list.error.error_data?.details ?? `${edge} cannot be read.`);
    edges[edge] = list;
  }
  return edges;
}

/** A call as if its caller had made it on its own; a token in it goes before that of the call around it. */
function callWithin(app: FastifyInstance, request: FastifyRequest, { method, url, body }: Call) {
  const address = new URL(url, 'http://localhost');
  const proof = parameterOf(request, 'appsecret_proof');
  if (typeof proof === 'string' && !address.searchParams.has('appsecret_proof')) {
    address.searchParams.set('appsecret_proof', proof);
  }
  const token = address.searchParams.get('access_token') ?? tokenOf(request) ?? '';
  const isJson = /^\s*\{/.test(body ?? '');
  return app.inject({
    method,
    url: address.pathname + address.search,
    headers: {
      host: request.headers.host ?? 'localhost',
      authorization: `Bearer ${token}`,
      ...(body === undefined
        ? {}
        : { 'content-type': isJson ? 'application/json' : 'application/x-www-form-urlencoded' }),
    },
    ...(body === undefined ? {} : { payload: body }),
  });
}
