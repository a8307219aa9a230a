import { lookup as systemLookup } from 'node:dns/promises';
import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import ipaddr from 'ipaddr.js';
import { Agent, buildConnector, Pool } from 'undici';
import { Fault } from './fault.ts';
import { type AddressPolicy, checkAddresses, hostOf, parseOutgoingUrl } from './outgoing-address.ts';
import { formatTraceparent, type TraceContext } from './trace-context.ts';
import { Tracing, type WorkSpan } from './tracing.ts';

export type OutgoingRequest = {
  url: string;
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD';
  headers?: Record<string, string>;
  /** A stream is sent as it is read, and never a second time. */
  body?: string | Buffer | Readable;
  /** From the first look-up to the last byte of the answer. */
  timeoutMs?: number;
  /** The answer is cut off above this. */
  maxBytes?: number;
  /** The step that the call is part of. Its ids go along, or those of the call's own step. */
  parent?: TraceContext;
};

export type OutgoingAnswer = {
  /** A redirect is an answer like any other: it is never followed. */
  status: number;
  headers: Record<string, string | string[] | undefined>;
  /** Fails with OutgoingFailed `too_large` beyond `maxBytes`. Must be read to its end or destroyed. */
  body: AsyncIterable<Buffer>;
};

/** The call had no answer that can be used. Its message has the host, nothing else of the address. */
export class OutgoingFailed extends Error {
  override readonly name = 'OutgoingFailed';
  readonly reason: 'timeout' | 'too_large' | 'unreachable' | 'broken';

  constructor(reason: OutgoingFailed['reason'], message: string, cause?: unknown) {
    super(message, { cause });
    this.reason = reason;
  }
}

type Lookup = (host: string) => Promise<string[]>;

const defaultTimeoutMs = 15_000;
const defaultMaxBytes = 64 * 1024;

/** The one way to addresses that a user can influence. A name is resolved once, all its addresses are checked, the
 *  connection goes to the one that was checked, and where it really leads is checked again. One client for each purpose,
 *  since each has its own policy. */
export class OutgoingClient {
  readonly #policy: AddressPolicy;
  readonly #agent: Agent;
  readonly #tracing: Tracing;

