import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from '#server/platform/database.ts';
import { runLoad } from '#e2e/faults/load.ts';
import type { Run, Scenario } from '#e2e/faults/scenario.ts';
import { until } from '#e2e/faults/until.ts';
import type { World } from '#e2e/faults/world.ts';

const mixed = { purposes: ['transactional' as const, 'marketing' as const], writeBackShare: 0.2, batchShare: 0.1 };

/** Load, something that happens to the database in the middle of it, and every request answered in the end. */
async function strike(run: Run, hit: (world: World) => Promise<void>, messages = 120): Promise<Record<number, number>> {
  const { world } = run;
  const people = await world.people(10 * run.size);
  const seed = run.random.below(1_000_000);
  const load = runLoad(world, { seed, people, messages: messages * run.size, pauseMs: 20, ...mixed });
  await until('messages reach the provider', async () => {
    const [row] = await world.owner.query<{ count: number }>(
      sql`select count(*)::int as count from attempt a join message m on m.id = a.message_id where m.metadata ->> 'name' like ${`run%-${seed}-%`}`,
    );
    return (row?.count ?? 0) > 10;
  });
  run.note('strike');
  await hit(world);
  const { unanswered, statuses } = await load;
  run.note(`answers: ${JSON.stringify(statuses)}`);
  assert.equal(unanswered, 0);
  // A database that is away is a reason for 503 and for nothing else.
  assert.equal(statuses[500] ?? 0, 0, 'the API answered 500');
  return statuses;
}

async function signalPostgres(world: World, signal: NodeJS.Signals): Promise<void> {
  const before = world.postgres.pid;
  process.kill(before, signal);
  await until(
    'PostgreSQL runs again',
    () => world.postgres.pid !== before && world.postgres.state === 'running',
    60_000,
  );
}

export const postgres: Scenario[] = [
  {
    id: 'F11',
    guarantee: 'a fast restart of PostgreSQL under load costs time only',
    run: async (run) => void (await strike(run, (world) => signalPostgres(world, 'SIGINT'))),
  },
  {
    id: 'F12',
    guarantee: 'a killed PostgreSQL has every message and webhook that was answered',
    run: async (run) => void (await strike(run, (world) => signalPostgres(world, 'SIGKILL'))),
  },
  {
    id: 'F13',
    guarantee: 'one killed backend resets all connections, and nothing is lost or doubled',
    run: async (run) =>
      void (await strike(run, async (world) => {
        const [row] = await world.owner.query<{ pid: number }>(
          sql`select pid from pg_stat_activity where application_name = 'carillon-worker' limit 1`,
        );
        assert.ok(row);
        process.kill(row.pid, 'SIGKILL');
      })),
  },
  {
    id: 'F15',
    guarantee: 'a commit whose answer is lost is looked up by its key and not repeated blindly',
    run: async (run) => {
      // Somebody to whom nobody else writes: between two clients of which one repeats a lost answer there is no order.
      const [phone = ''] = await run.world.people(1);
      const texts = ['accept-insert\0', 'outbox-mark-dispatching\0', 'outbox-settle\0', 'ingress-append\0', 'commit\0'];
      await strike(run, async (world) => {
        for (const text of texts) {
          const cut = world.databaseProxy.cut({ way: 'to-server', text, how: 'answer-lost' });
          // Traffic of each kind goes on: somebody writes, and is written to.
          await until(`an answer is lost to ${text.slice(0, -1)}`, async () => {
            await world.sandbox.write(phone, `${world.canary} hello again`);
            await runLoad(world, {
              seed: run.random.below(1_000_000),
              people: [phone],
              messages: 1,
              clients: 1,
              ...mixed,
            });
            return cut.count > 0;
          });
        }
      });
    },
  },
  {
    id: 'F16',
    guarantee: 'database connections that swallow everything are given up, and work goes on over new ones',
    run: async (run) =>
      void (await strike(run, async (world) => {
        world.databaseProxy.set({ isBlackhole: true });
        await sleep(1_500);
        // New connections work; the old ones never say another word.
        world.databaseProxy.set({ isBlackhole: false });
      })),
  },
  {
    id: 'F17',
    guarantee: 'a slow database makes callers wait or go away with 503, and webhooks still come in',
    run: async (run) => {
      await strike(
        run,
        async (world) => {
          const before = (await world.deliveries()).length;
          world.databaseProxy.set({ latencyMs: 250 });
          await world.sandbox.call('POST', '/storm', { count: 200, people: 10 });
          await until('webhooks are answered', async () => (await world.deliveries()).length > before, 60_000);
          world.databaseProxy.set({ latencyMs: 0 });
        },
        60,
      );
    },
  },
];
