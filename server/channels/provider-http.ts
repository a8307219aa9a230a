import type { LookupFunction } from 'node:net';
import type { Readable } from 'node:stream';
import { type buildConnector, type Dispatcher, Pool } from 'undici';
import type { ProviderRequest, ProviderResponse } from '#channels/provider.ts';
import { failpoint, failpointsArmed } from '#platform/failpoints.ts';

/** What is known after a call. `not_written`: provably not a byte of the request was handed to the network. `unknown`:
 *  some of it may have arrived, and no whole answer came back. */
export type ProviderAnswer =
  | { kind: 'answer'; response: ProviderResponse }
  | { kind: 'not_written'; reason: string }
  | { kind: 'unknown'; reason: string };

export interface ProviderHttpLimits {
  connections: number;
  connectMs: number;
  /** From the last byte written to the end of the answer's headers. */
  headersMs: number;
  /** Between two pieces of the answer's body. */
  bodyMs: number;
  /** For everything, the wait for a free connection included. */
  totalMs: number;
  /** Shorter than the provider's, so that it is we who end an idle connection. */
  keepAliveMs: number;
  answerBytes: number;
}

export interface SendOptions {
  /** Aborting it ends the wait: what was not started is then never written. */
  signal?: AbortSignal;
  /** Asked right before the first byte is written, in the same turn. When it gives a reason, nothing is written. */
  reasonNotToWrite?: () => string | undefined;
}

/** Hands requests to one provider account, each once. */
export interface ProviderTransport {
  readonly baseUrl: string;
  /** When the first request was given to it; null while there was none. */
  readonly firstUsedAt: Temporal.Instant | null;
  /** Never rejects. */
  send(request: ProviderRequest, traceparent?: string | null, options?: SendOptions): Promise<ProviderAnswer>;
  /** Waits for the calls under way. */
  close(): Promise<void>;
}

const usualLimits: ProviderHttpLimits = {
  connections: 64,
  connectMs: 3_000,
  headersMs: 15_000,
  bodyMs: 10_000,
  totalMs: 20_000,
  keepAliveMs: 4_000,
  answerBytes: 1024 * 1024,
};

/**
 * The connections to one provider account. One for each account: a slow or dead one takes none of another's. Nothing is
 * repeated and no redirect is followed, because each request may be a message that leaves twice.
 */
export class ProviderHttp implements ProviderTransport, AsyncDisposable {
  readonly baseUrl: string;
  readonly #pool: Pool;
  readonly #pathPrefix: string;
  readonly #limits: ProviderHttpLimits;
  #firstUsedAt: Temporal.Instant | null = null;

