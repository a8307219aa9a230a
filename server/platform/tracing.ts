import {
  ROOT_CONTEXT,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { childTrace, type TraceContext } from './trace-context.ts';

type AttributeValue = string | number | boolean | undefined;

export type SpanOptions = {
  kind?: 'server' | 'client' | 'producer' | 'consumer' | 'internal';
  /** The step that this one is part of. */
  parent?: TraceContext | undefined;
  /** Steps that led here without this being a part of them, e.g. the webhook behind a later processing. */
  links?: readonly TraceContext[];
  /** No phone numbers, names or texts. */
  attributes?: Record<string, AttributeValue>;
};

/** A step of a trace. `end` must be called. */
export type WorkSpan = {
  readonly trace: TraceContext;
  set(attributes: Record<string, AttributeValue>): void;
  /** Marks the step as failed with the code of the error or else its class, not with its message. */
  fail(error: unknown): void;
  /** Marks the step as failed with a code of ours or of a provider. */
  failWith(code: string): void;
  end(): void;
};

const kinds = {
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
  internal: SpanKind.INTERNAL,
};

class UnsentSpan implements WorkSpan {
  readonly trace: TraceContext;

  constructor(trace: TraceContext) {
    this.trace = trace;
  }

  set(): void {}
  fail(): void {}
  failWith(): void {}
  end(): void {}
}

/** Makes the steps of traces. The parent is handed over explicitly: work here is done in batches and across processes,
 *  where "the current span" means nothing. Without an address to send to, steps still have ids, so that `traceparent`
 *  reaches the provider and the message's own trace. */
export class Tracing {
  readonly #tracer: Tracer | undefined;
  readonly #shutdown: () => Promise<void>;

  constructor(tracer?: Tracer, shutdown: () => Promise<void> = async () => {}) {
    this.#tracer = tracer;
    this.#shutdown = shutdown;
  }

  /** Whether anybody gets the steps. What makes one for each message asks first: its trace has ids as it is. */
  get isOn(): boolean {
    return this.#tracer !== undefined;
  }

  startSpan(name: string, options: SpanOptions = {}): WorkSpan {
    if (this.#tracer === undefined) return new UnsentSpan(childTrace(options.parent));
    const context =
      options.parent === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, toSpanContext(options.parent));
    const span = this.#tracer.startSpan(
      name,
      {
        kind: kinds[options.kind ?? 'internal'],
        links: (options.links ?? []).map((link) => ({ context: toSpanContext(link) })),
        attributes: options.attributes ?? {},
      },
      context,
    );
    const { traceId, spanId, traceFlags } = span.spanContext();
    const failWith = (code: string): void => {
      span.setStatus({ code: SpanStatusCode.ERROR });
      span.setAttribute('error.type', code);
    };
    return {
      trace: { traceId, spanId, sampled: (traceFlags & TraceFlags.SAMPLED) !== 0 },
      set: (attributes) => void span.setAttributes(attributes),
      fail: (error) => failWith(typeOf(error)),
      failWith,
      end: () => span.end(),
    };
  }

  /** Does `work` as one step. */
  async inSpan<Result>(name: string, options: SpanOptions, work: (span: WorkSpan) => Promise<Result>): Promise<Result> {
    const span = this.startSpan(name, options);
    try {
      return await work(span);
    } catch (error) {
      span.fail(error);
      throw error;
    } finally {
      span.end();
    }
  }

  /** Sends what is left, for a few seconds at most. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#shutdown();
  }
}

/** Tracing to an OTLP collector over HTTP; without an address, tracing that sends nothing. The packages are loaded only
 *  when they are used: they are large. */
export async function startTracing(endpoint: string | undefined, version: string): Promise<Tracing> {
  if (endpoint === undefined) return new Tracing();
  const [sdk, { OTLPTraceExporter }, { resourceFromAttributes }] = await Promise.all([
    import('@opentelemetry/sdk-trace'),
    import('@opentelemetry/exporter-trace-otlp-http'),
    import('@opentelemetry/resources'),
  ]);
  const url = `${endpoint.replace(/\/+$/, '')}/v1/traces`;
  const provider = new sdk.TracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'carillon', 'service.version': version }),
    spanProcessors: [
      new sdk.BatchSpanProcessor({
        exporter: new OTLPTraceExporter({ url, timeoutMillis: 5_000 }),
        maxQueueSize: 4_096,
      }),
    ],
  });
  return new Tracing(provider.getTracer('carillon', version), async () => {
    // A collector that is gone must not keep us from ending.
    await Promise.race([
      provider.shutdown().catch(() => {}),
      new Promise((resolve) => setTimeout(resolve, 3_000).unref()),
    ]);
  });
}

// The errors of PostgreSQL and of sockets are all of one class; their codes tell them apart.
function typeOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? code : error.name;
}

function toSpanContext({ traceId, spanId, sampled }: TraceContext): SpanContext {
  return { traceId, spanId, traceFlags: sampled ? TraceFlags.SAMPLED : TraceFlags.NONE, isRemote: true };
}
