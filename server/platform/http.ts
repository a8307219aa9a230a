import swagger from '@fastify/swagger';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import Fastify, { type FastifyBaseLogger, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { failpoint, failpointsArmed } from './failpoints.ts';
import { Fault, problemOf } from './fault.ts';
import { idempotencyOf, keepAnswers } from './idempotent-writes.ts';
import { newId } from './ids.ts';
import { parseJsonBody } from './json-body.ts';
import type { KeptAnswers } from './kept-answers.ts';
import { answerMalformed } from './malformed-request.ts';
import { openApiOptions } from './openapi.ts';
import { Pressure, type PressureLimits, type ShedClass } from './pressure.ts';
import { faultOf } from './problems.ts';
import { type RateLimit, RateLimiter, rateLimitHeader } from './rate-limit.ts';
import { largeBodyBytes, readDeclared, requireBodyType, requireJsonAccepted } from './request-rules.ts';
import { RouteTable } from './route-table.ts';
import { apiHeaders } from './security-headers.ts';
import { maxConnections, serverBounds } from './server-bounds.ts';
import { formatTraceparent, parseTraceparent, type TraceContext } from './trace-context.ts';
import { Tracing, type WorkSpan } from './tracing.ts';

/** Who calls, as the credential says. Nothing in a request can name another workspace. */
export type Caller = {
  workspaceId: string;
  /** The API key, also behind a console session. */
  keyId: string;
  /** `*` stands for all. */
  scopes: ReadonlySet<string>;
  /** Present when a console session cookie was used. */
  sessionId?: string;
};

/** Everybody, everybody with a valid credential, or the holders of a credential with this scope. */
export type Access = 'public' | 'authenticated' | { scope: string };

/** What a route speaks, and so which rules it obeys:
 *  - `api`: strict JSON in and out, strict query, request and response schemas mandatory (the default)
 *  - `stream`: the same for the request; the answer is an event stream or a file
 *  - `webhook`: the body arrives as the raw bytes (see `webhookScope`), any query
 *  - `upload`: the route's own scope parses the body
 *  - `page`: HTML and its assets; any query, own headers */
export type RouteKind = 'api' | 'stream' | 'webhook' | 'upload' | 'page';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Mandatory: the server does not start with a route that lacks it. */
    access?: Access;
    kind?: RouteKind;
    /** When it gives way under load. Mandatory: the server does not start with a route that lacks it. */
    shed?: ShedClass;
    /** What the route does with an Idempotency-Key:
     *  - `required`: it must come, and the route itself keeps its answer under it; find it in `request.idempotencyKey`
     *  - `kept`: it may come, and the server keeps the route's answer (the default of every write)
     *  - `none`: nothing would happen twice (the default of everything else) */
    idempotency?: 'required' | 'kept' | 'none';
    /** The field of the answer that holds a secret, shown this once: it is not kept with the answer. */
    secretField?: string;
  }
  interface FastifyRequest {
    /** Undefined on public routes; elsewhere use `callerOf`. */
    caller: Caller | undefined;
    idempotencyKey: string | undefined;
    /** Our step in the caller's trace, or in a new one. */
    trace: TraceContext;
    span: WorkSpan;
    /** `routeOptions`, which the framework makes anew each time that it is asked. */
    route: FastifyRequest['routeOptions'];
    startedMs: number;
    /** The workspace in whose share it is counted. */
    sharer: string | undefined;
  }
  interface FastifyInstance {
    pressure: Pressure;
    routeTable: RouteTable;
  }
}

export type HttpServer = FastifyInstance<
  Server,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

/** What happened to one request, for logs and metrics. `route` is the pattern, never the address with its values. */
export type RequestRecord = {
  requestId: string;
  method: string;
  route: string;
  status: number;
  durationMs: number;
  traceId: string;
  workspaceId: string | undefined;
};

