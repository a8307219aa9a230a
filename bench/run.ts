import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Codes, oneTimeCodes } from './backlog.ts';
import { startBullmqSender } from './bullmq.ts';
import { Child } from './child.ts';
import { type Bench, bareLoop, contacts, memory } from './figures.ts';
import { describeMachine } from './machine.ts';
import { besidesOf, machineLine, type Results, rowsOf, tableOf, timesTable, verdictOf } from './report.ts';
import { drainRatio, type Round, runRound, type Sizes, sustainedRatio, webhooksRatio } from './rounds.ts';
import { sandboxRate } from './sandbox-rate.ts';
import { storeMessages } from './stored-messages.ts';
import { appSecret, startSubject } from './subject.ts';

const help = `npm run bench -- [options]

Measures the message path against bare baselines on this machine. All of it stays on 127.0.0.1 and is removed at the end.

  --quick             a few minutes: one round, smaller counts, 200,000 stored messages
  --rounds <n>        rounds before and after the stored messages (3; quick: 1)
  --stored <n>        messages in the database for the second half; 0 leaves it out (5,000,000)
  --queued <n>        messages that wait while memory is read (100,000; quick: 30,000)
  --backlog <n>       marketing that waits while one-time codes are sent; 0 leaves it out (1,000,000; quick: 100,000)
  --json              everything that was measured, as JSON on standard output
  --write             put the result into docs/performance.md
  --profile <head>    write a CPU profile of the server for each figure, to files with this beginning
  --statements        print where PostgreSQL spends its time after each round
`;

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    stored: { type: 'string' },
    queued: { type: 'string' },
    backlog: { type: 'string' },
    json: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    profile: { type: 'string' },
    statements: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (options.help) {
  process.stdout.write(help);
  process.exit(0);
}

const rounds = Number(options.rounds ?? (options.quick ? 1 : 3));
const storedMessages = Number(options.stored ?? (options.quick ? 200_000 : 5_000_000));
const backlog = Number(options.backlog ?? (options.quick ? 100_000 : 1_000_000));
const queued = Number(options.queued ?? (options.quick ? 30_000 : 100_000));
const sizes: Sizes = options.quick
  ? { loop: 20_000, drain: 10_000, sustained: 10_000, webhookMessages: 3_000, latencySeconds: 10, bullmq: 1_500 }
  : { loop: 40_000, drain: 30_000, sustained: 30_000, webhookMessages: 8_000, latencySeconds: 20, bullmq: 4_000 };
// Six hundred codes at each rate, so that the slowest hundredth is more than an accident.
const codesSeconds = 30;
const sandboxMessages = options.quick ? 5_000 : 20_000;

const stack = new AsyncDisposableStack();
process.once('SIGINT', () => void stack.disposeAsync().finally(() => process.exit(130)));
try {
  const results = await measure();
  if (options.json) process.stdout.write(`${JSON.stringify({ ...results, rows: rowsOf(results) }, null, 2)}\n`);
  else process.stdout.write(`\n${tableOf(results)}\n\n${timesTable(results)}\n\n${besidesOf(results).join('\n')}\n`);
  if (options.write) await writePage(results);
  process.exitCode = rowsOf(results).some((row) => verdictOf(row) === 'missed') ? 1 : 0;
} finally {
  await stack.disposeAsync();
}

