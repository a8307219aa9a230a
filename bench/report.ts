import type { Codes } from './backlog.ts';
import { median } from './clock.ts';
import type { Memory } from './figures.ts';
import type { Machine } from './machine.ts';
import { costInPosts, drainRatio, type Round, sustainedRatio, webhooksRatio } from './rounds.ts';
import type { SandboxRate } from './sandbox-rate.ts';

export interface Results {
  measuredOn: string;
  isQuick: boolean;
  machine: Machine;
  /** With the few stored messages of the first rounds. */
  fresh: Round[];
  storedMessages: number;
  /** With `storedMessages` in the database. */
  stored: Round[];
  memory: Memory;
  /** Null: not measured. */
  codes: Codes | null;
  sandbox: SandboxRate;
}

export interface Row {
  figure: string;
  /** What was measured, with its unit. */
  absolute: string;
  baseline: string;
  /** What `must` and `goal` are compared with. */
  compared: number;
  shown: string;
  must: number;
  goal: number;
  better: 'more' | 'less';
  unit: string;
  /** The number of the decision that gave this limit up, and set another in its place. */
  givenUpBy?: number;
}

export type Verdict = 'goal' | 'must' | 'missed' | 'given up' | 'not measured';

export function verdictOf({ compared, must, goal, better, givenUpBy }: Row): Verdict {
  if (Number.isNaN(compared)) return 'not measured';
  const reaches = (limit: number) => (better === 'more' ? compared >= limit : compared < limit);
  if (reaches(must)) return reaches(goal) ? 'goal' : 'must';
  return givenUpBy === undefined ? 'missed' : 'given up';
}

