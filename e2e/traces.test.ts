import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { aMessage, UnderTest } from './under-test.ts';

interface Span {
  name: string;
  kind: number;
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  attributes: { key: string; value: Record<string, unknown> }[];
}

/** Takes traces as an OpenTelemetry collector does. */
async function startCollector() {
  const spans: Span[] = [];
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request
      .on('data', (chunk) => (body += chunk))
      .on('end', () => {
        bodies.push(body);
        const { resourceSpans } = JSON.parse(body) as { resourceSpans: { scopeSpans: { spans: Span[] }[] }[] };
        spans.push(...resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans)));
        response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
      });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    spans,
    bodies,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

const startedBy = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7' };
const traceparent = `00-${startedBy.traceId}-${startedBy.spanId}-01`;
let collector: Awaited<ReturnType<typeof startCollector>>;
let traced: UnderTest;

beforeAll(async () => {
  collector = await startCollector();
  traced = await UnderTest.start({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });
  await fetch(`${traced.carillon.sandbox}/_sandbox/settings`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ delay_factor: 0 }),
  });
});
afterAll(async () => {
  await traced?.[Symbol.asyncDispose]();
  collector?.close();
});

async function send(changes: Record<string, unknown> = {}) {
  const answer = await traced.call('POST', '/v1/messages', { body: aMessage(changes), headers: { traceparent } });
  expect(answer.status, answer.text).toBe(202);
  return { id: answer.json.id as string, accepted: answer.headers.get('traceparent') ?? '' };
}

/** What the provider got as the `traceparent` of the message. */
function received(phone: string): Promise<string> {
  return vi.waitFor(
    async () => {
      const answer = await fetch(`${traced.carillon.sandbox}/_sandbox/ledger?limit=10000`);
      const { data } = (await answer.json()) as { data: { to: string; traceparent: string | null }[] };
      const [entry] = data.filter(({ to }) => to === phone);
      expect(entry?.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
      return entry?.traceparent ?? '';
    },
    { timeout: 20_000, interval: 50 },
  );
}

const idsOf = (header: string) => ({ traceId: header.split('-')[1], spanId: header.split('-')[2] });
const spanOf = (header: string) =>
  vi.waitFor(
    () => {
      const found = collector.spans.find(({ spanId }) => spanId === idsOf(header).spanId);
      if (!found) throw new Error(`The collector has no span ${header}.`);
      return found;
    },
    { timeout: 30_000, interval: 100 },
  );
const valueOf = (span: Span | undefined, key: string) =>
  Object.values(span?.attributes.find((attribute) => attribute.key === key)?.value ?? {})[0];

it.each([
  ['that is handed over in memory', '+15557100001', () => ({})],
  // It waits in the database, and the worker reads it from there.
  [
    'that waited in the database',
    '+15557100002',
    () => ({ send_at: Temporal.Now.instant().add({ seconds: 2 }).toString() }),
  ],
])("a message %s goes out in its caller's trace, and the collector has each step", async (_, to, changes) => {
  const { id, accepted } = await send({ to, ...changes() });
  expect((await traced.call('GET', `/v1/messages/${id}`)).json.trace_id).toBe(startedBy.traceId);
  const [accept, attempt] = [await spanOf(accepted), await spanOf(await received(to))];
  expect(accept).toMatchObject({
    name: 'POST /v1/messages',
    traceId: startedBy.traceId,
    parentSpanId: startedBy.spanId,
  });
  expect(attempt).toMatchObject({ name: 'send whatsapp', traceId: startedBy.traceId, parentSpanId: accept.spanId });
  expect(valueOf(attempt, 'messaging.message.id')).toBe(id);
  expect(valueOf(attempt, 'carillon.outcome')).toBe('accepted');
  expect(valueOf(attempt, 'http.response.status_code')).toBe(200);
});

it('webhooks that take effect are a step, and no step tells of a person', async () => {
  await received('+15557100001');
  const step = await vi.waitFor(
    () => {
      const found = collector.spans.find(({ name }) => name === 'process webhooks');
      expect(found).toBeDefined();
      return found;
    },
    { timeout: 30_000, interval: 100 },
  );
  expect(Number(valueOf(step, 'messaging.batch.message_count'))).toBeGreaterThan(0);
  expect(Number(valueOf(step, 'carillon.events'))).toBeGreaterThan(0);
  expect(collector.bodies.join()).not.toMatch(/1555710000|hello_world|wamid|Bearer/);
});
