import type { BullmqSender } from './bullmq.ts';
import {
  type BareLoop,
  type Bench,
  bareLoop,
  type Drain,
  drain,
  type Latency,
  latency,
  type Sustained,
  sustained,
  type Webhooks,
  webhooks,
} from './figures.ts';
import { loadAverage } from './machine.ts';
import type { ProcessorTime } from './processor-time.ts';

/** How much is done in one round. */
export interface Sizes {
  loop: number;
  drain: number;
  sustained: number;
  /** Messages whose three receipts are sent. */
  webhookMessages: number;
  latencySeconds: number;
  bullmq: number;
}

/** Everything that is measured more than once. Each figure has its baseline right beside it, so that other work on the
 *  machine slows both alike. */
export interface Round {
  loadAverage: number;
  /** Before the drain, between the drain and the sustained run, and after that. */
  loops: [BareLoop, BareLoop, BareLoop];
  drain: Drain;
  sustained: Sustained;
  /** Null: not measured. */
  bullmqPerSecond: number | null;
  webhooks: Webhooks;
  latency: Latency;
}

export async function runRound(bench: Bench, sizes: Sizes, bullmq: BullmqSender | undefined): Promise<Round> {
  const before = await bareLoop(bench, sizes.loop);
  const drained = await drain(bench, sizes.drain);
  const between = await bareLoop(bench, sizes.loop);
  const steady = await sustained(bench, sizes.sustained);
  const after = await bareLoop(bench, sizes.loop);
  return {
    loops: [before, between, after],
    drain: drained,
    sustained: steady,
    bullmqPerSecond: bullmq === undefined ? null : await bullmq.measure(bench, sizes.bullmq),
    webhooks: await webhooks(bench, sizes.webhookMessages),
    latency: await latency(bench, sizes.latencySeconds),
    loadAverage: loadAverage(),
  };
}

export function drainRatio({ drain, loops }: Round): number {
  return drain.storedPerSecond / mean(loops[0].perSecond, loops[1].perSecond);
}

export function sustainedRatio({ sustained, loops }: Round): number {
  return sustained.perSecond / mean(loops[1].perSecond, loops[2].perSecond);
}

export function webhooksRatio({ webhooks }: Round): number {
  return webhooks.durablePerSecond / webhooks.barePerSecond;
}

function mean(a: number, b: number): number {
  return (a + b) / 2;
}

/** What a message costs all processes together, in bare POSTs of the same round: it does not depend on how fast the
 *  machine is, nor on how well its processors are used. */
export function costInPosts({ loops }: Round, micros: ProcessorTime): number {
  return totalOf(micros) / mean(totalOf(loops[0].micros), totalOf(loops[1].micros));
}

function totalOf(micros: ProcessorTime): number {
  return Object.values(micros).reduce((sum, one) => sum + one, 0);
}
