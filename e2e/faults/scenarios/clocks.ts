import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runLoad } from '#e2e/faults/load.ts';
import type { Scenario } from '#e2e/faults/scenario.ts';
import { until } from '#e2e/faults/until.ts';
import type { World } from '#e2e/faults/world.ts';

const preload = new URL('../shifted-clock.ts', import.meta.url).href;
const every = ['authentication' as const, 'transactional' as const, 'marketing' as const];

async function readiness(world: World): Promise<{ status: number; words: string }> {
  const response = await fetch(`${world.address()}/health/ready`, { signal: AbortSignal.timeout(10_000) });
  return { status: response.status, words: await response.text() };
}

export const clocks: Scenario[] = [
  {
    id: 'F48',
    guarantee:
      'a clock that jumps by an hour, either way, makes nothing early, late or twice, and the server says that it is wrong',
    isLong: true,
    run: async (run) => {
      const { world, random } = run;
      const [people, patient] = [await world.people(10), await world.people(10)];
      const offsetFile = join(world.folder, 'clock-offset');
      const server = await world.restartServer({
        env: { NODE_OPTIONS: `--import ${preload}`, FAULTS_CLOCK_OFFSET: offsetFile },
      });
      const shift = async (hours: number) => {
        await writeFile(offsetFile, String(hours * 3_600_000));
        server.signal('SIGUSR2');
        run.note(`the clock is off by ${hours} hours`);
      };
      const load = (messages: number, sendAt?: Temporal.Instant) =>
        runLoad(world, {
          seed: random.below(1_000_000),
          people: sendAt ? patient : people,
          messages: messages * run.size,
          purposes: every,
          writeBackShare: 0.2,
          ...(sendAt ? { sendAt } : {}),
        });
      const sent: string[] = [];
      const scheduled = new Map<string, Temporal.Instant>();
      for (const hours of [1, -1]) {
        const sendAt = Temporal.Now.instant().add({ seconds: 8 });
        const later = await load(10, sendAt);
        for (const name of later.accepted) scheduled.set(name, sendAt);
        await shift(hours);
        const { words } = await until('it says that its clock is wrong', async () => {
          const told = await readiness(world);
          return told.status === 503 && told;
        });
        assert.match(words, /clock/);
        const { unanswered, accepted } = await load(30);
        assert.equal(unanswered, 0);
        sent.push(...accepted);
        const due = sendAt.add({ seconds: 2 });
        await until('what was scheduled is due', () => Temporal.Instant.compare(Temporal.Now.instant(), due) > 0);
        await shift(0);
        await until('it is ready again', async () => (await readiness(world)).status === 200);
      }
      await world.restartServer();
      return (facts) => {
        const byName = new Map([...facts.messages.values()].map((message) => [message.name ?? '', message]));
        for (const name of [...sent, ...scheduled.keys()])
          assert.match(byName.get(name)?.status ?? '', /^(delivered|read)$/, name);
        for (const [name, sendAt] of scheduled) {
          const receipt = facts.receipts.find(({ messageId }) => messageId === byName.get(name)?.id);
          const lateSeconds = sendAt.until(Temporal.Instant.from(receipt?.at ?? '')).total('seconds');
          assert.ok(lateSeconds >= 0 && lateSeconds < 60, `I11: ${name} was ${lateSeconds} s late`);
        }
      };
    },
  },
];
