import { expect, it } from 'vitest';
import type { Purpose } from '#messages/message.ts';
import { ExpiryWalk } from '#messages/outbox/expiry.ts';
import { sql } from '#platform/database.ts';
import { aReroutingPath } from './rerouting-path.fixture.ts';
import { WaitingWalk } from './waiting.ts';

// The first provider is away for two hours. Nothing is refused, since nothing is written: everything waits in its line.

const { database, path, cloud, sms, setRule, routed, work } = await aReroutingPath();

/** Lets time pass for everything that was written down. */
async function pass(minutes: number): Promise<void> {
  const by = sql`make_interval(mins => ${minutes})`;
  await database.db.query(sql`update message set created_at = created_at - ${by}, expires_at = expires_at - ${by}`);
  await database.db.query(sql`update outbox set due_at = due_at - ${by}, expires_at = expires_at - ${by}`);
  await database.db.query(sql`update reroute set due_at = due_at - ${by}, decided_at = decided_at - ${by}`);
}

async function linesOf(senderId: string): Promise<Record<string, number>> {
  const rows = await database.db.query<{ lane: string; n: number }>(
    sql`select lane, count(*) as n from outbox where sender_id = ${senderId}::uuid group by lane`,
  );
  return Object.fromEntries(rows.map(({ lane, n }) => [lane, n]));
}

it('two hours with rerouting for orders only: each order goes once, by SMS when it waited too long; advertising waits or expires', async () => {
  const waiting = new WaitingWalk();
  const patienceMinutes = 10;
  await setRule({ when_waiting_seconds: patienceMinutes * 60 }, { when: { purposes: ['transactional'] } });
  await setRule({ enabled: false }, { place: 2 });
  const accepted: { id: string; purpose: Purpose; atMinute: number }[] = [];
  const expired = { marketing: 0 };
  let rerouted = 0;
  for (let minute = 0; minute < 120; minute += 5) {
    for (const purpose of ['transactional', 'marketing'] as const)
      accepted.push({ id: await routed({ purpose }), purpose, atMinute: minute });
    // Half of the advertising is of use for an hour only.
    if (minute % 10 === 0)
      await database.db.query(
        sql`update outbox set expires_at = now() + interval '1 hour' where message_id = ${accepted.at(-1)?.id}::uuid`,
      );
    await pass(5);
    await waiting.look(path.worker, [cloud]);
    rerouted += await work();
    expired.marketing += await new ExpiryWalk().round(path.worker);
  }

  const orders = accepted.filter(({ purpose }) => purpose === 'transactional');
  const late = orders.filter(({ atMinute }) => 120 - atMinute >= patienceMinutes);
  expect(late.length).toBeGreaterThan(20);
  const hops = await database.db.query<{ from: string; n: number }>(
    sql`select routing ->> 'rerouted_from' as from, count(*) as n from message where (routing ->> 'hop')::int > 0 group by 1`,
  );
  expect(hops.map(({ from }) => from).sort()).toEqual(late.map(({ id }) => id).sort());
  expect(hops.every(({ n }) => n === 1)).toBe(true);
  expect(rerouted).toBe(late.length);
  for (const { id } of late)
    expect(await path.state(id)).toMatchObject({ place: null, status: 'canceled', outcomes: [] });

  // What comes back to the first sender when it answers again is what nobody else has, and no more.
  const advertising = accepted.filter(({ purpose }) => purpose === 'marketing');
  expect(expired.marketing).toBeGreaterThan(3);
  expect(await linesOf(cloud.senderId)).toEqual({
    transactional: orders.length - late.length,
    marketing: advertising.length - expired.marketing,
  });
  expect(await linesOf(sms.senderId)).toEqual({ transactional: late.length });
  expect(await waiting.look(path.worker, [])).toBe(0);
  expect(await work()).toBe(0);
});