  constructor(
    policy: AddressPolicy = {},
    options: { lookup?: Lookup; connectTimeoutMs?: number; ca?: string; tracing?: Tracing } = {},
  ) {
    this.#policy = policy;
    this.#tracing = options.tracing ?? new Tracing();
    this.#agent = new Agent({
      connect: checkedConnector(policy, options.lookup ?? resolveAll, options.connectTimeoutMs ?? 5_000, options.ca),
      connections: 16,
      pipelining: 1,
      keepAliveTimeout: 4_000,
      keepAliveMaxTimeout: 10_000,
      maxHeaderSize: 16 * 1024,
    });
  }

  /** Calls and collects the whole answer. Throws Fault `address_refused` before anything is sent, or OutgoingFailed. */
  async request(request: OutgoingRequest): Promise<Omit<OutgoingAnswer, 'body'> & { body: Buffer }> {
    const answer = await this.open(request);
    const chunks: Buffer[] = [];
    for await (const chunk of answer.body) chunks.push(chunk);
    return { ...answer, body: Buffer.concat(chunks) };
  }

  /** Calls and hands over the answer as it arrives, for files. */
  async open(request: OutgoingRequest): Promise<OutgoingAnswer> {
    const url = parseOutgoingUrl(request.url, this.#policy);
    const host = hostOf(url);
    const signal = AbortSignal.timeout(request.timeoutMs ?? defaultTimeoutMs);
    const span = this.#startSpan(request.method ?? 'GET', host, request.parent);
    const step = span?.trace ?? request.parent;
    try {
      const answer = await this.#agent.request({
        origin: url.origin,
        path: url.pathname + url.search,
        method: request.method ?? 'GET',
        headers: {
          'user-agent': 'Carillon',
          ...request.headers,
          ...(step ? { traceparent: formatTraceparent(step) } : undefined),
        },
        body: request.body ?? null,
        signal,
      });
      span?.set({ 'http.response.status_code': answer.statusCode });
      if (answer.statusCode >= 400) span?.failWith(String(answer.statusCode));
      return {
        status: answer.statusCode,
        headers: answer.headers,
        body: capped(answer.body, request.maxBytes ?? defaultMaxBytes, host),
      };
    } catch (error) {
      const explained = explain(error, host);
      span?.failWith(explained instanceof OutgoingFailed ? explained.reason : 'address_refused');
      throw explained;
    } finally {
      span?.end();
    }
  }

  /** A plain connection for a protocol of its own, under the same policy. Throws Fault `address_refused`, or what the network
   *  says. */
  connect(target: { host: string; port: number; timeoutMs?: number; usualPorts: readonly number[] }): Promise<Socket> {
    return openChecked({ ...this.#policy, ports: target.usualPorts }, target);
  }

  // Until the answer begins. Of the address only the host: a path or a query may hold a secret or a number.
  #startSpan(method: string, host: string, parent: TraceContext | undefined): WorkSpan | undefined {
    if (!this.#tracing.isOn) return undefined;
    return this.#tracing.startSpan(method, {
      kind: 'client',
      parent,
      attributes: { 'http.request.method': method, 'server.address': host },
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#agent.destroy();
  }
}

/** The same calls as parts of a step. */
export function callsWithin(
  calls: Pick<OutgoingClient, 'request' | 'open'> & Partial<Pick<OutgoingClient, 'connect'>>,
  parent: TraceContext,
): Pick<OutgoingClient, 'request' | 'open'> & Partial<Pick<OutgoingClient, 'connect'>> {
  return {
    ...(calls.connect ? { connect: calls.connect.bind(calls) } : undefined),
    request: (request) => calls.request({ ...request, parent }),
    open: (request) => calls.open({ ...request, parent }),
  };
}

/** Connections to an address that the operator configured, such as a provider's API or the sandbox on this machine. Never
 *  for an address that comes from a message, a form or a provider's answer. */
export function trustedPool(baseUrl: string, options: { connections?: number; timeoutMs?: number } = {}): Pool {
  const timeoutMs = options.timeoutMs ?? 20_000;
  return new Pool(new URL(baseUrl).origin, {
    connections: options.connections ?? 32,
    pipelining: 1,
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    connect: { timeout: 5_000 },
    keepAliveTimeout: 30_000,
    maxHeaderSize: 16 * 1024,
  });
}

/** How undici connects under a policy, for a pool of one's own. */
export function checkedConnector(
  policy: AddressPolicy,
  lookup: Lookup = resolveAll,
  timeout = 3_000,
  ca?: string,
): buildConnector.connector {
  const connect = buildConnector({ timeout, ...(ca === undefined ? {} : { ca }) });

  async function open(options: buildConnector.Options): Promise<Socket> {
    const host = options.hostname
      .replace(/^\[|\]$/g, '')
      .replace(/\.$/, '')
      .toLowerCase();
    const port = Number(options.port) || (options.protocol === 'http:' ? 80 : 443);
    // Node resolves only names: for a literal a guard inside `lookup` would never be asked.
    const isLiteral = ipaddr.isValid(host);
    const addresses = isLiteral ? [host] : await lookup(host);
    checkAddresses(host, addresses, port, policy);
    const address = addresses[0] ?? '';
    const servername = isLiteral ? (options.servername ?? '') : host;
    const socket = await new Promise<Socket>((resolve, reject) => {
      connect({ ...options, hostname: address, host: address, servername }, (error, opened) =>
        error === null ? resolve(opened) : reject(error),
      );
    });
    try {
      checkAddresses(host, [reachedBy(socket)], port, policy);
    } catch (refusal) {
      socket.destroy();
      throw refusal;
    }
    return socket;
  }

  return (options, settle) => {
    open(options).then(
      (socket) => settle(null, socket),
      (error: unknown) => settle(error as Error, null),
    );
  };
}

/** A plain connection for a protocol that is not HTTP: resolved once, checked, and made to what was checked. The policy says
 *  which ports are usual. Throws Fault `address_refused`, or what the network says. */
export function openChecked(
  policy: AddressPolicy,
  { host, port, timeoutMs }: { host: string; port: number; timeoutMs?: number },
): Promise<Socket> {
  const connect = checkedConnector(policy, resolveAll, timeoutMs);
  return new Promise((resolve, reject) => {
    connect({ hostname: host, host, port: String(port), protocol: 'http:' }, (error, socket) =>
      error === null ? resolve(socket) : reject(error),
    );
  });
}

function reachedBy(socket: Socket): string {
  const address = socket.remoteAddress ?? '';
  return ipaddr.isValid(address) ? ipaddr.process(address).toString() : address;
}

async function resolveAll(host: string): Promise<string[]> {
  return (await systemLookup(host, { all: true, order: 'verbatim' })).map(({ address }) => address);
}

async function* capped(body: AsyncIterable<Buffer>, maxBytes: number, host: string): AsyncGenerator<Buffer> {
  let sizeBytes = 0;
  try {
    for await (const chunk of body) {
      sizeBytes += chunk.length;
      if (sizeBytes > maxBytes)
        throw new OutgoingFailed('too_large', `The answer of ${host} has more than ${maxBytes} bytes.`);
      yield chunk;
    }
  } catch (error) {
    throw explain(error, host);
  }
}

function explain(error: unknown, host: string): Error {
  if (error instanceof Fault || error instanceof OutgoingFailed) return error;
  const { name, code } = error as { name?: string; code?: string };
  if (name === 'TimeoutError' || code?.endsWith('_TIMEOUT') === true)
    return new OutgoingFailed('timeout', `${host} did not answer in time.`, error);
  if (['ENOTFOUND', 'EAI_AGAIN', 'ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH'].includes(code ?? '')) {
    return new OutgoingFailed('unreachable', `${host} cannot be reached.`, error);
  }
  return new OutgoingFailed('broken', `The connection to ${host} failed.`, error);
}
