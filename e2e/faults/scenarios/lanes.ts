import assert from 'node:assert/strict';
import { runLoad, sendOne } from '#e2e/faults/load.ts';
import type { Scenario } from '#e2e/faults/scenario.ts';
import { until } from '#e2e/faults/until.ts';

export const lanes: Scenario[] = [
  {
    id: 'lanes',
    guarantee: 'behind a thousand marketing messages at 80 a second a transactional one leaves within a second of them',
    run: async (run) => {
      const { world } = run;
      const people = await world.people(60, { sender: 1 });
      const [, second] = world.senders;
      // The second number is the provider's usual one: 80 a second.
      await world.owner.query({
        text: 'update sender set throughput_per_second = 80 where id = $1',
        values: [second?.id],
      });
      await world.restartServer();
      const backlog = await runLoad(world, {
        seed: run.random.below(1_000_000),
        people,
        messages: 1_000,
        purposes: ['marketing'],
        batchShare: 1,
        clients: 4,
        sender: 1,
      });
      assert.equal(backlog.accepted.length, 1_000);
      const accepted = new Set(backlog.accepted);
      const before = (await world.sandbox.ledger()).length;
      const urgent = await sendOne(world, {
        to: people[0] ?? '',
        name: `urgent-${run.random.below(1_000_000)}`,
        sender: 1,
      });
      const queued = await world.owner.query<{ count: number }>({
        text: `select count(*)::int as count from outbox where sender_id = $1 and lane = 'marketing' and state = 'queued'`,
        values: [second?.id],
      });
      assert.ok((queued[0]?.count ?? 0) > 300, `the backlog is gone: ${queued[0]?.count} wait`);
      await until('the urgent one is at the provider', async () => {
        const [row] = await world.owner.query<{ count: number }>({
          text: 'select count(*)::int as count from attempt where message_id = $1',
          values: [urgent],
        });
        return row?.count === 1;
      });
      await world.owner.query({
        text: 'update sender set throughput_per_second = 500 where id = $1',
        values: [second?.id],
      });
      await world.restartServer();
      return (facts) => {
        const place = facts.receipts.find(({ messageId }) => messageId === urgent);
        assert.ok(place);
        const overtaken = facts.receipts.filter(({ messageId, seq }) => {
          return seq > before && seq < place.seq && accepted.has(facts.messages.get(messageId)?.name ?? '');
        });
        // 80 of them are what one second lets through.
        assert.ok(overtaken.length < 80, `${overtaken.length} of the backlog went before it`);
      };
    },
  },
];
