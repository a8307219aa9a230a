import assert from 'node:assert/strict';
import { createHmac, randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'undici';
import { sql } from '#server/platform/database.ts';
import { runLoad } from '#e2e/faults/load.ts';
import type { Scenario } from '#e2e/faults/scenario.ts';
import { until } from '#e2e/faults/until.ts';
import type { World } from '#e2e/faults/world.ts';

/** What a shop of some size hears on a usual day, in webhooks a second. */
const usualPerSecond = 10;
const providerRepeatsMs = 1_000;
/** A provider has only so many calls under way at once. */
const providerConnections = 256;

interface Told {
  wamids: string[];
  /** HTTP statuses that were seen, with their counts; 0 stands for no answer. */
  statuses: Record<number, number>;
  waitsMs: number[];
  seconds: number;
}

/** Tells so many received messages a second, one in a webhook, without waiting for the answers of those before. What is not
 *  answered 200 is told again, as the provider does. */
async function tell(world: World, people: string[], perSecond: number, seconds: number): Promise<Told> {
  const told: Told = { wamids: [], statuses: {}, waitsMs: [], seconds: 0 };
  const startedMs = performance.now();
  const deliveries: Promise<void>[] = [];
  const { origin, pathname } = new URL(world.webhookAddress());
  const provider = new Pool(origin, { connections: providerConnections, headersTimeout: 20_000, allowH2: false });
  while (deliveries.length < perSecond * seconds) {
    const due = Math.min(perSecond * seconds, ((performance.now() - startedMs) / 1_000) * perSecond);
    while (deliveries.length < due) {
      const wamid = `wamid.${randomBytes(20).toString('base64')}`;
      told.wamids.push(wamid);
      deliveries.push(
        deliver(world, provider, pathname, bodyOf(world, people[deliveries.length % people.length] ?? '', wamid), told),
      );
    }
    await sleep(5);
  }
  told.seconds = (performance.now() - startedMs) / 1_000;
  await Promise.all(deliveries);
  await provider.close();
  return told;
}

async function deliver(world: World, provider: Pool, path: string, body: string, told: Told): Promise<void> {
  const signature = createHmac('sha256', world.credentials.app_secret).update(body).digest('hex');
  const headers = { 'content-type': 'application/json', 'x-hub-signature-256': `sha256=${signature}` };
  for (;;) {
    const startedMs = performance.now();
    const status = await provider.request({ method: 'POST', path, headers, body }).then(
      async (answer) => {
        await answer.body.dump();
        return answer.statusCode;
      },
      () => 0,
    );
    told.statuses[status] = (told.statuses[status] ?? 0) + 1;
    told.waitsMs.push(performance.now() - startedMs);
    if (status === 200) return;
    await sleep(providerRepeatsMs);
  }
}

function bodyOf(world: World, phone: string, id: string): string {
  const { waba_id, phone_number_id } = world.credentials;
  const from = phone.slice(1);
  const text = { from, id, timestamp: String(Math.floor(Date.now() / 1_000)), type: 'text' };
  const value = {
    messaging_product: 'whatsapp',
    metadata: { display_phone_number: '15550783881', phone_number_id },
    contacts: [{ profile: { name: 'Ada' }, wa_id: from }],
    messages: [{ ...text, text: { body: `${world.canary} in the storm` } }],
  };
  return JSON.stringify({
    object: 'whatsapp_business_account',
    entry: [{ id: waba_id, changes: [{ field: 'messages', value }] }],
  });
}

function wordsOf({ wamids, statuses, waitsMs, seconds }: Told): string {
  const sorted = waitsMs.toSorted((one, other) => one - other);
  const at = (share: number) => Math.round(sorted[Math.floor(sorted.length * share)] ?? 0);
  const rate = Math.round(wamids.length / seconds);
  return `${rate} webhooks a second for ${Math.round(seconds)} s: ${JSON.stringify(statuses)}, answered in ${at(0.5)} ms at the median and ${at(0.99)} ms at p99`;
}

export const storm: Scenario[] = [
  {
    id: 'F39',
    guarantee:
      'at a hundred times the usual rate a webhook is answered and kept, or turned away and taken when it comes again',
    isLong: true,
    run: async (run) => {
      const { world } = run;
      const people = await world.people(40);
      run.note(`usual: ${wordsOf(await tell(world, people, usualPerSecond, 3))}`);
      let isOver = false;
      const pages: Record<number, number> = {};
      const look = async () => {
        while (!isOver) {
          const { status } = await fetch(`${world.address()}/v1/conversations?limit=20`, {
            headers: { authorization: `Bearer ${world.apiKey}` },
            signal: AbortSignal.timeout(20_000),
          });
          pages[status] = (pages[status] ?? 0) + 1;
          await sleep(200);
        }
      };
      const looking = look();
      const load = runLoad(world, { seed: run.random.below(1_000_000), people: people.slice(0, 8), messages: 40 });
      const told = await tell(world, people, usualPerSecond * 100, 5 * run.size);
      isOver = true;
      await looking;
      assert.equal((await load).unanswered, 0);
      run.note(`storm: ${wordsOf(told)}; pages: ${JSON.stringify(pages)}`);
      assert.equal(told.statuses[500] ?? 0, 0, 'webhooks were answered 500');
      assert.equal(pages[500] ?? 0, 0, 'pages were answered 500');
      assert.ok((pages[200] ?? 0) > 0, 'nobody could look at the conversations');
      await until(
        'each webhook that was answered has its effect',
        async () => {
          const [row] = await world.owner.query<{ count: number; different: number }>(
            sql`select count(*)::int as count, count(distinct provider_message_id)::int as different from message
              where direction = 'inbound' and provider_message_id = any(${told.wamids}::text[])`,
          );
          assert.equal(row?.count, row?.different, 'some had their effect twice');
          return row?.count === told.wamids.length;
        },
        120_000,
      );
    },
  },
];