async function measure(): Promise<Results> {
  const measuredOn = Temporal.Now.plainDateISO('UTC').toString();
  const [sink, load, bare] = await Promise.all(
    ['sink.ts', 'load.ts', 'bare-webhooks.ts'].map((file) => Child.start(file)),
  );
  if (!sink || !load || !bare) throw new Error('unreachable');
  for (const child of [sink, load, bare]) stack.defer(() => child.stop());
  const sinkPort = await sink.call<number>('listen');
  const bareWebhooks = `${await bare.call<string>('listen', appSecret)}/webhooks`;
  say('Starting the server.');
  const settings: Record<string, string> = options.statements
    ? { shared_preload_libraries: 'pg_stat_statements', 'pg_stat_statements.track_planning': 'on' }
    : {};
  const subject = stack.use(await startSubject({ sinkPort, profile: options.profile ?? null, settings }));
  if (options.statements) await subject.db.query('create extension pg_stat_statements');
  const bench: Bench = { sink, sinkPort, load, subject, bareWebhooks };
  const bullmq = await startBullmqSender(bench);
  if (bullmq) stack.use(bullmq);
  else say('The plain sender on BullMQ is not measured: install redis-server.');

  // Makes the contacts known, and lets every process compile what it runs.
  say(`Warming up with ${contacts} messages.`);
  await subject.acceptBatches(contacts, contacts, 'transactional');
  await subject.settled(120_000);
  await bareLoop(bench, sizes.loop);
  const machine = await describeMachine(subject.db);

  const fresh = await runRounds(bench, bullmq, 'fresh');
  say(`Memory with ${queued} queued.`);
  const remembered = await memory(bench, queued);
  let stored: Round[] = [];
  if (storedMessages > 0) {
    await storeMessages(subject, storedMessages, (count) => say(`${count} messages are stored.`));
    stored = await runRounds(bench, bullmq, `with ${storedMessages} stored`);
  }
  let codes: Codes | null = null;
  if (backlog > 0) {
    say(`One-time codes while ${backlog} marketing messages wait.`);
    codes = await oneTimeCodes(bench, backlog, codesSeconds);
  }
  // By itself: nothing else of ours runs meanwhile but what it talks to.
  say('The sandbox by itself.');
  const sandbox = await sandboxRate(load, sandboxMessages);
  return {
    measuredOn,
    isQuick: options.quick,
    machine,
    fresh,
    storedMessages,
    stored,
    memory: remembered,
    codes,
    sandbox,
  };
}

async function runRounds(
  bench: Bench,
  bullmq: Awaited<ReturnType<typeof startBullmqSender>>,
  title: string,
): Promise<Round[]> {
  const done: Round[] = [];
  for (let n = 1; n <= rounds; n += 1) {
    const round = await runRound(bench, sizes, bullmq);
    done.push(round);
    const { latency, webhooks, sustained } = round;
    const bullmqRatio =
      round.bullmqPerSecond === null ? 'not measured' : `${(sustained.perSecond / round.bullmqPerSecond).toFixed(1)}×`;
    say(
      `Round ${n}, ${title}: drain ${drainRatio(round).toFixed(2)}, sustained ${sustainedRatio(round).toFixed(2)} (BullMQ ${bullmqRatio}), ` +
        `webhooks ${webhooksRatio(round).toFixed(2)} of ${Math.round(webhooks.barePerSecond)}/s, latency p99 ${latency.p99Ms.toFixed(1)} ms, load ${round.loadAverage.toFixed(1)}.`,
    );
    if (options.statements) await showStatements(bench);
  }
  return done;
}

async function showStatements({ subject }: Bench): Promise<void> {
  const { rows } = await subject.db.query(
    `select calls, rows, round((total_exec_time + total_plan_time)::numeric) as ms, round(mean_exec_time::numeric, 3) as exec_ms,
            plans, round(mean_plan_time::numeric, 3) as plan_ms, round(wal_bytes / 1024) as wal_kb,
            left(regexp_replace(query, '\\s+', ' ', 'g'), 100) as query
     from pg_stat_statements order by total_exec_time + total_plan_time desc limit 20`,
  );
  for (const row of rows) say(JSON.stringify(Object.values(row as object)));
  await subject.db.query('select pg_stat_statements_reset()');
}

async function writePage(results: Results): Promise<void> {
  const page = fileURLToPath(new URL('../docs/performance.md', import.meta.url));
  const text = await readFile(page, 'utf8');
  const figures = [
    '<!-- figures: written by npm run bench -- --write -->',
    '',
    `Measured on ${results.measuredOn}${results.isQuick ? ' in a quick run' : ''}, medians of ${results.fresh.length} rounds. ${machineLine(results)}`,
    '',
    tableOf(results),
    '',
    timesTable(results),
    '',
    ...besidesOf(results).map((sentence) => `- ${sentence}`),
    '',
    '<!-- end of figures -->',
  ].join('\n');
  const parts = /<!-- figures:[\s\S]*<!-- end of figures -->/;
  if (!parts.test(text)) throw new Error(`${page} has no place for the figures.`);
  await writeFile(
    page,
    text.replace(parts, () => figures),
  );
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
