import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import { Fault } from './fault.ts';
import type { KeptAnswer, KeptAnswers, Reservation } from './kept-answers.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Of the Idempotency-Key, while its write is being worked on. */
    reservation: Reservation | undefined;
  }
}

export type IdempotentWritesDeps = {
  answers: KeptAnswers;
  /** The write took effect and its answer could not be kept. */
  onLost: (error: unknown, request: FastifyRequest) => void;
};

/** What a route does with an Idempotency-Key, if it says nothing of its own: every write of the API takes one. */
export function idempotencyOf({ method, config }: RouteOptions): 'required' | 'kept' | 'none' {
  if (config?.idempotency !== undefined) return config.idempotency;
  const isWrite = [method].flat().some((one) => ['POST', 'PUT', 'PATCH', 'DELETE'].includes(one));
  const isApi = config?.kind === undefined || config.kind === 'api';
  return isWrite && isApi && config?.access !== 'public' ? 'kept' : 'none';
}

/** Gives every write that comes with an Idempotency-Key its effect once, and to its repetitions the first answer. Call it
 *  before the first route is registered. */
export function keepAnswers(
  server: Pick<FastifyInstance, 'decorateRequest' | 'addHook'>,
  deps: IdempotentWritesDeps,
): void {
  server.decorateRequest('reservation', undefined);
  server.addHook('onRoute', (route) => {
    if (idempotencyOf(route) !== 'kept') return;
    // On the routes that need it, since every other request would pay for it too.
    route.preHandler = [...[route.preHandler ?? []].flat(), begin];
    route.onSend = [...[route.onSend ?? []].flat(), end];
  });

  async function begin(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> {
    const { idempotencyKey: key, caller, route } = request;
    if (key === undefined || caller === undefined) return undefined;
    const begun = await deps.answers.begin({
      workspaceId: caller.workspaceId,
      key,
      route: `${request.method} ${route.url}`,
      asked: [request.params, request.query, request.body],
    });
    if (!('id' in begun)) return replay(request, reply, begun);
    request.reservation = begun;
    return undefined;
  }

  async function end(request: FastifyRequest, reply: FastifyReply, payload: unknown): Promise<unknown> {
    const { reservation } = request;
    if (reservation === undefined) return payload;
    request.reservation = undefined;
    const answer = answerToKeep(request, reply.statusCode, payload);
    try {
      await (answer === undefined ? deps.answers.release(reservation) : deps.answers.keep(reservation, answer));
    } catch (error) {
      // The effect is there, and the caller shall know it. The key stays reserved, and is free when that time is over.
      deps.onLost(error, request);
    }
    return payload;
  }
}

function replay(request: FastifyRequest, reply: FastifyReply, { status, body }: KeptAnswer): FastifyReply {
  reply.header('idempotency-replayed', 'true');
  const { secretField } = request.route.config;
  if (status < 300 && secretField !== undefined) {
    throw new Fault('answer_not_kept', {
      detail: `This was done before. Its answer had a secret, "${secretField}", which was shown that once and is not kept. "answer" has the rest: undo it, and ask again with a new Idempotency-Key.`,
      extensions: { answer: body },
    });
  }
  reply.code(status);
  if (status === 204) return reply.send();
  if (status < 400) return reply.serializer(JSON.stringify).send(body);
  return reply
    .type('application/problem+json')
    .serializer(JSON.stringify)
    .send({ ...(body as object), request_id: request.id });
}

/** The answer for the repetitions of a request; undefined when they are to be worked on: nothing was done, and the cause may
 *  pass without the request being changed. */
function answerToKeep(request: FastifyRequest, status: number, payload: unknown): KeptAnswer | undefined {
  if (status >= 500 || status === 401 || status === 403 || status === 429) return undefined;
  const body = typeof payload === 'string' && payload !== '' ? (JSON.parse(payload) as Record<string, unknown>) : null;
  if (status >= 400 && body?.['retryable'] === true) return undefined;
  const { secretField } = request.route.config;
  if (body === null || typeof body !== 'object') return { status, body };
  const { [secretField ?? '']: _secret, ...shown } = body;
  if (status < 400) return { status, body: shown };
  const { request_id: _, ...problem } = shown;
  return { status, body: problem };
}
