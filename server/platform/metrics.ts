import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import type { Access, HttpServer, RequestRecord } from './http.ts';

const durations = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** What is counted, for Prometheus. Labels have few values: never an id of a contact, a message or a number. */
export class Metrics {
  readonly registry = new Registry();
  readonly #requests: Histogram<'method' | 'route' | 'status'>;

  constructor() {
    collectDefaultMetrics({ register: this.registry, prefix: 'carillon_' });
    this.#requests = this.histogram('http_request_duration_seconds', 'Time to answer a request', [
      'method',
      'route',
      'status',
    ]);
  }

  /** A counter named `carillon_<name>`; Prometheus wants names to end in `_total`. */
  counter<Label extends string>(name: string, help: string, labelNames: Label[] = []): Counter<Label> {
    return new Counter({ name: `carillon_${name}`, help, labelNames, registers: [this.registry] });
  }

  /** Seconds unless `buckets` say otherwise. */
  histogram<Label extends string>(
    name: string,
    help: string,
    labelNames: Label[] = [],
    buckets = durations,
  ): Histogram<Label> {
    return new Histogram({ name: `carillon_${name}`, help, labelNames, buckets, registers: [this.registry] });
  }

  gauge<Label extends string>(name: string, help: string, labelNames: Label[] = []): Gauge<Label> {
    return new Gauge({ name: `carillon_${name}`, help, labelNames, registers: [this.registry] });
  }

  /** A gauge that is read when Prometheus asks. */
  observe(name: string, help: string, read: () => number): void {
    new Gauge({
      name: `carillon_${name}`,
      help,
      registers: [this.registry],
      collect() {
        this.set(read());
      },
    });
  }

  /** The same with a value for each of a few values of a label. */
  observeEach(name: string, help: string, label: string, read: () => ReadonlyMap<string, number>): void {
    new Gauge({
      name: `carillon_${name}`,
      help,
      labelNames: [label],
      registers: [this.registry],
      collect() {
        for (const [value, count] of read()) this.labels(value).set(count);
      },
    });
  }

  observeRequest(record: RequestRecord): void {
    const { method, route, status } = record;
    this.#requests.labels(method, route, String(status)).observe(record.durationMs / 1_000);
  }

  /** `GET /metrics`, and what the server itself knows. */
  addRoute(server: HttpServer, access: Access): void {
    const { pressure } = server;
    this.observe('http_requests_in_flight', 'Requests that are being answered', () => pressure.inFlight);
    this.observe('event_loop_delay_milliseconds', 'How far behind the event loop is', () => pressure.delayMs);
    const refused = this.gauge('http_requests_shed', 'Requests refused because the server was too busy', ['class']);
    server.get(
      '/metrics',
      { config: { access, kind: 'page', shed: 'never' }, schema: { hide: true } },
      async (_request, reply) => {
        for (const [shedClass, count] of pressure.refused) refused.labels(shedClass).set(count);
        return reply.type(this.registry.contentType).send(await this.registry.metrics());
      },
    );
  }
}