/** The figures that have something to reach. A ratio is the median of the ratios of the rounds. */
export function rowsOf(results: Results): Row[] {
  const { fresh, stored, memory, storedMessages, sandbox } = results;
  const of = (pick: (round: Round) => number, rounds = fresh) => median(rounds.map(pick));
  const loops = fresh.flatMap((round) => round.loops.map((loop) => loop.perSecond));
  const bareLoop = `${perSecond(median(loops))} bare POSTs`;
  const bullmq = fresh.flatMap((round) =>
    round.bullmqPerSecond === null ? [] : [round.sustained.perSecond / round.bullmqPerSecond],
  );
  const bullmqRate = median(fresh.flatMap((round) => (round.bullmqPerSecond === null ? [] : [round.bullmqPerSecond])));
  const ratio = (value: number) => value.toFixed(2);
  const rows: Row[] = [
    {
      figure: 'drain a full outbox',
      absolute: perSecond(of((round) => round.drain.storedPerSecond)),
      baseline: bareLoop,
      compared: of(drainRatio),
      shown: ratio(of(drainRatio)),
      must: 0.4,
      goal: 0.6,
      better: 'more',
      unit: '',
      givenUpBy: 18,
    },
    {
      figure: 'accept → sent → stored',
      absolute: perSecond(of((round) => round.sustained.perSecond)),
      baseline: bareLoop,
      compared: of(sustainedRatio),
      shown: ratio(of(sustainedRatio)),
      must: 0.18,
      goal: 0.3,
      better: 'more',
      unit: '',
      givenUpBy: 18,
    },
    {
      figure: 'the same',
      absolute: perSecond(of((round) => round.sustained.perSecond)),
      baseline: bullmq.length === 0 ? 'BullMQ: no redis-server on PATH' : `${perSecond(bullmqRate)} BullMQ and fetch`,
      compared: bullmq.length === 0 ? Number.NaN : median(bullmq),
      shown: bullmq.length === 0 ? 'not measured: install redis-server' : `${median(bullmq).toFixed(1)}×`,
      must: 5,
      goal: 8,
      better: 'more',
      unit: '×',
      givenUpBy: 18,
    },
    {
      figure: 'durable webhooks',
      absolute: perSecond(of((round) => round.webhooks.durablePerSecond)),
      baseline: `${perSecond(of((round) => round.webhooks.barePerSecond))} bare Fastify with HMAC`,
      compared: of(webhooksRatio),
      shown: ratio(of(webhooksRatio)),
      must: 0.6,
      goal: 0.8,
      better: 'more',
      unit: '',
      givenUpBy: 18,
    },
    costRow(
      'a drained message',
      of((round) => costInPosts(round, round.drain.micros)),
      { must: 5, goal: 3.5 },
    ),
    costRow(
      'a message from accept to stored',
      of((round) => costInPosts(round, round.sustained.micros)),
      { must: 16, goal: 10 },
    ),
    costRow(
      'a webhook, stored and applied',
      of((round) => costInPosts(round, round.webhooks.micros)),
      { must: 7, goal: 5 },
    ),
    {
      figure: 'accept → provider at 100/s, p99',
      absolute: `p50 ${of((round) => round.latency.p50Ms).toFixed(1)} ms`,
      baseline: '–',
      compared: of((round) => round.latency.p99Ms),
      shown: `${of((round) => round.latency.p99Ms).toFixed(1)} ms`,
      must: 50,
      goal: 25,
      better: 'less',
      unit: ' ms',
    },
    ...(results.codes === null ? [] : [codesRow(results.codes)]),
    {
      figure: `memory with ${count(memory.queued)} queued`,
      absolute: `${Math.round(memory.waitingMegabytes)} MB while they wait`,
      baseline: '–',
      compared: memory.peakMegabytes,
      shown: `${Math.round(memory.peakMegabytes)} MB at most`,
      must: 300,
      goal: 200,
      better: 'less',
      unit: ' MB',
    },
    {
      figure: 'the sandbox by itself, with its webhooks',
      absolute: perSecond(sandbox.alone),
      baseline: '–',
      compared: sandbox.alone,
      shown: perSecond(sandbox.alone),
      must: 3_000,
      goal: 3_000,
      better: 'more',
      unit: '/s',
    },
  ];
  if (stored.length === 0) return rows;
  // More is better in each: a share of 1 means that nothing has become slower.
  const shares: [string, number][] = [
    ['drain', of(drainRatio, stored) / of(drainRatio)],
    ['accept → sent → stored', of(sustainedRatio, stored) / of(sustainedRatio)],
    ['durable webhooks', of(webhooksRatio, stored) / of(webhooksRatio)],
    ['latency p99', of((round) => round.latency.p99Ms) / of((round) => round.latency.p99Ms, stored)],
  ];
  for (const [name, share] of shares) {
    rows.push({
      figure: `with ${count(storedMessages)} stored: ${name}`,
      absolute: `${Math.round(share * 100)} % of before`,
      baseline: 'itself',
      compared: share,
      shown: ratio(share),
      must: 0.8,
      goal: 0.95,
      better: 'more',
      unit: '',
    });
  }
  return rows;
}

function costRow(what: string, posts: number, limits: Pick<Row, 'must' | 'goal'>): Row {
  // Processor times are read on Linux only.
  const isKnown = Number.isFinite(posts);
  return {
    figure: `cost of ${what}`,
    absolute: isKnown ? `${posts.toFixed(1)} bare POSTs` : '–',
    baseline: 'processor time of a bare POST',
    compared: isKnown ? posts : Number.NaN,
    shown: isKnown ? posts.toFixed(1) : 'not measured: no /proc',
    ...limits,
    better: 'less',
    unit: '',
  };
}

// The worse of the rates decides.
function codesRow({ waiting, runs }: Codes): Row {
  const worst = Math.max(...runs.map(({ p99Ms }) => p99Ms));
  const each = runs.map(
    ({ senderPerSecond, p50Ms, p99Ms }) =>
      `${p50Ms.toFixed(1)} and ${p99Ms.toFixed(1)} ms at ${perSecond(senderPerSecond)}`,
  );
  return {
    figure: `one-time codes, ${count(waiting)} marketing waiting, p99`,
    absolute: each.join('; '),
    baseline: '–',
    compared: worst,
    shown: `${worst.toFixed(1)} ms`,
    must: 200,
    goal: 50,
    better: 'less',
    unit: ' ms',
  };
}

