import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { expect, it } from 'vitest';
import type { ProviderAnswer } from '#channels/provider-http.ts';
import { cloudApi } from '#channels/providers/cloud-api/cloud-api.ts';
import { Tracing } from '#platform/tracing.ts';
import { callProvider } from './provider-call.ts';

const accepting = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7' };
const message = {
  messageId: '0199aaaa-0000-7000-8000-000000000001',
  lane: 'service' as const,
  type: 'text',
  traceparent: `00-${accepting.traceId}-${accepting.spanId}-01`,
};
const request = {
  method: 'POST' as const,
  path: '/v26.0/106/messages?appsecret_proof=abc',
  headers: { authorization: 'Bearer token' },
  body: JSON.stringify({ to: '+15550001111', text: { body: 'Hello' } }),
};
const wamid = `wamid.${Buffer.from('15550001111').toString('base64')}`;

function answer(httpStatus: number, body: unknown): ProviderAnswer {
  const bytes = Buffer.from(JSON.stringify(body));
  return { kind: 'answer', response: { httpStatus, headers: {}, body: bytes, truncated: false } };
}
const taken = answer(200, { contacts: [{ wa_id: '15550001111' }], messages: [{ id: wamid }] });

/** Calls a provider that answers so, and tells what it was sent and which steps were made. */
async function call(given: ProviderAnswer, options: { isOn?: boolean; traceparent?: string | null } = {}) {
  const exporter = new InMemorySpanExporter();
  const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
  const tracing = new Tracing(options.isOn === false ? undefined : provider.getTracer('test'));
  const sent: (string | null | undefined)[] = [];
  const http = {
    baseUrl: 'https://graph.example.com/below',
    send: async (_request: unknown, traceparent?: string | null) => {
      sent.push(traceparent);
      return given;
    },
  };
  const { traceparent = message.traceparent } = options;
  const account = { provider: cloudApi, senderId: 'sender', externalId: '106', http };
  const outcome = await callProvider(tracing, account, { ...message, traceparent }, 2, request);
  await provider.forceFlush();
  return { outcome, sent, spans: exporter.getFinishedSpans() };
}

it('a call is a step below the one that accepted the message, and the provider is told of it', async () => {
  const { outcome, sent, spans } = await call(taken);
  expect(outcome).toMatchObject({ outcome: 'accepted', providerMessageIds: [wamid] });
  expect(spans).toHaveLength(1);
  const [span] = spans;
  expect(span?.name).toBe('send whatsapp');
  expect(span?.spanContext().traceId).toBe(accepting.traceId);
  expect(span?.parentSpanContext?.spanId).toBe(accepting.spanId);
  expect(sent).toEqual([`00-${accepting.traceId}-${span?.spanContext().spanId}-01`]);
  expect(span?.attributes).toEqual({
    'messaging.system': 'whatsapp',
    'messaging.operation.name': 'send',
    'messaging.operation.type': 'send',
    'messaging.destination.name': 'sender',
    'messaging.message.id': message.messageId,
    'http.request.method': 'POST',
    'http.response.status_code': 200,
    'server.address': 'graph.example.com',
    'carillon.provider': cloudApi.name,
    'carillon.purpose': 'service',
    'carillon.message.type': 'text',
    'carillon.attempt': 2,
    'carillon.outcome': 'accepted',
  });
});

it.each([
  ['a refusal', answer(400, { error: { message: 'No +15550001111', code: 131047 } }), 'rejected', '131047'],
  ['no answer', { kind: 'unknown', reason: 'to +15550001111' } as const, 'unknown', 'unknown'],
  ['no connection', { kind: 'not_written', reason: 'to +15550001111' } as const, 'not_written', 'not_written'],
])('%s fails the step with a code, without words', async (_, given, outcome, code) => {
  const { spans } = await call(given);
  const [span] = spans;
  expect(span?.status).toEqual({ code: 2 });
  expect(span?.attributes).toMatchObject({ 'carillon.outcome': outcome, 'error.type': code });
  expect(JSON.stringify([span?.attributes, span?.events])).not.toMatch(/15550001111|appsecret|Hello/);
});

it('while traces go nowhere no step is made, and the provider is told of the one that accepted', async () => {
  expect(await call(taken, { isOn: false })).toMatchObject({ sent: [message.traceparent], spans: [] });
  expect(await call(taken, { isOn: false, traceparent: null })).toMatchObject({ sent: [null] });
});

it('what its caller does not record is not recorded by us, and the provider is told so', async () => {
  const { sent, spans } = await call(taken, { traceparent: message.traceparent.replace(/01$/, '00') });
  expect(spans).toEqual([]);
  expect(sent[0]).toMatch(new RegExp(`^00-${accepting.traceId}-[0-9a-f]{16}-00$`));
});

it('a message of a trace that nobody knows begins a new one', async () => {
  const { sent, spans } = await call(taken, { traceparent: null });
  expect(spans[0]?.parentSpanContext).toBeUndefined();
  expect(sent[0]).toContain(spans[0]?.spanContext().traceId);
});
