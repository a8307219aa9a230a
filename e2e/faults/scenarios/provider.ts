import assert from 'node:assert/strict';
import { sql } from '#server/platform/database.ts';
import { attemptKey, type Facts } from '#e2e/faults/facts.ts';
import { runLoad, sendOne } from '#e2e/faults/load.ts';
import type { FaultRequest } from '#e2e/faults/sandbox-client.ts';
import type { Group, Run, Scenario } from '#e2e/faults/scenario.ts';
import { until } from '#e2e/faults/until.ts';
import type { World } from '#e2e/faults/world.ts';

const transactional = { purposes: ['transactional' as const], batchShare: 0 };
/** An unknown outcome does not keep the next message of the conversation waiting. */
const marketing = { purposes: ['marketing' as const], batchShare: 0 };

/** People of whom each message meets one fault, and a look at what became of those messages. */
interface Misfortune {
  fault: FaultRequest['action'];
  /** The provider accepted in spite of the fault. */
  isAccepted: boolean;
  /** What we may say of the attempt once everything is quiet. */
  outcomes: string[];
  /** Of the whole message. */
  statuses: string[];
}

/**
 * A fault for a few people: one message each, on the way, and the rest of the world unharmed. What the attempt may be
 * called and how the message may end is looked up when all is quiet.
 */
async function misfortune(run: Run, kinds: Record<string, Misfortune>): Promise<(facts: Facts) => void> {
  const { world } = run;
  const names = new Map<string, { kind: string; misfortune: Misfortune }>();
  await Promise.all(
    Object.entries(kinds).map(async ([kind, one]) => {
      const people = await world.people(3);
      // The first message of each person only: what follows shows that the conversation goes on.
      await world.sandbox.faults(
        ...people.map((phone) => ({ match: { to_suffix: phone.slice(1), times: 1 }, action: one.fault })),
      );
      const seed = run.random.below(1_000_000);
      const load = await runLoad(world, {
        seed,
        people,
        messages: people.length,
        clients: people.length,
        ...transactional,
      });
      for (const name of load.accepted) names.set(name, { kind, misfortune: one });
    }),
  );
  return (facts) => {
    let seen = 0;
    for (const message of facts.messages.values()) {
      const met = message.name === null ? undefined : names.get(message.name);
      if (!met) continue;
      seen += 1;
      const first = facts.attempts.get(attemptKey(message.id, 1));
      const words = `${met.kind}: ${message.name}`;
      assert.ok(first && met.misfortune.outcomes.includes(first.outcome), `${words}: the attempt is ${first?.outcome}`);
      assert.ok(
        met.misfortune.statuses.includes(message.status ?? ''),
        `${words}: it is ${message.status ?? message.place}`,
      );
      const receipts = facts.receipts.filter((receipt) => receipt.messageId === message.id);
      const accepted = receipts.filter((receipt) => receipt.outcome === 'accepted');
      if (met.misfortune.isAccepted) assert.equal(accepted.length, 1, words);
    }
    assert.equal(seen, names.size);
    assert.ok(seen > 0);
  };
}

const settled = { isAccepted: true, outcomes: ['accepted'], statuses: ['delivered', 'read'] };
const lost = { isAccepted: false, outcomes: ['unknown', 'presumed_not_accepted'], statuses: ['unknown_final'] };

/** Of the first sender. The server learns it with the next change of a sender, or within ten seconds. */
async function setThroughput(world: World, perSecond: number): Promise<void> {
  const changed = await world.owner.query(
    sql`update sender set throughput_per_second = ${perSecond} where id = ${world.senders[0]?.id}::uuid returning id`,
  );
  assert.equal(changed.length, 1);
}

/** Faults that are slow to show, and touch a few people each. They leave together: failures one after the other would open
 *  the breaker, and each of the rest would be a probe. */
