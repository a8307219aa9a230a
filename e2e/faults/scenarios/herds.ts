import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from '#server/platform/database.ts';
import type { Facts, Receipt } from '#e2e/faults/facts.ts';
import { type LoadOptions, runLoad } from '#e2e/faults/load.ts';
import type { Run, Scenario } from '#e2e/faults/scenario.ts';
import { until } from '#e2e/faults/until.ts';
import type { World } from '#e2e/faults/world.ts';

const perSecond = 60;
const usualPerSecond = 500;
const windowMs = 2_000;

async function setThroughput(world: World, throughput: number): Promise<void> {
  await world.owner.query(
    sql`update sender set throughput_per_second = ${throughput} where id = ${world.senders[0]?.id}::uuid`,
  );
  await world.restartServer();
}

/** Loads the world and gives the names of what was accepted; everything must be. */
async function accept(run: Run, people: string[], messages: number, options: Partial<LoadOptions>): Promise<string[]> {
  const seed = run.random.below(1_000_000);
  const load = await runLoad(run.world, { seed, people, messages, batchShare: 0.3, ...options });
  assert.equal(load.accepted.length, messages);
  return load.accepted;
}

async function untilStatus(world: World, names: string[], status: RegExp): Promise<void> {
  await until(
    `each is ${status}`,
    async () => {
      const rows = await world.owner.query<{ status: string }>(
        sql`select s.status from message m join message_state s using (workspace_id) where s.message_id = m.id
          and m.metadata ->> 'name' = any(${names}::text[])`,
      );
      return rows.length === names.length && rows.every((row) => status.test(row.status));
    },
    60_000,
  );
}

/** The first receipt of each of these messages, in the order in which the provider got them. */
function firstReceipts(facts: Facts, names: string[]): (Receipt & { purpose: string })[] {
  const wanted = new Set(names);
  const first = new Map<string, Receipt & { purpose: string }>();
  for (const receipt of facts.receipts) {
    const message = facts.messages.get(receipt.messageId);
    if (message?.name && wanted.has(message.name) && !first.has(message.id))
      first.set(message.id, { ...receipt, purpose: message.purpose });
  }
  return [...first.values()].sort((one, other) => one.seq - other.seq);
}

/** The most that came within the window, as a rate. */
function peakPerSecond(receipts: Receipt[]): number {
  const times = receipts.map(({ at }) => Date.parse(at)).sort((one, other) => one - other);
  let from = 0;
  let most = 0;
  times.forEach((time, index) => {
    while (time - (times[from] ?? 0) >= windowMs) from += 1;
    most = Math.max(most, index - from + 1);
  });
  return (most * 1_000) / windowMs;
}

/** What may come in a window at most: the rate, what leaves at once, and a fifth, since a busy machine lets requests gather. */
function assertRate(run: Run, receipts: Receipt[]): void {
  const peak = peakPerSecond(receipts);
  run.note(`${receipts.length} messages at ${peak} a second at most, of ${perSecond} that are allowed`);
  assert.ok(peak <= perSecond * 1.2 + (perSecond / 10) * (1_000 / windowMs), `${peak} a second are too many`);
}

const placeOf = (receipts: { purpose: string }[], purpose: string): number => {
  const places = receipts.flatMap((receipt, place) => (receipt.purpose === purpose ? [place] : []));
  return places.reduce((sum, place) => sum + place, 0) / Math.max(1, places.length);
};

export const herds: Scenario[] = [
  {
    id: 'F37',
    guarantee:
      'after an outage of the provider what expired stays here, codes go first, and the rest goes in order and in time',
    isLong: true,
    run: async (run) => {
      const { world } = run;
      const people = await world.people(12);
      await setThroughput(world, perSecond);
      await world.providerProxy.refuse();
      world.providerProxy.reset();
      const startedMs = performance.now();
      const marketing = await accept(run, people, 60, { purposes: ['marketing'] });
      const expiring = await accept(run, people, 20, {
        purposes: ['marketing', 'authentication'],
        expiresAt: Temporal.Now.instant().add({ seconds: 5 }),
      });
      const codes = await accept(run, people, 20, { purposes: ['authentication'] });
      await untilStatus(world, expiring, /^expired$/);
      // Long enough for an outage that is followed by a slow start.
      await sleep(Math.max(0, 15_000 - (performance.now() - startedMs)));
      await world.providerProxy.accept();
      run.note(`the provider is back after ${Math.round((performance.now() - startedMs) / 1_000)} s`);
      await untilStatus(world, [...marketing, ...codes], /^(accepted|sent|delivered|read)$/);
      await setThroughput(world, usualPerSecond);
      return (facts) => {
        assert.deepEqual(firstReceipts(facts, expiring), [], 'what expired was sent');
        const receipts = firstReceipts(facts, [...marketing, ...codes]);
        assert.equal(receipts.length, marketing.length + codes.length);
        assertRate(run, receipts);
        const slow = peakPerSecond(receipts.filter(({ purpose }) => purpose === 'marketing'));
        run.note(`what could wait went at ${slow} a second at most`);
        assert.ok(slow <= perSecond / 4, `it did not begin slowly: ${slow} a second`);
        const [ofCodes, ofMarketing] = ['authentication', 'marketing'].map((purpose) => placeOf(receipts, purpose));
        run.note(`codes were number ${ofCodes} on average, marketing number ${ofMarketing}`);
        assert.ok((ofCodes ?? 0) < (ofMarketing ?? 0) / 2, 'codes did not go first');
      };
    },
  },
  {
    id: 'F51',
    guarantee: 'what became due while nobody was there goes once, not early, at the rate of its number, or expires',
    isLong: true,
    run: async (run) => {
      const { world } = run;
      const people = await world.people(20);
      await setThroughput(world, perSecond);
      const sendAt = Temporal.Now.instant().add({ seconds: 10 });
      const purposes = ['transactional' as const, 'marketing' as const];
      const lasting = await accept(run, people, 150 * Math.min(2, run.size), { purposes, sendAt });
      const expiring = await accept(run, people, 20, { purposes, sendAt, expiresAt: sendAt.add({ seconds: 1 }) });
      await world.server().kill();
      const early = Temporal.Now.instant().until(sendAt).total('milliseconds');
      assert.ok(early > 0, 'the server died too late to show anything');
      // Due all along the last month, in their order.
      await world.owner.query(
        sql`update outbox o set due_at = o.due_at - interval '30 days' + m.place * interval '1 hour'
            from (select id, row_number() over (order by id) as place from message where metadata ->> 'name' = any(${lasting}::text[])) m
            where o.message_id = m.id`,
      );
      await sleep(early + 2_000);
      await world.expireLeases();
      await world.startServer();
      run.note('somebody is there again');
      await untilStatus(world, lasting, /^(accepted|sent|delivered|read)$/);
      await untilStatus(world, expiring, /^expired$/);
      await setThroughput(world, usualPerSecond);
      return (facts) => {
        assert.deepEqual(firstReceipts(facts, expiring), [], 'what expired was sent');
        const receipts = firstReceipts(facts, lasting);
        assert.equal(receipts.length, lasting.length);
        const tooEarly = receipts.filter(({ at }) => Temporal.Instant.compare(Temporal.Instant.from(at), sendAt) < 0);
        assert.deepEqual(tooEarly, [], 'I11: some were early');
        assertRate(run, receipts);
      };
    },
  },
];
