import { Readable } from 'node:stream';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { actorOf } from '#accounts/accounts.ts';
import type { SenderAccount } from '#messages/outbox/sender-account.ts';
import { shedClassOf } from '#messages/shed-class.ts';
import { Fault } from '#platform/fault.ts';
import { callerOf, type HttpServer, requireScope } from '#platform/http.ts';
import { parseIdempotencyKey } from '#platform/idempotency.ts';
import { callsWithin } from '#platform/outgoing.ts';
import { faultOf } from '#platform/problems.ts';
import { type GraphDeps, graphSenders, senderOf, sendInGraphWords } from './graph.ts';
import { graphAnswerOf, GraphRefusal } from './graph-error.ts';
import { describeNumber, listNumbers } from './number-calls.ts';
import {
  describeMedia,
  listTemplates,
  openMedia,
  type PassedDeps,
  removeMedia,
  templateParameters,
  uploadMedia,
} from './passed-calls.ts';
import { readPurpose } from './purpose.ts';
import { readBody } from './read-body.ts';

export interface GraphRoutesDeps extends GraphDeps {
  calls: PassedDeps['calls'];
  publicUrl: string | undefined;
  onError: (error: unknown, request: FastifyRequest, fault: Fault) => void;
}

/** Clients name any version of the Graph API in the address, or none; what we understand is the same in all of them. */
const prefixes = ['/graph', String.raw`/graph/:version(^v\d{1,2}\.\d{1,2}$)`];
const bodyLimitBytes = 1024 * 1024;

/** For routes that look at the scopes themselves. */
const anyKey = { access: 'authenticated', kind: 'upload', idempotency: 'none', shed: 'ui' } as const;

interface Params {
  version?: string;
  id: string;
}

/** The Cloud API as its clients know it: they send through Carillon by changing their base URL to `<address>/graph`. */
export async function graphRoutes(server: HttpServer, deps: GraphRoutesDeps): Promise<void> {
  // By the pattern of kind "upload" the body is ours to read, and the address stands outside the API's own document: Meta's
  // describes it.
  const route = (scope: string, shed: 'ui' | 'api' | 'authentication') => ({
    config: { access: { scope }, kind: 'upload', idempotency: 'none', shed } as const,
    schema: { hide: true },
  });

  await server.register(async (plain) => {
    const scope = graphScope(plain, deps);
    scope.addContentTypeParser(
      '*',
      { parseAs: 'buffer', bodyLimit: bodyLimitBytes },
      async (_request: FastifyRequest, raw: Buffer) => raw,
    );
    for (const prefix of prefixes) {
      for (const address of ['messages', 'marketing_messages'] as const) {
        scope.post<{ Params: Params }>(
          `${prefix}/:id/${address}`,
          route('messages:send', 'authentication'),
          async (request, reply) => {
            const caller = callerOf(request);
            const key = request.headers['idempotency-key'];
            const purpose = readPurpose(textOf(request.headers['carillon-purpose']) ?? queryOf(request)['purpose']);
            const usual = address === 'marketing_messages' ? 'marketing' : 'transactional';
            server.pressure.admit(shedClassOf([purpose ?? usual]), caller.workspaceId);
            const answer = await sendInGraphWords(deps, {
              workspaceId: caller.workspaceId,
              actor: actorOf(caller),
              trace: request.trace,
              phoneNumberId: request.params.id,
              address,
              version: request.params.version,
              body: await readBody(
                Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
                request.headers['content-type'] ?? '',
                queryOf(request),
              ),
              purpose,
              idempotencyKey: key === undefined ? undefined : parseIdempotencyKey(key),
            });
            if (answer.replayed) reply.header('idempotency-replayed', 'true');
            return send(request, reply, answer);
          },
        );
      }
      scope.get<{ Params: Params }>(
        `${prefix}/:id/message_templates`,
        route('connections:read', 'ui'),
        async (request, reply) => {
          const query = queryOf(request);
          const asked = Object.fromEntries(Object.entries(query).filter(([name]) => templateParameters.includes(name)));
          return send(request, reply, await listTemplates(passed(request), own(request), request.params.id, asked));
        },
      );
      scope.get<{ Params: Params }>(
        `${prefix}/:id/phone_numbers`,
        route('connections:read', 'ui'),
        async (request, reply) => {
          const asked = queryOf(request);
          return send(request, reply, await listNumbers(passed(request), own(request), request.params.id, asked));
        },
      );
      // Numbers and files are read at one address, and each needs its own scope.
      scope.get<{ Params: Params }>(
        `${prefix}/:id`,
        { ...route('media:read', 'ui'), config: anyKey },
        async (request, reply) => {
          const { id } = request.params;
          // `/me`, `/debug_token` and the like: the token they would tell of is not the caller's.
          if (/^[a-z_]+$/.test(id)) throw notServed();
          const number = own(request).find((one) => one.externalId === id);
          requireScope(callerOf(request), number ? 'connections:read' : 'media:read');
          return send(
            request,
            reply,
            number
              ? await describeNumber(passed(request), number, queryOf(request)['fields'])
              : await describeMedia(passed(request), keepersOf(request), id),
          );
        },
      );
      scope.delete<{ Params: Params }>(`${prefix}/:id`, route('media:write', 'ui'), async (request, reply) =>
        send(request, reply, await removeMedia(passed(request), keepersOf(request), request.params.id)),
      );
    }
    for (const path of ['/graph/whatsapp_business/attachments', '/graph/whatsapp_business/attachments/']) {
      scope.get(path, route('media:read', 'ui'), async (request, reply) => {
        const { mid = '', phone_number_id: number = '' } = queryOf(request);
        const file = await openMedia(passed(request), senderOf(deps, callerOf(request).workspaceId, number), mid);
        reply
          .type(file.mimeType)
          .header('content-disposition', 'attachment')
          .header('content-security-policy', 'sandbox');
        if (file.sizeBytes !== null) reply.header('content-length', file.sizeBytes);
        return reply.send(Readable.from(file.body));
      });
    }
    scope.route({
      method: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
      url: '/graph/*',
      config: anyKey,
      schema: { hide: true },
      handler: async () => {
        throw notServed();
      },
    });
  });

  await server.register(async (plain) => {
    const scope = graphScope(plain, deps);
    scope.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
    for (const prefix of prefixes) {
      scope.post<{ Params: Params }>(`${prefix}/:id/media`, route('media:write', 'api'), async (request, reply) => {
        const sender = senderOf(deps, callerOf(request).workspaceId, request.params.id);
        const product = queryOf(request)['messaging_product'];
        const answer = await uploadMedia(passed(request), sender, {
          contentType: request.headers['content-type'] ?? '',
          contentLength: request.headers['content-length'],
          query: product === undefined ? {} : { messaging_product: product },
          body: request.body instanceof Readable ? request.body : Readable.from([]),
        });
        return send(request, reply, answer);
      });
    }
  });

  function own(request: FastifyRequest): SenderAccount[] {
    return graphSenders(deps, callerOf(request).workspaceId);
  }

  /** The numbers that may have a file: the one that is named, else one of each account. */
  function keepersOf(request: FastifyRequest): SenderAccount[] {
    const named = queryOf(request)['phone_number_id'];
    if (named !== undefined) return [senderOf(deps, callerOf(request).workspaceId, named)];
    return own(request);
  }

  function passed(request: FastifyRequest): PassedDeps {
    const origin = deps.publicUrl ?? `http://${request.headers.host ?? 'localhost'}`;
    return { ...deps, calls: callsWithin(deps.calls, request.trace), origin };
  }
}