export const answers: Group = {
  before: async ({ world }) => {
    // A tenth of a second of traffic leaves at once, and that has to be all of them.
    await setThroughput(world, 5_000);
    await world.api('POST', `/v1/senders/${world.senders[0]?.id}/pause`, { reason: 'Everything leaves together.' });
  },
  after: async ({ world }) => {
    await world.api('POST', `/v1/senders/${world.senders[0]?.id}/resume`);
    await until('every fault was met', async () => {
      const rules = await world.sandbox.call<{ data: { hits: number }[] }>('GET', '/faults');
      return rules.data.every(({ hits }) => hits > 0);
    });
    await until('every call has ended', async () => (await world.metric('outbox_in_flight')) === 0);
    await setThroughput(world, 500);
  },
  scenarios: [
    {
      id: 'F23',
      guarantee: 'an answer that never comes leaves the message unknown until its receipt settles it',
      run: (run) => misfortune(run, { 'accepted, no answer': { fault: { kind: 'accept_then_timeout' }, ...settled } }),
    },
    {
      id: 'F24',
      guarantee: 'a message that the provider never took and never refused ends as unknown, and is not sent again',
      run: (run) => misfortune(run, { 'not accepted, no answer': { fault: { kind: 'timeout' }, ...lost } }),
    },
    {
      id: 'F25',
      guarantee: 'an error of the server, with or without a body, before or after it took the message, repeats nothing',
      run: (run) => {
        const kinds: Record<string, Misfortune> = {};
        for (const http_status of [500, 502, 503, 504]) {
          for (const body of ['none', 'html', 'graph']) {
            kinds[`${http_status} ${body}, accepted`] = {
              fault: { kind: 'http', http_status, body, accepted: true },
              ...settled,
            };
          }
        }
        kinds['502 html, not accepted'] = { fault: { kind: 'http', http_status: 502, body: 'html' }, ...lost };
        kinds['500 without a body, not accepted'] = {
          fault: { kind: 'http', http_status: 500, body: 'none' },
          ...lost,
        };
        kinds['131000, accepted'] = {
          fault: { kind: 'error', code: 131000, http_status: 500, accepted: true },
          ...settled,
        };
        return misfortune(run, kinds);
      },
    },
    {
      id: 'F27',
      guarantee: 'an answer that trickles is given up after its time and settled by the receipt',
      run: (run) =>
        misfortune(run, { 'one byte a second': { fault: { kind: 'slow_answer', bytes_per_second: 1 }, ...settled } }),
    },
    {
      id: 'F29',
      guarantee: 'a reset after a byte of the request is unknown, and after the whole of it settled by the receipt',
      run: (run) =>
        misfortune(run, {
          'after one byte': { fault: { kind: 'reset_after_bytes', bytes: 1 }, ...lost },
          'after half': { fault: { kind: 'reset_after_bytes', bytes: 'half' }, ...lost },
          'after all, accepted': { fault: { kind: 'accept_then_reset' }, ...settled },
          'after all, not accepted': { fault: { kind: 'reset' }, ...lost },
        }),
    },
    {
      id: 'F30',
      guarantee: 'an answer that is no answer is unknown, and an error object is a refusal whatever its status',
      run: (run) => {
        const kinds: Record<string, Misfortune> = {};
        for (const variant of [
          'html',
          'empty',
          'truncated_json',
          'no_id',
          'huge',
          'gzip_bomb',
          'wrong_content_length',
          'bom',
          'same_id',
        ]) {
          kinds[variant] = { fault: { kind: 'garbage', variant }, ...settled };
        }
        kinds['error with 200'] = {
          fault: { kind: 'garbage', variant: 'error_with_200' },
          isAccepted: false,
          outcomes: ['rejected', 'throttled', 'unknown', 'presumed_not_accepted'],
          statuses: ['failed', 'unknown_final', 'delivered', 'read'],
        };
        return misfortune(run, kinds);
      },
    },
    {
      id: 'F36',
      guarantee: 'a provider that sends one request twice itself is found out, and the message counted once',
      run: async (run) => {
        const look = await misfortune(run, { 'two ids': { fault: { kind: 'duplicate_acceptance' }, ...settled } });
        return (facts) => {
          look(facts);
          const doubled = facts.events.filter(
            ({ kind, detail }) => kind === 'conflict' && detail['what'] === 'provider_duplicate',
          );
          assert.ok(doubled.length > 0, 'no provider duplicate is on record');
        };
      },
    },
    {
      id: 'F42',
      guarantee: 'a receipt that comes before the answer finds its message',
      run: (run) =>
        misfortune(run, { 'answer 1.5 s late': { fault: { kind: 'delay_answer', ms: 1_500 }, ...settled } }),
    },
  ],
};

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

export const transport: Scenario[] = [
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
