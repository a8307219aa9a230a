import { randomFillSync } from 'node:crypto';

/** Where a piece of work stands in a distributed trace (W3C Trace Context). */
export type TraceContext = { traceId: string; spanId: string; sampled: boolean };

const pattern = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

/** Reads a `traceparent` header; undefined when it is absent or not valid, for which the standard asks to start anew. */
export function parseTraceparent(header: string | string[] | undefined): TraceContext | undefined {
  if (typeof header !== 'string') return undefined;
  const [, version, traceId, spanId, flags, rest] = pattern.exec(header) ?? [];
  if (version === undefined || traceId === undefined || spanId === undefined || flags === undefined) return undefined;
  if (version === 'ff' || (version === '00' && rest !== undefined)) return undefined;
  if (/^0+$/.test(traceId) || /^0+$/.test(spanId)) return undefined;
  return { traceId, spanId, sampled: (Number.parseInt(flags, 16) & 1) === 1 };
}

export function formatTraceparent(trace: TraceContext): string {
  return `00-${trace.traceId}-${trace.spanId}-${trace.sampled ? '01' : '00'}`;
}

/** A step below `parent`, or the first step of a new trace. */
export function childTrace(parent: TraceContext | undefined): TraceContext {
  if (parent !== undefined) return { traceId: parent.traceId, spanId: randomHex(8), sampled: parent.sampled };
  const both = randomHex(24);
  return { traceId: both.slice(0, 32), spanId: both.slice(32), sampled: true };
}

// Fetched in bulk: one call for each identifier would cost ten times as much.
const pool = Buffer.allocUnsafe(4_800);
let poolOffset = pool.length;

function randomHex(bytes: number): string {
  if (poolOffset + bytes > pool.length) {
    randomFillSync(pool);
    poolOffset = 0;
  }
  poolOffset += bytes;
  return pool.toString('hex', poolOffset - bytes, poolOffset);
}
