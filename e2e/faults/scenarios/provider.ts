import assert from 'node:assert/strict';
import { sql } from '#server/platform/database.ts';
import { type Facts } from '#e2e/faults/facts.ts';
import { runLoad, sendOne } from '#e2e/faults/load.ts';
import type { Scenario } from '#e2e/faults/scenario.ts';
import { until } from '#e2e/faults/until.ts';
import type { World } from '#e2e/faults/world.ts';

const transactional = { purposes: ['transactional' as const], batchShare: 0 };
/** An unknown outcome does not keep the next message of the conversation waiting. */
const marketing = { purposes: ['marketing' as const], batchShare: 0 };

async function untilPaused(world: World): Promise<void> {
  await until('the account is paused, with a reason', async () => {
    const path = `/v1/connections/${world.connectionId}`;
    const connection = await world.api<{ status: string; paused_reason: string | null }>('GET', path);
    return connection.status === 'paused' && connection.paused_reason !== null;
  });
}

/** Asserts how messages ended, and that they are there. */
function assertStatuses(facts: Facts, names: string[], statuses: RegExp): void {
  const wanted = new Set(names);
  const found = [...facts.messages.values()].filter(({ name }) => name !== null && wanted.has(name));
  assert.equal(found.length, wanted.size);
  for (const { name, status, place } of found) assert.match(status ?? place ?? '', statuses, name ?? '');
}

async function ratesOf(world: World): Promise<Map<string, number>> {
  const rows = await world.owner.query<{ sender: string; count: number }>(
    sql`select sender_id as sender, count(*)::int as count from attempt where outcome = 'throttled' group by 1`,
  );
  return new Map(rows.map(({ sender, count }) => [sender, count]));
}

export const limits: Scenario[] = [
  {
    id: 'F26',
    guarantee: '130429 slows the number that it names, and whatever Retry-After says the messages go out in the end',
    run: async (run) => {
      const { world } = run;
      const before = await ratesOf(world);
      const people = await world.people(7);
      const others = await world.people(7, { sender: 1 });
      const waits = ['1', '-1', 'abc', '0', new Date(Date.now() + 1_000).toUTCString(), undefined];
      await world.sandbox.faults(
        ...waits.map((retry_after, index) => ({
          match: { to_suffix: people[index]?.slice(1), times: 1 },
          action: {
            kind: 'error',
            code: 130429,
            http_status: 429,
            ...(retry_after === undefined ? {} : { retry_after }),
          },
        })),
        {
          match: { to_suffix: people[6]?.slice(1), times: 1 },
          action: { kind: 'http', http_status: 429, body: 'none' },
        },
      );
      const seed = run.random.below(1_000_000);
      const [first, other] = await Promise.all([
        runLoad(world, { seed, people, messages: 21 * run.size, clients: 7, ...transactional }),
        runLoad(world, {
          seed: seed + 1,
          people: others,
          messages: 21 * run.size,
          clients: 7,
          sender: 1,
          ...transactional,
        }),
      ]);
      assert.equal(first.accepted.length + other.accepted.length, 42 * run.size);
      // Accepted is not yet sent: the faults must not be taken away before they were met.
      await until('every fault was met', () => world.sandbox.isEveryFaultMet());
      return async (facts) => {
        const after = await ratesOf(world);
        const [one, two] = world.senders;
        assert.ok((after.get(one?.id ?? '') ?? 0) > (before.get(one?.id ?? '') ?? 0), 'nothing was throttled');
        assert.equal(
          after.get(two?.id ?? '') ?? 0,
          before.get(two?.id ?? '') ?? 0,
          'the other number was throttled too',
        );
        assertStatuses(facts, [...first.accepted, ...other.accepted], /^delivered$/);
      };
    },
  },
  {
    id: 'F26b',
    guarantee: '131056 makes the pair that it names wait, and nobody else',
    run: async (run) => {
      const { world } = run;
      const [slow = '', ...others] = await world.people(8);
      await world.sandbox.faults({
        match: { to_suffix: slow.slice(1), times: 2 },
        action: { kind: 'error', code: 131056 },
      });
      const seed = run.random.below(1_000_000);
      const pair = await runLoad(world, { seed, people: [slow], messages: 3, clients: 1, ...transactional });
      const rest = await runLoad(world, {
        seed: seed + 1,
        people: others,
        messages: 35 * run.size,
        clients: 7,
        ...transactional,
      });
      await until('every fault was met', () => world.sandbox.isEveryFaultMet());
      return (facts) => {
        const idOf = new Map([...facts.messages.values()].map(({ id, name }) => [name ?? '', id]));
        const seqsOf = (names: string[]) => {
          const ids = new Set(names.map((name) => idOf.get(name)));
          return facts.receipts
            .filter(({ messageId, outcome }) => ids.has(messageId) && outcome === 'accepted')
            .map(({ seq }) => seq);
        };
        // The others were accepted after the pair's first refusal, and yet all of them went before the pair came to an end.
        assert.equal(seqsOf(rest.accepted).length, rest.accepted.length);
        assert.equal(seqsOf(pair.accepted).length, pair.accepted.length);
        assert.ok(
          Math.max(...seqsOf(rest.accepted)) < Math.max(...seqsOf(pair.accepted)),
          'the others waited for the pair',
        );
      };
    },
  },
  {
    id: 'F32',
    guarantee: 'a redirect is not followed: it pauses the account until somebody has looked, and costs no message',
    run: async (run) => {
      const { world } = run;
      const people = await world.people(4);
      const names: string[] = [];
      for (const [index, http_status] of [301, 302, 307, 308].entries()) {
        const to = people[index] ?? '';
        await world.sandbox.faults({
          match: { to_suffix: to.slice(1), times: 1 },
          action: { kind: 'redirect', http_status },
        });
        names.push(`redirect-${http_status}-${run.random.below(1_000_000)}`);
        await sendOne(world, { to, name: names.at(-1) ?? '' });
        await untilPaused(world);
        await world.api('POST', `/v1/connections/${world.connectionId}/resume`);
      }
      return (facts) => assertStatuses(facts, names, /^delivered$/);
    },
  },
  {
    id: 'F34',
    guarantee: 'an expired token pauses the account with its reason; the queue is kept and goes out when it is resumed',
    run: async (run) => {
      const { world } = run;
      const people = await world.people(6);
      await world.sandbox.set({ account_state: 'token_expired' });
      const seed = run.random.below(1_000_000);
      const load = await runLoad(world, { seed, people, messages: 30 * run.size, ...transactional });
      await untilPaused(world);
      const [failed] = await world.owner.query<{ count: number }>(
        sql`select count(*)::int as count from message m join message_state s on s.message_id = m.id
            where m.metadata ->> 'name' = any(${load.accepted}::text[])`,
      );
      await world.sandbox.set({ account_state: 'ok' });
      await world.api('POST', `/v1/connections/${world.connectionId}/resume`);
      assert.equal(failed?.count, 0, 'messages were burned while the account was paused');
      return (facts) => assertStatuses(facts, load.accepted, /^delivered$/);
    },
  },
  {
    id: 'F35',
    guarantee: 'a provider that fails every other time is probed, not hammered, and everything is decided in the end',
    run: async (run) => {
      const { world } = run;
      const people = await world.people(10);
      const seed = run.random.below(1_000_000);
      await world.sandbox.faults({
        match: { probability: 0.5, seed, times: 20 },
        action: { kind: 'http', http_status: 503, body: 'none', accepted: true },
      });
      const load = await runLoad(world, { seed, people, messages: 60 * run.size, ...marketing });
      assert.equal(load.unanswered, 0);
    },
  },
];