export type HttpOptions = {
  /** Says who calls, or throws `unauthorized`. May answer at once when it knows the credential. */
  authenticate: (request: FastifyRequest) => Caller | Promise<Caller>;
  onRequestEnd?: (record: RequestRecord) => void;
  /** A bug, or a fault on our side: log it. */
  onError?: (error: unknown, record: { requestId: string; route: string; fault: Fault }) => void;
  tracing?: Tracing;
  /** Within this a request must have arrived whole; 30 seconds when absent. */
  requestTimeoutMs?: number;
  rateLimit?: RateLimit;
  pressure?: Partial<PressureLimits>;
  /** The scopes that there are. A route that asks for another one is a mistake, and the server does not start. */
  scopes?: readonly string[];
  /** Where the answers of writes are kept by their Idempotency-Key. Without it such keys are only looked at. */
  keptAnswers?: KeptAnswers;
  /** What OpenAPI tells as the server's address. */
  publicUrl?: string | undefined;
};

const maxHeaderCount = 100;

/** A server with every rule that holds for all routes. Features register their routes on it; `listen` starts it. */
export async function createHttpServer(options: HttpOptions): Promise<HttpServer> {
  const pressure = new Pressure(options.pressure);
  const limiter = new RateLimiter(options.rateLimit ?? { perSecond: 10_000, burst: 20_000 });
  const tracing = options.tracing ?? new Tracing();
  const requestTimeoutMs = options.requestTimeoutMs ?? 30_000;
  const routes = new RouteTable(options.scopes);

  const server: HttpServer = Fastify({
    logger: false,
    genReqId: newId,
    ...serverBounds(requestTimeoutMs),
    clientErrorHandler: answerMalformed,
    frameworkErrors: (error, request, reply) => void answerUnroutable(error, request, reply),
  }).withTypeProvider<TypeBoxTypeProvider>();

  server.server.maxConnections = maxConnections;
  server.decorate('pressure', pressure);
  server.decorate('routeTable', routes);
  server.decorateRequest('caller', undefined);
  server.decorateRequest('idempotencyKey', undefined);
  // Each request gets its own before any handler can see it.
  server.decorateRequest('trace', null as unknown as TraceContext);
  server.decorateRequest('span', null as unknown as WorkSpan);
  server.decorateRequest('route', null as unknown as FastifyRequest['routeOptions']);
  server.decorateRequest('startedMs', 0);
  server.decorateRequest('sharer', undefined);

  server.removeAllContentTypeParsers();
  // The type was checked by requireBodyType already, with stricter rules than a parser's pattern could have.
  const parseBody = async (request: FastifyRequest, raw: Buffer): Promise<unknown> => {
    // Some clients label even an absent body; only a route that wants one misses it.
    if (raw.length === 0 && request.route.schema?.body === undefined) return undefined;
    return parseJsonBody(raw);
  };
  // The first is the second with a faster look-up.
  server.addContentTypeParser('application/json', { parseAs: 'buffer' }, parseBody);
  server.addContentTypeParser('*', { parseAs: 'buffer' }, parseBody);

  await server.register(swagger, openApiOptions(options.publicUrl));
  server.addHook('onRoute', (route) => {
    route.config = { ...route.config, idempotency: idempotencyOf(route) };
    routes.add(route);
  });
  if (options.keptAnswers) {
    keepAnswers(server, {
      answers: options.keptAnswers,
      onLost: (error, request) => reportError(error, request, faultOf(error)),
    });
  }
  server.addHook('onReady', async () => routes.assertComplete());
  server.addHook('onClose', async () => pressure[Symbol.dispose]());

  // Hooks with a callback, not a promise: these two run for every request, and mostly have nothing to wait for.
  server.addHook('onRequest', (request, reply, advance) => {
    const proceed = (): void => {
      let isAnswered: boolean;
      try {
        isAnswered = examine(request, reply);
      } catch (refusal) {
        advance(refusal as Error);
        return;
      }
      if (!isAnswered) advance();
    };
    let identified: Promise<void> | undefined;
    try {
      begin(request, reply);
      pressure.admit(request.route.config.shed ?? 'api');
      identified = identify(request, accessOf(request));
    } catch (refusal) {
      advance(refusal as Error);
      return;
    }
    if (identified === undefined) proceed();
    else identified.then(proceed, advance);
  });

  server.addHook('preValidation', (request, _reply, advance) => {
    try {
      readDeclared(request);
    } catch (refusal) {
      advance(refusal as Error);
      return;
    }
    advance();
  });

  if (failpointsArmed()) server.addHook('preHandler', async (request) => failpoint('http.handler', request.url));

  server.setErrorHandler((error, request, reply) => sendFault(error, request, reply));

  server.setNotFoundHandler(answerUnknown);

  return server;

  function begin(request: FastifyRequest, reply: FastifyReply): void {
    request.startedMs = performance.now();
    request.route = request.routeOptions;
    const parent = parseTraceparent(request.headers['traceparent']);
    request.span = tracing.startSpan(`${request.method} ${request.route.url ?? 'none'}`, {
      kind: 'server',
      parent,
    });
    request.trace = request.span.trace;
    // An open event stream waits; it is no work. The others count until they are answered or the caller hangs up, and
    // "close" comes in both cases.
    const isCounted = request.route.config?.kind !== 'stream';
    if (isCounted) pressure.enter();
    reply.raw.on('close', () => {
      if (isCounted) pressure.leave();
      if (request.sharer !== undefined) pressure.leaveWorkspace(request.sharer);
      finish(request, reply);
    });
    reply.headers(apiHeaders);
    reply.header('x-request-id', request.id);
    reply.header('traceparent', formatTraceparent(request.trace));
    if (request.raw.rawHeaders.length > 2 * maxHeaderCount) {
      throw new Fault('headers_too_large', { detail: `A request may have ${maxHeaderCount} headers.` });
    }
  }

  function answerUnknown(request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const methods = routes.methodsOf(request.url);
    if (methods.length === 0) throw new Fault('not_found', { detail: 'There is no such address.' });
    reply.header('allow', methods.join(', '));
    if (request.method === 'OPTIONS') return reply.code(204).send();
    throw new Fault('method_not_allowed', { detail: `This address takes ${methods.join(', ')}.` });
  }

  function finish(request: FastifyRequest, reply: FastifyReply): void {
    const { span, trace } = request;
    // 499 is nginx's word for a caller that hung up before the answer was out.
    const status = reply.raw.writableEnded ? reply.statusCode : 499;
    if (tracing.isOn) {
      span.set({
        'http.request.method': request.method,
        'http.route': request.route.url,
        'http.response.status_code': status,
      });
    }
    if (status >= 500) span.failWith(String(status));
    span.end();
    options.onRequestEnd?.({
      requestId: request.id,
      method: request.method,
      route: request.route.url ?? 'none',
      status,
      // Whole microseconds: the seventeen digits of a raw difference can look like somebody's number in the log.
      durationMs: Math.round((performance.now() - request.startedMs) * 1_000) / 1_000,
      traceId: trace.traceId,
      workspaceId: request.caller?.workspaceId,
    });
  }

  function identify(request: FastifyRequest, access: Access): Promise<void> | undefined {
    if (access === 'public') return undefined;
    const caller = options.authenticate(request);
    if (caller instanceof Promise) {
      return caller.then((found) => {
        request.caller = found;
      });
    }
    request.caller = caller;
    return undefined;
  }

  /** What is checked once the caller is known and before the body is read. True when the answer is out already. */
  function examine(request: FastifyRequest, reply: FastifyReply): boolean {
    const { config } = request.route;
    const kind = config.kind ?? 'api';
    const access = accessOf(request);
    // Providers send in heaps, and what we turn away there only comes again; there the load decides, not the rate.
    if (kind !== 'webhook' && config.shed !== 'never') limitRate(request, reply);
    if (request.caller !== undefined) share(request, request.caller.workspaceId);
    if (typeof access === 'object' && request.caller !== undefined) requireScope(request.caller, access.scope);
    // Nobody has to read the body of what leads nowhere.
    if (request.is404) return answerUnknown(request, reply).sent;
    if (kind === 'api') requireJsonAccepted(request);
    if (kind === 'api' || kind === 'stream') requireBodyType(request);
    // Only of callers that are known: strangers could announce bodies and never send them.
    // What is uploaded goes to the disk as it comes.
    const bytes = request.caller === undefined || kind === 'upload' ? 0 : largeBodyBytes(request);
    if (bytes > 0) {
      const { workspaceId } = callerOf(request);
      pressure.enterBody(bytes, workspaceId);
      reply.raw.once('close', () => pressure.leaveBody(bytes, workspaceId));
    }
    return false;
  }

  /** Lets a request in as far as its workspace has room, and counts it there. */
  function share(request: FastifyRequest, workspaceId: string): void {
    const { kind, shed } = request.route.config;
    pressure.admit(shed ?? 'api', workspaceId);
    if (kind === 'stream') return;
    pressure.enterWorkspace(workspaceId);
    request.sharer = workspaceId;
  }

  function limitRate(request: FastifyRequest, reply: FastifyReply): void {
    const verdict = limiter.take(request.caller?.keyId ?? request.ip);
    reply.header('ratelimit-policy', limiter.policy);
    reply.header('ratelimit', rateLimitHeader(verdict));
    if (verdict.allowed) return;
    throw new Fault('too_many_requests', {
      detail: `More than ${limiter.limit.perSecond} requests a second. Slow down.`,
      retryAfterSeconds: verdict.resetSeconds,
    });
  }

  function sendFault(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const fault = faultOf(error);
    if (fault.status >= 500) reportError(error, request, fault);
    if (fault.retryAfterSeconds !== undefined) reply.header('retry-after', String(fault.retryAfterSeconds));
    if (fault.code === 'unauthorized') reply.header('www-authenticate', 'Bearer realm="carillon"');
    // A body that was not read to its end would be taken for the next request.
    if (fault.code === 'body_too_large' || fault.code === 'malformed_request') reply.header('connection', 'close');
    return reply
      .code(fault.status)
      .removeHeader('content-length')
      .type('application/problem+json')
      .serializer(JSON.stringify)
      .send(problemOf(fault, request.id));
  }

  function reportError(error: unknown, request: FastifyRequest, fault: Fault): void {
    options.onError?.(error, { requestId: request.id, route: request.route.url ?? 'none', fault });
  }

  // The router gives up on such an address before any hook has run, so the hooks' work is done here: an address that
  // cannot be decoded must not be a way around authentication.
  async function answerUnroutable(error: unknown, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    try {
      begin(request, reply);
      await identify(request, unknownAccess(request));
      limitRate(request, reply);
      sendFault(error, request, reply);
    } catch (refusal) {
      sendFault(refusal, request, reply);
    }
  }
}

/** The caller of a route that is not public. */
export function callerOf(request: FastifyRequest): Caller {
  if (request.caller === undefined)
    throw new Error(`The route ${request.route.url ?? ''} is public and has no caller.`);
  return request.caller;
}

/** Throws Fault `forbidden` unless the caller has the scope. For routes to which not all callers come for the same. */
export function requireScope(caller: Caller, scope: string): void {
  if (caller.scopes.has(scope) || caller.scopes.has('*')) return;
  throw new Fault('forbidden', { detail: `This needs an API key with the scope ${scope}.` });
}

// Under /v1 nothing is told to strangers, not even which addresses exist.
function unknownAccess(request: FastifyRequest): Access {
  return /^\/+v1(?:[/?%]|$)/i.test(request.url) ? 'authenticated' : 'public';
}

function accessOf(request: FastifyRequest): Access {
  return request.route.config.access ?? unknownAccess(request);
}