/** One table for a terminal or a page: the same text serves both. */
export function tableOf(results: Results): string {
  const limit = ({ better, unit }: Row, value: number) => `${better === 'more' ? '≥' : '<'} ${value}${unit}`;
  return markdownTable(
    ['figure', 'absolute', 'baseline', 'result', 'must', 'goal', 'reached'],
    rowsOf(results).map((row) => [
      row.figure,
      row.absolute,
      row.baseline,
      row.shown,
      limit(row, row.must),
      limit(row, row.goal),
      verdictOf(row) === 'given up' ? `given up (${row.givenUpBy})` : verdictOf(row),
    ]),
  );
}

/** Where the processor time of one message goes, in microseconds. */
export function timesTable({ fresh }: Results): string {
  const parts: [string, (round: Round) => Record<string, number>][] = [
    ['a bare POST', (round) => round.loops[1].micros],
    ['drain, a message', (round) => round.drain.micros],
    ['accept → sent → stored, a message', (round) => round.sustained.micros],
    ['webhook, appended and applied', (round) => round.webhooks.micros],
  ];
  const processes = ['server', 'postgres', 'sink', 'load'];
  return markdownTable(
    ['processor time in µs', ...processes.map((name) => (name === 'load' ? 'generator of load' : name))],
    parts.map(([name, pick]) => [
      name,
      ...processes.map((process) => String(Math.round(median(fresh.map((round) => pick(round)[process] ?? 0))))),
    ]),
  );
}

/** What is worth knowing beside the figures that have something to reach. */
export function besidesOf(results: Results): string[] {
  const { fresh, stored, sandbox } = results;
  const of = (pick: (round: Round) => number) => median(fresh.map(pick));
  const loads = [...fresh, ...stored].map((round) => round.loadAverage.toFixed(1));
  return [
    `Drain from the first to the last POST: ${perSecond(of((round) => round.drain.sentPerSecond))}.`,
    `Accept under that load: p50 ${of((round) => round.sustained.acceptP50Ms).toFixed(1)} ms, p99 ${of((round) => round.sustained.acceptP99Ms).toFixed(1)} ms; the last outcome was stored ${Math.round(of((round) => round.sustained.behindMs))} ms after the last answer.`,
    `Webhooks in effect: ${perSecond(of((round) => round.webhooks.appliedPerSecond))}, measured from the first request to the last effect; answer p99 ${of((round) => round.webhooks.p99Ms).toFixed(1)} ms.`,
    ...codesSentences(results.codes),
    `The sandbox by itself, with the signed webhooks of each message: ${perSecond(sandbox.alone)}; while a scenario has a thousand people read and answer: ${perSecond(sandbox.withPeople)}.`,
    `Load average at the end of each round: ${loads.join(', ')}.`,
  ];
}

function codesSentences(codes: Codes | null): string[] {
  if (codes === null) return [];
  const beside = codes.runs.map(
    ({ senderPerSecond, marketingPerSecond }) =>
      `${perSecond(marketingPerSecond)} of a sender that may send ${perSecond(senderPerSecond)}`,
  );
  return [
    `One-time codes (p50 and p99): ${codes.codesPerSecond} a second to people who are new; marketing that left beside them: ${beside.join(', ')}.`,
  ];
}

export function machineLine({ machine }: Results): string {
  const { processors, memoryGigabytes, system, node, postgres, commitMs } = machine;
  return `${processors}, ${memoryGigabytes} GB, ${system}, Node ${node}, PostgreSQL ${postgres}; a commit takes ${commitMs.toFixed(2)} ms.`;
}

function markdownTable(head: string[], rows: string[][]): string {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: string[]) => `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(head), `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`, ...rows.map(line)].join('\n');
}

function perSecond(value: number): string {
  return `${count(Math.round(value))}/s`;
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}
