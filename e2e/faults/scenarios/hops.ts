import assert from 'node:assert/strict';
import { sql } from '#server/platform/database.ts';
import { drain, letUnknownEnd } from '#e2e/faults/drain.ts';
import { attemptKey, type Facts, gatherFacts } from '#e2e/faults/facts.ts';
import {
  nothingStuck,
  oneReceiptPerAttempt,
  oneReceiptPerMessage,
  sameTruth,
  statusIsFold,
  webhooksKept,
} from '#e2e/faults/invariants.ts';
import { type LoadOptions, runLoad } from '#e2e/faults/load.ts';
import { record, type Scenario } from '#e2e/faults/scenario.ts';
import { until } from '#e2e/faults/until.ts';
import { World } from '#e2e/faults/world.ts';

/** Routes by rules: such a sender is not there, so none is named. */
const byRule = { sender: -1, batchShare: 0 };
/** Not the one of a message itself: with a hop a name stands for two messages. */
const invariants = [oneReceiptPerAttempt, oneReceiptPerMessage, nothingStuck, sameTruth, statusIsFold, webhooksKept];

interface SecondAccount {
  connectionId: string;
  senderId: string;
  /** The provider's id of its number. */
  externalId: string;
}

/** Webhooks of its number go to its own address. */
async function listen(world: World, { connectionId, externalId }: SecondAccount): Promise<void> {
  const { access_token, verify_token } = world.credentials;
  const override_callback_uri = `${world.address()}/webhooks/whatsapp-cloud/${connectionId}`;
  const answer = await fetch(`${world.sandbox.address}/v26.0/${externalId}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${access_token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ webhook_configuration: { override_callback_uri, verify_token } }),
  });
  assert.equal(answer.status, 200, await answer.text());
}

/** A second account whose provider can be reached when the first one's cannot, and a rule that leads from one to the other. */
async function addSecondAccount(world: World): Promise<SecondAccount> {
  const { access_token, app_secret, verify_token, waba_id, app_id } = world.credentials;
  const port = new URL(world.sandbox.address).port;
  await world.restartServer({
    env: { CARILLON_ALLOWED_TARGETS: `127.0.0.1:${world.providerProxy.port},127.0.0.1:${port}` },
  });
  const { phone_number_id } = await world.sandbox.call<{ phone_number_id: string }>('POST', '/phone_numbers', {});
  const added = await world.api<{ id: string; sender_id: string }>('POST', '/v1/connections', {
    provider: 'whatsapp-cloud',
    base_url: world.sandbox.address,
    business_account_id: waba_id,
    app_id,
    access_token,
    app_secret,
    verify_token,
    phone_number_id,
    throughput_per_second: 500,
  });
  const [first] = world.senders;
  await world.api('POST', '/v1/routing/rules', {
    name: 'Everything',
    when: {},
    senders: [{ sender_id: first?.id }, { sender_id: added.sender_id }],
    reroute: { enabled: true, when_waiting_seconds: 5 },
  });
  return { connectionId: added.id, senderId: added.sender_id, externalId: phone_number_id };
}

/** People who may be written to by either sender. */
async function peopleOfBoth(world: World, second: SecondAccount, count: number) {
  const people = await world.people(count);
  for (const phone of people)
    await world.sandbox.write(phone, `${world.canary} hello`, { phone_number_id: second.externalId });
  await until('they may be written to by the second sender', async () => {
    const [row] = await world.owner.query<{ open: number }>(
      sql`select count(distinct i.contact_id)::int as open from identity i join service_window w using (workspace_id, contact_id)
          where i.kind = 'phone' and i.match_key = any(${people.map((phone) => phone.slice(1))}::text[]) and w.sender_id = ${second.senderId}::uuid`,
    );
    return row?.open === count;
  });
  return people;
}

interface Hop {
  id: string;
  from: string;
  reason: string | null;
}

function outcomesOf(facts: Facts, messageId: string): string[] {
  return [...facts.attempts.values()].filter((one) => one.messageId === messageId).map(({ outcome }) => outcome);
}

/** What must hold between a message and the one that took its place. Gives how many were taken in spite of a doubt. */
function checkHops(facts: Facts, hops: Hop[], second: string): void {
  const byOrigin = Map.groupBy(hops, ({ from }) => from);
  for (const [from, own] of byOrigin) {
    assert.equal(own.length, 1, `${from} was rerouted ${own.length} times`);
    const outcomes = outcomesOf(facts, from);
    const origin = facts.messages.get(from);
    const words = `${from} (${origin?.purpose}: ${outcomes.join(', ')}) was rerouted`;
    assert.equal(facts.messages.get(own[0]?.id ?? '')?.senderId, second, words);
    if (origin?.purpose === 'authentication') continue;
    for (const outcome of outcomes) assert.match(outcome, /^(rejected|not_written|throttled)$/, words);
  }
  for (const message of facts.messages.values()) {
    if (message.direction === 'inbound' || message.purpose === 'authentication') continue;
    const chain = [message.id, ...(byOrigin.get(message.id) ?? []).map(({ id }) => id)];
    const taken = facts.receipts.filter(
      ({ messageId, outcome }) => outcome === 'accepted' && chain.includes(messageId),
    );
    assert.ok(taken.length <= 1, `${message.id} reached the person ${taken.length} times`);
  }
}

export const hops: Scenario[] = [
  {
    id: 'F38',
    guarantee:
      'in an outage with rerouting on, only what was surely not handed over goes to the other account, and once',
    isLong: true,
    isApart: true,
    run: async (run) => {
      const { random, note } = run;
      await using world = await World.start();
      const second = await addSecondAccount(world);
      await listen(world, second);
      const groups = {
        refused: { kind: 'error', code: 131026 },
        'in doubt, taken': { kind: 'http', http_status: 503, body: 'none', accepted: true },
        'in doubt, not taken': { kind: 'http', http_status: 503, body: 'none' },
        'a code in doubt': { kind: 'http', http_status: 503, body: 'none' },
      };
      const load = async (people: string[], more: Partial<LoadOptions> = {}) => {
        const seed = random.below(1_000_000);
        const clients = people.length;
        const loaded = await runLoad(world, {
          seed,
          people,
          messages: people.length,
          clients,
          purposes: ['transactional'],
          ...byRule,
          ...more,
        });
        assert.equal(loaded.unanswered, 0);
        return loaded.accepted;
      };
      const breaker = `/v1/connections/${world.connectionId}/breaker`;
      // With an open breaker all would go to the second account at once.
      await world.api('POST', breaker, { state: 'forced_closed', reason: 'So that doubts come about.' });
      const names = new Map<string, string[]>();
      for (const [name, action] of Object.entries(groups)) {
        const people = await peopleOfBoth(world, second, 3);
        await world.sandbox.faults(
          ...people.map((phone) => ({ match: { to_suffix: phone.slice(1), times: 1 }, action })),
        );
        names.set(name, await load(people, name === 'a code in doubt' ? { purposes: ['authentication'] } : {}));
        await until('each was tried', async () => {
          const [row] = await world.owner.query<{ count: number }>(
            sql`select count(distinct m.id)::int as count from message m join attempt a on a.message_id = m.id
                where m.metadata ->> 'name' = any(${names.get(name)}::text[])`,
          );
          return row?.count === people.length;
        });
      }
      await world.api('POST', breaker, { state: 'automatic', reason: 'As usual.' });
      const people = await peopleOfBoth(world, second, 10);
      await world.providerProxy.refuse();
      world.providerProxy.reset();
      note('the first account cannot be reached');
      const outage = await load(people, { messages: 30 * run.size });
      await until(
        'everything of the outage was taken by the other account',
        async () => {
          const [row] = await world.owner.query<{ count: number }>(
            sql`select count(distinct m.metadata ->> 'name')::int as count from message m join message_state s on s.message_id = m.id
              where m.metadata ->> 'name' = any(${outage}::text[]) and m.sender_id = ${second.senderId}::uuid and s.rank > 0`,
          );
          return row?.count === outage.length;
        },
        60_000,
      );
      await world.heal();
      // Healing points every webhook of the app to the first account.
      await listen(world, second);
      await drain(world);
      await letUnknownEnd(world);
      await drain(world);
      const made = await world.owner.query<Hop>(
        sql`select id, routing ->> 'rerouted_from' as from, routing ->> 'reason' as reason from message where routing ->> 'rerouted_from' is not null`,
      );
      const facts = await gatherFacts(world);
      const violations = invariants.flatMap((invariant) => invariant(facts));
      record({ ...run, world }, facts, { spoilt: 0, recoverySeconds: null, violations });
      assert.deepEqual(violations, []);
      checkHops(facts, made, second.senderId);
      const originsOf = (some: string[]) =>
        [...facts.messages.values()].filter(
          ({ name, senderId }) => senderId !== second.senderId && name !== null && some.includes(name),
        );
      const rerouted = new Set(made.map(({ from }) => from));
      for (const { id } of originsOf(names.get('refused') ?? []))
        assert.ok(rerouted.has(id), `${id} was refused and stayed`);
      for (const name of ['in doubt, taken', 'in doubt, not taken']) {
        const doubted = originsOf(names.get(name) ?? []);
        assert.equal(doubted.length, 3, name);
        for (const { id } of doubted) {
          assert.equal(facts.attempts.get(attemptKey(id, 1))?.outcome === 'rejected', false);
          assert.equal(rerouted.has(id), false, `${id} was in doubt and rerouted`);
        }
      }
      const waited = originsOf(outage).filter(({ id }) => rerouted.has(id));
      note(`${made.length} were rerouted, ${waited.length} of them since they waited`);
      assert.ok(waited.length > 0, 'nothing waited for the first account');
    },
  },
];
