import type { Child } from './child.ts';
import { poll, quantile } from './clock.ts';
import type { LoadResult, MessageLoad, PacedLoad, ProviderLoad, WebhookLoad } from './load.ts';
import { type ProcessorTime, processorTime, processorTimeEach } from './processor-time.ts';
import { type Handed, receiptStatuses, receiptWebhook } from './samples.ts';
import { appSecret, type Subject } from './subject.ts';

/** The processes of a run: one provider, one generator of load, the server that is measured, and two baselines. */
export interface Bench {
  sink: Child;
  sinkPort: number;
  load: Child;
  subject: Subject;
  /** The receiver that checks signatures and keeps nothing. */
  bareWebhooks: string;
}

export const contacts = 10_000;
export const connections = 64;
const limitMs = 300_000;

interface SinkStats {
  posts: number;
  firstAt: number;
  lastAt: number;
}

export interface BareLoop {
  perSecond: number;
  /** Processor time a message, by process, in microseconds. */
  micros: ProcessorTime;
}

/** POSTs a second of a bare loop to the sink, from one process. */
export async function bareLoop(bench: Bench, count: number): Promise<BareLoop> {
  await bench.sink.call('reset', {});
  const before = await timesOf(bench);
  const load: ProviderLoad = { origin: `http://127.0.0.1:${bench.sinkPort}`, count, connections, contacts };
  const { perSecond } = expectClean(await bench.load.call<LoadResult>('posts', load));
  return { perSecond, micros: processorTimeEach(before, await timesOf(bench), count) };
}

export interface Drain {
  /** From the first to the last POST at the provider. */
  sentPerSecond: number;
  /** From the first POST to the moment at which the last outcome is stored. */
  storedPerSecond: number;
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
  // The sink is asked first: it costs PostgreSQL nothing meanwhile.
  const isThere = async () => ((await sink.call<SinkStats>('stats')).posts >= count ? true : undefined);
  await poll('Everything is at the provider', limitMs, 25, isThere);
  const storedAt = await subject.settled(limitMs);
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
  const options: MessageLoad = {
    origin: subject.origin,
    apiKey: subject.apiKey,
    count,
    offset: 0,
    contacts,
    connections,
  };
  const result = expectClean(await load.call<LoadResult>('messages', options));
  const storedAt = await subject.settled(limitMs);
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

export interface Webhooks {
  /** Answered with 200, which is given after the commit. */
  durablePerSecond: number;
  /** From the first request to the moment at which the last one has taken effect. */
  appliedPerSecond: number;
  p99Ms: number;
  /** Of the receiver that keeps nothing, for the same bodies. */
  barePerSecond: number;
  micros: ProcessorTime;
}

/** Sends the three receipts of each of `messages` messages, as webhooks of one receipt each: to the bare receiver, to the
 *  server, and to the bare receiver again. */
export async function webhooks(bench: Bench, messages: number): Promise<Webhooks> {
  const { subject, sink, load } = bench;
  await sink.call('reset', { keepHanded: true });
  await subject.acceptBatches(messages, contacts, 'transactional');
  await subject.settled(limitMs);
  const handed = await sink.call<Handed[]>('handed');
  await sink.call('reset', {});
  const now = Math.floor(Date.now() / 1000);
  const bodies = receiptStatuses.flatMap((status) => handed.map((one) => receiptWebhook(one, status, now)));
  const bare = async () => {
    const { origin, pathname } = new URL(bench.bareWebhooks);
    const options: WebhookLoad = { origin, path: pathname, appSecret, bodies, connections };
    return expectClean(await load.call<LoadResult>('webhooks', options)).perSecond;
  };
  const bareBefore = await bare();
  const before = await timesOf(bench);
  subject.profile();
  const options: WebhookLoad = { origin: subject.origin, path: subject.webhookPath, appSecret, bodies, connections };
  const result = expectClean(await load.call<LoadResult>('webhooks', options));
  const appliedAt = await subject.applied(limitMs);
  subject.profile();
  const after = await timesOf(bench);
  const read = await subject.countNewest(messages, 4);
  if (read !== messages) throw new Error(`${read} of ${messages} messages are read after all receipts.`);
  return {
    durablePerSecond: result.perSecond,
    appliedPerSecond: (bodies.length / (appliedAt - result.startedAt)) * 1000,
    p99Ms: result.p99Ms,
    barePerSecond: (bareBefore + (await bare())) / 2,
    micros: processorTimeEach(before, after, bodies.length),
  };
}

export interface Latency {
  p50Ms: number;
  p99Ms: number;
}

/** From the begin of an API call to the arrival of its message at the provider, at a steady 100 a second. */
export async function latency(bench: Bench, seconds: number): Promise<Latency> {
  const { subject, sink, load } = bench;
  const perSecond = 100;
  const count = perSecond * seconds;
  await sink.call('reset', { keepArrivals: true });
  const options: PacedLoad = {
    origin: subject.origin,
    apiKey: subject.apiKey,
    count,
    offset: 0,
    contacts,
    perSecond,
  };
  const begunAt = await load.call<Map<string, number>>('paced', options);
  await subject.settled(limitMs);
  const arrivedAt = await sink.call<Map<string, number>>('arrivals');
  await sink.call('reset', {});
  const times = [...begunAt].map(([to, at]) => (arrivedAt.get(to) ?? Number.POSITIVE_INFINITY) - at);
  if (arrivedAt.size !== count) throw new Error(`${arrivedAt.size} of ${count} messages arrived.`);
  return { p50Ms: quantile(times, 0.5), p99Ms: quantile(times, 0.99) };
}

export interface Memory {
  queued: number;
  /** With all of them waiting. */
  waitingMegabytes: number;
  /** The most that was seen while they were accepted, waited and were sent. */
  peakMegabytes: number;
}

/** Resident memory of the server with many messages waiting. */
export async function memory(bench: Bench, queued: number): Promise<Memory> {
  const { subject } = bench;
  let peakMegabytes = 0;
  const look = async () => {
    const now = await subject.residentMegabytes();
    peakMegabytes = Math.max(peakMegabytes, now);
    return now;
  };
  const timer = setInterval(() => void look(), 200);
  try {
    await subject.pauseSender();
    await subject.acceptBatches(queued, contacts, 'marketing');
    // Long enough for it to read its queue again and to settle down.
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    const waitingMegabytes = await look();
    await subject.resumeSender();
    await subject.settled(limitMs);
    return { queued, waitingMegabytes, peakMegabytes };
  } finally {
    clearInterval(timer);
  }
}

function timesOf({ subject, sink, load }: Bench): Promise<ProcessorTime> {
  return processorTime({ server: subject.pid, sink: sink.pid, load: load.pid }, subject.postgres.pid);
}

/** A figure of work that was not done would be worth nothing. */
async function expectStored(bench: Bench, stats: SinkStats, count: number): Promise<void> {
  if (stats.posts !== count) throw new Error(`The provider got ${stats.posts} messages instead of ${count}.`);
  const accepted = await bench.subject.countNewest(count, 1);
  if (accepted !== count) throw new Error(`${accepted} of the last ${count} messages are stored as accepted.`);
}

export function expectClean(result: LoadResult): LoadResult {
  if (result.failures === 0) return result;
  throw new Error(`${result.failures} of ${result.requests} requests failed: ${result.firstFailure}`);
}