function notServed(): GraphRefusal {
  return new GraphRefusal(2500, 'Carillon does not serve this address of the Cloud API. See docs/drop-in.md.');
}

/** A scope in which every refusal is told as Meta would tell it, that of the credential too. */
function graphScope(plain: HttpServer, deps: GraphRoutesDeps): HttpServer {
  plain.removeAllContentTypeParsers();
  plain.setErrorHandler((error, request, reply) => {
    const refusal = error instanceof GraphRefusal ? error : faultOf(error);
    if (refusal instanceof Fault) {
      if (refusal.status >= 500) deps.onError(error, request, refusal);
      if (refusal.retryAfterSeconds !== undefined) reply.header('retry-after', String(refusal.retryAfterSeconds));
      if (refusal.code === 'body_too_large') reply.header('connection', 'close');
    }
    return send(request, reply.removeHeader('content-length'), graphAnswerOf(refusal));
  });
  return plain.withTypeProvider<TypeBoxTypeProvider>();
}

function send(request: FastifyRequest, reply: FastifyReply, answer: { status: number; body: object }): FastifyReply {
  const { error } = answer.body as { error?: object };
  const body =
    error && !('fbtrace_id' in error) ? { error: { ...error, fbtrace_id: traceIdOf(request.id) } } : answer.body;
  return reply.code(answer.status).type('application/json; charset=utf-8').serializer(JSON.stringify).send(body);
}

/** The id of the request in the form of Meta's: our log knows it by `request_id`, and so does the header X-Request-Id. */
function traceIdOf(requestId: string): string {
  return `A${Buffer.from(requestId.replaceAll('-', ''), 'hex').toString('base64url')}`;
}

function queryOf(request: FastifyRequest): Record<string, string> {
  const entries = Object.entries(request.query as Record<string, string | string[]>);
  return Object.fromEntries(entries.map(([name, value]) => [name, [value].flat()[0] ?? '']));
}

function textOf(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' ? header : undefined;
}
