import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from '#server/platform/database.ts';
import { runLoad, sendOne } from '#e2e/faults/load.ts';
import type { Scenario } from '#e2e/faults/scenario.ts';
import { until } from '#e2e/faults/until.ts';
import type { World } from '#e2e/faults/world.ts';

const mixed = {
  purposes: ['authentication' as const, 'transactional' as const, 'marketing' as const],
  writeBackShare: 0.2,
};

/** Who has a lease that has not expired, by its name. */
async function holderOf(world: World, name: string): Promise<string | undefined> {
  const [row] = await world.owner.query<{ holder: string }>(
    sql`select holder from lease where name = ${name} and expires_at > now()`,
  );
  return row?.holder;
}

async function countQueued(world: World): Promise<number> {
  const [row] = await world.owner.query<{ count: number }>(
    sql`select count(*)::int as count from outbox where state = 'queued' and due_at < now()`,
  );
  return row?.count ?? 0;
}

// When the run is gone they have another parent: nobody would end them.
const busy = 'const parent = process.ppid; while (process.ppid === parent);';

/** Processes that use all of the processors, until it is disposed or the run ends. */
function busyNeighbours(count: number): Disposable {
  const neighbours: ChildProcess[] = Array.from({ length: count }, () =>
    spawn(process.execPath, ['-e', busy], { stdio: 'ignore' }),
  );
  return { [Symbol.dispose]: () => neighbours.forEach((one) => one.kill('SIGKILL')) };
}

export const servers: Scenario[] = [
  {
    id: 'F10',
    guarantee: 'of three servers the one that does the chores stands still: another does them, and nothing is doubled',
    isLong: true,
    run: async (run) => {
      const { world } = run;
      const people = await world.people(12);
      const [late = ''] = await world.people(1);
      // Alone at first, so it has every lease.
      const leader = await world.restartServer();
      const chores = 'maintenance:messages';
      const before = await until('one server does the chores', () => holderOf(world, chores));
      await world.startServer({ name: 'second' });
      await world.startServer({ name: 'third' });
      await world.listen('second');
      const seed = run.random.below(1_000_000);
      const load = { people, messages: 60 * run.size, servers: ['second', 'third'], ...mixed };
      const first = runLoad(world, { seed, ...load });
      await world.sandbox.faults({
        match: { to_suffix: late.slice(1), times: 1 },
        action: { kind: 'http', http_status: 503, body: 'none' },
      });
      const id = await sendOne(world, { to: late, name: `undecided-${seed}` }, { server: 'third' });
      await until('its outcome is not known', async () => {
        const [row] = await world.owner.query(
          sql`select 1 from outbox where message_id = ${id}::uuid and state = 'unknown'`,
        );
        return row !== undefined;
      });
      leader.signal('SIGSTOP');
      run.note('the server with the chores stands still');
      const after = await until('another server does the chores', async () => {
        const holder = await holderOf(world, chores);
        return holder !== before && holder;
      });
      // A chore of the new one: it decides what nobody knows for a quarter of an hour.
      await world.owner.query(
        sql`update outbox set unknown_at = unknown_at - interval '1 hour', dispatching_at = dispatching_at - interval '1 hour'
            where message_id = ${id}::uuid`,
      );
      await until('the message without an outcome is decided', async () => {
        const { status } = await world.api<{ status: string }>('GET', `/v1/messages/${id}`, undefined, 'second');
        return status === 'unknown_final';
      });
      assert.equal((await first).unanswered, 0);
      assert.equal((await runLoad(world, { seed: seed + 1, ...load })).unanswered, 0);
      await until('everything is sent without it', async () => (await countQueued(world)) === 0);
      leader.signal('SIGCONT');
      assert.equal(
        (await runLoad(world, { seed: seed + 2, ...load, servers: ['main', 'second', 'third'] })).unanswered,
        0,
      );
      const owners = await world.owner.query<{ holder: string }>(
        sql`select distinct holder from lease where name = ${chores} and expires_at > now()`,
      );
      assert.deepEqual(owners, [{ holder: after }], 'the chores went back to the one that stood still');
    },
  },
  {
    id: 'F56',
    guarantee: 'servers that get hardly any processor time keep or lose their leases cleanly, and double nothing',
    isLong: true,
    run: async (run) => {
      const { world } = run;
      const people = await world.people(8);
      const main = await world.restartServer();
      const other = await world.startServer({ name: 'other' });
      for (const { pid } of [main, other]) setPriority(pid, constants.priority.PRIORITY_LOW);
      const waitsMs: number[] = [];
      {
        using _neighbours = busyNeighbours(3);
        const load = runLoad(world, {
          seed: run.random.below(1_000_000),
          people,
          messages: 60 * run.size,
          servers: ['main', 'other'],
          patienceMs: 180_000,
          ...mixed,
        });
        const startedMs = performance.now();
        while (performance.now() - startedMs < 20_000) {
          const askedMs = performance.now();
          await fetch(`${world.address()}/health/live`, { signal: AbortSignal.timeout(30_000) }).catch(() => undefined);
          waitsMs.push(performance.now() - askedMs);
          await sleep(200);
        }
        assert.equal((await load).unanswered, 0);
      }
      run.note(`an answer took up to ${Math.round(Math.max(...waitsMs))} ms`);
      await until('everything is sent', async () => (await countQueued(world)) === 0, 60_000);
      await world.restartServer();
    },
  },
  {
    id: 'F58',
    guarantee:
      'of two servers one loses the database for thirty seconds: the other takes over, and nothing is sent by both',
    isLong: true,
    run: async (run) => {
      const { world } = run;
      const [people, others] = [await world.people(10), await world.people(10)];
      await world.restartServer();
      // The other one has a way of its own to the database.
      await world.startServer({ name: 'other', env: { DATABASE_URL: world.postgres.url } });
      const sender = `sender:${world.senders[0]?.id}`;
      const before = await until('the sender has an owner', () => holderOf(world, sender));
      const seed = run.random.below(1_000_000);
      const load = { messages: 40 * run.size, pauseMs: 50, patienceMs: 90_000, ...mixed, writeBackShare: 0 };
      const first = runLoad(world, { seed, people, ...load, servers: ['main', 'other'] });
      await until('messages are under way', async () => (await world.metric('outbox_in_flight')) > 0);
      await world.listen('other');
      const startedMs = performance.now();
      world.databaseProxy.set({ isBlackhole: true });
      run.note('one server is cut off');
      await until('the other one has the sender', async () => {
        const holder = await holderOf(world, sender);
        return holder !== undefined && holder !== before;
      });
      const second = await runLoad(world, { seed: seed + 1, people: others, ...load, servers: ['other'] });
      assert.equal(second.unanswered, 0);
      const ready = await fetch(`${world.address()}/health/ready`);
      assert.equal(ready.status, 503, 'a server without its database calls itself ready');
      await sleep(Math.max(0, 30_000 - (performance.now() - startedMs)));
      world.databaseProxy.set({ isBlackhole: false });
      run.note('the way is open again');
      const { unanswered, statuses } = await first;
      run.note(`answers: ${JSON.stringify(statuses)}`);
      assert.equal(unanswered, 0);
      assert.equal(statuses[500] ?? 0, 0, 'the API answered 500');
      await until('it is ready again', async () => (await fetch(`${world.address()}/health/ready`)).status === 200);
      assert.equal(
        (await runLoad(world, { seed: seed + 2, people, ...load, servers: ['main', 'other'] })).unanswered,
        0,
      );
    },
  },
];
