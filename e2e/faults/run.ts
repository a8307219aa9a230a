import { parseArgs } from 'node:util';
import { catalogue } from './catalogue.ts';
import { OneWorld } from './one-world.ts';
import { Random } from './random.ts';
import { runTogether } from './scenario.ts';
import { World } from './world.ts';

const help = `Usage: npm run faults -- [options]

Runs the faults of the catalogue against real processes, one world a round as long as everything holds, and checks every
invariant after each. What comes after a broken fault gets a new world.

  --seed N      of everything random; printed, so that a run can be repeated (default: from the clock)
  --rounds N    how many worlds, each with the next seed (default 1)
  --size N      multiplies the load (default 3)
  --only A,B    only these faults, such as F23,F24
  --short       only what the tests run
  --list        say which faults there are, and end
`;

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    rounds: { type: 'string', default: '1' },
    size: { type: 'string', default: '3' },
    only: { type: 'string' },
    short: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

if (values.help) {
  process.stdout.write(help);
} else if (values.list) {
  for (const { scenarios } of catalogue) {
    for (const { id, guarantee, isLong } of scenarios)
      process.stdout.write(`${id}\t${isLong ? 'long' : 'short'}\t${guarantee}\n`);
  }
} else {
  // Ends although something may still be open: every process of a round has been waited for.
  process.exit(await runRounds());
}

async function runRounds(): Promise<number> {
  const firstSeed = values.seed === undefined ? Date.now() % 1_000_000 : Number(values.seed);
  const wanted = values.only?.split(',');
  const groups = catalogue
    .flatMap((group) => (group.isSequential ? group.scenarios.map((scenario) => ({ scenarios: [scenario] })) : [group]))
    .map((group) => ({
      ...group,
      scenarios: group.scenarios.filter(
        ({ id, isLong }) => (wanted === undefined || wanted.includes(id)) && !(values.short && isLong),
      ),
    }))
    .filter(({ scenarios }) => scenarios.length > 0);
  if (groups.length === 0) {
    process.stderr.write('No fault has such an id; --list shows them.\n');
    return 2;
  }
  let failed = 0;
  let passed = 0;
  for (let round = 0; round < Number(values.rounds); round += 1) {
    const seed = firstSeed + round;
    process.stdout.write(`Round ${round + 1}, seed ${seed}\n`);
    const random = new Random(seed);
    await using worlds = new OneWorld(() => World.start());
    const startedMs = performance.now();
    const note = (words: string) =>
      process.stdout.write(`  ${((performance.now() - startedMs) / 1000).toFixed(1).padStart(7)} s  ${words}\n`);
    for (const group of groups) {
      note(group.scenarios.map(({ id }) => id).join(', '));
      const outcome = await worlds.run((world) =>
        runTogether(group, { world, random, size: Number(values.size), note }),
      );
      for (const [{ id, guarantee }, failure] of outcome) {
        if (failure === null) passed += 1;
        else failed += 1;
        note(
          `${failure === null ? 'held  ' : 'BROKEN'} ${id}: ${guarantee}${failure === null ? '' : `\n${failure.stack}`}`,
        );
      }
    }
  }
  process.stdout.write(`${passed} held, ${failed} broken; seed ${firstSeed}\n`);
  return failed === 0 ? 0 : 1;
}
