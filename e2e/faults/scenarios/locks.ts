import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from '#server/platform/database.ts';
import { runLoad } from '#e2e/faults/load.ts';
import type { Scenario } from '#e2e/faults/scenario.ts';
import { until } from '#e2e/faults/until.ts';
import type { World } from '#e2e/faults/world.ts';

const mixed = {
  purposes: ['authentication' as const, 'transactional' as const, 'marketing' as const],
  writeBackShare: 0.2,
};
/** Everything that the path of a message writes to. */
const written =
  'message outbox attempt message_state message_event idempotency_key contact identity raw_webhook ingress_task provider_event log_event lease'.split(
    ' ',
  );

/** Keeps a table for somebody else, reads included, as a person at a prompt might who forgot to commit. */
async function lockTable(world: World, table: string): Promise<AsyncDisposable> {
  const session = await world.owner.reserve();
  await session.query(sql`begin`);
  await session.query(sql`set local idle_in_transaction_session_timeout = 0`);
  await session.query({ text: `lock table ${table} in access exclusive mode`, values: [] });
  return {
    [Symbol.asyncDispose]: async () => {
      await session.query(sql`rollback`);
      session.release();
    },
  };
}

/** Each statement that writes to one of the tables is, with this chance, ended as the server ends one of those that are in
 *  each other's way: the error is a real one, and takes its whole transaction back. */
async function storm(world: World, chance: number): Promise<AsyncDisposable & { hits: () => Promise<number> }> {
  const { owner } = world;
  const change = (text: string) => owner.query<{ hits: number }>({ text, values: [] });
  await change('create sequence storm_hits');
  // The worker's role has no right to the sequence. What a rollback takes back the sequence keeps.
  await change(`create function storm() returns trigger language plpgsql security definer as $$ begin
    if random() < ${chance} then
      perform nextval('storm_hits');
      raise exception 'in each other''s way' using errcode = case when random() < 0.5 then '40P01' else '40001' end;
    end if;
    return null; end $$`);
  for (const table of written)
    await change(
      `create trigger storm before insert or update or delete on ${table} for each statement execute function storm()`,
    );
  return {
    hits: async () => (await change('select last_value::int as hits from storm_hits'))[0]?.hits ?? 0,
    [Symbol.asyncDispose]: async () => {
      for (const table of written) await change(`drop trigger storm on ${table}`);
      await change('drop function storm');
      await change('drop sequence storm_hits');
    },
  };
}

async function webhooksAreTaken(world: World, people: string[]): Promise<void> {
  const seq = (await world.deliveries()).at(-1)?.seq ?? 0;
  const wamids = await Promise.all(people.map((phone) => world.sandbox.write(phone, `${world.canary} in between`)));
  await until('webhooks are answered 200', async () => {
    const news = (await world.deliveries()).filter((one) => one.seq > seq && one.delivered);
    return wamids.every((wamid) => news.some(({ body }) => body.includes(wamid)));
  });
}

export const locks: Scenario[] = [
  {
    id: 'F18',
    guarantee: 'while somebody keeps the messages locked, senders are told to come again and webhooks are taken',
    run: async (run) => {
      const { world } = run;
      const people = await world.people(10);
      const seed = run.random.below(1_000_000);
      const load = runLoad(world, {
        seed,
        people,
        messages: 60 * run.size,
        pauseMs: 20,
        patienceMs: 240_000,
        ...mixed,
        writeBackShare: 0,
      });
      const own = () => world.ledger.read().filter(({ names }) => names[0]?.includes(`-${seed}-`));
      await until('messages are accepted', () => own().filter(({ status }) => status === 202).length > 10);
      {
        const startedMs = performance.now();
        await using _locked = await lockTable(world, 'message');
        run.note('locked');
        await webhooksAreTaken(world, people);
        await until('senders are answered 503', () => own().some(({ status }) => status === 503));
        const [row] = await world.owner.query<{ waiting: number }>(
          sql`select count(*)::int as waiting from ingress_task where state = 'pending'`,
        );
        assert.ok((row?.waiting ?? 0) > 0, 'nothing waited for the lock');
        // Two minutes in the long form: webhooks wait for so long that they are suspected of ending processes.
        if (run.size > 1) {
          await sleep(120_000 - (performance.now() - startedMs));
          await webhooksAreTaken(world, people);
        }
      }
      const { unanswered, statuses } = await load;
      run.note(`answers: ${JSON.stringify(statuses)}`);
      assert.equal(unanswered, 0);
      assert.equal(statuses[500] ?? 0, 0, 'the API answered 500');
      const [aside] = await world.owner.query<{ count: number }>(
        sql`select count(*)::int as count from ingress_task where state = 'quarantined'`,
      );
      assert.equal(aside?.count, 0, 'webhooks were put aside');
    },
  },
  {
    id: 'F19',
    guarantee: 'a storm of deadlocks and serialization failures costs time only, and no answer is a 500',
    run: async (run) => {
      const { world } = run;
      const people = await world.people(10);
      await using conflicts = await storm(world, 0.2);
      const { unanswered, statuses } = await runLoad(world, {
        seed: run.random.below(1_000_000),
        people,
        messages: 60 * run.size,
        duplicateShare: 0.1,
        ...mixed,
      });
      const hits = await conflicts.hits();
      run.note(`${hits} conflicts; answers: ${JSON.stringify(statuses)}`);
      assert.ok(hits > 30, `only ${hits} conflicts`);
      assert.equal(unanswered, 0);
      assert.equal(statuses[500] ?? 0, 0, 'the API answered 500');
    },
  },
];
