import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { childTrace, formatTraceparent, parseTraceparent } from './trace-context.ts';
import { startTracing, Tracing } from './tracing.ts';

const hex = (length: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789abcdef'.split('')), minLength: length, maxLength: length });

describe('a traceparent', () => {
  it('is read as it is written', () => {
    fc.assert(
      fc.property(hex(32), hex(16), fc.boolean(), (traceId, spanId, sampled) => {
        fc.pre(!/^0+$/.test(traceId) && !/^0+$/.test(spanId));
        expect(parseTraceparent(formatTraceparent({ traceId, spanId, sampled }))).toEqual({ traceId, spanId, sampled });
      }),
    );
  });

  it.each([
    undefined,
    '',
    'garbage',
    `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`,
    `00-4bf92f3577b34da6a3ce929d0e0e4736-${'0'.repeat(16)}-01`,
    'ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
    '00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01',
    '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-extra',
  ])('that is not valid (%s) starts a new trace', (header) => {
    expect(parseTraceparent(header)).toBeUndefined();
  });

  it('of a later version is understood as far as we know it', () => {
    expect(parseTraceparent('01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more')).toMatchObject({
      sampled: true,
    });
  });

  it('goes on in the same trace with a step of its own', () => {
    const parent = childTrace(undefined);
    const child = childTrace(parent);
    expect(child.traceId).toBe(parent.traceId);
    expect(child.spanId).not.toBe(parent.spanId);
  });
});

describe('a step of work', () => {
  it("is part of its caller's trace and linked to what led to it", async () => {
    const exporter = new InMemorySpanExporter();
    const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
    const tracing = new Tracing(provider.getTracer('test'));
    const parent = childTrace(undefined);
    const webhook = childTrace(undefined);
    const failed = tracing.inSpan(
      'send',
      { kind: 'client', parent, links: [webhook], attributes: { lane: 'service' } },
      async (span) => {
        expect(span.trace.traceId).toBe(parent.traceId);
        throw new TypeError('to +15550001111');
      },
    );
    await expect(failed).rejects.toThrow(TypeError);
    await provider.forceFlush();
    const [span] = exporter.getFinishedSpans();
    expect(span?.parentSpanContext?.spanId).toBe(parent.spanId);
    expect(span?.links[0]?.context.traceId).toBe(webhook.traceId);
    expect(span?.attributes).toEqual({ lane: 'service', 'error.type': 'TypeError' });
    expect(JSON.stringify(span?.events)).not.toContain('15550001111');
  });

  it.each([
    ['code', Object.assign(new Error('refused'), { code: '23505' }), '23505'],
    ['class, when it has no code', new RangeError('refused'), 'RangeError'],
    ['kind of value, when it is no error', 'to +15550001111', 'string'],
  ])('that fails tells the %s', async (_, thrown, type) => {
    const exporter = new InMemorySpanExporter();
    const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
    const failed = new Tracing(provider.getTracer('test')).inSpan('x', {}, async () => {
      throw thrown;
    });
    await expect(failed).rejects.toBe(thrown);
    expect(exporter.getFinishedSpans()[0]?.attributes).toEqual({ 'error.type': type });
  });

  it('has ids even when traces are sent nowhere', async () => {
    const tracing = await startTracing(undefined, '1');
    const span = tracing.startSpan('x');
    expect(parseTraceparent(formatTraceparent(span.trace))).toEqual(span.trace);
    span.end();
  });
});