  /** `baseUrl` may have a path, which stands before the path of every request. `connect` says how connections are made:
   *  a function that checks where they lead, or options. */
  constructor(
    baseUrl: string,
    limits: Partial<ProviderHttpLimits> = {},
    connect: buildConnector.connector | { ca?: string; lookup?: LookupFunction } = {},
  ) {
    const url = new URL(baseUrl);
    this.baseUrl = baseUrl;
    this.#pathPrefix = url.pathname.replace(/\/+$/, '');
    this.#limits = { ...usualLimits, ...limits };
    this.#pool = new Pool(url.origin, {
      connections: this.#limits.connections,
      pipelining: 1,
      // A stream of HTTP/2 may be refused and repeated below our sight; "not a byte was written" is proved for 1.1.
      allowH2: false,
      connect: typeof connect === 'function' ? connect : { timeout: this.#limits.connectMs, ...connect },
      headersTimeout: this.#limits.headersMs,
      bodyTimeout: this.#limits.bodyMs,
      keepAliveTimeout: this.#limits.keepAliveMs,
      keepAliveMaxTimeout: this.#limits.keepAliveMs,
    });
  }

  /** When the first request was given to it; null while there was none. */
  get firstUsedAt(): Temporal.Instant | null {
    return this.#firstUsedAt;
  }

  /** Never rejects. `traceparent` goes along as the header of that name: two ids and a flag, and nothing else of a trace
   *  ever leaves. */
  send(request: ProviderRequest, traceparent?: string | null, options: SendOptions = {}): Promise<ProviderAnswer> {
    this.#firstUsedAt ??= Temporal.Now.instant();
    const headers = traceparent ? { ...request.headers, traceparent } : request.headers;
    return new Promise((resolve) => {
      const exchange = new Exchange(resolve, request, this.#limits, options);
      if (exchange.settled) return;
      try {
        this.#pool.dispatch(
          {
            method: request.method,
            path: this.#pathPrefix + request.path,
            headers: failpointsArmed()
              ? { ...headers, 'content-length': String(Buffer.byteLength(request.body)) }
              : headers,
            body: request.body === '' ? null : failpointsArmed() ? inSteps(request.body) : request.body,
          },
          exchange,
        );
      } catch (error) {
        exchange.fail(error);
      }
    });
  }

  get stats(): { connected: number; free: number; running: number; queued: number } {
    const { connected, free, running, queued } = this.#pool.stats;
    return { connected, free, running, queued };
  }

  /** Waits for the calls under way. */
  close(): Promise<void> {
    return this.#pool.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** One request and its answer. undici calls `onRequestStart` in the same turn as, and right before, the first write;
 *  as long as it has not, nothing is written, and it aborts the request when the caller no longer waits. */
class Exchange implements Dispatcher.DispatchHandler {
  settled = false;
  readonly #resolve: (answer: ProviderAnswer) => void;
  readonly #request: ProviderRequest;
  readonly #limits: ProviderHttpLimits;
  readonly #options: SendOptions;
  readonly #deadline: NodeJS.Timeout;
  #controller: Dispatcher.DispatchController | undefined;
  #httpStatus = 0;
  #headers: ProviderResponse['headers'] = {};
  #chunks: Buffer[] = [];
  #size = 0;

  constructor(
    resolve: (answer: ProviderAnswer) => void,
    request: ProviderRequest,
    limits: ProviderHttpLimits,
    options: SendOptions,
  ) {
    this.#resolve = resolve;
    this.#request = request;
    this.#limits = limits;
    this.#options = options;
    this.#deadline = setTimeout(Exchange.#expire, limits.totalMs, this);
    options.signal?.addEventListener('abort', this.#giveUp);
    if (options.signal?.aborted) this.#giveUp();
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    // A second start would be the library repeating a request on a new connection.
    if (this.settled || this.#controller) {
      controller.abort(new Error('The request was written before, so it is not written again.'));
      return;
    }
    const reason = this.#options.reasonNotToWrite?.();
    if (reason !== undefined) {
      this.#settle({ kind: 'not_written', reason });
      controller.abort(new Error(reason));
      return;
    }
    this.#controller = controller;
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    httpStatus: number,
    headers: ProviderResponse['headers'],
  ): void {
    // Informational answers (1xx) precede the real one.
    if (httpStatus < 200) return;
    this.#httpStatus = httpStatus;
    this.#headers = headers;
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.settled) return;
    const room = this.#limits.answerBytes - this.#size;
    this.#chunks.push(chunk.length > room ? chunk.subarray(0, room) : chunk);
    this.#size += Math.min(chunk.length, room);
    if (chunk.length > room) {
      this.#answer(true);
      controller.abort(new Error('The answer is too long.'));
    }
  }

  onResponseEnd(): void {
    this.#answer(false);
  }

  onResponseError(_controller: Dispatcher.DispatchController | undefined, error: Error): void {
    this.fail(error);
  }

  fail(error: unknown): void {
    const reason = reasonOf(error);
    if (this.#controller === undefined) this.#settle({ kind: 'not_written', reason });
    else
      this.#settle({
        kind: 'unknown',
        reason:
          this.#httpStatus === 0 ? reason : `${reason}, after the headers of an answer with HTTP ${this.#httpStatus}`,
      });
  }

  #answer(truncated: boolean): void {
    const [first] = this.#chunks;
    const body = this.#chunks.length === 1 && first ? first : Buffer.concat(this.#chunks);
    const answer: ProviderAnswer = {
      kind: 'answer',
      response: { httpStatus: this.#httpStatus, headers: this.#headers, body, truncated },
    };
    const pause = failpoint('dispatch.afterResponse', this.#request.body);
    if (pause === undefined) return this.#settle(answer);
    pause.then(
      () => this.#settle(answer),
      (error: unknown) => this.fail(error),
    );
  }

  #settle(answer: ProviderAnswer): void {
    if (this.settled) return;
    this.settled = true;
    clearTimeout(this.#deadline);
    this.#options.signal?.removeEventListener('abort', this.#giveUp);
    this.#resolve(answer);
  }

  static #expire(this: void, exchange: Exchange): void {
    const seconds = exchange.#limits.totalMs / 1000;
    exchange.#end(exchange.#controller ? `no whole answer within ${seconds} s` : `no connection within ${seconds} s`);
  }

  readonly #giveUp = (): void => this.#end('the call was given up');

  #end(reason: string): void {
    const controller = this.#controller;
    this.#settle({ kind: controller ? 'unknown' : 'not_written', reason });
    controller?.abort(new Error(reason));
  }
}

/** In tests that stop the process in the middle of a request: the body in two pieces, with a failpoint behind each. */
function inSteps(body: string): Readable {
  async function* steps(): AsyncGenerator<Buffer> {
    const bytes = Buffer.from(body);
    yield bytes.subarray(0, 1);
    await failpoint('dispatch.afterFirstByte', body);
    yield bytes.subarray(1);
    await failpoint('dispatch.afterFullWrite', body);
  }
  // undici takes an iterable and writes each piece before it asks for the next, but its types do not say so. A stream
  // would read ahead, and the process would stop before the byte was out.
  return steps() as unknown as Readable;
}

/** Words for people, without addresses of the network. */
function reasonOf(error: unknown): string {
  // Several addresses were tried: the first error stands for all.
  const cause = error instanceof AggregateError ? (error.errors[0] as unknown) : error;
  if (!(cause instanceof Error)) return 'the call failed';
  const code = (cause as NodeJS.ErrnoException).code;
  const words = (code !== undefined && wordsByCode[code]) || cause.message || 'the call failed';
  return code === undefined ? words : `${words} (${code})`;
}

const wordsByCode: Partial<Record<string, string>> = {
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection was reset',
  EPIPE: 'the connection was closed',
  ENOTFOUND: 'the name of the host cannot be resolved',
  EAI_AGAIN: 'the name of the host cannot be resolved now',
  EHOSTUNREACH: 'the host cannot be reached',
  ENETUNREACH: 'the network cannot be reached',
  ETIMEDOUT: 'the connection timed out',
  UND_ERR_CONNECT_TIMEOUT: 'no connection was made in time',
  UND_ERR_HEADERS_TIMEOUT: 'no answer came in time',
  UND_ERR_BODY_TIMEOUT: 'the answer stopped in the middle',
  UND_ERR_SOCKET: 'the connection was closed before the answer',
  UND_ERR_HEADERS_OVERFLOW: 'the headers of the answer are too long',
  UND_ERR_DESTROYED: 'the connections were closed',
  UND_ERR_CLOSED: 'the connections were closed',
  CERT_HAS_EXPIRED: 'the certificate has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'the certificate is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'the certificate is not trusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'the certificate is not trusted',
  ERR_TLS_CERT_ALTNAME_INVALID: 'the certificate is for another host',
};
