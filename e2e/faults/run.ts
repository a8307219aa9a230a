import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { catalogue } from './catalogue.ts';
import { runRound, soak } from './long-run.ts';
import { makeReport, type Result } from './report.ts';
import type { Group } from './scenario.ts';
import { World } from './world.ts';

const help = `Usage: npm run faults -- [options]

Runs the faults of the catalogue against real processes, in one world as long as everything holds, and checks every
invariant after each. What comes after a broken fault gets a new world.

  --write           writes what became of each fault to docs/faults.md
  --bound MINUTES   begins no fault after so many minutes (default 25); ends with 1 when faults were left out
  --soak [MINUTES]  random faults one after the other in one world, until one is broken (default 60 minutes)
  --seed N          of everything random; printed, so that a run can be repeated (default: from the clock)
  --rounds N        how many times over, each with the next seed (default 1)
  --size N          multiplies the load (default 1; a larger one takes longer than the bound)
  --only A,B        only these faults, such as F23,F24
  --short           only what the tests run
  --list            says which faults there are, and ends
`;

const { values, positionals } = readArguments();

const startedMs = performance.now();
const note = (words: string) => void process.stdout.write(`${secondsSoFar().toFixed(1).padStart(7)} s  ${words}\n`);

// A request that a scenario left behind says nothing of the fault; what holds is for the check to say.
process.on('unhandledRejection', (reason) => note(`a promise was left behind: ${String(reason)}`));

// Whoever ends the run ends its worlds: servers and databases would go on without it.
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void World.endAll().finally(() => process.exit(130)));

if (values.help) {
  process.stdout.write(help);
} else if (values.list) {
  for (const { scenarios } of catalogue) {
    for (const { id, guarantee, isLong } of scenarios)
      process.stdout.write(`${id}\t${isLong ? 'long' : 'short'}\t${guarantee}\n`);
  }
} else {
  // Ends although something may still be open: every process of a round has been waited for.
  process.exit(await run());
}

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        write: { type: 'boolean', default: false },
        bound: { type: 'string', default: '25' },
        soak: { type: 'boolean', default: false },
        seed: { type: 'string' },
        rounds: { type: 'string', default: '1' },
        size: { type: 'string', default: '1' },
        only: { type: 'string' },
        short: { type: 'boolean', default: false },
        list: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
}

async function run(): Promise<number> {
  const seed = wholeNumber('--seed', values.seed ?? String(Date.now() % 1_000_000));
  const rounds = wholeNumber('--rounds', values.rounds);
  const size = wholeNumber('--size', values.size);
  const bound = wholeNumber('--bound', values.bound);
  const soakMinutes = wholeNumber('--soak', positionals[0] ?? '60');
  if (positionals.length > (values.soak ? 1 : 0)) refuse(`What is meant by ${positionals.join(' ')}?`);
  const groups = wantedGroups();
  if (groups.length === 0) refuse('No fault has such an id; --list shows them.');
  process.stdout.write(`Seed ${seed}\n`);
  if (values.soak) {
    // Those that make a world of their own, or break one on purpose, have no place in a world that lasts.
    const lasting = groups.filter(({ scenarios, isTampered }) => !isTampered && !scenarios.some((one) => one.isApart));
    if (lasting.length === 0) refuse('None of these faults has a place in a world that lasts.');
    const isTimeUp = () => secondsSoFar() > soakMinutes * 60;
    return conclude(await soak({ groups: lasting, seed, size, note, isTimeUp }), [], seed);
  }
  const isTimeUp = () => secondsSoFar() > bound * 60;
  const results: Result[] = [];
  const notRun: string[] = [];
  for (let round = 0; round < rounds; round += 1) {
    if (rounds > 1) note(`Round ${round + 1}, seed ${seed + round}`);
    const done = await runRound({ groups, seed: seed + round, size, note, isTimeUp });
    results.push(...done.results);
    notRun.push(...done.notRun);
  }
  if (values.write) {
    const asked = process.argv.slice(2).join(' ');
    const command = `npm run faults -- ${asked}${values.seed === undefined ? ` --seed ${seed}` : ''}`;
    const date = new Date().toISOString().slice(0, 10);
    const page = makeReport({ results, notRun, date, seconds: secondsSoFar(), size, command });
    await writeFile(join(import.meta.dirname, '../../docs/faults.md'), page);
  }
  return conclude(results, notRun, seed);
}

/** One scenario after the other, each with a check of its own, but for those that have to share a load. */
function wantedGroups(): Group[] {
  const wanted = values.only?.split(',');
  return catalogue
    .flatMap((group) => (group.isSequential ? group.scenarios.map((scenario) => ({ scenarios: [scenario] })) : [group]))
    .map((group) => ({
      ...group,
      scenarios: group.scenarios.filter(
        ({ id, isLong }) => (wanted === undefined || wanted.includes(id)) && !(values.short && isLong),
      ),
    }))
    .filter(({ scenarios }) => scenarios.length > 0);
}

function conclude(results: readonly Result[], notRun: readonly string[], seed: number): number {
  const failures = results.flatMap(({ outcome }) => [...outcome.values()]);
  const broken = failures.filter((failure) => failure !== null).length;
  const left = notRun.length === 0 ? '' : `, not run for want of time: ${[...new Set(notRun)].join(', ')}`;
  process.stdout.write(`${failures.length - broken} held, ${broken} broken${left}; seed ${seed}\n`);
  return broken === 0 && notRun.length === 0 ? 0 : 1;
}

function secondsSoFar(): number {
  return (performance.now() - startedMs) / 1000;
}

function wholeNumber(name: string, text: string): number {
  return /^\d{1,9}$/.test(text) ? Number(text) : refuse(`${name} takes a whole number, not "${text}".`);
}

function refuse(words: string): never {
  process.stderr.write(`${words}\n`);
  process.exit(2);
}
