import assert from 'node:assert/strict';
import { sql } from '#server/platform/database.ts';
import { attemptKey, type Facts } from '#e2e/faults/facts.ts';
import { runLoad } from '#e2e/faults/load.ts';
import type { FaultRequest } from '#e2e/faults/sandbox-client.ts';
import type { Group, Run } from '#e2e/faults/scenario.ts';
import { until } from '#e2e/faults/until.ts';
import type { World } from '#e2e/faults/world.ts';

const transactional = { purposes: ['transactional' as const], batchShare: 0 };

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
  isPatient: true,
  before: async ({ world }) => {
    // A tenth of a second of traffic leaves at once, and that has to be all of them.
    await setThroughput(world, 5_000);
    await world.api('POST', `/v1/senders/${world.senders[0]?.id}/pause`, { reason: 'Everything leaves together.' });
  },
  after: async ({ world }) => {
    await world.api('POST', `/v1/senders/${world.senders[0]?.id}/resume`);
    await until('every fault was met', () => world.sandbox.isEveryFaultMet());
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
