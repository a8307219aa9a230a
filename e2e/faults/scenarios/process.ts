import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from '#server/platform/database.ts';
import { failpointNames } from '#server/platform/failpoints.ts';
import { runLoad, sendOne } from '#e2e/faults/load.ts';
import type { Run, Scenario } from '#e2e/faults/scenario.ts';
import { until } from '#e2e/faults/until.ts';
import type { World } from '#e2e/faults/world.ts';

const every = {
  purposes: ['authentication' as const, 'transactional' as const, 'marketing' as const],
  writeBackShare: 0.2,
};

/** Runs load against a server that ends by itself, and starts it again as a supervisor would, without the fault. */
async function dieUnderLoad(run: Run, failpoints: string, messages = 30): Promise<void> {
  const { world } = run;
  const people = await world.people(8);
  await world.server().kill();
  await world.expireLeases();
  const server = await world.startServer({ failpoints }).catch((error: unknown) => {
    // What had waited for it may be enough to kill it before it serves.
    if (error instanceof Error && error.message.includes('ended with SIGKILL')) return undefined;
    throw error;
  });
  const load = runLoad(world, { seed: run.random.below(1_000_000), people, messages: messages * run.size, ...every });
  // Something for the points behind the webhooks to do, also when nothing is sent.
  const nudge = setInterval(() => void poke(world, people[0] ?? '').catch(() => undefined), 300);
  try {
    await until(`the server dies (${failpoints})`, () => server === undefined || server.hasEnded);
  } finally {
    clearInterval(nudge);
  }
  if (server) assert.equal(await server.exited, 'SIGKILL');
  await world.expireLeases();
  await world.startServer();
  // The last change may have been cut off in the middle, and what comes next uses both numbers.
  await world.api('POST', `/v1/senders/${world.senders[1]?.id}/resume`);
  assert.equal((await load).unanswered, 0);
}

/** A received message, and a change of a sender that makes the server read its queues. */
async function poke(world: World, phone: string): Promise<void> {
  await world.sandbox.write(phone, `${world.canary} still there?`);
  await world.api('POST', `/v1/senders/${world.senders[1]?.id}/pause`, { reason: 'A change.' });
  await world.api('POST', `/v1/senders/${world.senders[1]?.id}/resume`);
}

/** `kill -9` at each place that has a name. The hit is not the first, so that there is traffic before and after it. */
const killed: Scenario[] = failpointNames.map((name) => ({
  id: 'F01',
  guarantee: `a server that is killed at ${name} loses nothing and sends nothing twice`,
  // Eight queues are read at the start, before anything else can happen.
  run: (run) => dieUnderLoad(run, `${name}=kill@${(name.endsWith('Claim') ? 20 : 3) + run.random.below(3)}`),
}));

/** By the part of the server that is killed. */
export const kills: Scenario[][] = ['accept.', 'dispatch.', 'ingress.', ''].map((part, index, parts) =>
  killed.filter((_, place) => parts.findIndex((prefix) => failpointNames[place]?.startsWith(prefix)) === index),
);

async function post(world: World, key: string, body: unknown): Promise<{ status: number; id?: string } | undefined> {
  const names = [(body as { metadata: { name: string } }).metadata.name];
  const entry = {
    at: new Date().toISOString(),
    key,
    server: 'main',
    route: 'single' as const,
    names,
    status: null,
    ids: [],
  };
  try {
    const response = await fetch(`${world.address()}/v1/messages`, {
      method: 'POST',
      headers: { authorization: `Bearer ${world.apiKey}`, 'content-type': 'application/json', 'idempotency-key': key },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(10_000),
    });
    const answer = (await response.json()) as { id?: string };
    world.ledger.append({ ...entry, status: response.status, ids: [answer.id ?? null] });
    return { status: response.status, ...(answer.id === undefined ? {} : { id: answer.id }) };
  } catch {
    world.ledger.append(entry);
    return undefined;
  }
}

async function dieInAccept(
  run: Run,
  failpoint: string,
): Promise<{ name: string; before: string[]; answer: { status: number; id?: string } | undefined }> {
  const { world } = run;
  const [to = ''] = await world.people(1);
  await world.restartServer({ failpoints: `${failpoint}=kill` });
  const name = `die-in-accept-${run.random.below(1_000_000)}`;
  const body = {
    to,
    purpose: 'transactional',
    sender_id: world.senders[0]?.id,
    content: { type: 'text', text: { body: `${world.canary} once` } },
    metadata: { name },
  };
  assert.equal(await post(world, `key-${name}`, body), undefined, 'the server answered before it died');
  // Its connections end a moment before its end is known.
  await world.server().exited;
  const rows = await world.owner.query<{ id: string }>(sql`select id from message where metadata ->> 'name' = ${name}`);
  await world.expireLeases();
  await world.startServer();
  const answer = await post(world, `key-${name}`, body);
  assert.equal(answer?.status, 202);
  return { name, before: rows.map(({ id }) => id), answer };
}