export const silence: Scenario[] = [
  {
    id: 'F28',
    guarantee: 'a peer that is gone without a word costs the messages under way their answer, and nothing else',
    run: async (run) => {
      const { world } = run;
      const people = await world.people(4);
      const seed = run.random.below(1_000_000);
      await runLoad(world, { seed, people, messages: 4, ...marketing });
      world.providerProxy.set({ isBlackhole: true }, 'to-client');
      const load = await runLoad(world, { seed: seed + 1, people, messages: 4, clients: 4, ...marketing });
      assert.equal(load.accepted.length, 4);
      // The receipts come by the other way, and settle the messages; the calls still have to end by themselves.
      await until('the answers are given up', async () => (await world.metric('outbox_in_flight')) === 0, 40_000);
      // The connections that swallowed everything are not used again.
      world.providerProxy.reset();
    },
  },
];

export const transport: Scenario[] = [
  {
    id: 'F29b',
    guarantee: 'a connection that is refused was never written to, so the message goes out when there is one again',
    run: async (run) => {
      const { world } = run;
      const people = await world.people(6);
      await world.providerProxy.refuse();
      world.providerProxy.reset();
      const load = await runLoad(world, {
        seed: run.random.below(1_000_000),
        people,
        messages: 24 * run.size,
        ...transactional,
      });
      await until('calls were refused', async () => {
        const [row] = await world.owner.query<{ count: number }>(
          sql`select count(*)::int as count from attempt a join message m on m.id = a.message_id
              where a.outcome = 'not_written' and m.metadata ->> 'name' = any(${load.accepted}::text[])`,
        );
        return (row?.count ?? 0) > 0;
      });
      await world.providerProxy.accept();
      return (facts) => assertStatuses(facts, load.accepted, /^delivered$/);
    },
  },
  {
    id: 'F31',
    guarantee: 'connections that the provider ends while they are idle cost no message',
    run: async (run) => {
      const { world } = run;
      const people = await world.people(6);
      await world.sandbox.faults({ action: { kind: 'close_idle', ms: 30 } });
      const seed = run.random.below(1_000_000);
      const load = await runLoad(world, {
        seed,
        people,
        messages: 60 * run.size,
        pauseMs: 28,
        clients: 3,
        ...marketing,
      });
      // A connection may end at the very moment of the write. That is a doubt, and it is called one.
      return (facts) => assertStatuses(facts, load.accepted, /^(delivered|unknown_final)$/);
    },
  },
];
