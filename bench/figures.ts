import type { Child } from './child.ts';
import { type ProcessorTime, processorTime, processorTimeEach } from './processor-time.ts';
import type { LoadResult, MessageLoad, ProviderLoad } from './load.ts';
import type { Subject } from './subject.ts';

/** The processes of a run: one provider, one generator of load, and the server that is measured. */
export interface Bench {
  sink: Child;
  sinkPort: number;
  load: Child;
  subject: Subject;
}

export const contacts = 10_000;
export const connections = 64;

interface SinkStats {
  posts: number;
  firstAt: number;
  lastAt: number;
}

function timesOf({ subject, sink, load }: Bench): Promise<ProcessorTime> {
  return processorTime({ server: subject.pid, sink: sink.pid, load: load.pid }, subject.postgres.pid);
}

/** POSTs a second of a bare loop to the sink, from one process. */
export async function bareLoop(bench: Bench, count: number): Promise<BareLoop> {
  await bench.sink.call('reset', {});
  const before = await timesOf(bench);
  const load: ProviderLoad = { origin: `http://127.0.0.1:${bench.sinkPort}`, count, connections, contacts };
  const { perSecond } = expectClean(await bench.load.call<LoadResult>('posts', load));
  return { perSecond, micros: processorTimeEach(before, await timesOf(bench), count) };
}

export interface BareLoop {
  perSecond: number;
  micros: ProcessorTime;
}

export interface Drain {
  /** From the first to the last POST at the provider. */
  sentPerSecond: number;
  /** From the first POST to the moment at which the last outcome is stored. */
  storedPerSecond: number;
  /** Processor time a message, by process, in microseconds. */
  micros: ProcessorTime;
}

/** Sends messages that were accepted while the sender was paused. */
export async function drain(bench: Bench, count: number): Promise<Drain> {
  const { subject, sink } = bench;
  await subject.pauseSender();
  await subject.acceptBatches(count, contacts, 'marketing');
  await sink.call('reset', {});
  const before = await timesOf(bench);
  subject.profile();
  await subject.resumeSender();
  const storedAt = await subject.settled(120_000);
  subject.profile();
  const after = await timesOf(bench);
  const stats = await sink.call<SinkStats>('stats');
  await expectStored(bench, stats, count);
  return {
    sentPerSecond: (count / (stats.lastAt - stats.firstAt)) * 1000,
    storedPerSecond: (count / (storedAt - stats.firstAt)) * 1000,
    micros: processorTimeEach(before, after, count),
  };
}

export interface Sustained {
  /** From the first request to the moment at which the last outcome is stored. */
  perSecond: number;
  acceptP50Ms: number;
  acceptP99Ms: number;
  /** How long after the last answer to a caller the last outcome was stored. */
  behindMs: number;
  micros: ProcessorTime;
}

/** Accepts one message a request from 64 connections, sends each, and stores what came of it. */
export async function sustained(bench: Bench, count: number): Promise<Sustained> {
  const { subject, sink, load } = bench;
  await sink.call('reset', {});
  const before = await timesOf(bench);
  subject.profile();
  const options: MessageLoad = { origin: subject.origin, apiKey: subject.apiKey, count, offset: 0, contacts, connections };
  const result = expectClean(await load.call<LoadResult>('messages', options));
  const storedAt = await subject.settled(120_000);
  subject.profile();
  const after = await timesOf(bench);
  await expectStored(bench, await sink.call<SinkStats>('stats'), count);
  return {
    perSecond: (count / (storedAt - result.startedAt)) * 1000,
    acceptP50Ms: result.p50Ms,
    acceptP99Ms: result.p99Ms,
    behindMs: Math.max(0, storedAt - result.endedAt),
    micros: processorTimeEach(before, after, count),
  };
}

/** A figure of work that was not done would be worth nothing. */
async function expectStored(bench: Bench, stats: SinkStats, count: number): Promise<void> {
  if (stats.posts !== count) throw new Error(`The provider got ${stats.posts} messages instead of ${count}.`);
  const accepted = await bench.subject.countAcceptedSince(count);
  if (accepted !== count) throw new Error(`${accepted} of the last ${count} messages are stored as accepted.`);
}

export function expectClean(result: LoadResult): LoadResult {
  if (result.failures > 0) throw new Error(`${result.failures} of ${result.requests} requests failed: ${result.firstFailure}`);
  return result;
}