export const acceptance: Scenario[] = [
  {
    id: 'F02',
    guarantee: 'a server that dies between the commit and the answer gives the same message under the same key',
    run: async (run) => {
      const { before, answer } = await dieInAccept(run, 'accept.afterCommit');
      assert.deepEqual(before, [answer?.id]);
    },
  },
  {
    id: 'F03',
    guarantee: 'a server that dies before the commit leaves nothing behind, and the retry makes the message',
    run: async (run) => {
      const { name, before } = await dieInAccept(run, 'accept.beforeCommit');
      assert.deepEqual(before, []);
      return (facts) => {
        assert.equal([...facts.messages.values()].filter((message) => message.name === name).length, 1);
      };
    },
  },
];

/**
 * Stops a server in the middle of its work until another one has taken over, then lets it go on. The second server hears
 * the webhooks and answers the API all the time. Each place is one at which the server has messages in its hands.
 */
export async function zombie(
  run: Run,
  where: 'dispatch.beforeDispatchingCommit' | 'dispatch.afterDispatchingCommit',
  options: { flags?: string; stillMs?: number } = {},
): Promise<void> {
  const { world } = run;
  // The leases are taken early; a process that really lost one stood still for longer than this.
  const { flags = '', stillMs = 3_000 } = options;
  const people = await world.people(8);
  const stopped = await world.restartServer({ failpoints: `${flags}${where}=stop@2` });
  await world.startServer({ name: 'other' });
  await world.listen('other');
  const load = { people, servers: ['other'], ...every, writeBackShare: 0 };
  const seed = run.random.below(1_000_000);
  const first = runLoad(world, { ...load, seed, messages: 30 });
  const isStopped = async () => (await stateOf(stopped.pid)) === 'T';
  await until('the server stands still', isStopped);
  await world.expireLeases();
  await first;
  await runLoad(world, { ...load, seed: seed + 1, messages: 20 });
  await until('the other server has sent what waited', async () => {
    const [row] = await world.owner.query<{ count: number }>(
      sql`select count(*)::int as count from outbox where state = 'queued' and due_at < now()`,
    );
    return row?.count === 0;
  });
  await sleep(stillMs);
  stopped.signal('SIGCONT');
  await until('the stopped server goes on', async () => !(await isStopped()));
  const probe = await sendOne(world, { to: people[0] ?? '', name: `after-zombie-${run.random.below(1_000_000)}` });
  assert.ok(probe !== undefined, 'the server that stood still does not serve any more');
}

async function stateOf(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2)[0] ?? '';
}

export const zombies: Scenario[] = [
  {
    id: 'F04',
    guarantee: 'a server that stood still with messages in memory finds that another has them, and sends none',
    run: (run) => zombie(run, 'dispatch.beforeDispatchingCommit'),
  },
  {
    id: 'F04',
    guarantee: 'a server that stood still right before the write does not write any more',
    run: (run) => zombie(run, 'dispatch.afterDispatchingCommit'),
  },
];

