import assert from 'node:assert/strict';
import { sql } from '#server/platform/database.ts';
import { runLoad } from '#e2e/faults/load.ts';
import type { Scenario } from '#e2e/faults/scenario.ts';
import { until } from '#e2e/faults/until.ts';
import type { World } from '#e2e/faults/world.ts';

async function contactOf(world: World, phone: string): Promise<string> {
  const [row] = await world.owner.query<{ id: string }>(
    sql`select contact_id as id from identity where kind = 'phone' and match_key = ${phone.slice(1)}`,
  );
  assert.ok(row, 'there is no such contact');
  return row.id;
}

export const optOuts: Scenario[] = [
  {
    id: 'F67',
    guarantee: 'whoever opts out in the middle of sending gets nothing more than what was on its way',
    run: async (run) => {
      const { world, random } = run;
      const people = await world.people(12);
      const load = (messages: number) =>
        runLoad(world, {
          seed: random.below(1_000_000),
          people,
          messages,
          purposes: ['marketing'],
          batchShare: 0.1,
          pauseMs: 300,
        });
      // For longer than an opt-out may take to be heeded.
      const sending = load(250);
      const leavers = people.slice(0, 6);
      await until('messages are under way', () => world.ledger.read().length > 20);
      for (const [index, phone] of leavers.entries()) {
        if (index % 2 === 0) await world.sandbox.call('PATCH', `/people/${phone}`, { marketing_opted_out: true });
        else
          await world.api('PUT', `/v1/contacts/${await contactOf(world, phone)}/suppressions/stop`, {
            reason: 'They asked for it.',
          });
      }
      assert.equal((await sending).unanswered, 0);
      const contacts = new Set(await Promise.all(leavers.map((phone) => contactOf(world, phone))));
      return (facts) => {
        const optedOut = new Set(facts.around.suppressions.map(({ contactId }) => contactId));
        assert.ok(
          [...contacts].every((contact) => optedOut.has(contact)),
          'an opt-out is not on record',
        );
        for (const contact of contacts) {
          const statuses = [...facts.messages.values()]
            .filter(({ contactId, direction }) => contactId === contact && direction === 'outbound')
            .map(({ status }) => status);
          assert.ok(statuses.includes('blocked'), `nothing was left to be blocked: ${statuses.join(', ')}`);
        }
      };
    },
  },
];

export const forwarding: Scenario[] = [
  {
    id: 'F59',
    guarantee: 'webhooks are sent on to a receiver that refuses at first, past a killed server, and to nobody else',
    isLong: true,
    run: async (run) => {
      const { world, random, size } = run;
      const people = await world.people(8);
      const receivers = await world.forwarding.open();
      try {
        const targets = [`127.0.0.1:${world.providerProxy.port}`, ...receivers.targets].join(',');
        const env = { CARILLON_ALLOWED_TARGETS: targets };
        const server = await world.restartServer({ env });
        await world.api('PUT', '/v1/forwarding', receivers.own);
        const { status, text } = await world.neighbour.call(
          world.address(),
          'PUT',
          '/v1/forwarding',
          receivers.nextDoor,
        );
        assert.equal(status, 200, text);
        receivers.refuse(5);
        const load = runLoad(world, {
          seed: random.below(1_000_000),
          people,
          messages: 40 * size,
          purposes: ['transactional', 'marketing'],
          writeBackShare: 0.3,
          pauseMs: 30,
        });
        const states = async () => {
          const [row] = await world.owner.query<{ pending: number; delivered: number }>(
            sql`select count(*) filter (where state = 'pending')::int as pending,
                       count(*) filter (where state = 'delivered')::int as delivered from forwarding_delivery`,
          );
          return row ?? { pending: 0, delivered: 0 };
        };
        await until('webhooks are sent on', async () => (await states()).delivered > 5);
        await server.kill();
        await world.expireLeases();
        // Time passes: what the dead server had in its hands has been there for longer than anything takes.
        await world.owner.query(
          sql`update graphile_worker._private_jobs set locked_at = locked_at - interval '1 hour' where locked_at is not null`,
        );
        await world.startServer({ env });
        assert.equal((await load).unanswered, 0);
        await until('no webhook is about to come', async () => (await world.sandbox.pending()).deliveries === 0);
        await until('everything is sent on', async () => (await states()).pending === 0, 180_000);
        await world.api('DELETE', '/v1/forwarding');
        await world.neighbour.call(world.address(), 'DELETE', '/v1/forwarding');
      } finally {
        await receivers.close();
      }
      await world.restartServer();
      return (facts) => {
        const { forwarded, taken } = facts.around;
        run.note(`${taken.length} webhooks were taken, for ${forwarded.length} that were to be sent on`);
        assert.ok(forwarded.length > 20, 'hardly anything was sent on');
      };
    },
  },
];
