import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { sql } from '#server/platform/database.ts';
import { runLoad } from '#e2e/faults/load.ts';
import type { Scenario } from '#e2e/faults/scenario.ts';
import { until } from '#e2e/faults/until.ts';

const mixed = { purposes: ['transactional' as const, 'marketing' as const], writeBackShare: 0.2 };

export const operations: Scenario[] = [
  {
    id: 'F57',
    guarantee: 'a log that nobody reads stops neither sending nor receiving',
    run: async (run) => {
      const { world } = run;
      const people = await world.people(8 * run.size);
      await world.restartServer({ logIsUnread: true, env: { CARILLON_LOG: 'trace' } });
      const load = await runLoad(world, {
        seed: run.random.below(1_000_000),
        people,
        messages: 200 * run.size,
        ...mixed,
      });
      assert.equal(load.unanswered, 0);
      await until('everything is sent', async () => {
        const [row] = await world.owner.query<{ count: number }>(
          sql`select count(*)::int as count from outbox where state <> 'unknown'`,
        );
        return row?.count === 0;
      });
      assert.equal(await world.server().terminate(), '0');
    },
  },
  {
    id: 'I14',
    guarantee: 'after load the server holds no more descriptors, connections and timers than before',
    run: async (run) => {
      const { world } = run;
      await world.restartServer();
      // So many that no pair of sender and person comes to its limit.
      const people = await world.people(10 * run.size);
      const load = async (messages: number) => {
        await runLoad(world, { seed: run.random.below(1_000_000), people, messages: messages * run.size, ...mixed });
        await until(
          'connections to the provider are given back',
          async () => world.providerProxy.connections.living <= 2,
        );
      };
      // The first load fills pools that stay.
      await load(60);
      const before = await world.server().resources();
      const connections = world.databaseProxy.connections.living;
      await load(200);
      const after = await world.server().resources();
      assert.ok(
        after.descriptors <= before.descriptors * 1.1 + 2,
        `${before.descriptors} descriptors became ${after.descriptors}`,
      );
      assert.ok(
        world.databaseProxy.connections.living <= connections * 1.1 + 2,
        'connections to the database were left open',
      );
      assert.ok(after.residentBytes < 400e6, `${Math.round(after.residentBytes / 1e6)} MB are in use`);
    },
  },
  {
    id: 'F55',
    guarantee: 'a server that runs out of file descriptors refuses for a while and recovers',
    isLong: true,
    run: async (run) => {
      const { world } = run;
      const people = await world.people(8);
      await world.restartServer({ descriptors: 90 });
      const port = Number(new URL(world.address()).port);
      const sockets = Array.from({ length: 120 }, () => connect(port, '127.0.0.1').on('error', () => undefined));
      const load = runLoad(world, { seed: run.random.below(1_000_000), people, messages: 60 * run.size, ...mixed });
      setTimeout(() => sockets.forEach((socket) => socket.destroy()), 5_000);
      assert.equal((await load).unanswered, 0);
      assert.equal(world.server().hasEnded, false, 'the server ended');
    },
  },
];