export const shutdowns: Scenario[] = [
  {
    id: 'F05',
    guarantee: 'an event loop that is blocked past its leases doubles nothing',
    run: async (run) => {
      const { world } = run;
      const people = await world.people(8);
      await world.restartServer({ failpoints: 'http.handler=block:7500@25' });
      await world.startServer({ name: 'other' });
      const load = await runLoad(world, {
        seed: run.random.below(1_000_000),
        people,
        messages: 60 * run.size,
        batchShare: 0,
        ...every,
      });
      assert.equal(load.unanswered, 0);
    },
  },
  {
    id: 'F07',
    guarantee: 'SIGTERM under load finishes what is under way and leaves no doubt behind',
    run: async (run) => {
      const { world } = run;
      const people = await world.people(8 * run.size);
      await world.restartServer();
      const before = await countUnknown(world);
      const load = runLoad(world, { seed: run.random.below(1_000_000), people, messages: 150 * run.size, ...every });
      await until('messages are under way', async () => (await world.metric('outbox_in_flight')) > 0);
      assert.equal(await world.server().terminate(), '0');
      assert.equal(await countUnknown(world), before, 'messages became unknown');
      await world.startServer();
      const { unanswered, statuses } = await load;
      assert.equal(unanswered, 0);
      assert.equal(statuses[500] ?? 0, 0);
    },
  },
  {
    id: 'F07',
    guarantee: 'a rolling restart of two servers loses nothing and doubts nothing',
    run: async (run) => {
      const { world } = run;
      const people = await world.people(8 * run.size);
      await world.startServer({ name: 'other' });
      const before = await countUnknown(world);
      const load = runLoad(world, {
        seed: run.random.below(1_000_000),
        people,
        messages: 200 * run.size,
        servers: ['main', 'other'],
        ...every,
      });
      await world.listen('other');
      assert.equal(await world.server().terminate(), '0');
      await world.startServer();
      await world.listen('main');
      assert.equal(await world.server('other').terminate(), '0');
      await world.startServer({ name: 'other' });
      assert.equal((await load).unanswered, 0);
      assert.equal(await countUnknown(world), before, 'messages became unknown');
    },
  },
  {
    id: 'F08',
    guarantee: 'an error that nobody caught ends the server with what is under way settled, and a code that says so',
    run: async (run) => {
      const { world } = run;
      const people = await world.people(8);
      const before = await countUnknown(world);
      const server = await world.restartServer({ failpoints: 'http.handler=crash@15' });
      const load = runLoad(world, { seed: run.random.below(1_000_000), people, messages: 40 * run.size, ...every });
      await until('the server ends', () => server.hasEnded);
      assert.equal(await server.exited, '1');
      assert.equal(await countUnknown(world), before, 'messages became unknown');
      await world.expireLeases();
      await world.startServer();
      assert.equal((await load).unanswered, 0);
    },
  },
  {
    id: 'F09',
    guarantee: 'a webhook that kills the server each time is put aside after three deaths, and nothing behind it is',
    run: async (run) => {
      const { world } = run;
      const people = await world.people(6);
      const poison = `poison${run.random.below(1_000_000)}`;
      const failpoints = `ingress.beforeApplyCommit=kill~${poison}`;
      await world.restartServer({ failpoints });
      // One webhook each, so that the poisonous one stands between others.
      await world.sandbox.set({ webhook_batch: 1 });
      const ids: string[] = [];
      for (const [index, phone] of people.entries()) {
        ids.push(await world.sandbox.write(phone, `${world.canary} ${index === 2 ? poison : 'innocent'}`));
      }
      let deaths = 0;
      await until(
        'the poisonous webhook is put aside',
        async () => {
          if (world.server().hasEnded) {
            deaths += 1;
            await world.expireLeases();
            // Time passes: the webhook has waited long enough to be suspected.
            await world.owner.query(sql`update ingress_task set created_at = created_at - interval '1 minute'`);
            // It may die again before it serves; that is the next death.
            await world.startServer({ failpoints }).catch(() => undefined);
          }
          const [row] = await world.owner.query<{ count: number }>(
            sql`select count(*)::int as count from ingress_task t join raw_webhook r using (workspace_id, id)
                where t.state = 'quarantined' and r.body like ${`%${poison}%`}`,
          );
          return row?.count === 1;
        },
        60_000,
      );
      await world.sandbox.set({ webhook_batch: 100 });
      assert.ok(deaths >= 3 && deaths <= 5, `${deaths} deaths`);
      const innocent = ids.filter((_, index) => index !== 2);
      await until('the others are applied', async () => {
        const [row] = await world.owner.query<{ count: number }>(
          sql`select count(*)::int as count from message where provider_message_id = any(${innocent}::text[])`,
        );
        return row?.count === innocent.length;
      });
      // What was put aside is not lost: without the fault it takes effect by a replay.
      await world.restartServer();
      const [task] = await world.owner.query<{ id: string; quarantined: number }>(
        sql`select (array_agg(id))[1] as id, count(*)::int as quarantined from ingress_task where state = 'quarantined'`,
      );
      assert.equal(task?.quarantined, 1, 'innocent webhooks were put aside too');
      await world.api('POST', `/v1/webhooks/${task.id}/replay`);
      await until('the replay is applied', async () => {
        const [row] = await world.owner.query<{ count: number }>(
          sql`select count(*)::int as count from message where provider_message_id = ${ids[2] ?? ''}`,
        );
        return row?.count === 1;
      });
    },
  },
];

async function countUnknown(world: World): Promise<number> {
  const [row] = await world.owner.query<{ count: number }>(
    sql`select (select count(*) from outbox where state = 'unknown')::int + (select count(*) from attempt where outcome = 'unknown')::int as count`,
  );
  return row?.count ?? 0;
}
